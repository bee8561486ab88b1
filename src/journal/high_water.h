// How far the journal was acknowledged, in a small file beside RocksDB's own. Room-internal.
//
// RocksDB cannot tell a journal whose newest log was deleted from one that ends earlier: the newest
// log is in no list of its files. So the end is also written down here after every append. The note
// is overwritten in place and not synced each time: deleting a file by hand does not take the power
// away, and after a power cut an older note is still a true one (it says "at least").
#pragma once

#include <rocksdb/env.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/status.h"
#include "journal/records.h"

namespace srsync::journal {

inline constexpr std::string_view kHighWaterFile = "ACKNOWLEDGED";

// One writer, one thread at a time.
class HighWater {
 public:
  // Opens the note in `dir` for overwriting, or makes it (durably). `env` must outlive it.
  static Result<std::unique_ptr<HighWater>> open(const std::string& dir, rocksdb::Env& env);

  // `head` is durable from now on.
  Status raise(const Head& head);
  Status sync();

 private:
  HighWater(std::string dir, std::unique_ptr<rocksdb::RandomRWFile> file)
      : dir_(std::move(dir)), file_(std::move(file)) {}

  const std::string dir_;
  const std::unique_ptr<rocksdb::RandomRWFile> file_;
  bool second_ = false;  // which of the two copies is written next
};

// What the note says; nullopt when there is none or nothing in it can be trusted. Reading it before
// the journal is opened makes it a lower bound of what must be found, beside a writer too.
std::optional<Head> read_high_water(const std::string& dir, rocksdb::Env& env);

// kCorruption when a journal that ends at `head` is shorter than the note says.
Status check_high_water(const std::string& dir, const std::optional<Head>& noted, const Head& head);

}  // namespace srsync::journal
