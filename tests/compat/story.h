// What a journal of this version can hold, for a new golden journal.
#pragma once

#include <vector>

#include "core/fact.h"

namespace srsync::test {

// A short story that people can follow: databases, tables, a view, DDL, jobs and their endings,
// held drops, an operator. At its end one table is under DDL and one has a job.
std::vector<core::Fact> story(const std::string& journal_id);

// Every kind of fact with every field filled, whether it makes sense or not.
std::vector<core::Fact> every_fact();

}  // namespace srsync::test
