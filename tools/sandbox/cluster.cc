#include "sandbox/cluster.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <random>

#include "sandbox/profile.h"
#include "sandbox/tables.h"

namespace srsync::sandbox {
namespace {

constexpr std::int64_t kEpochStartMs = 1577836800000;  // 2020-01-01 UTC

// Unique over both clusters.
std::uint64_t next_batch_id() {
  static std::atomic<std::uint64_t> next{1};
  return next++;
}

std::string make_token(std::mt19937_64& random) {
  static constexpr std::string_view kHex = "0123456789abcdef";
  std::string token;
  for (int i = 0; i < 36; ++i) {
    token += (i == 8 || i == 13 || i == 18 || i == 23) ? '-' : kHex[random() % 16];
  }
  return token;
}

void add_system_databases(Catalog& catalog) {
  for (const auto& [id, name] : {std::pair{1, "information_schema"}, std::pair{100, "sys"}}) {
    Database database;
    database.id = id;
    database.name = name;
    catalog.databases.emplace(id, std::move(database));
  }
}

// Applies what a transaction committed; partitions that are gone meanwhile are passed over.
void publish(Catalog& catalog, Transaction& txn, std::int64_t now_ms) {
  for (const auto& [table_id, commits] : txn.commits) {
    auto [database, table] = catalog.find_table(table_id);
    if (table == nullptr) continue;
    for (const PartitionCommit& commit : commits) {
      Partition* partition = table->find_physical(commit.physical_id);
      if (partition == nullptr) continue;
      partition->visible_version = commit.version;
      partition->visible_ms = now_ms;
      partition->data_version = commit.data_version;
      if (txn.source_type == "REPLICATION") {
        if (commit.version_epoch > 0) partition->version_epoch = commit.version_epoch;
        partition->txn_type = TxnType::kReplication;
      } else {
        // The first local write after a replication starts an epoch of its own.
        if (partition->txn_type == TxnType::kReplication) {
          partition->version_epoch = new_version_epoch(now_ms);
        }
        partition->txn_type = TxnType::kNormal;
      }
      if (commit.replaces_content) partition->content.clear();
      for (Batch batch : commit.batches) partition->content.push_back(batch);
      if (commit.rows >= 0) partition->rows = commit.rows;
      if (commit.bytes >= 0) partition->bytes = commit.bytes;
    }
  }
  txn.status = TxnStatus::kVisible;
  txn.publish_ms = now_ms;
  txn.finish_ms = now_ms;
}

// Versions of one partition become visible in their order.
bool may_publish(Catalog& catalog, const Transaction& txn) {
  if (txn.source_type == "REPLICATION") return true;
  for (const auto& [table_id, commits] : txn.commits) {
    auto [database, table] = catalog.find_table(table_id);
    if (table == nullptr) continue;
    for (const PartitionCommit& commit : commits) {
      const Partition* partition = table->find_physical(commit.physical_id);
      if (partition != nullptr && partition->visible_version + 1 < commit.version) return false;
    }
  }
  return true;
}

void finish_alter(Catalog& catalog, AlterJob& job, std::int64_t now_ms) {
  auto [database, table] = catalog.find_table(job.table_id);
  if (table == nullptr) {
    job.state = "CANCELLED";
    job.message = "table does not exist";
  } else {
    apply_alter(catalog, *table, job);
    table->state = TableState::kNormal;
    job.state = "FINISHED";
  }
  job.finished_ms = now_ms;
}

}  // namespace

std::int64_t system_clock_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

Cluster::Cluster(ClusterOptions options) : options_(std::move(options)) {
  std::mt19937_64 random(std::hash<std::string>{}(options_.name));
  catalog_.version = options_.version;
  catalog_.name = options_.name;
  catalog_.cluster_id = static_cast<std::int64_t>(random() % 2000000000 + 1);
  catalog_.token = make_token(random);
  catalog_.config = default_config(options_.version);
  catalog_.variables = default_variables(options_.version);
  for (int i = 0; i < options_.backends; ++i) {
    Backend backend;
    backend.id = catalog_.new_id();
    backend.host = options_.backend_ip_prefix + std::to_string(11 + i);
    backend.heartbeat_port = 9050;
    backend.be_port = 9060;
    backend.http_port = 8040;
    backend.brpc_port = 8060;
    catalog_.backends.push_back(std::move(backend));
  }
  for (int i = 1; i <= options_.frontends; ++i) {
    Frontend frontend;
    frontend.number = i;
    frontend.ip = options_.ip;
    frontend.is_leader = i == 1;
    frontend.edit_log_port = 9010;
    frontend.start_ms = now_ms();
    catalog_.frontends.push_back(std::move(frontend));
  }
  User root;
  root.name = "root";
  root.all = true;
  root.operate = true;
  root.role = "root";
  catalog_.users.push_back(std::move(root));
  add_system_databases(catalog_);
}

void Cluster::set_replications(ReplicationView* view) {
  std::lock_guard lock(mutex_);
  replications_ = view;
}

std::vector<ReplicationRow> Cluster::replication_rows() {
  ReplicationView* view = nullptr;
  {
    std::lock_guard lock(mutex_);
    view = replications_;
  }
  return view == nullptr ? std::vector<ReplicationRow>{} : view->rows();
}

void Cluster::tick() {
  const std::int64_t now = now_ms();
  std::vector<Effect> published;
  with([&](Catalog& catalog) {
    // Only the newest ones can be unfinished: walk back until a long run of finished ones.
    int finished_in_a_row = 0;
    std::vector<Transaction*> due;
    for (auto it = catalog.transactions.rbegin();
         it != catalog.transactions.rend() && finished_in_a_row < 2000; ++it) {
      Transaction& txn = it->second;
      const bool committed = txn.status == TxnStatus::kCommitted;
      finished_in_a_row =
          committed || txn.status == TxnStatus::kPrepare ? 0 : finished_in_a_row + 1;
      if (committed && txn.publish_ms <= now) due.push_back(&txn);
      const bool is_load = txn.source_type == "BACKEND_STREAMING";
      if (is_load && txn.status == TxnStatus::kPrepare && txn.prepare_ms + txn.timeout_ms <= now) {
        abort_transaction(catalog, now, txn.id, "timeout by txn manager");
      }
    }
    for (auto it = due.rbegin(); it != due.rend(); ++it) {
      if (!may_publish(catalog, **it)) continue;
      publish(catalog, **it, now);
      published.push_back({0, catalog.name, 0, "publish", "", (*it)->label, "ok", true});
    }
    for (AlterJob& job : catalog.alter_jobs) {
      if (job.finished_ms == 0 && job.due_ms <= now) finish_alter(catalog, job, now);
    }
    // A real frontend forgets finished transactions too (label_keep_max_num).
    while (catalog.transactions.size() > 20000) {
      catalog.transactions.erase(catalog.transactions.begin());
    }
  });
  if (options_.log == nullptr) return;
  for (Effect& effect : published) options_.log->append(std::move(effect));
}

void Cluster::on_leader_change(std::function<void()> listener) {
  leader_listeners_.push_back(std::move(listener));
}

void Cluster::move_leader(int number) {
  with([&](Catalog& catalog) {
    for (Frontend& frontend : catalog.frontends) frontend.is_leader = frontend.number == number;
    std::erase_if(catalog.transactions,
                  [](const auto& entry) { return entry.second.status == TxnStatus::kPrepare; });
  });
  for (const auto& listener : leader_listeners_) listener();
}

void Cluster::record(int frontend, std::string kind, std::string db, std::string text,
                     std::string outcome, bool took_effect) {
  if (options_.log == nullptr) return;
  options_.log->append({0, options_.name, frontend, std::move(kind), std::move(db), std::move(text),
                        std::move(outcome), took_effect});
}

std::int64_t new_version_epoch(std::int64_t now_ms) {
  static std::atomic<std::int64_t> sequence{0};
  return ((now_ms - kEpochStartMs) << 21) | (sequence.fetch_add(1) & 0x1fff);
}

Transaction& begin_transaction(Catalog& catalog, std::int64_t now_ms, std::int64_t db_id,
                               std::vector<std::int64_t> table_ids, std::string label,
                               std::string source_type) {
  Transaction txn;
  txn.id = catalog.next_txn_id++;
  txn.db_id = db_id;
  txn.label = std::move(label);
  txn.source_type = std::move(source_type);
  const Frontend* leader = catalog.leader();
  txn.coordinator = "FE: " + (leader == nullptr ? std::string("127.0.0.1") : leader->ip);
  txn.prepare_ms = now_ms;
  txn.table_ids = std::move(table_ids);
  const bool long_timeout = catalog.version != Version::k3_3;
  txn.timeout_ms = long_timeout ? 14400000 : 300000;
  if (txn.source_type == "REPLICATION") {
    txn.timeout_ms = 1000 * catalog.config_number("replication_transaction_timeout_sec", 86400);
  }
  return catalog.transactions.emplace(txn.id, std::move(txn)).first->second;
}

const Transaction* find_label(const Catalog& catalog, std::int64_t db_id, std::string_view label) {
  for (auto it = catalog.transactions.rbegin(); it != catalog.transactions.rend(); ++it) {
    if (it->second.db_id == db_id && it->second.label == label) return &it->second;
  }
  return nullptr;
}

void commit_transaction(Catalog& catalog, std::int64_t now_ms, std::int64_t txn_id,
                        std::map<std::int64_t, std::vector<PartitionCommit>> commits) {
  const auto found = catalog.transactions.find(txn_id);
  if (found == catalog.transactions.end()) return;
  Transaction& txn = found->second;
  for (auto& [table_id, parts] : commits) {
    auto [database, table] = catalog.find_table(table_id);
    if (table == nullptr) continue;
    for (PartitionCommit& commit : parts) {
      Partition* partition = table->find_physical(commit.physical_id);
      if (partition == nullptr) continue;
      if (txn.source_type != "REPLICATION" && commit.batches.empty()) {
        commit.batches.push_back({commit.version, next_batch_id()});
      }
      partition->committed_version = std::max(partition->committed_version, commit.version);
    }
  }
  txn.commits = std::move(commits);
  txn.status = TxnStatus::kCommitted;
  txn.commit_ms = now_ms;
  txn.publish_ms = now_ms + catalog.publish_delay_ms;
}

bool abort_transaction(Catalog& catalog, std::int64_t now_ms, std::int64_t txn_id,
                       std::string reason) {
  const auto found = catalog.transactions.find(txn_id);
  if (found == catalog.transactions.end()) return false;
  Transaction& txn = found->second;
  if (txn.status != TxnStatus::kPrepare && txn.status != TxnStatus::kPrepared) return false;
  txn.status = TxnStatus::kAborted;
  txn.finish_ms = now_ms;
  txn.reason = std::move(reason);
  return true;
}

Partition& add_partition(Catalog& catalog, std::int64_t now_ms, Table& table, Partition partition) {
  partition.logical_id = catalog.new_id();
  partition.physical_id =
      catalog.version == Version::k3_3 ? partition.logical_id : catalog.new_id();
  partition.version_epoch = new_version_epoch(now_ms);
  partition.visible_ms = now_ms;
  for (const TableIndex& index : table.indexes) {
    partition.indexes.push_back(
        make_tablets(catalog, index.id, partition.buckets, partition.replication_num));
  }
  const auto position = position_of(table, partition);
  return *table.partitions.insert(position, std::move(partition));
}

}  // namespace srsync::sandbox
