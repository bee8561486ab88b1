#include "sandbox/rpc_service.h"
#include "sandbox/rights.h"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace srsync::sandbox {

namespace {

constexpr std::int32_t kInternalError = 6;
constexpr std::int32_t kNotImplemented = 3;
constexpr std::int32_t kNotFound = 31;
constexpr std::int32_t kInvalidArgument = 33;

frontend::TStatus status(std::int32_t code, const std::string& text) {
  frontend::TStatus out;
  out.status_code = code;
  out.__set_error_msgs({text});
  return out;
}

frontend::TStatus ok_status() {
  frontend::TStatus out;
  out.status_code = 0;
  return out;
}

// LIKE with % and _; an empty pattern matches all.
bool is_like(std::string_view text, std::string_view pattern) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '%') {
    for (std::size_t i = 0; i <= text.size(); ++i) {
      if (is_like(text.substr(i), pattern.substr(1))) return true;
    }
    return false;
  }
  return !text.empty() && (pattern[0] == '_' || pattern[0] == text[0]) &&
         is_like(text.substr(1), pattern.substr(1));
}

// The account that the caller claims to be; null when there is none of that name and host, which
// gives an empty answer and no error.
const User* claimed_user(const Catalog& catalog, const frontend::TAuthInfo& auth) {
  const bool whole = auth.__isset.current_user_ident;
  const std::string& name = whole ? auth.current_user_ident.username : auth.user;
  const std::string& host = whole ? auth.current_user_ident.host : auth.user_ip;
  return host == "%" ? catalog.find_user(name) : nullptr;
}

bool may_see(const User& user, const Database& database, const Table& table) {
  return may_read(user, database.name, table.name);
}

// Tables that have partitions, by id over all databases of the pattern.
std::map<std::int64_t, std::pair<const Database*, const Table*>> visible_tables(
    const Catalog& catalog, const frontend::TGetPartitionsMetaRequest& request) {
  std::map<std::int64_t, std::pair<const Database*, const Table*>> out;
  const User* user = claimed_user(catalog, request.auth_info);
  if (user == nullptr) return out;
  const frontend::TAuthInfo& auth = request.auth_info;
  for (const auto& [db_id, db] : catalog.databases) {
    if (auth.__isset.pattern && !is_like(db.name, auth.pattern)) continue;
    for (const auto& [id, table] : db.tables) {
      const bool has_data =
          table.kind == TableKind::kOlap || table.kind == TableKind::kMaterializedView;
      const bool is_asked =
          !request.__isset.start_table_id_offset || id >= request.start_table_id_offset;
      if (has_data && is_asked && may_see(*user, db, table)) out[id] = {&db, &table};
    }
  }
  return out;
}

}  // namespace

FrontendService::FrontendService(Cluster& cluster, ReplicationEngine* replications, int frontend)
    : cluster_(cluster), replications_(replications), frontend_(frontend) {}

bool FrontendService::can_reach_leader() {
  return cluster_.with([](const Catalog& catalog) {
    const Frontend* leader = catalog.leader();
    return leader != nullptr && leader->is_alive;
  });
}

RpcAnswer<frontend::TTableReplicationResponse> FrontendService::start_table_replication(
    const frontend::TTableReplicationRequest& request) {
  frontend::TTableReplicationResponse out;
  if (!can_reach_leader()) {
    out.__set_status(status(kInternalError, "forward request to fe master failed"));
    return out;
  }
  if (replications_ == nullptr) return InternalError{};
  const auto refusal = replications_->submit(request, frontend_);
  if (refusal && refusal->drops_connection) return CloseConnection{};
  out.__set_status(refusal ? status(kInternalError, refusal->text) : ok_status());
  return out;
}

