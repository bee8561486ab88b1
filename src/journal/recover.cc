#include "journal/recover.h"

#include <utility>

namespace srsync::journal {
namespace {

constexpr std::uint64_t kProgressEvery = 100'000;

core::State load_newest(io::Journal& journal, const RecoveryObserver& observer) {
  for (const EventSeq seq : journal.checkpoints()) {
    Result<core::State> state = journal.load_checkpoint(seq);
    // A checkpoint is only a short cut: whatever is wrong with it, the events tell the same.
    if (state.is_ok() && seq <= journal.last_seq()) return std::move(state).value();
    if (observer.checkpoint_refused) {
      observer.checkpoint_refused(
          seq, state.is_ok() ? corruption("it lies behind the last event") : state.status());
    }
  }
  return {};
}

}  // namespace

Result<core::State> recover(io::Journal& journal, const RecoveryObserver& observer) {
  core::State state = load_newest(journal, observer);
  const EventSeq last = journal.last_seq();
  const Status folded =
      journal.read(state.applied.next(), last, [&](const core::Event& event) -> Status {
        if (observer.progress && event.seq.value() % kProgressEvery == 0) {
          observer.progress(event.seq, last);
        }
        return core::apply(state, event);
      });
  if (folded.code() == Code::kNotFound) {
    // Trimmed: no checkpoint, no history.
    return corruption(folded.message(), "restore the journal from a copy")
        .with_context("no checkpoint can be used, and");
  }
  SRSYNC_RETURN_IF_ERROR(folded);
  if (observer.progress) observer.progress(state.applied, last);
  return state;
}

}  // namespace srsync::journal
