#include "observe/replications.h"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "io/rows.h"
#include "observe/transactions.h"
#include "observe/url.h"

namespace srsync::observe {

namespace {

// A frontend lists at most this many transactions.
constexpr std::size_t kMaxListedTransactions = 2000;

int rank(std::string_view state) {
  if (state == "INITIALIZING") return 1;
  if (state == "SNAPSHOTING") return 2;
  if (state == "REPLICATING") return 3;
  if (state == "ABORTED") return 4;
  return state == "COMMITTED" ? 5 : 0;
}

Result<io::JobStatus> read_job(const io::RowReader& reader, std::size_t row) {
  io::JobStatus out;
  SRSYNC_ASSIGN_OR_RETURN(out.job_id, reader.get_text(row, 0));
  SRSYNC_ASSIGN_OR_RETURN(out.table_id, reader.get_int64(row, 1));
  SRSYNC_ASSIGN_OR_RETURN(const std::int64_t txn, reader.get_int64(row, 2));
  out.txn = core::TxnId(txn);
  SRSYNC_ASSIGN_OR_RETURN(out.state, reader.get_text(row, 3));
  out.progress = reader.text_or_empty(row, 4);
  out.error = reader.text_or_empty(row, 5);
  return out;
}

io::LabelState label_state(std::string_view status) {
  if (status == "PREPARE" || status == "PREPARED") return io::LabelState::kRunning;
  if (status == "COMMITTED") return io::LabelState::kCommitted;
  if (status == "VISIBLE") return io::LabelState::kVisible;
  if (status == "ABORTED") return io::LabelState::kAborted;
  return io::LabelState::kUnknown;
}

}  // namespace

Result<std::vector<io::JobStatus>> read_replications(const io::ResultSet& rows) {
  SRSYNC_ASSIGN_OR_RETURN(
      const io::RowReader reader,
      io::RowReader::bind(rows, "SHOW PROC '/replications'",
                          {"JobID", "TableID", "TxnID", "State", "Progress", "Error"}));
  std::vector<io::JobStatus> out;
  std::map<std::pair<std::string, std::int64_t>, std::size_t> place;
  for (std::size_t row = 0; row < reader.size(); ++row) {
    SRSYNC_ASSIGN_OR_RETURN(io::JobStatus job, read_job(reader, row));
    const auto [at, is_new] = place.try_emplace({job.job_id, job.table_id}, out.size());
    if (is_new) {
      out.push_back(std::move(job));
      continue;
    }
    io::JobStatus& known = out[at->second];
    if (std::pair(rank(job.state), job.txn) > std::pair(rank(known.state), known.txn)) {
      known = std::move(job);
    }
  }
  return out;
}

std::string replication_label(const core::ReplicationIntent& intent) {
  return fmt::format("REPLICATION_{}_{}_{}", intent.target_db.value(), intent.target_table.value(),
                     intent.job_id);
}

io::LabelState parse_load_state(std::string_view body) {
  static constexpr std::string_view kKey = "\"state\"";
  std::size_t at = body.find(kKey);
  if (at == std::string_view::npos) return io::LabelState::kUnknown;
  std::string_view rest = trim(body.substr(at + kKey.size()));
  if (!rest.starts_with(':')) return io::LabelState::kUnknown;
  rest = trim(rest.substr(1));
  if (!rest.starts_with('"')) return io::LabelState::kUnknown;
  rest.remove_prefix(1);
  return label_state(rest.substr(0, rest.find('"')));
}

Result<io::LabelState> find_label(ClusterLink& link, const core::ReplicationIntent& intent) {
  const std::string label = replication_label(intent);
  std::size_t listed_finished = 0;
  for (const std::string_view state : {"running", "finished"}) {
    const auto listed = list_transactions(link, intent.target_db, state);
    // Its database is gone, and its transactions with it.
    if (!listed.is_ok() && listed.status().code() == Code::kNotFound) break;
    if (!listed.is_ok()) return listed.status();
    // Newest first: an aborted label may have been used again.
    for (const TransactionRow& row : *listed) {
      if (row.label == label) return label_state(row.status);
    }
    listed_finished = listed->size();
  }
  const Result<HttpReply> reply = link.http_get(fmt::format(
      "/api/{}/get_load_state?label={}", percent_encode(intent.name.db), percent_encode(label)));
  if (reply.is_ok() && reply->status == 200) return parse_load_state(reply->body);
  // Complete lists do not need the second opinion, and the HTTP port may be closed to us for ever.
  if (listed_finished < kMaxListedTransactions || reply.is_ok() ||
      reply.status().code() == Code::kUnsupported) {
    return io::LabelState::kUnknown;
  }
  return reply.status();
}

}  // namespace srsync::observe
