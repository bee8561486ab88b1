#include "observe/ports.h"

#include <optional>
#include <utility>

#include <fmt/format.h>

#include "core/names.h"
#include "observe/partition_calls.h"
#include "observe/renamed_reader.h"
#include "observe/replications.h"
#include "observe/submission.h"
#include "observe/sweep.h"
#include "observe/table_read.h"

namespace srsync::observe {

ClusterReaderImpl::ClusterReaderImpl(ClusterEndpoint endpoint, Connector& connector,
                                     std::shared_ptr<IndexCounts> indexes)
    : link_(std::move(endpoint), connector),
      identifier_(link_),
      feed_(link_),
      indexes_(std::move(indexes)) {}

Result<std::vector<core::Fact>> ClusterReaderImpl::identify() { return identifier_.identify(); }

Result<core::Sweep> ClusterReaderImpl::sweep() {
  SweepLessons lessons;
  Result<core::Sweep> out = sweep_cluster(link_, lessons);
  if (!out.is_ok()) return out;
  if (lessons.has_epochs) identifier_.learn_epochs(*lessons.has_epochs);
  if (lessons.has_partitions_meta) identifier_.learn_partitions_meta(*lessons.has_partitions_meta);
  remember(out->databases);
  for (const core::DatabaseListing& database : out->databases) indexes_->note(database);
  return out;
}

void ClusterReaderImpl::remember(const std::vector<core::DatabaseListing>& databases) {
  db_ids_.clear();
  for (const core::DatabaseListing& database : databases) db_ids_[database.name] = database.id;
}

Result<core::DbId> ClusterReaderImpl::id_of(const std::string& db) {
  if (const auto known = db_ids_.find(db); known != db_ids_.end()) return known->second;
  SRSYNC_ASSIGN_OR_RETURN(const auto databases, list_databases(link_));
  db_ids_.clear();
  for (const DatabaseRow& database : databases) db_ids_[database.name] = database.id;
  if (const auto known = db_ids_.find(db); known != db_ids_.end()) return known->second;
  return not_found(fmt::format("there is no database {} on the {} cluster", db,
                               side_name(link_.endpoint().side)));
}

Result<core::DatabaseListing> ClusterReaderImpl::list_database(const std::string& db) {
  // Asked by name, and names move between ids: a remembered id may be another database by now.
  db_ids_.erase(db);
  SRSYNC_ASSIGN_OR_RETURN(const core::DbId id, id_of(db));
  SRSYNC_ASSIGN_OR_RETURN(const std::vector<TableRow> tables, list_tables(link_, id));
  core::DatabaseListing out{id, db, true, {}};
  for (const TableRow& table : tables) out.tables.push_back(table.listing);
  indexes_->note(out);
  return out;
}

Result<core::TableRead> ClusterReaderImpl::read_table(const core::TableName& name,
                                                      core::TableId id) {
  core::SchemaMark mark;
  if (link_.endpoint().side == Side::kSource) {
    SRSYNC_ASSIGN_OR_RETURN(mark, schema_mark(name, id));
  }
  // Not listed yet is as good as several.
  return observe::read_table(link_, name, id, indexes_->get(id) != 1, mark);
}

Result<core::SchemaMark> ClusterReaderImpl::schema_mark(const core::TableName& name,
                                                        core::TableId id) {
  const Result<core::DbId> db = id_of(name.db);
  if (db.status().code() == Code::kUnavailable) return db.status();
  if (!db.is_ok()) return core::SchemaMark();
  auto mark = read_schema_mark(link_, *db, name, id);
  // The database was made anew under another id, perhaps: the next call looks.
  if (mark.is_ok() && !mark->is_known()) db_ids_.erase(name.db);
  return mark;
}

Result<core::TableRead> ClusterReaderImpl::read_partitions(const core::TableName& name,
                                                           core::TableId id) {
  return read_partitions_of(link_, name, id);
}

Result<io::Feed> ClusterReaderImpl::read_feed(const std::string& db, core::TxnId after) {
  SRSYNC_ASSIGN_OR_RETURN(const core::DbId id, id_of(db));
  Result<io::Feed> feed = feed_.read(id, after);
  // Dropped and made again under another id, perhaps: the next call looks.
  if (!feed.is_ok() && feed.status().code() == Code::kNotFound) db_ids_.erase(db);
  return feed;
}

Result<io::Feed> ClusterReaderImpl::read_feeds(const std::string& key,
                                               const std::vector<std::string>& dbs,
                                               core::TxnId after) {
  std::vector<core::DbId> ids;
  for (const std::string& db : dbs) {
    const Result<core::DbId> id = id_of(db);
    if (id.is_ok()) {
      ids.push_back(*id);
    } else if (ids.empty() || id.status().code() != Code::kNotFound) {
      return id.status();
    }
  }
  FeedReader& group = groups_.try_emplace(key, link_).first->second;
  Result<io::Feed> feed = group.read_all(ids, after);
  if (!feed.is_ok() && feed.status().code() == Code::kNotFound) db_ids_.clear();
  return feed;
}

Result<ClusterWriterImpl::Place> ClusterWriterImpl::place_of(const core::TableName& seen,
                                                             core::DbId own_db) {
  const auto name = renames_->forward(seen);
  if (!name) return rejected(core::to_string(seen) + ": " + renames_->taken_by(seen));
  if (name->db == renames_->forward_database(seen.db)) return Place{*name, own_db};
  SRSYNC_ASSIGN_OR_RETURN(const auto databases, list_databases(target_));
  for (const DatabaseRow& database : databases) {
    if (database.name == name->db) return Place{*name, database.id};
  }
  return not_found(fmt::format("there is no database {} on the target cluster", name->db));
}

Status ClusterWriterImpl::run_ddl(const std::string& statement) {
  return target_.change(statement);
}

Status ClusterWriterImpl::create_partitions(const core::DdlIntent& intent) {
  SRSYNC_ASSIGN_OR_RETURN(const Place place, place_of(core::seen_name(intent), intent.call_db));
  core::DdlIntent there = intent;
  there.call_name = place.name;
  there.call_db = place.db;
  return observe::create_partitions(target_, there);
}

io::SubmitOutcome ClusterWriterImpl::submit(const core::ReplicationIntent& intent) {
  Result<Place> place = place_of(core::seen_name(intent), intent.target_db);
  if (!place.is_ok()) return not_begun(place.status());
  core::ReplicationIntent there = intent;
  there.target_db = place->db;
  return observe::submit(source_, target_, cache_, there, place->name);
}

Result<std::vector<io::JobStatus>> ClusterWriterImpl::list_jobs() {
  const Result<io::ResultSet> rows = target_.read("SHOW PROC '/replications'");
  if (rows.is_ok()) return read_replications(*rows);
  if (is_unknown_path(rows.status())) return unsupported(rows.status().message());
  return rows.status();
}

Result<io::LabelState> ClusterWriterImpl::label_state(const core::ReplicationIntent& intent) {
  const Result<Place> place = place_of(core::seen_name(intent), intent.target_db);
  // Its database is gone, and its transactions with it; or other rules left it without a place.
  const Code code = place.status().code();
  if (code == Code::kNotFound || code == Code::kRejected) return io::LabelState::kUnknown;
  if (!place.is_ok()) return place.status();
  core::ReplicationIntent there = intent;
  there.name = place->name;
  there.target_db = place->db;
  return find_label(target_, there);
}

Status ClusterWriterImpl::cancel(const core::ReplicationIntent& intent, core::TxnId txn,
                                 const std::string& reason) {
  SRSYNC_ASSIGN_OR_RETURN(const Place place, place_of(core::seen_name(intent), intent.target_db));
  return target_.change_rpc([&](io::FrontendRpc& rpc) {
    return rpc.abort_remote_txn(txn.value(), place.db.value(), reason);
  });
}

namespace {

class PortsImpl final : public io::Ports {
 public:
  PortsImpl(ClusterEndpoint source, ClusterEndpoint target, Connector& connector,
            std::shared_ptr<SchemaCache> cache,
            const std::array<std::shared_ptr<IndexCounts>, 2>& indexes,
            const std::shared_ptr<const core::Renames>& renames)
      : cache_(std::move(cache)),
        source_(std::move(source), connector, indexes[0]),
        target_(std::move(target), connector, indexes[1]),
        writer_(source_.link(), target_.link(), *cache_, renames) {
    if (!renames->empty()) renamed_.emplace(target_, renames);
  }

  io::ClusterReader& reader(Side side) override {
    if (side == Side::kSource) return source_;
    if (renamed_) return *renamed_;
    return target_;
  }
  io::ClusterWriter& writer() override { return writer_; }

 private:
  std::shared_ptr<SchemaCache> cache_;
  ClusterReaderImpl source_;
  ClusterReaderImpl target_;
  std::optional<RenamedReader> renamed_;
  ClusterWriterImpl writer_;
};

}  // namespace

PortsFactoryImpl::PortsFactoryImpl(ClusterEndpoint source, ClusterEndpoint target,
                                   Connector& connector, core::Renames renames)
    : source_(std::move(source)),
      target_(std::move(target)),
      connector_(connector),
      renames_(std::make_shared<const core::Renames>(std::move(renames))),
      cache_(std::make_shared<SchemaCache>()),
      indexes_{std::make_shared<IndexCounts>(), std::make_shared<IndexCounts>()} {}

std::unique_ptr<io::Ports> PortsFactoryImpl::make() {
  return std::make_unique<PortsImpl>(source_, target_, connector_, cache_, indexes_, renames_);
}

}  // namespace srsync::observe
