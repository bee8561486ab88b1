// The fit and valid-base rules on freshly read tables. A frontend accepts a job between tables that
// do not fit, or onto rows that are not the source's, and nothing shows it afterwards; so this is
// the last place where it can be prevented. Pure.
#pragma once

#include <optional>
#include <string>

#include "core/fact.h"
#include "observe/proof.h"

namespace srsync::observe {

struct Refusal {
  core::RejectReason reason = core::RejectReason::kOther;
  std::string words;
};

// First of: another table under the name, a state that is not NORMAL, tables that do not fit.
std::optional<Refusal> judge_tables(const core::ReplicationIntent& intent, const TableProof& source,
                                    const TableProof& target);

// Every goal: both partitions exist, the source has the version, the target is a valid base.
// Needs begin_proof() only.
std::optional<Refusal> judge_partitions(const core::ReplicationIntent& intent,
                                        const TableProof& source, const TableProof& target);

// Every goal: the same indexes with the same number of tablets.
std::optional<Refusal> judge_tablets(const core::ReplicationIntent& intent,
                                     const TableProof& source, const TableProof& target);

}  // namespace srsync::observe
