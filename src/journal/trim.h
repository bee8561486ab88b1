// Drops the beginning of a journal: the events up to some point, for which a checkpoint stands from
// then on.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/ids.h"
#include "base/status.h"

namespace rocksdb {
class Env;
}  // namespace rocksdb

namespace srsync::journal {

struct TrimRequest {
  std::string dir;
  // What may go; exactly one of the two is required.
  std::optional<WallTime> older_than;       // events before this time
  std::optional<std::uint64_t> keep_bytes;  // all but the newest records that fit into this
  // Says what would go, and changes nothing; works beside a running daemon.
  bool dry_run = false;
  rocksdb::Env* env = nullptr;  // nullptr: the operating system's; must outlive the call
};

struct TrimReport {
  EventSeq first;  // of the history before
  EventSeq cut;    // the last event that goes (went); first - 1: none
  EventSeq last;   // of the journal
  WallTime cut_at;
  std::uint64_t events = 0;  // that go
  std::uint64_t bytes = 0;   // their records
  // More was allowed to go, but lies behind the oldest sound checkpoint.
  bool held_back = false;
  bool any() const { return cut >= first; }
};

// Cuts only at or below the oldest sound checkpoint but the one that the journal rests on already.
// Before anything is deleted the whole history is folded again and compared with every checkpoint.
// A crash at any moment leaves the journal as it was or trimmed, never between.
//
// kInvalidArgument: no limit, or two. kRejected: a daemon holds the journal, or it has no
// checkpoint to cut at. kCorruption: it is damaged; nothing was changed. kUnavailable: the disk;
// what the report would say may have happened, and calling again finishes it. `progress` may be
// empty.
Result<TrimReport> trim(const TrimRequest& request,
                        const std::function<void(EventSeq at)>& progress = {});

}  // namespace srsync::journal
