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
// ones than the last two, and pieces that never got a manifest, are removed; not the one at `base`,
// which stands for the events that were trimmed away.
Status store_checkpoint(const Store& store, const core::State& state, const Hash128& chain,
                        EventSeq base);

// The same without removing any but unfinished ones.
Status add_checkpoint(const Store& store, const core::State& state, const Hash128& chain);

// Removes all but the last two and the one at `base`.
Status remove_old_checkpoints(const Store& store, EventSeq base);

// Manifests, newest first. One that cannot be decoded stands in the list with 0 pieces, so that
// loading it fails and not the listing.
Result<std::vector<Manifest>> list_checkpoints(const Store& store);

// See io::Journal::load_checkpoint.
Result<core::State> load_checkpoint(const Store& store, EventSeq seq);

// The checkpoint that a trimmed journal rests on. kCorruption when it is gone, damaged, or not the
// one at that place of that history: nothing else tells what it told.
Result<core::State> load_base(const Store& store, const Beginning& beginning);

}  // namespace srsync::journal
