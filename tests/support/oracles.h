// What must hold after any history of crashes, judged from the sandbox's own log and content and
// from the journal. Each answers with what is wrong, in words; empty: nothing.
#pragma once

#include <string>
#include <vector>

#include "sandbox/effect_log.h"
#include "sandbox/sandbox.h"

namespace srsync::test {

using Complaints = std::vector<std::string>;

// The target holds every database, table and partition of the source, with the same columns, keys,
// buckets, versions, epochs, and the same rows (by the lineage of their batches). `renames`: as
// srsync_rename has it; what has no name on the target under it is not looked for.
Complaints differences(sandbox::Sandbox& sandbox, const std::string& renames = {});

// No statement that changes a catalog took effect twice on the target, unless it is among
// `repeatable`.
Complaints repeated_ddl(const std::vector<sandbox::Effect>& effects,
                        const std::vector<std::string>& repeatable = {});

// Each expected text is part of exactly one statement that took effect on the target.
Complaints missing_ddl(const std::vector<sandbox::Effect>& effects,
                       const std::vector<std::string>& expected);

// The statements that create what the source has: one per database and table outside of `except`
// ("db" or "db.table").
std::vector<std::string> expected_creations(sandbox::Sandbox& sandbox,
                                            const std::vector<std::string>& except = {});

// Nothing was dropped or emptied on the target but by statements that hold one of `allowed`.
Complaints unplanned_drops(const std::vector<sandbox::Effect>& effects,
                           const std::vector<std::string>& allowed = {});

// No job was submitted (whatever came of it) for a version of a partition that a living job was
// about to bring already.
Complaints double_submissions(const std::vector<sandbox::Effect>& effects);

// Nothing was sent to the source that is not a read.
Complaints source_writes(const std::vector<sandbox::Effect>& effects);

// Nothing was sent to the target that is not a read.
Complaints target_changes(const std::vector<sandbox::Effect>& effects);

// The records of a journal, in order. Complaints stand in `complaints`.
std::vector<std::string> journal_records(const std::string& dir, Complaints& complaints);
Complaints not_a_prefix(const std::vector<std::string>& before,
                        const std::vector<std::string>& after);
// What `srsync-journal verify` finds.
Complaints journal_violations(const std::string& dir);

std::string to_text(const Complaints& complaints);

}  // namespace srsync::test
