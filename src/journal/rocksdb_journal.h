// The Journal on RocksDB. Format: schema/journal.proto.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/status.h"
#include "io/clock.h"
#include "io/journal.h"

namespace rocksdb {
class Env;
}  // namespace rocksdb

namespace srsync::journal {

struct JournalOptions {
  std::string dir;        // made when missing; its parent must exist
  io::PairIdentity pair;  // both cluster ids are required
  // Where files are; nullptr: the operating system's. Must outlive the journal. For tests that cut
  // the power or fill the disk.
  rocksdb::Env* env = nullptr;
  // How many of the last events are checked at opening. 0 checks the end only.
  std::uint64_t events_checked = 1000;
};

// Opens the journal in `options.dir` for writing, or makes it. `clock` must outlive it.
//
// kRejected: another process holds it ("journal DIR is in use by pid N ..."), it belongs to another
// pair of clusters, or the directory holds something else. kUnsupported: a newer version wrote it.
// kCorruption: it is damaged. kUnavailable: the disk. In all these cases nothing was changed.
Result<std::unique_ptr<io::Journal>> open_journal(const JournalOptions& options, io::Clock& clock);

// kRejected, in words, when a journal of `have` may not be used for `want`.
Status check_pair(const std::string& dir, const io::PairIdentity& have,
                  const io::PairIdentity& want);

}  // namespace srsync::journal
