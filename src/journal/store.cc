#include "journal/store.h"

#include <fmt/format.h>
#include <rocksdb/env.h>
#include <rocksdb/options.h>
#include <rocksdb/table.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/text.h"
#include "journal/directory.h"

namespace srsync::journal {
namespace {

constexpr const char* kEvents = "events";
constexpr const char* kCheckpoints = "checkpoints";
constexpr const char* kMeta = "meta";

rocksdb::ColumnFamilyOptions family_options(rocksdb::CompressionType compression,
                                            std::size_t block_bytes) {
  rocksdb::BlockBasedTableOptions table;
  table.checksum = rocksdb::kXXH3;
  table.block_size = block_bytes;
  rocksdb::ColumnFamilyOptions options;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  options.compression = compression;
  return options;
}

std::vector<rocksdb::ColumnFamilyDescriptor> families(const std::vector<std::string>& existing) {
  std::vector<rocksdb::ColumnFamilyDescriptor> list = {
      {rocksdb::kDefaultColumnFamilyName, rocksdb::ColumnFamilyOptions()},
      {kEvents, events_options()},
      {kCheckpoints, family_options(rocksdb::kLZ4Compression, 64 << 10)},
      {kMeta, family_options(rocksdb::kNoCompression, 4 << 10)}};
  for (const std::string& name : existing) {
    const bool known = std::any_of(list.begin(), list.end(),
                                   [&name](const auto& family) { return family.name == name; });
    if (!known) list.emplace_back(name, rocksdb::ColumnFamilyOptions());
  }
  return list;
}

// The writer may move events between files while they are opened for reading; a set of files that
// did not change meanwhile is consistent.
constexpr int kReadOpenTries = 20;

rocksdb::Status open_read_only(const rocksdb::DBOptions& options, const std::string& dir,
                               const std::vector<rocksdb::ColumnFamilyDescriptor>& list,
                               std::vector<rocksdb::ColumnFamilyHandle*>& handles,
                               rocksdb::DB*& db) {
  rocksdb::Status opened;
  for (int i = 0; i < kReadOpenTries; ++i) {
    const std::vector<std::string> before = file_set(dir, *options.env);
    opened = rocksdb::DB::OpenForReadOnly(options, dir, list, &handles, &db);
    if (file_set(dir, *options.env) == before || i == kReadOpenTries - 1) return opened;
    if (!opened.ok()) continue;
    for (rocksdb::ColumnFamilyHandle* handle : handles) {
      db->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
    }
    handles.clear();
    delete db;
    db = nullptr;
  }
  return opened;
}

}  // namespace

rocksdb::DBOptions database_options(rocksdb::Env* env) {
  rocksdb::DBOptions options;
  if (env != nullptr) options.env = env;
  // A torn record at the end was never acknowledged and is dropped. Damage before the end is
  // refused: the default mode would silently forget every event behind it.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.track_and_verify_wals_in_manifest = true;
  options.paranoid_checks = true;
  // All families are flushed together, so that events and head in the tables never disagree and
  // old logs go soon. An old log may still stand beside the newest for a moment, or be put back:
  // that one is left does not prove that the newest is there. check_high_water() proves that.
  options.atomic_flush = true;
  options.max_open_files = -1;
  options.max_total_wal_size = 256ULL << 20;
  options.max_background_jobs = 2;
  options.info_log_level = rocksdb::WARN_LEVEL;
  options.keep_log_file_num = 3;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  return options;
}

rocksdb::ColumnFamilyOptions events_options() {
  return family_options(rocksdb::kLZ4Compression, 32 << 10);
}

Status from_rocksdb(const rocksdb::Status& rocks, const std::string& dir, std::string_view doing) {
  if (rocks.ok()) return Status::ok();
  const std::string where = fmt::format("journal {}: {}", dir, doing);
  if (rocks.IsNoSpace()) {
    return unavailable(fmt::format("{}: the disk is full", where),
                       "free space on the journal's disk and start again; what was acknowledged is "
                       "not lost");
  }
  if (rocks.IsCorruption()) {
    return corruption(fmt::format("{}: {}", where, rocks.ToString()),
                      "keep the directory as evidence and go on from a copy");
  }
  // Events are written only when all families exist: a crash came while the journal was being made.
  if (rocks.IsInvalidArgument() && contains(rocks.ToString(), "Column family not found")) {
    return not_found(fmt::format("{}: it was never written to", where),
                     "srsyncd finishes making it at its next start");
  }
  if (rocks.IsInvalidArgument() || rocks.IsNotSupported()) {
    return unsupported(fmt::format("{}: {}", where, rocks.ToString()));
  }
  return unavailable(fmt::format("{}: {}", where, rocks.ToString()));
}

Result<std::unique_ptr<Store>> Store::open(const std::string& dir, Access access,
                                           rocksdb::Env* env) {
  if (env == nullptr) env = rocksdb::Env::Default();
  Contents contents = Contents::kNothing;
  SRSYNC_ASSIGN_OR_RETURN(contents, inspect_directory(dir, *env));
  if (access != Access::kWrite && contents == Contents::kNothing) {
    return not_found(fmt::format("there is no journal in {}", dir));
  }
  if (access == Access::kWrite) {
    const rocksdb::Status made = env->CreateDirIfMissing(dir);
    SRSYNC_RETURN_IF_ERROR(from_rocksdb(made, dir, "making the directory"));
    SRSYNC_RETURN_IF_ERROR(check_not_held(dir, *env));
  }
  // A salvage reads what is left; the caller has heard the reason.
  if (contents == Contents::kJournal && access != Access::kSalvage) {
    SRSYNC_RETURN_IF_ERROR(check_log_is_there(dir, *env));
  }
  std::unique_ptr<Store> store(new Store(dir));
  SRSYNC_RETURN_IF_ERROR(store->attach(access, env));
  if (access == Access::kWrite) write_owner_note(dir, *env);
  return store;
}

Status Store::attach(Access access, rocksdb::Env* env) {
  rocksdb::DBOptions options = database_options(env);
  std::vector<std::string> existing;
  // Fails where there is none yet; opening says what is wrong otherwise.
  rocksdb::DB::ListColumnFamilies(options, dir_, &existing).PermitUncheckedError();
  const auto list = families(existing);
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  if (access == Access::kWrite) {
    options.create_if_missing = existing.empty();
    options.create_missing_column_families = true;
    return keep(rocksdb::DB::Open(options, dir_, list, &handles, &db_), handles);
  }
  if (access == Access::kRead)
    return keep(open_read_only(options, dir_, list, handles, db_), handles);
  options.paranoid_checks = false;
  options.track_and_verify_wals_in_manifest = false;
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  rocksdb::Status opened = open_read_only(options, dir_, list, handles, db_);
  if (!opened.ok()) {
    // The last resort: the newest state of the files for which all are there.
    options.best_efforts_recovery = true;
    handles.clear();
    opened = open_read_only(options, dir_, list, handles, db_);
  }
  return keep(opened, handles);
}

Status Store::keep(const rocksdb::Status& opened,
                   const std::vector<rocksdb::ColumnFamilyHandle*>& handles) {
  SRSYNC_RETURN_IF_ERROR(from_rocksdb(opened, dir_, "opening it"));
  default_ = handles[0];
  events_ = handles[1];
  checkpoints_ = handles[2];
  meta_ = handles[3];
  others_.assign(handles.begin() + 4, handles.end());
  return Status::ok();
}

Store::~Store() {
  if (db_ == nullptr) return;
  for (rocksdb::ColumnFamilyHandle* handle : {default_, events_, checkpoints_, meta_}) {
    if (handle != nullptr) db_->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
  }
  for (rocksdb::ColumnFamilyHandle* handle : others_) {
    db_->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
  }
  // What was acknowledged is synced already; closing has nothing to add.
  db_->Close().PermitUncheckedError();
  delete db_;
}

Status Store::status(const rocksdb::Status& rocks, std::string_view doing) const {
  return from_rocksdb(rocks, dir_, doing);
}

Result<std::optional<std::string>> Store::get(rocksdb::ColumnFamilyHandle* family,
                                              std::string_view key) const {
  std::string value;
  const rocksdb::Status got = db_->Get(rocksdb::ReadOptions(), family, slice(key), &value);
  if (got.IsNotFound()) return std::optional<std::string>();
  SRSYNC_RETURN_IF_ERROR(status(got, "reading"));
  return std::optional<std::string>(std::move(value));
}

Result<std::optional<io::JournalIdentity>> Store::read_identity() const {
  std::optional<std::string> bytes;
  SRSYNC_ASSIGN_OR_RETURN(bytes, get(meta_, kIdentityKey));
  if (!bytes.has_value()) {
    if (!has_events()) return std::optional<io::JournalIdentity>();
    return corruption(fmt::format("journal {} has events but no identity", dir_));
  }
  Result<io::JournalIdentity> identity = decode_identity(*bytes);
  if (!identity.is_ok()) return identity.status().with_context(fmt::format("journal {}", dir_));
  return std::optional<io::JournalIdentity>(std::move(identity).value());
}

Status Store::write_identity(const io::JournalIdentity& identity) const {
  rocksdb::WriteOptions options;
  options.sync = true;
  SRSYNC_RETURN_IF_ERROR(
      status(db_->Put(options, meta_, slice(kIdentityKey), encode_identity(identity)),
             "writing its identity"));
  // Out of the log at once: whoever deletes the log must not make a nameless journal of this one.
  return status(db_->Flush(rocksdb::FlushOptions(), {default_, events_, checkpoints_, meta_}),
                "writing its identity");
}

Result<Beginning> Store::read_beginning() const {
  std::optional<std::string> identity_bytes;
  SRSYNC_ASSIGN_OR_RETURN(identity_bytes, get(meta_, kIdentityKey));
  std::uint32_t format = 0;
  Result<io::JournalIdentity> identity = decode_identity(identity_bytes.value_or(""), &format);
  if (!identity.is_ok()) return identity.status().with_context(fmt::format("journal {}", dir_));
  std::optional<std::string> bytes;
  SRSYNC_ASSIGN_OR_RETURN(bytes, get(meta_, kBeginningKey));
  if (bytes.has_value() != (format >= kFormatTrimmed)) {
    return corruption(
        bytes.has_value()
            ? fmt::format("journal {} has a beginning although it was never trimmed", dir_)
            : fmt::format("journal {} was trimmed, but what says up to where is gone", dir_));
  }
  if (!bytes.has_value()) return whole_beginning(identity->journal_id);
  Result<Beginning> beginning = decode_beginning(*bytes);
  if (!beginning.is_ok()) return beginning.status().with_context(fmt::format("journal {}", dir_));
  return beginning;
}

Result<Head> Store::read_head(const std::string& journal_id) const {
  std::optional<std::string> bytes;
  SRSYNC_ASSIGN_OR_RETURN(bytes, get(meta_, kHeadKey));
  if (bytes.has_value()) {
    Result<Head> head = decode_head(*bytes);
    if (!head.is_ok()) return head.status().with_context(fmt::format("journal {}", dir_));
    return head;
  }
  std::optional<std::string> beginning;
  SRSYNC_ASSIGN_OR_RETURN(beginning, get(meta_, kBeginningKey));
  if (!has_events() && !beginning.has_value()) return genesis(journal_id);
  return corruption(fmt::format("journal {} has events but no head", dir_));
}

bool Store::has_events() const {
  const std::unique_ptr<rocksdb::Iterator> at(db_->NewIterator(rocksdb::ReadOptions(), events_));
  at->SeekToFirst();
  // A read that fails is not an empty journal.
  return at->Valid() || !at->status().ok();
}

}  // namespace srsync::journal
