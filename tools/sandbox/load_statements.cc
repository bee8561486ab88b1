// INSERT INTO and OVERWRITE: the sandbox keeps versions and counts, no rows.
#include <algorithm>
#include <chrono>
#include <random>
#include <thread>

#include "sandbox/loads.h"
#include "sandbox/session.h"
#include "sandbox/tables.h"

namespace srsync::sandbox {
namespace {

constexpr int kPublishPatienceMs = 5000;

Answer unknown_partition(const std::string& partition, const std::string& table) {
  return analyze_error(1064, "Unknown partition '" + partition + "' in table '" + table + "'");
}

// A statement that fails while it runs leaves an ABORTED transaction.
void abort_load(Session& session, std::int64_t db_id, std::int64_t table_id,
                const std::string& reason) {
  const std::int64_t now = session.cluster().now_ms();
  session.cluster().with([&](Catalog& catalog) {
    const Transaction& txn =
        begin_transaction(catalog, now, db_id, {table_id}, new_label(now), "INSERT_STREAMING");
    abort_transaction(catalog, now, txn.id, reason);
  });
}

}  // namespace

std::string new_label(std::int64_t now_ms) {
  static thread_local std::mt19937_64 random{std::random_device{}()};
  static constexpr std::string_view kHex = "0123456789abcdef";
  std::string label = "insert_";
  for (int i = 0; i < 36; ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    label += dash ? '-' : kHex[(random() ^ static_cast<std::uint64_t>(now_ms)) % 16];
  }
  return label;
}

std::int64_t commit_load(Catalog& catalog, std::int64_t now_ms, const LoadOrder& order) {
  auto [database, table] = catalog.find_table(order.table_id);
  if (table == nullptr) return 0;
  std::vector<PartitionCommit> commits;
  for (Partition& partition : table->partitions) {
    const bool wanted = order.partitions.empty()
                            ? !partition.is_temporary
                            : std::ranges::count(order.partitions, partition.name) > 0;
    if (!wanted) continue;
    PartitionCommit commit;
    commit.physical_id = partition.physical_id;
    commit.version = partition.committed_version + 1;
    commit.data_version = commit.version;
    commit.rows = partition.rows + order.rows_per_tablet * partition.buckets;
    commit.bytes =
        partition.bytes + order.rows_per_tablet * order.bytes_per_row * partition.buckets;
    commits.push_back(std::move(commit));
  }
  if (commits.empty()) return 0;
  const std::int64_t id = begin_transaction(catalog, now_ms, database->id, {order.table_id},
                                            new_label(now_ms), "INSERT_STREAMING")
                              .id;
  commit_transaction(catalog, now_ms, id, {{order.table_id, std::move(commits)}});
  return id;
}

std::int64_t load_and_wait(Cluster& cluster, const LoadOrder& order, int patience_ms) {
  const std::int64_t id =
      cluster.with([&](Catalog& catalog) { return commit_load(catalog, cluster.now_ms(), order); });
  for (int waited = 0; id != 0 && waited < patience_ms; waited += 2) {
    cluster.tick();
    const bool visible = cluster.with([&](const Catalog& catalog) {
      const auto found = catalog.transactions.find(id);
      return found == catalog.transactions.end() || found->second.status != TxnStatus::kCommitted;
    });
    if (visible) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return id;
}

std::int64_t overwrite_and_wait(Cluster& cluster, const LoadOrder& order, std::int64_t version,
                                int patience_ms) {
  std::vector<std::string> names;
  LoadOrder load = order;
  load.partitions.clear();
  const std::int64_t now = cluster.now_ms();
  cluster.with([&](Catalog& catalog) {
    auto [database, table] = catalog.find_table(order.table_id);
    if (table == nullptr) return;
    std::vector<Partition> fresh;
    for (const Partition& old : table->partitions) {
      const bool wanted =
          order.partitions.empty() || std::ranges::count(order.partitions, old.name) > 0;
      if (old.is_temporary || !wanted) continue;
      names.push_back(old.name);
      Partition partition = empty_copy_of(old);
      partition.is_temporary = true;
      partition.name += "_" + std::to_string(catalog.next_txn_id);
      load.partitions.push_back(partition.name);
      const std::int64_t wished = version < 0 ? old.visible_version : version;
      const std::int64_t before = std::max<std::int64_t>(wished, 2) - 1;
      partition.visible_version = partition.committed_version = partition.data_version = before;
      fresh.push_back(std::move(partition));
    }
    for (Partition& partition : fresh) add_partition(catalog, now, *table, std::move(partition));
  });
  if (load.partitions.empty()) return 0;
  const std::int64_t id = load_and_wait(cluster, load, patience_ms);
  cluster.with([&](Catalog& catalog) {
    auto [database, table] = catalog.find_table(order.table_id);
    if (table != nullptr) replace_partitions(*table, names, load.partitions);
  });
  return id;
}

std::optional<Answer> load_statement(Session& session, Reader& reader) {
  const bool overwrite = reader.accept("INSERT OVERWRITE");
  if (!overwrite && !reader.accept("INSERT INTO")) return std::nullopt;
  std::string db = session.db();
  std::string name;
  reader.qualified_name(db, name);
  LoadOrder order;
  if (reader.accept("PARTITION")) order.partitions = reader.name_list();
  if (reader.is("(")) reader.raw_parentheses();
  if (!reader.is("VALUES") && !reader.is("SELECT")) reader.fail();
  if (!reader.ok()) return syntax_error(session, reader);
  if (db.empty()) return no_database_selected();
  std::string missing;
  Answer checked = session.cluster().with([&](const Catalog& catalog) {
    const Database* database = catalog.find_database(db);
    if (database == nullptr) return no_such_database(db);
    const Table* table = database->find_table(name);
    if (table == nullptr) return no_such_table(name);
    if (!may(session.user(), "INSERT", "TABLE", db, name))
      return access_denied(session, "INSERT", "TABLE " + name);
    order.db_id = database->id;
    order.table_id = table->id;
    for (const std::string& partition : order.partitions) {
      if (table->find_partition(partition) == nullptr) missing = partition;
    }
    return ok();
  });
  if (checked.is_error()) return checked;
  if (!missing.empty()) {
    Answer refusal = unknown_partition(missing, name);
    abort_load(session, order.db_id, order.table_id, refusal.message);
    return refusal;
  }
  const std::int64_t id = overwrite
                              ? overwrite_and_wait(session.cluster(), order, 0, kPublishPatienceMs)
                              : load_and_wait(session.cluster(), order, kPublishPatienceMs);
  Answer answer = ok(id != 0);
  answer.affected = static_cast<std::uint64_t>(order.rows_per_tablet);
  session.cluster().with([&](const Catalog& catalog) {
    const auto found = catalog.transactions.find(id);
    if (found == catalog.transactions.end()) return;
    const Transaction& txn = found->second;
    answer.message = "{'label':'" + txn.label + "', 'status':'" +
                     std::string(txn_status_name(txn.status)) + "', 'txnId':'" +
                     std::to_string(id) + "'}";
  });
  return answer;
}

}  // namespace srsync::sandbox
