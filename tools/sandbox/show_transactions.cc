// SHOW PROC '/transactions...', '/replications' and SHOW TRANSACTION.
#include <algorithm>
#include <ranges>

#include "base/text.h"
#include "sandbox/dates.h"
#include "sandbox/profile.h"
#include "sandbox/session.h"

namespace srsync::sandbox {
namespace {

constexpr std::size_t kRowCap = 2000;

Cell time_cell(Version version, std::int64_t ms) {
  return ms == 0 ? Cell() : Cell(shown_time(version, ms));
}

bool is_finished(const Transaction& txn) {
  return txn.status == TxnStatus::kVisible || txn.status == TxnStatus::kAborted;
}

Row transaction_row(Version version, const Transaction& txn) {
  const bool published = txn.status == TxnStatus::kVisible;
  Row row = {std::to_string(txn.id), txn.label,
             txn.coordinator,        std::string(txn_status_name(txn.status)),
             txn.source_type,        time_cell(version, txn.prepare_ms)};
  // Of one step here: prepared when it commits.
  if (version >= Version::k4_0) row.push_back(time_cell(version, txn.commit_ms));
  row.insert(row.end(), {time_cell(version, txn.commit_ms),
                         published ? time_cell(version, txn.publish_ms) : Cell(),
                         time_cell(version, txn.finish_ms), txn.reason, "0",
                         version >= Version::k3_5 ? "[-1]" : "-1", std::to_string(txn.timeout_ms)});
  if (version >= Version::k4_0) row.emplace_back("86400000");
  row.emplace_back("");
  return row;
}

Answer bad_path(std::string_view whole, const std::string& why) {
  return analyze_error(1064, "Unknown proc node path: " + std::string(whole) + ". msg: " + why);
}

Answer states(const Catalog& catalog, const Database& database) {
  std::int64_t running = 0;
  std::int64_t finished = 0;
  for (const auto& [id, txn] : catalog.transactions) {
    if (txn.db_id == database.id) ++(is_finished(txn) ? finished : running);
  }
  return rows(fields("State Number"),
              {{"running", std::to_string(running)}, {"finished", std::to_string(finished)}});
}

Answer transactions(const Catalog& catalog, const Database& database, bool finished) {
  Answer answer = rows(transaction_fields(catalog.version));
  for (const auto& [id, txn] : std::views::reverse(catalog.transactions)) {
    if (txn.db_id != database.id || is_finished(txn) != finished) continue;
    answer.rows.push_back(transaction_row(catalog.version, txn));
    if (answer.rows.size() == kRowCap) break;
  }
  return answer;
}

Answer one_transaction(const Transaction& txn, const std::vector<std::string>& path) {
  if (path.size() == 4) {
    Answer answer = rows(fields("TableId CommittedPartitionIds"));
    for (const auto& [table_id, commits] : txn.commits) {
      std::vector<std::string> ids;
      for (const PartitionCommit& commit : commits) {
        ids.push_back(std::to_string(commit.physical_id));
      }
      answer.rows.push_back({std::to_string(table_id), join(ids, ",")});
    }
    return answer;
  }
  Answer answer = rows(fields("PartitionId CommittedVersion"));
  const auto found = txn.commits.find(parse_int64(path[4]).value_or(-1));
  if (found == txn.commits.end()) return answer;
  for (const PartitionCommit& commit : found->second) {
    answer.rows.push_back({std::to_string(commit.physical_id), std::to_string(commit.version)});
  }
  return answer;
}

Answer transactions_tree(const Catalog& catalog, const std::vector<std::string>& path,
                         std::string_view whole) {
  if (path.size() == 1) {
    Answer answer = rows(fields("DbId DbName"));
    for (const auto& [id, database] : catalog.databases) {
      if (id == 1 || id == 100) continue;
      answer.rows.push_back({std::to_string(id), database.name});
    }
    return answer;
  }
  const Database* database = catalog.find_by_id_or_name(path[1]);
  if (database == nullptr) {
    return bad_path(whole, "Unknown database id or name \"" + path[1] + "\"");
  }
  if (path.size() == 2) return states(catalog, *database);
  if (path[2] != "running" && path[2] != "finished") {
    return bad_path(whole, "State is invalid");
  }
  if (path.size() == 3) return transactions(catalog, *database, path[2] == "finished");
  const auto found = catalog.transactions.find(parse_int64(path[3]).value_or(-1));
  if (found == catalog.transactions.end() || path.size() > 5) {
    return bad_path(whole, "Transaction with id " + path[3] + " does not exist");
  }
  return one_transaction(found->second, path);
}

}  // namespace

Answer show_transactions_proc(Session& session, const std::vector<std::string>& path,
                              std::string_view whole) {
  return session.cluster().with(
      [&](const Catalog& catalog) { return transactions_tree(catalog, path, whole); });
}

Answer show_replications(Session& session) {
  Answer answer =
      rows(fields("JobID DatabaseID TableID TxnID CreatedTime FinishedTime State Progress Error"));
  for (const ReplicationRow& row : session.cluster().replication_rows()) {
    answer.rows.push_back(
        {row.job_id, std::to_string(row.db_id), std::to_string(row.table_id),
         std::to_string(row.txn_id), shown_time(session.version(), row.created_ms),
         time_cell(session.version(), row.finished_ms), row.state, row.progress, row.error});
  }
  return answer;
}

std::optional<Answer> show_transaction_statement(Session& session, Reader& reader) {
  if (!reader.accept("SHOW TRANSACTION")) return std::nullopt;
  std::string db = session.db();
  if (reader.accept("FROM")) db = reader.name();
  reader.expect("WHERE ID");
  reader.expect("=");
  const std::int64_t id = reader.number();
  if (!reader.ok() || !reader.at_end()) return syntax_error(session, reader);
  return session.cluster().with([&](const Catalog& catalog) {
    if (catalog.find_database(db) == nullptr) return no_such_database(db);
    const auto found = catalog.transactions.find(id);
    if (found == catalog.transactions.end()) {
      return analyze_error(1064, "transaction with id " + std::to_string(id) + " does not exist");
    }
    return rows(transaction_fields(catalog.version),
                {transaction_row(catalog.version, found->second)});
  });
}

}  // namespace srsync::sandbox
