// Reading a journal without being its writer: beside a running daemon, on a copy, or what is left
// of one.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/ids.h"
#include "base/status.h"
#include "core/fact.h"
#include "core/state.h"
#include "io/journal.h"
#include "journal/records.h"

namespace rocksdb {
class Env;
}  // namespace rocksdb

namespace srsync::journal {

struct CheckpointInfo {
  EventSeq seq;
  std::uint64_t size = 0;  // bytes
  Hash128 digest;          // that the State after `seq` must have
  Hash128 chain;           // that the journal must have after `seq`
};

// Takes no lock and writes nothing. What it sees is what was durable when it was opened; open
// another one to see more. Safe from any thread.
class JournalReader {
 public:
  // Called with each event and the bytes of its record. A non-OK status ends the reading.
  using Visitor = std::function<Status(const core::Event& event, std::string_view record)>;

  // kNotFound: no journal there. kUnsupported: a newer version wrote it. kCorruption: so damaged
  // that not even a part can be read. `env` (nullptr: the operating system's) must outlive the
  // reader.
  static Result<std::unique_ptr<JournalReader>> open(const std::string& dir,
                                                     rocksdb::Env* env = nullptr);
  // How far the journal in `dir` was acknowledged at this moment, without opening it; nullopt when
  // that is not known. For those who wait for more.
  static std::optional<EventSeq> acknowledged(const std::string& dir, rocksdb::Env* env = nullptr);
  ~JournalReader();
  JournalReader(const JournalReader&) = delete;
  JournalReader& operator=(const JournalReader&) = delete;

  const io::JournalIdentity& identity() const { return identity_; }
  EventSeq last_seq() const { return last_seq_; }
  // Behind what the history begins; the first event is the one after it.
  const Beginning& beginning() const { return beginning_; }
  EventSeq first_seq() const { return beginning_.seq.next(); }
  // The chain hash after the last event: equal for two journals with the same history.
  const Hash128& chain() const { return chain_; }
  // What was found wrong at opening and worked around; empty in a sound journal.
  const std::vector<Status>& damage() const { return damage_; }

  // As io::Journal::read: what was visited before a failure is sound. kNotFound when `first` was
  // trimmed away.
  Status read(EventSeq first, EventSeq last, const Visitor& visit) const;

  // Newest first.
  Result<std::vector<CheckpointInfo>> checkpoints() const;
  // As io::Journal::load_checkpoint.
  Result<core::State> load_checkpoint(EventSeq seq) const;
  // What was known before the first event: nothing, or the checkpoint that a trimmed journal rests
  // on. kCorruption when that is not the one that it was trimmed to.
  Result<core::State> state_at_beginning() const;

 private:
  struct Impl;
  explicit JournalReader(std::unique_ptr<Impl> impl);
  // Reads identity, beginning and head; notes damage.
  Status attach();
  // What can be said without a part of that.
  Status guess_beginning();

  std::unique_ptr<Impl> impl_;
  io::JournalIdentity identity_;
  Beginning beginning_;
  EventSeq last_seq_;
  Hash128 chain_;
  std::vector<Status> damage_;
};

}  // namespace srsync::journal
