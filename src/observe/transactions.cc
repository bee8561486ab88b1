#include "observe/transactions.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "io/rows.h"
#include "observe/identify.h"

namespace srsync::observe {

Result<std::vector<TransactionRow>> read_transactions(const io::ResultSet& rows,
                                                      const std::string& statement) {
  SRSYNC_ASSIGN_OR_RETURN(
      const io::RowReader reader,
      io::RowReader::bind(rows, statement,
                          {"TransactionId", "Label", "TransactionStatus", "LoadJobSourceType"}));
  std::vector<TransactionRow> out;
  for (std::size_t row = 0; row < reader.size(); ++row) {
    SRSYNC_ASSIGN_OR_RETURN(const std::int64_t id, reader.get_int64(row, 0));
    out.push_back({core::TxnId(id), std::string(reader.text_or_empty(row, 1)),
                   std::string(reader.text_or_empty(row, 2)),
                   std::string(reader.text_or_empty(row, 3))});
  }
  return out;
}

Result<std::vector<TransactionRow>> list_transactions(ClusterLink& link, core::DbId db,
                                                      std::string_view state) {
  const std::string sql = fmt::format("SHOW PROC '/transactions/{}/{}'", db.value(), state);
  Result<io::ResultSet> rows = link.read(sql);
  if (!rows.is_ok()) {
    const Status status = rows.status();
    return is_unknown_path(status) ? not_found(status.message()) : status;
  }
  return read_transactions(*rows, sql);
}

namespace {

// "10007, 10010"
std::vector<core::PartitionId> parse_ids(std::string_view text) {
  std::vector<core::PartitionId> out;
  for (const std::string_view part : split(text, ',')) {
    if (const auto id = parse_int64(trim(part))) out.emplace_back(*id);
  }
  return out;
}

core::TxnId newest(const std::vector<TransactionRow>& listed) {
  core::TxnId out(1);
  for (const TransactionRow& row : listed) out = std::max(out, row.id);
  return out;
}

// Nothing of what was known is listed any more: something between may have come and gone.
bool has_gap(const std::vector<TransactionRow>& listed, core::TxnId after) {
  if (after <= core::TxnId(1) || listed.empty()) return false;
  return std::none_of(listed.begin(), listed.end(),
                      [after](const TransactionRow& row) { return row.id <= after; });
}

}  // namespace

std::vector<TransactionRow> FeedReader::fresh(const std::vector<TransactionRow>& listed,
                                              core::DbId db, core::TxnId after) {
  const auto known = seen_.find(db);
  std::vector<TransactionRow> out;
  std::set<core::TxnId> seen;
  for (const TransactionRow& row : listed) {
    const bool is_new = known == seen_.end() ? row.id > after : !known->second.contains(row.id);
    if (is_new) {
      out.push_back(row);
    } else {
      seen.insert(row.id);
    }
  }
  std::sort(out.begin(), out.end(),
            [](const TransactionRow& a, const TransactionRow& b) { return a.id < b.id; });
  if (out.size() > kMaxPerRead) out.resize(kMaxPerRead);
  seen_[db] = std::move(seen);
  return out;
}

Result<io::Feed> FeedReader::read(core::DbId db, core::TxnId after) {
  SRSYNC_ASSIGN_OR_RETURN(const std::vector<TransactionRow> listed,
                          list_transactions(link_, db, "finished"));
  io::Feed out;
  if (!after.is_set()) {
    auto& seen = seen_[db];
    for (const TransactionRow& row : listed) seen.insert(row.id);
    out.last = newest(listed);
    return out;
  }
  out.gap = has_gap(listed, after);
  out.last = after;
  for (const TransactionRow& row : fresh(listed, db, after)) {
    io::FeedTransaction transaction{
        row.id, row.label, row.source_type, row.status == "VISIBLE", {}};
    bool forgotten = false;
    if (transaction.visible) SRSYNC_RETURN_IF_ERROR(look_into(db, transaction, forgotten));
    out.gap = out.gap || forgotten;
    out.last = std::max(out.last, row.id);
    out.transactions.push_back(std::move(transaction));
  }
  for (const io::FeedTransaction& told : out.transactions) seen_[db].insert(told.id);
  return out;
}

Status FeedReader::look_into(core::DbId db, io::FeedTransaction& transaction, bool& forgotten) {
  const std::string sql =
      fmt::format("SHOW PROC '/transactions/{}/finished/{}'", db.value(), transaction.id.value());
  const Result<io::ResultSet> rows = link_.read(sql);
  if (!rows.is_ok()) {
    // Pushed out of the list since it was read.
    forgotten = rows.status().code() == Code::kNotFound;
    return forgotten ? Status::ok() : rows.status();
  }
  SRSYNC_ASSIGN_OR_RETURN(const io::RowReader reader,
                          io::RowReader::bind(*rows, sql, {"TableId"}, {"CommittedPartitionIds"}));
  for (std::size_t row = 0; row < reader.size(); ++row) {
    SRSYNC_ASSIGN_OR_RETURN(const std::int64_t table, reader.get_int64(row, 0));
    transaction.touched.push_back({core::TableId(table), parse_ids(reader.text_or_empty(row, 1))});
  }
  return Status::ok();
}

}  // namespace srsync::observe
