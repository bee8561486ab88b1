// From a journal to the State that it describes: what a start is, after a crash or not.
#pragma once

#include <functional>

#include "base/ids.h"
#include "base/status.h"
#include "core/state.h"
#include "io/journal.h"

namespace srsync::journal {

// What recovery tells while it runs. Each may be empty.
struct RecoveryObserver {
  // Now and then, and at the end: folded up to `at` of `last`.
  std::function<void(EventSeq at, EventSeq last)> progress;
  // A checkpoint could not be used; the one before, or the fold from event 1, takes its place.
  std::function<void(EventSeq seq, const Status& why)> checkpoint_refused;
};

// The State after the last event: the newest checkpoint whose digest matches, else the one before,
// else none, and every event after it. Fails as io::Journal::read does, or when an event cannot be
// applied.
Result<core::State> recover(io::Journal& journal, const RecoveryObserver& observer = {});

}  // namespace srsync::journal
