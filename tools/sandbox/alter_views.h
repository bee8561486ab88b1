// ALTER and REFRESH of asynchronous materialized views.
#pragma once

#include <optional>

#include "sandbox/session.h"

namespace srsync::sandbox {

// ALTER MATERIALIZED VIEW ACTIVE, INACTIVE, RENAME, SWAP WITH, SET and REFRESH <scheme>, and
// REFRESH MATERIALIZED VIEW, which moves no version: views hold no rows here. nullopt: another
// statement.
std::optional<Answer> materialized_view_statement(Session& session, Reader& reader);

}  // namespace srsync::sandbox
