// loadTxnBegin, createPartition and loadTxnRollback: what a load asks of a frontend, as far as it
// concerns who makes partitions without loading. Texts that no recording has are marked.
#include <algorithm>

#include <fmt/format.h>

#include "sandbox/automatic_partitions.h"
#include "sandbox/rights.h"
#include "sandbox/rpc_service.h"
#include "sandbox/tables.h"

namespace srsync::sandbox {

namespace {

constexpr std::int32_t kRuntimeError = 4;
constexpr std::int32_t kInternalError = 6;
constexpr std::int32_t kLabelAlreadyExists = 15;
constexpr std::int32_t kNotAuthorized = 38;

constexpr std::int32_t kDateLiteral = 7;
constexpr std::int32_t kStringLiteral = 17;
constexpr std::int32_t kDate = 9;
constexpr std::int32_t kDateTime = 10;
constexpr std::int32_t kVarchar = 15;

frontend::TStatus status(std::int32_t code, const std::string& text = {}) {
  frontend::TStatus out;
  out.status_code = code;
  if (code != 0) out.__set_error_msgs({text});
  return out;
}

std::string not_made(const std::string& why) {
  return "automatic create partition failed. error:" + why;
}

frontend::TExprNode key_node(const std::string& type, const std::string& text) {
  const bool is_date = type.starts_with("DATE");
  frontend::TScalarType scalar;
  scalar.type = !is_date ? kVarchar : type == "DATE" ? kDate : kDateTime;
  if (!is_date) scalar.__set_len(-1);
  frontend::TTypeNode node;
  node.type = 0;
  node.__set_scalar_type(scalar);
  frontend::TTypeDesc whole;
  whole.__set_types({node});
  frontend::TExprNode out;
  out.__set_node_type(is_date ? kDateLiteral : kStringLiteral);
  out.__set_type(whole);
  out.__set_num_children(0);
  if (is_date) {
    frontend::TDateLiteral literal;
    literal.__set_value(text);
    out.__set_date_literal(literal);
  } else {
    frontend::TStringLiteral literal;
    literal.__set_value(text);
    out.__set_string_literal(literal);
  }
  out.__set_output_scale(-1);
  out.__set_has_nullable_child(false);
  out.__set_is_nullable(false);
  out.__set_is_monotonic(true);
  out.__set_is_index_only_filter(false);
  return out;
}

std::vector<frontend::TExprNode> bound_nodes(const Table& table, const Bound& bound) {
  std::vector<frontend::TExprNode> out;
  for (std::size_t i = 0; i < bound.values.size(); ++i) {
    out.push_back(key_node(range_type_of(table, i), bound.values[i].text));
  }
  return out;
}

frontend::TOlapTablePartition partition_node(Version version, const Table& table,
                                             const Partition& partition) {
  frontend::TOlapTablePartition out;
  out.__set_id(partition.physical_id);
  if (version <= Version::k3_5) out.__set_num_buckets(partition.buckets);
  std::vector<frontend::TOlapTableIndexTablets> indexes;
  for (const PartitionIndex& index : partition.indexes) {
    frontend::TOlapTableIndexTablets tablets;
    tablets.__set_index_id(index.index_id);
    std::vector<std::int64_t> ids;
    for (const Tablet& tablet : index.tablets) ids.push_back(tablet.id);
    tablets.__set_tablets(ids);
    indexes.push_back(std::move(tablets));
  }
  out.__set_indexes(indexes);
  if (is_list(table.partition_kind)) {
    std::vector<std::vector<frontend::TExprNode>> tuples;
    for (const auto& tuple : partition.list_values) {
      auto& nodes = tuples.emplace_back();
      for (std::size_t i = 0; i < tuple.size(); ++i) {
        nodes.push_back(key_node(range_type_of(table, i), tuple[i].value_or("NULL")));
      }
    }
    out.__set_in_keys(tuples);
    return out;
  }
  const bool from_smallest =
      partition.lower.values[0].text == smallest_value(range_type_of(table, 0));
  if (!from_smallest) out.__set_start_keys(bound_nodes(table, partition.lower));
  out.__set_end_keys(bound_nodes(table, partition.upper));
  return out;
}

frontend::TCreatePartitionResult made_answer(const Catalog& catalog, const Table& table,
                                             const std::vector<std::int64_t>& ids) {
  std::vector<frontend::TOlapTablePartition> partitions;
  std::vector<frontend::TTabletLocation> tablets;
  for (const std::int64_t id : ids) {
    const Partition* partition = table.find_physical(id);
    if (partition == nullptr) continue;
    partitions.push_back(partition_node(catalog.version, table, *partition));
    for (const PartitionIndex& index : partition->indexes) {
      for (const Tablet& tablet : index.tablets) {
        frontend::TTabletLocation& location = tablets.emplace_back();
        location.__set_tablet_id(tablet.id);
        std::vector<std::int64_t> nodes;
        for (const Replica& replica : tablet.replicas) nodes.push_back(replica.backend_id);
        location.__set_node_ids(nodes);
      }
    }
  }
  std::vector<frontend::TNodeInfo> nodes;
  for (const Backend& backend : catalog.backends) {
    frontend::TNodeInfo& node = nodes.emplace_back();
    node.__set_id(backend.id);
    node.__set_option(0);
    node.__set_host(backend.host);
    node.__set_async_internal_port(backend.brpc_port);
  }
  frontend::TCreatePartitionResult out;
  out.__set_status(status(0));
  out.__set_partitions(partitions);
  out.__set_tablets(tablets);
  out.__set_nodes(nodes);
  return out;
}

// Who may load into which table; the texts are not recorded.
frontend::TStatus check_load(const Catalog& catalog, const frontend::TLoadTxnBeginRequest& request,
                             const Database*& database, const Table*& table) {
  const User* user = catalog.find_user(request.user);
  if (user == nullptr || user->password != request.passwd) {
    return status(kNotAuthorized, "Access denied for " + request.user + "@" + request.user_ip);
  }
  database = catalog.find_database(request.db);
  if (database == nullptr) {
    return status(kInternalError, "unknown database, database=" + request.db);
  }
  table = database->find_table(request.tbl);
  if (table == nullptr) {
    return status(kInternalError, "unknown table \"" + request.db + "." + request.tbl + "\"");
  }
  if (!may(*user, "INSERT", "TABLE", request.db, request.tbl)) {
    return status(kNotAuthorized,
                  "Access denied; you need (at least one of) the INSERT privilege(s)"
                  " on TABLE " +
                      request.tbl + " for this operation.");
  }
  if (const Transaction* used = find_label(catalog, database->id, request.label)) {
    return status(kLabelAlreadyExists,
                  fmt::format("Label [{}] has already been used, relate to txn [{}]", request.label,
                              used->id));
  }
  return status(0);
}

}  // namespace

RpcAnswer<frontend::TLoadTxnBeginResult> FrontendService::load_txn_begin(
    const frontend::TLoadTxnBeginRequest& request) {
  const std::int64_t now = cluster_.now_ms();
  frontend::TLoadTxnBeginResult out = cluster_.with([&](Catalog& catalog) {
    frontend::TLoadTxnBeginResult answer;
    const Frontend* leader = catalog.leader();
    if (leader == nullptr || leader->number != frontend_) {
      answer.__set_status(status(kInternalError, "current fe is not master"));  // not recorded
      return answer;
    }
    const Database* database = nullptr;
    const Table* table = nullptr;
    answer.__set_status(check_load(catalog, request, database, table));
    if (answer.status.status_code != 0) return answer;
    Transaction& txn = begin_transaction(catalog, now, database->id, {table->id}, request.label,
                                         "BACKEND_STREAMING");
    txn.coordinator = "BE: " + request.user_ip;
    txn.timeout_ms = request.timeout * 1000;
    answer.__set_txnId(txn.id);
    answer.__set_timeout(request.timeout);
    return answer;
  });
  const bool begun = out.status.status_code == 0;
  cluster_.record(frontend_, "rpc", request.db,
                  fmt::format("loadTxnBegin {} {}", request.tbl, request.label),
                  begun ? "ok" : out.status.error_msgs[0], begun);
  return out;
}

RpcAnswer<frontend::TLoadTxnRollbackResult> FrontendService::load_txn_rollback(
    const frontend::TLoadTxnRollbackRequest& request) {
  const std::int64_t now = cluster_.now_ms();
  frontend::TLoadTxnRollbackResult out;
  const bool aborted = cluster_.with([&](Catalog& catalog) {
    return abort_transaction(catalog, now, request.txnId, request.reason);
  });
  if (!aborted) {
    out.__set_status(
        status(kInternalError, fmt::format("transaction not found: {}", request.txnId)));
  } else if (cluster_.version() < Version::k4_1) {
    // After the work was done.
    out.__set_status(status(kInternalError,
                            "Cannot invoke \"com.starrocks.thrift.TTxnCommitAttachment."
                            "getLoadType()\" because \"request.txnCommitAttachment\" is null"));
  } else {
    out.__set_status(status(0));
  }
  cluster_.record(frontend_, "rpc", request.db, fmt::format("loadTxnRollback {}", request.txnId),
                  aborted ? "ok" : out.status.error_msgs[0], aborted);
  return out;
}

RpcAnswer<frontend::TCreatePartitionResult> FrontendService::create_partition(
    const frontend::TCreatePartitionRequest& request) {
  const std::int64_t now = cluster_.now_ms();
  bool changed = false;
  std::string where;
  frontend::TCreatePartitionResult out = cluster_.with([&](Catalog& catalog) {
    frontend::TCreatePartitionResult answer;
    const auto refuse = [&answer](const std::string& text) {
      answer.__set_status(status(kRuntimeError, text));
      return answer;
    };
    const auto txn = catalog.transactions.find(request.txn_id);
    if (txn == catalog.transactions.end() || txn->second.status != TxnStatus::kPrepare) {
      return refuse(not_made(fmt::format(" txn {} not exist", request.txn_id)));
    }
    const auto [database, table] = catalog.find_table(request.table_id);
    if (table == nullptr || database->id != request.db_id) {
      return refuse(not_made(fmt::format("table {} not exist", request.table_id)));  // not recorded
    }
    where = database->name + "." + table->name;
    if (txn->second.partitions_failed) {
      return refuse(not_made(
          not_made(fmt::format(" txn {} already create partition failed", request.txn_id))));
    }
    const MadePartitions made =
        make_automatic_partitions(catalog, now, *table, request.partition_values);
    if (!made.error.empty()) {
      txn->second.partitions_failed = true;
      return refuse(not_made(made.error));
    }
    changed = made.changed;
    return made_answer(catalog, *table, made.physical_ids);
  });
  std::string text = "createPartition " + where;
  for (const auto& tuple : request.partition_values)
    text += fmt::format(" ({})", join(tuple, ", "));
  const bool is_ok = out.status.status_code == 0;
  cluster_.record(frontend_, "rpc", "", text, is_ok ? "ok" : out.status.error_msgs[0], changed);
  return out;
}

}  // namespace srsync::sandbox
