#include "support/fake_cluster.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/text.h"

namespace srsync::testing {
namespace {

// The text between the n-th pair of backticks, from 0; empty when there are fewer.
std::string quoted(const std::string& text, int n) {
  std::size_t at = 0;
  for (int i = 0;; ++i) {
    const std::size_t begin = text.find('`', at);
    if (begin == std::string::npos) return {};
    const std::size_t end = text.find('`', begin + 1);
    if (end == std::string::npos) return {};
    if (i == n) return text.substr(begin + 1, end - begin - 1);
    at = end + 1;
  }
}

std::string source_sql(const std::string& table, const std::vector<std::string>& partitions) {
  std::string sql = "CREATE TABLE `" + table +
                    "` (\n  `k` int(11) NOT NULL COMMENT \"\",\n  `p` varchar(16) NOT NULL COMMENT "
                    "\"\"\n) ENGINE=OLAP \nDUPLICATE KEY(`k`)\nPARTITION BY LIST(`p`)(\n";
  for (std::size_t i = 0; i < partitions.size(); ++i) {
    sql += (i > 0 ? ",\n" : "");
    sql += "  PARTITION " + partitions[i] + " VALUES IN ('" + partitions[i] + "')";
  }
  return sql +
         "\n)\nDISTRIBUTED BY HASH(`k`) BUCKETS 2 \nPROPERTIES (\n\"compression\" = \"LZ4\",\n"
         "\"fast_schema_evolution\" = \"true\",\n\"replicated_storage\" = \"true\",\n"
         "\"replication_num\" = \"1\"\n);";
}

core::Partition partition_of(std::int64_t id, const std::string& name, std::int64_t version,
                             std::int64_t epoch) {
  core::Partition p;
  p.id = core::PartitionId(id);
  p.name = name;
  p.values = "VALUES IN ('" + name + "')";
  p.visible_version = version;
  p.data_version = version;
  p.epoch = epoch;
  p.data_bytes = 1000;
  p.buckets = 2;
  p.txn_type = core::TxnType::kNormal;
  return p;
}

std::string slices_sql(const std::string& table) {
  return "CREATE TABLE `" + table +
         "` (\n  `d` date NOT NULL COMMENT \"\",\n  `k` int(11) NOT NULL COMMENT \"\"\n) "
         "ENGINE=OLAP "
         "\nDUPLICATE KEY(`d`)\nPARTITION BY time_slice(d, 7, 'day', 'floor')\nDISTRIBUTED BY "
         "HASH(`k`) BUCKETS 2 \nPROPERTIES (\n\"compression\" = \"LZ4\",\n"
         "\"fast_schema_evolution\" = \"true\",\n\"replicated_storage\" = \"true\",\n"
         "\"replication_num\" = \"1\"\n);";
}

// "20260101" and the week that begins there; days up to the 21st only.
std::string week_of(const std::string& start) {
  const std::string month = start.substr(0, 4) + "-" + start.substr(4, 2) + "-";
  const int day = std::stoi(start.substr(6));
  const auto two = [](int n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  return "VALUES [(\"" + month + two(day) + "\"), (\"" + month + two(day + 7) + "\"))";
}

bool same(const std::string& a, const char* b) { return a.find(b) != std::string::npos; }

}  // namespace

class FakeReader final : public io::ClusterReader {
 public:
  FakeReader(FakeWorld& world, Side side) : world_(world), side_(side) {}

