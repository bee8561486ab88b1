// RocksDB as the journal uses it: three column families in one directory. Room-internal.
//
// Safe from any thread once open.
#pragma once

#include <rocksdb/db.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "io/journal.h"
#include "journal/records.h"

namespace srsync::journal {

// kSalvage reads what is left of a damaged journal; events may be missing behind the damage.
enum class Access { kWrite, kRead, kSalvage };

class Store {
 public:
  // Opens the directory. For kWrite it creates what is missing, takes RocksDB's lock and leaves a
  // note that says who holds it; kRejected when another process does. For kRead it takes no lock
  // and writes nothing; it sees what was durable at this moment. kNotFound when there is no journal
  // (not for kWrite); kCorruption when files are missing or damaged. `env` (nullptr: the default
  // one) must outlive the store.
  static Result<std::unique_ptr<Store>> open(const std::string& dir, Access access,
                                             rocksdb::Env* env);
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  rocksdb::DB& db() const { return *db_; }
  rocksdb::ColumnFamilyHandle* events() const { return events_; }
  rocksdb::ColumnFamilyHandle* checkpoints() const { return checkpoints_; }
  rocksdb::ColumnFamilyHandle* meta() const { return meta_; }
  const std::string& dir() const { return dir_; }

  // The identity record; nullopt in a journal that was just created.
  Result<std::optional<io::JournalIdentity>> read_identity() const;
  Status write_identity(const io::JournalIdentity& identity) const;

  // Where the kept events begin. kCorruption when what says so is missing or contradicts the
  // journal's format version. Requires an identity.
  Result<Beginning> read_beginning() const;

  // The head record; genesis when there never were events. kCorruption when events stand without
  // it.
  Result<Head> read_head(const std::string& journal_id) const;

  // The value of `key`; nullopt when there is none.
  Result<std::optional<std::string>> get(rocksdb::ColumnFamilyHandle* family,
                                         std::string_view key) const;

  // A RocksDB status as one of ours, naming the directory. OK stays OK.
  Status status(const rocksdb::Status& rocks, std::string_view doing) const;

 private:
  explicit Store(std::string dir) : dir_(std::move(dir)) {}
  Status attach(Access access, rocksdb::Env* env);
  Status keep(const rocksdb::Status& opened,
              const std::vector<rocksdb::ColumnFamilyHandle*>& handles);
  // Whether any event is there, whatever the head says.
  bool has_events() const;

  std::string dir_;
  rocksdb::DB* db_ = nullptr;
  rocksdb::ColumnFamilyHandle* default_ = nullptr;
  rocksdb::ColumnFamilyHandle* events_ = nullptr;
  rocksdb::ColumnFamilyHandle* checkpoints_ = nullptr;
  rocksdb::ColumnFamilyHandle* meta_ = nullptr;
  // Families of a newer format, opened only because RocksDB insists.
  std::vector<rocksdb::ColumnFamilyHandle*> others_;
};

// How RocksDB is set up; also used by the bench, to compare like with like.
rocksdb::DBOptions database_options(rocksdb::Env* env);
rocksdb::ColumnFamilyOptions events_options();

// Meta keys.
inline constexpr std::string_view kIdentityKey = "journal";
inline constexpr std::string_view kHeadKey = "head";
inline constexpr std::string_view kBeginningKey = "beginning";

inline rocksdb::Slice slice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }
inline std::string_view view(const rocksdb::Slice& bytes) { return {bytes.data(), bytes.size()}; }

// "journal DIR: <doing>: <what RocksDB says>" with the code that tells the caller what to do.
Status from_rocksdb(const rocksdb::Status& rocks, const std::string& dir, std::string_view doing);

}  // namespace srsync::journal
