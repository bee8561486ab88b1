// Partitions that only a frontend makes: createPartition inside a load transaction, which is then
// aborted. The partitions stay. As io::ClusterWriter::create_partitions() promises.
#pragma once

#include "base/status.h"
#include "core/fact.h"
#include "observe/cluster_link.h"

namespace srsync::observe {

// How long the transaction may live when nobody aborts it: a process that dies in between leaves it
// to that.
inline constexpr int kLoadTimeoutSeconds = 60;

// Speaks to the target's leader.
Status create_partitions(ClusterLink& target, const core::DdlIntent& intent);

}  // namespace srsync::observe
