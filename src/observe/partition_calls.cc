#include "observe/partition_calls.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/kill_point.h"
#include "ddl/partition_calls.h"
#include "ddl/partition_values.h"

namespace srsync::observe {

namespace {

using Made = std::vector<io::CreatedPartition>;

std::int64_t seconds_since_1970() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::seconds>(now).count();
}

// Our address as the frontend sees it: 'user'@'10.0.0.7'. An account may be bound to it.
Result<std::string> our_address(ClusterLink& target) {
  constexpr const char* kStatement = "SELECT USER()";
  SRSYNC_ASSIGN_OR_RETURN(const io::ResultSet rows, target.read(kStatement));
  std::string text;
  if (!rows.rows.empty() && !rows.rows[0].empty()) text = rows.rows[0][0].value_or("");
  const std::size_t at = text.rfind('@');
  std::string host = at == std::string::npos ? std::string() : text.substr(at + 1);
  std::erase(host, '\'');
  return host.empty() || host == "%" ? std::string("127.0.0.1") : host;
}

Result<std::int64_t> begin(ClusterLink& target, const core::DdlIntent& intent) {
  io::LoadTransaction load;
  load.user = target.endpoint().user;
  load.password = target.endpoint().password;
  SRSYNC_ASSIGN_OR_RETURN(load.user_ip, our_address(target));
  load.db = intent.call_name.db;
  load.table = intent.call_name.table;
  load.label = intent.call_label;
  load.timestamp_s = seconds_since_1970();
  load.timeout_s = kLoadTimeoutSeconds;
  std::int64_t txn = 0;
  SRSYNC_RETURN_IF_ERROR(target.change_rpc([&](io::FrontendRpc& rpc) {
    const Result<std::int64_t> begun = rpc.begin_load(load);
    if (begun.is_ok()) txn = *begun;
    return begun.status();
  }));
  return txn;
}

Result<Made> call(ClusterLink& target, const core::DdlIntent& intent, std::int64_t txn) {
  io::CreatePartitionRequest request;
  request.txn_id = txn;
  request.database_id = intent.call_db.value();
  request.table_id = intent.table.value();
  for (const std::string& value : intent.call_values) request.values.push_back({value});
  request.is_temporary = false;
  Made made;
  SRSYNC_RETURN_IF_ERROR(target.change_rpc([&](io::FrontendRpc& rpc) {
    Result<Made> answer = rpc.create_partitions(request);
    if (answer.is_ok()) made = std::move(*answer);
    return answer.status();
  }));
  return made;
}

// The answer tells what is there now, and it may be something else: ranges that are on no grid, or
// another release's idea of a value. Nothing is dropped for that; it is said.
Status compare(const core::DdlIntent& intent, const Made& made) {
  for (std::size_t i = 0; i < intent.call_ranges.size(); ++i) {
    SRSYNC_ASSIGN_OR_RETURN(const ddl::PartitionValues wanted,
                            ddl::read_clause(intent.call_ranges[i]));
    const bool found = std::any_of(made.begin(), made.end(), [&](const auto& partition) {
      // One that is told without its range is judged by the reading that follows.
      return partition.upper.empty() || ddl::is_range(wanted, partition.lower, partition.upper);
    });
    if (found) continue;
    std::string instead;
    for (const auto& partition : made) {
      instead += fmt::format(" [{}, {})", partition.lower, partition.upper);
    }
    return rejected(fmt::format("partition {} was to hold {}, and the target made{}",
                                intent.partitions.at(i), intent.call_ranges[i],
                                instead.empty() ? " nothing" : instead));
  }
  return Status::ok();
}

}  // namespace

Status create_partitions(ClusterLink& target, const core::DdlIntent& intent) {
  SRSYNC_ASSIGN_OR_RETURN(const std::int64_t txn, begin(target, intent));
  SRSYNC_KILL_POINT("observe.partitions.begun");
  const Result<Made> made = call(target, intent, txn);
  SRSYNC_KILL_POINT("observe.partitions.made");
  // Whatever came of it: a transaction that made something is of no more use, one that failed is
  // spoiled, and one that is not aborted now times out.
  static_cast<void>(target.change_rpc([&](io::FrontendRpc& rpc) {
    return rpc.abort_remote_txn(txn, intent.call_db.value(), "srsync: partitions made");
  }));
  if (!made.is_ok()) return made.status();
  return compare(intent, *made);
}

}  // namespace srsync::observe
