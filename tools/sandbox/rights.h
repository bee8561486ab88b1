// What an account may see and do.
#pragma once

#include <string_view>

#include "sandbox/model.h"

namespace srsync::sandbox {

// Any privilege on that table or view.
bool may_read(const User& user, std::string_view db, std::string_view table);
// `privilege` on a database (`kind` DATABASE, no `name`), on one of its objects (TABLE, VIEW,
// MATERIALIZED VIEW), or on the catalog (CATALOG). "ANY" is every privilege.
bool may(const User& user, std::string_view privilege, std::string_view kind,
         std::string_view db = {}, std::string_view name = {});

}  // namespace srsync::sandbox
