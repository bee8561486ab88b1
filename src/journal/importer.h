// Makes a journal out of records that another one held, for looking at it. Room-internal to
// readers: a daemon never imports.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/status.h"
#include "io/journal.h"
#include "journal/records.h"

namespace rocksdb {
class Env;
}  // namespace rocksdb

namespace srsync::journal {

// One thread. Until finish() succeeded, what stands in the directory is refused as damaged: events
// without a head.
class Importer {
 public:
  // kRejected when something stands in `dir`. `env` (nullptr: the operating system's) must outlive
  // the importer.
  static Result<std::unique_ptr<Importer>> create(const std::string& dir,
                                                  const io::JournalIdentity& identity,
                                                  rocksdb::Env* env = nullptr);
  ~Importer();
  Importer(const Importer&) = delete;
  Importer& operator=(const Importer&) = delete;

  // Before the first event: the journal was trimmed to `beginning`, and these are the bytes of the
  // checkpoint that stands for what is gone. kCorruption when they do not give `digest`.
  Status begin_trimmed(const Beginning& beginning);
  Status add_state(std::string_view piece);
  Status finish_state(const Hash128& digest);

  // The next event's record, byte for byte. kCorruption when it does not follow from the one
  // before.
  Status add(std::string_view record);
  // Makes all of it durable. kCorruption when the chain does not end in `chain`.
  Status finish(EventSeq last, const Hash128& chain);

 private:
  struct Impl;
  explicit Importer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace srsync::journal
