// The seam to the journal: the append-only list of Events that everything else is a function of.
//
// One Journal belongs to one (source, target) pair of clusters and has one writer. The driver
// appends; after a restart journal/recover.h folds it into a State again.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/status.h"
#include "core/fact.h"
#include "core/state.h"

namespace srsync::io {

// Which two clusters a journal is about. A journal is never used for another pair: its versions and
// ids would be taken for those of clusters that they do not belong to.
struct PairIdentity {
  std::string source_cluster_id;
  std::string target_cluster_id;
  // A cluster keeps its run mode for life; kUnknown fits every mode.
  core::RunMode source_run_mode = core::RunMode::kUnknown;
  core::RunMode target_run_mode = core::RunMode::kUnknown;
  friend bool operator==(const PairIdentity&, const PairIdentity&) = default;
};

struct JournalIdentity {
  // 16 lower-case hex digits, random, made with the journal and part of every job id: two journals
  // never name two jobs alike.
  std::string journal_id;
  PairIdentity pair;
  WallTime created;
  friend bool operator==(const JournalIdentity&, const JournalIdentity&) = default;
};

// Called with events in order. A non-OK status ends the reading and is returned from it. The event
// is only valid during the call.
using EventVisitor = std::function<Status(const core::Event&)>;

// Safe from any thread, except where a function says otherwise.
class Journal {
 public:
  virtual ~Journal() = default;

  // Makes `facts` durable, in order and without other callers' facts between them, and returns them
  // with their place and time. When it returns OK they survive a power cut; no effect may start and
  // no State may change before. Times never go backwards within a journal: max(last, clock). Facts
  // that several threads append at the same moment share one sync. Empty `facts` give no events.
  //
  // kUnavailable (disk full, I/O error) or kCorruption: it is unknown whether the facts are stored.
  // Every later call fails the same way until the journal is opened anew: what is known must be
  // read back from the disk, never continued from memory.
  virtual Result<std::vector<core::Event>> append(std::vector<core::Fact> facts) = 0;

  // Stores `state` durably, so that recovery folds only what comes after state.applied. Keeps the
  // last two, and the one that a trimmed journal rests on. Requires state.applied <= last_seq(). A
  // failure leaves the older ones as they were; further appends are refused then, as after one.
  virtual Status write_checkpoint(const core::State& state) = 0;

  // Where checkpoints stand, newest first.
  virtual std::vector<EventSeq> checkpoints() = 0;

  // The State stored at `seq`, derived parts rebuilt. kNotFound when there is none; kCorruption
  // when its bytes do not give the digest that was stored with it; kUnsupported when a newer
  // version wrote it.
  virtual Result<core::State> load_checkpoint(EventSeq seq) = 0;

  // Visits the events first..last, both included, cut to the last; checks on the way that none is
  // missing and that each follows from the one before. kCorruption names the first that does not;
  // kUnsupported one that a newer version wrote; kNotFound says that `first` was trimmed away. What
  // was visited before is sound.
  virtual Status read(EventSeq first, EventSeq last, const EventVisitor& visit) = 0;

  // Of the last durable event; 0 in an empty journal.
  virtual EventSeq last_seq() const = 0;

  // Constant while the journal is open.
  virtual const JournalIdentity& identity() const = 0;
};

}  // namespace srsync::io