RpcAnswer<frontend::TAbortRemoteTxnResponse> FrontendService::abort_remote_txn(
    const frontend::TAbortRemoteTxnRequest& request) {
  frontend::TAbortRemoteTxnResponse out;
  if (!can_reach_leader()) {
    out.__set_status(status(kInternalError, "forward request to fe master failed"));
    return out;
  }
  const std::int64_t now = cluster_.now_ms();
  const std::string error = cluster_.with([&](Catalog& catalog) -> std::string {
    const auto txn = catalog.transactions.find(request.txn_id);
    if (txn == catalog.transactions.end() || txn->second.db_id != request.db_id) {
      return fmt::format("transaction not found: {}", request.txn_id);
    }
    if (abort_transaction(catalog, now, request.txn_id, request.error_msg)) return {};
    const TxnStatus state = txn->second.status;
    if (state == TxnStatus::kAborted) {
      return fmt::format("transaction not found: {}", request.txn_id);
    }
    return fmt::format("transaction's state is already {}, could not abort",
                       txn_status_name(state));
  });
  cluster_.record(frontend_, "rpc", "", fmt::format("abortRemoteTxn {}", request.txn_id),
                  error.empty() ? "ok" : error, error.empty());
  out.__set_status(error.empty() ? ok_status() : status(kInternalError, error));
  return out;
}

RpcAnswer<frontend::TGetPartitionsMetaResponse> FrontendService::get_partitions_meta(
    const frontend::TGetPartitionsMetaRequest& request) {
  if (!request.__isset.auth_info) return InternalError{};
  return cluster_.with([&](const Catalog& catalog) {
    const auto limit = static_cast<std::size_t>(std::max<std::int64_t>(
        catalog.config_number("max_get_partitions_meta_result_count", 100000), 1));
    frontend::TGetPartitionsMetaResponse out;
    std::vector<frontend::TPartitionMetaInfo> rows;
    for (const auto& [id, place] : visible_tables(catalog, request)) {
      for (const Partition& partition : place.second->partitions) {
        rows.push_back(partition_meta(catalog.version, *place.first, *place.second, partition));
      }
      if (auto row = shadow_partition_meta(catalog.version, *place.first, *place.second)) {
        rows.push_back(*std::move(row));
      }
      // The page ends after the table that fills it, whether or not another one follows.
      if (rows.size() < limit) continue;
      out.__set_next_table_id_offset(id + 1);
      break;
    }
    out.__set_partitions_meta_infos(std::move(rows));
    return out;
  });
}

RpcAnswer<frontend::TGetTableMetaResponse> FrontendService::get_table_meta(
    const frontend::TGetTableMetaRequest& request) {
  using Answer = RpcAnswer<frontend::TGetTableMetaResponse>;
  return cluster_.with([&](const Catalog& catalog) -> Answer {
    frontend::TGetTableMetaResponse out;
    if (request.db_name.empty() || request.table_name.empty()) {
      out.__set_status(status(kInvalidArgument, "missing db or table name"));
      return out;
    }
    const Database* db = catalog.find_database(request.db_name);
    if (db == nullptr) {
      out.__set_status(status(kNotFound, "db not exist"));
      return out;
    }
    const Table* table = db->find_table(request.table_name);
    if (table == nullptr) {
      out.__set_status(status(kNotFound, fmt::format("table {} not exist", request.table_name)));
      return out;
    }
    if (table->kind == TableKind::kView || table->kind == TableKind::kExternal) {
      out.__set_status(status(kNotImplemented, "only olap table supported"));
      return out;
    }
    if (table->partition_kind == PartitionKind::kList ||
        table->partition_kind == PartitionKind::kAutoList) {
      return NoResult{};
    }
    out.__set_status(ok_status());
    out.__set_table_meta(table_meta(catalog.version, *db, *table));
    std::vector<frontend::TBackendMeta> backends;
    for (const Backend& backend : catalog.backends) backends.push_back(backend_meta(backend));
    out.__set_backends(std::move(backends));
    return out;
  });
}

}  // namespace srsync::sandbox
