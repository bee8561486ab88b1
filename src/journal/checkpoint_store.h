// Checkpoints in their column family: pieces of State first, the manifest that makes them count
// last. Room-internal. Safe from any thread, but only one may write.
#pragma once

#include <vector>

#include "base/status.h"
#include "core/state.h"
#include "journal/records.h"
#include "journal/store.h"

namespace srsync::journal {

// How many are kept: when the newest is damaged, the one before still spares the fold from 1.
inline constexpr std::size_t kCheckpointsKept = 2;

// Writes and syncs a checkpoint of `state`; `chain` is the chain hash of event state.applied. Older
// ones than the last two, and pieces that never got a manifest, are removed.
Status store_checkpoint(const Store& store, const core::State& state, const Hash128& chain);

// Manifests, newest first. One that cannot be decoded stands in the list with 0 pieces, so that
// loading it fails and not the listing.
Result<std::vector<Manifest>> list_checkpoints(const Store& store);

// See io::Journal::load_checkpoint.
Result<core::State> load_checkpoint(const Store& store, EventSeq seq);

}  // namespace srsync::journal