  Result<std::vector<core::Fact>> identify() override {
    const std::lock_guard<std::mutex> lock(world_.mutex_);
    ++world_.calls_;
    if (!world_.down(side_).is_ok()) return world_.down(side_);
    core::ClusterIdentified identity;
    identity.side = side_;
    identity.cluster_id = side_ == Side::kSource ? "111" : world_.target_cluster_id;
    identity.version = "4.0.0-abc1234";
    identity.run_mode = core::RunMode::kSharedNothing;
    identity.capabilities = {true, true, true};
    core::Backend backend;
    backend.id = 1;
    backend.host = "be1";
    backend.alive = true;
    std::vector<core::Fact> facts = {identity, core::TopologyObserved{side_, {}, {backend}}};
    if (side_ == Side::kTarget) facts.emplace_back(core::LimitsObserved{100, 10'240, 1 << 20});
    return facts;
  }

  Result<core::Sweep> sweep() override {
    const std::lock_guard<std::mutex> lock(world_.mutex_);
    ++world_.calls_;
    if (!world_.down(side_).is_ok()) return world_.down(side_);
    core::Sweep sweep;
    for (const auto& [name, db] : world_.databases(side_)) {
      sweep.databases.push_back(listing(name, db));
      for (const auto& [table_name, table] : db.tables) {
        core::SweptTable swept{{name, table_name}, {}};
        for (const auto& [partition_name, p] : table.partitions) {
          swept.partitions.push_back(
              {partition_name,
               {p.id, p.visible_version, p.data_version, p.epoch, p.data_bytes, p.txn_type}});
        }
        sweep.tables.push_back(std::move(swept));
      }
    }
    return sweep;
  }

  Result<core::DatabaseListing> list_database(const std::string& db) override {
    const std::lock_guard<std::mutex> lock(world_.mutex_);
    ++world_.calls_;
    if (!world_.down(side_).is_ok()) return world_.down(side_);
    const auto at = world_.databases(side_).find(db);
    if (at == world_.databases(side_).end()) return not_found("no database " + db);
    return listing(db, at->second);
  }

  Result<core::TableRead> read_table(const core::TableName& name, core::TableId id) override {
    const std::lock_guard<std::mutex> lock(world_.mutex_);
    ++world_.calls_;
    if (!world_.down(side_).is_ok()) return world_.down(side_);
    if (world_.on_read_table) SRSYNC_RETURN_IF_ERROR(world_.on_read_table(name));
    const auto db = world_.databases(side_).find(name.db);
    if (db == world_.databases(side_).end()) return not_found("no database");
    const auto table = db->second.tables.find(name.table);
    if (table == db->second.tables.end()) return not_found("no table");
    core::TableRead read{side_, name, id, table->second.create_sql, 0, "", {}};
    // Both sides' texts differ in their partitions only.
    read.schema_hash = 77;
    for (const auto& [partition_name, p] : table->second.partitions) read.partitions.push_back(p);
    return read;
  }

  Result<io::Feed> read_feed(const std::string& db, core::TxnId after) override {
    const std::lock_guard<std::mutex> lock(world_.mutex_);
    ++world_.calls_;
    if (!world_.down(side_).is_ok()) return world_.down(side_);
    io::Feed feed;
    for (const auto& txn : world_.feeds_[static_cast<std::size_t>(side_)][db]) {
      feed.last = txn.id;
      if (after.is_set() && txn.id > after) feed.transactions.push_back(txn);
    }
    return feed;
  }

 private:
  static core::DatabaseListing listing(const std::string& name, const FakeDatabase& db) {
    core::DatabaseListing listing;
    listing.id = db.id;
    listing.name = name;
    for (const auto& [table_name, table] : db.tables) {
      listing.tables.push_back({table.id, table_name, core::TableKind::kTable, true});
    }
    return listing;
  }

  FakeWorld& world_;
  const Side side_;
};

class FakeWriter final : public io::ClusterWriter {
 public:
  explicit FakeWriter(FakeWorld& world) : world_(world) {}

  Status run_ddl(const std::string& statement) override {
    const std::lock_guard<std::mutex> lock(world_.mutex_);
    ++world_.calls_;
    if (!world_.target_down.is_ok()) return world_.target_down;
    world_.statements_.push_back(statement);
    const auto fault = world_.on_ddl ? world_.on_ddl(statement) : FakeWorld::Fault{};
    if (!fault.reply.is_ok() && !fault.after) return fault.reply;
    const Status done = world_.apply_ddl(statement);
    return fault.reply.is_ok() ? done : fault.reply;
  }

  Status create_partitions(const core::DdlIntent& intent) override {
    const std::lock_guard<std::mutex> lock(world_.mutex_);
    ++world_.calls_;
    if (!world_.target_down.is_ok()) return world_.target_down;
    const auto fault = world_.on_call ? world_.on_call(intent) : FakeWorld::Fault{};
    if (!fault.reply.is_ok() && !fault.after) return fault.reply;
    const Status done = world_.make_slices(intent);
    return fault.reply.is_ok() ? done : fault.reply;
  }

  io::SubmitOutcome submit(const core::ReplicationIntent& intent) override {
    const std::lock_guard<std::mutex> lock(world_.mutex_);
    ++world_.calls_;
    if (!world_.target_down.is_ok()) {
      return {world_.target_down, core::RejectReason::kUnreachable};
    }
    const auto fault = world_.on_submit ? world_.on_submit(intent) : FakeWorld::Fault{};
    if (!fault.reply.is_ok() && !fault.after) return {fault.reply, core::RejectReason::kOther};
    const io::SubmitOutcome done = world_.submit(intent);
    return fault.reply.is_ok() ? done : io::SubmitOutcome{fault.reply, done.reason};
  }

  Result<std::vector<io::JobStatus>> list_jobs() override {
    const std::lock_guard<std::mutex> lock(world_.mutex_);
    ++world_.calls_;
    if (!world_.target_down.is_ok()) return world_.target_down;
    std::vector<io::JobStatus> rows;
    for (auto& job : world_.jobs_) {
      if (job.state != "COMMITTED" && job.state != "ABORTED") {
        job.state = job.listings_left > 1 ? "SNAPSHOTING" : "REPLICATING";
        if (--job.listings_left < 0) world_.commit(job);
      }
      rows.push_back(
          {job.intent.job_id, job.intent.target_table.value(), job.txn, job.state, "", job.error});
    }
    if (world_.forget_jobs) rows.clear();
    return rows;
  }

  Result<io::LabelState> label_state(const core::ReplicationIntent& intent) override {
    const std::lock_guard<std::mutex> lock(world_.mutex_);
    ++world_.calls_;
    for (const auto& job : world_.jobs_) {
      if (job.intent.job_id != intent.job_id) continue;
      if (job.state == "COMMITTED") return io::LabelState::kVisible;
      if (job.state == "ABORTED") return io::LabelState::kAborted;
      return world_.forget_jobs ? io::LabelState::kUnknown : io::LabelState::kRunning;
    }
    return io::LabelState::kUnknown;
  }

  Status cancel(const core::ReplicationIntent&, core::TxnId txn,
                const std::string& reason) override {
    const std::lock_guard<std::mutex> lock(world_.mutex_);
    ++world_.calls_;
    for (auto& job : world_.jobs_) {
      if (job.txn != txn || job.state == "COMMITTED") continue;
      job.state = "ABORTED";
      job.error = reason;
    }
    return Status::ok();
  }

 private:
  FakeWorld& world_;
};

namespace {

class FakePorts final : public io::Ports {
 public:
  explicit FakePorts(FakeWorld& world)
      : source_(world, Side::kSource), target_(world, Side::kTarget), writer_(world) {}
  io::ClusterReader& reader(Side side) override {
    return side == Side::kSource ? source_ : target_;
  }
  io::ClusterWriter& writer() override { return writer_; }

 private:
  FakeReader source_;
  FakeReader target_;
  FakeWriter writer_;
};

class FakeFactory final : public io::PortsFactory {
 public:
  explicit FakeFactory(FakeWorld& world) : world_(world) {}
  std::unique_ptr<io::Ports> make() override { return std::make_unique<FakePorts>(world_); }

 private:
  FakeWorld& world_;
};

}  // namespace

FakeWorld::FakeWorld() = default;

std::unique_ptr<io::PortsFactory> FakeWorld::factory() {
  return std::make_unique<FakeFactory>(*this);
}

void FakeWorld::add_source_table(const std::string& db, const std::string& table,
                                 const std::vector<std::string>& partitions, std::int64_t version) {
  const std::lock_guard<std::mutex> lock(mutex_);
  FakeDatabase& database = databases(Side::kSource)[db];
  if (!database.id.is_set()) database.id = core::DbId(next_id());
  FakeTable& made = database.tables[table];
  made.id = core::TableId(next_id());
  made.create_sql = source_sql(table, partitions);
  for (const auto& name : partitions) {
    made.partitions[name] = partition_of(next_id(), name, version, ++last_epoch_);
  }
}

void FakeWorld::add_source_slices(const std::string& db, const std::string& table,
                                  const std::vector<std::string>& starts, std::int64_t version) {
  const std::lock_guard<std::mutex> lock(mutex_);
  FakeDatabase& database = databases(Side::kSource)[db];
  if (!database.id.is_set()) database.id = core::DbId(next_id());
  FakeTable& made = database.tables[table];
  made.id = core::TableId(next_id());
  made.create_sql = slices_sql(table);
  for (const auto& start : starts) {
    core::Partition& p = made.partitions["p" + start];
    p = partition_of(next_id(), "p" + start, version, ++last_epoch_);
    p.values = week_of(start);
  }
}

void FakeWorld::add_transaction(Side side, const std::string& db, const FakeTable& table,
                                const core::Partition& partition, const std::string& type) {
  io::FeedTransaction txn;
  txn.id = core::TxnId(++last_txn_);
  txn.label = "label_" + std::to_string(last_txn_);
  txn.source_type = type;
  txn.visible = true;
  txn.touched.push_back({table.id, {partition.id}});
  feeds_[static_cast<std::size_t>(side)][db].push_back(std::move(txn));
}

void FakeWorld::load_source(const std::string& db, const std::string& table,
                            const std::string& partition) {
  const std::lock_guard<std::mutex> lock(mutex_);
  FakeTable& loaded = databases(Side::kSource).at(db).tables.at(table);
  core::Partition& p = loaded.partitions.at(partition);
  p.data_version = ++p.visible_version;
  add_transaction(Side::kSource, db, loaded, p, "INSERT_STREAMING");
}

void FakeWorld::write_target(const std::string& db, const std::string& table,
                             const std::string& partition) {
  const std::lock_guard<std::mutex> lock(mutex_);
  FakeTable& written = databases(Side::kTarget).at(db).tables.at(table);
  core::Partition& p = written.partitions.at(partition);
  p.data_version = ++p.visible_version;
  p.txn_type = core::TxnType::kNormal;
  add_transaction(Side::kTarget, db, written, p, "INSERT_STREAMING");
}

void FakeWorld::drop_source_table(const std::string& db, const std::string& table) {
  const std::lock_guard<std::mutex> lock(mutex_);
  databases(Side::kSource).at(db).tables.erase(table);
}

Status FakeWorld::apply_ddl(const std::string& statement) {
  auto& target = databases(Side::kTarget);
  if (same(statement, "CREATE DATABASE")) {
    const std::string db = quoted(statement, 0);
    if (target.contains(db)) return Status::ok();
    target[db].id = core::DbId(next_id());
    effects_.push_back(statement);
    return Status::ok();
  }
  if (same(statement, "DROP DATABASE")) {
    if (target.erase(quoted(statement, 0)) > 0) effects_.push_back(statement);
    return Status::ok();
  }
  if (same(statement, "DROP TABLE")) {
    const auto db = target.find(quoted(statement, 0));
    if (db == target.end()) return not_found("Unknown database");
    if (db->second.tables.erase(quoted(statement, 1)) > 0) effects_.push_back(statement);
    return Status::ok();
  }
  if (same(statement, "CREATE TABLE")) return create_table(statement);
  if (same(statement, "ALTER TABLE")) return alter_table(statement);
  return rejected("not understood: " + statement);
}

Status FakeWorld::create_table(const std::string& statement) {
  auto& target = databases(Side::kTarget);
  const auto db = target.find(quoted(statement, 0));
  if (db == target.end()) return not_found("Unknown database");
  const std::string name = quoted(statement, 1);
  if (db->second.tables.contains(name)) return Status::ok();
  FakeTable& table = db->second.tables[name];
  table.id = core::TableId(next_id());
  std::vector<std::string> partitions;
  std::size_t at = 0;
  while ((at = statement.find("PARTITION `", at)) != std::string::npos) {
    partitions.push_back(quoted(statement.substr(at), 0));
    at += 1;
  }
  for (const auto& p : partitions) {
    table.partitions[p] = partition_of(next_id(), p, 1, ++last_epoch_);
  }
  const bool slices = same(statement, "time_slice");
  table.create_sql = slices ? slices_sql(name) : source_sql(name, partitions);
  effects_.push_back(statement);
  return Status::ok();
}

Status FakeWorld::alter_table(const std::string& statement) {
  auto& target = databases(Side::kTarget);
  const auto db = target.find(quoted(statement, 0));
  if (db == target.end()) return not_found("Unknown database");
  const auto table = db->second.tables.find(quoted(statement, 1));
  if (table == db->second.tables.end()) return not_found("Unknown table");
  const std::string partition = quoted(statement, 2);
  auto& partitions = table->second.partitions;
  if (same(statement, "DROP PARTITION")) {
    if (partitions.erase(partition) > 0) effects_.push_back(statement);
    return Status::ok();
  }
  if (partitions.contains(partition)) return Status::ok();
  partitions[partition] = partition_of(next_id(), partition, 1, ++last_epoch_);
  effects_.push_back(statement);
  return Status::ok();
}

Status FakeWorld::make_slices(const core::DdlIntent& intent) {
  if (std::find(labels_.begin(), labels_.end(), intent.call_label) != labels_.end()) {
    violations_.push_back("label twice: " + intent.call_label);
  }
  labels_.push_back(intent.call_label);
  const auto db = databases(Side::kTarget).find(intent.call_name.db);
  if (db == databases(Side::kTarget).end() || db->second.id != intent.call_db) {
    return rejected("no such database");
  }
  FakeTable& table = db->second.tables.at(intent.call_name.table);
  if (table.id != intent.table) return rejected("no such table");
  for (const auto& value : intent.call_values) {
    std::string start = value;
    std::erase(start, '-');
    if (table.partitions.contains("p" + start)) continue;
    core::Partition& p = table.partitions["p" + start];
    p = partition_of(next_id(), "p" + start, 1, ++last_epoch_);
    p.values = week_of(start);
    effects_.push_back("call for " + value);
  }
  // As the feed shows what was aborted.
  io::FeedTransaction txn;
  txn.id = core::TxnId(++last_txn_);
  txn.label = intent.call_label;
  txn.source_type = "BACKEND_STREAMING";
  feeds_[static_cast<std::size_t>(Side::kTarget)][intent.call_name.db].push_back(std::move(txn));
  return Status::ok();
}

io::SubmitOutcome FakeWorld::submit(const core::ReplicationIntent& intent) {
  submissions_.push_back(intent.job_id);
  for (const auto& job : jobs_) {
    if (job.intent.job_id == intent.job_id) violations_.push_back("job id twice: " + intent.job_id);
    const bool live = job.state != "COMMITTED" && job.state != "ABORTED";
    if (live && job.intent.target_table == intent.target_table) {
      violations_.push_back("two live jobs for " + core::to_string(intent.name));
      return {busy("already running"), core::RejectReason::kBusy};
    }
  }
  FakeJob job;
  job.intent = intent;
  job.txn = core::TxnId(++last_txn_);
  job.listings_left = job_listings;
  jobs_.push_back(std::move(job));
  return {Status::ok(), core::RejectReason::kOther};
}

void FakeWorld::commit(FakeJob& job) {
  job.state = "COMMITTED";
  const auto db = databases(Side::kTarget).find(job.intent.name.db);
  if (db == databases(Side::kTarget).end()) return;
  const auto table = db->second.tables.find(job.intent.name.table);
  if (table == db->second.tables.end()) return;
  for (const auto& goal : job.intent.goals) {
    for (auto& [name, p] : table->second.partitions) {
      if (p.id.value() != goal.target.value()) continue;
      p.visible_version = p.data_version = goal.version;
      p.epoch = goal.epoch;
      p.txn_type = core::TxnType::kReplication;
      add_transaction(Side::kTarget, job.intent.name.db, table->second, p, "REPLICATION");
    }
  }
}

std::vector<std::string> FakeWorld::effects() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return effects_;
}
std::vector<std::string> FakeWorld::statements() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return statements_;
}
std::vector<std::string> FakeWorld::violations() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return violations_;
}
std::vector<std::string> FakeWorld::submissions() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return submissions_;
}
std::vector<std::string> FakeWorld::labels() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return labels_;
}
std::size_t FakeWorld::calls() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return calls_;
}

std::string FakeWorld::difference() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto& target = clusters_[1];
  for (const auto& [db_name, db] : clusters_[0]) {
    const auto target_db = target.find(db_name);
    if (target_db == target.end()) return "no database " + db_name;
    for (const auto& [name, table] : db.tables) {
      const auto other = target_db->second.tables.find(name);
      if (other == target_db->second.tables.end()) return "no table " + db_name + "." + name;
      if (other->second.partitions.size() != table.partitions.size()) {
        return "partitions of " + db_name + "." + name;
      }
      for (const auto& [partition, p] : table.partitions) {
        const auto at = other->second.partitions.find(partition);
        if (at == other->second.partitions.end()) return "no partition " + partition;
        if (p.visible_version == 1 && at->second.data_version == 1) continue;
        if (at->second.data_version != p.visible_version || at->second.epoch != p.epoch ||
            at->second.txn_type != core::TxnType::kReplication) {
          return "version of " + db_name + "." + name + "." + partition;
        }
      }
    }
  }
  return {};
}

}  // namespace srsync::testing
