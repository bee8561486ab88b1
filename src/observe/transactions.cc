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

// A frontend keeps the newest finished transactions of a database (label_keep_max_num, 1,000) for
// some days (label_keep_max_second); a list shorter than this holds everything that is kept.
constexpr std::size_t kShortList = 500;

bool is_replication(const TransactionRow& row) { return row.source_type == "REPLICATION"; }

void add_gap(io::Feed& feed, std::string why) {
  feed.gap = true;
  if (feed.why.empty()) feed.why = std::move(why);
}

}  // namespace

bool FeedReader::is_target() const { return link_.endpoint().side == Side::kTarget; }

Status FeedReader::list(core::DbId db, std::vector<TransactionRow>& finished, io::Feed& feed) {
  ++feed.statements;
  SRSYNC_ASSIGN_OR_RETURN(finished, list_transactions(link_, db, "finished"));
  return Status::ok();
}

Result<std::set<core::TxnId>> FeedReader::running(core::DbId db, io::Feed& feed) {
  ++feed.statements;
  SRSYNC_ASSIGN_OR_RETURN(const auto rows, list_transactions(link_, db, "running"));
  std::set<core::TxnId> out;
  for (const TransactionRow& row : rows) {
    if (!is_replication(row)) out.insert(row.id);
  }
  return out;
}

// Nothing of what was known is listed any more: something between may have come and gone.
void FeedReader::find_gap(const std::vector<TransactionRow>& listed, core::DbId db,
                          core::TxnId after, io::Feed& feed) const {
  const auto known = seen_.find(db);
  bool overlaps = false;
  bool had_any = after > core::TxnId(1);
  if (known == seen_.end()) {
    overlaps = std::any_of(listed.begin(), listed.end(),
                           [after](const TransactionRow& row) { return row.id <= after; });
  } else {
    had_any = !known->second.finished.empty();
    overlaps = std::any_of(listed.begin(), listed.end(), [&](const TransactionRow& row) {
      return known->second.finished.contains(row.id);
    });
    // What was listed was forgotten for its age, and nothing came since.
    if (listed.empty()) return;
  }
  if (overlaps || (!had_any && listed.size() < kShortList)) return;
  add_gap(feed, "none of its finished transactions that were known is listed any more");
}

std::vector<TransactionRow> FeedReader::fresh(const std::vector<TransactionRow>& listed,
                                              core::DbId db, core::TxnId after) {
  const auto known = seen_.find(db);
  std::vector<TransactionRow> out;
  std::set<core::TxnId> seen;
  for (const TransactionRow& row : listed) {
    const bool is_new =
        known == seen_.end() ? row.id > after : !known->second.finished.contains(row.id);
    if (is_new) {
      out.push_back(row);
    } else {
      seen.insert(row.id);
    }
  }
  std::sort(out.begin(), out.end(),
            [](const TransactionRow& a, const TransactionRow& b) { return a.id < b.id; });
  if (is_target()) {
    if (out.size() > kMaxPerRead) out.resize(kMaxPerRead);
  } else if (out.size() > kMaxPerSourceRead) {
    const auto left_out = out.end() - static_cast<std::ptrdiff_t>(kMaxPerSourceRead);
    for (auto row = out.begin(); row != left_out; ++row) seen.insert(row->id);
    out.erase(out.begin(), left_out);
  }
  seen_[db].finished = std::move(seen);
  return out;
}

// Transactions that ran the last time, do not run now and are not listed as finished: so many
// finished after them that they do not stand in the list. They are asked for one by one.
Status FeedReader::find_vanished(core::DbId db, const std::set<core::TxnId>& running,
                                 std::vector<TransactionRow>& listed, io::Feed& feed) {
  const Seen& seen = seen_[db];
  std::set<core::TxnId> gone;
  for (const core::TxnId id : seen.running) {
    if (!running.contains(id) && !seen.finished.contains(id)) gone.insert(id);
  }
  for (const TransactionRow& row : listed) gone.erase(row.id);
  for (const core::TxnId id : gone) {
    const std::string sql =
        fmt::format("SHOW PROC '/transactions/{}/finished/{}'", db.value(), id.value());
    ++feed.statements;
    const Result<io::ResultSet> rows = link_.read(sql);
    if (rows.is_ok()) {
      // Whether it became visible is not told here; what it touched is spoiled if it did.
      listed.push_back({id, fmt::format("transaction {}", id.value()), "VISIBLE", "UNKNOWN"});
    } else if (rows.status().code() == Code::kNotFound) {
      add_gap(feed,
              fmt::format("transaction {} was forgotten before its end was read", id.value()));
    } else {
      return rows.status();
    }
  }
  return Status::ok();
}

Result<io::Feed> FeedReader::begin(core::DbId db) {
  io::Feed out;
  Seen seen;
  if (is_target()) {
    SRSYNC_ASSIGN_OR_RETURN(seen.running, running(db, out));
  }
  std::vector<TransactionRow> listed;
  SRSYNC_RETURN_IF_ERROR(list(db, listed, out));
  for (const TransactionRow& row : listed) seen.finished.insert(row.id);
  out.last = newest(listed);
  if (!seen.running.empty()) {
    const core::TxnId before_all(seen.running.begin()->value() - 1);
    out.last = std::max(core::TxnId(1), std::min(out.last, before_all));
  }
  seen_[db] = std::move(seen);
  return out;
}

Result<io::Feed> FeedReader::read(core::DbId db, core::TxnId after) {
  if (!after.is_set()) return begin(db);
  io::Feed out;
  std::vector<TransactionRow> listed;
  SRSYNC_RETURN_IF_ERROR(list(db, listed, out));
  const auto known = seen_.find(db);
  const bool changed = known == seen_.end() ||
                       std::any_of(listed.begin(), listed.end(), [&](const TransactionRow& row) {
                         return !known->second.finished.contains(row.id);
                       });
  std::set<core::TxnId> open;
  if (is_target() && changed) {
    // What runs is read first and what is finished after it, so that none is in neither.
    SRSYNC_ASSIGN_OR_RETURN(open, running(db, out));
    SRSYNC_RETURN_IF_ERROR(list(db, listed, out));
  }
  find_gap(listed, db, after, out);
  if (is_target() && changed && known != seen_.end()) {
    SRSYNC_RETURN_IF_ERROR(find_vanished(db, open, listed, out));
  }
  out.last = after;
  for (const TransactionRow& row : fresh(listed, db, after)) {
    io::FeedTransaction transaction{
        row.id, row.label, row.source_type, row.status == "VISIBLE", {}};
    // On the target, replications are no strangers, whatever they touched.
    const bool matters = transaction.visible && !(is_target() && is_replication(row));
    if (matters) SRSYNC_RETURN_IF_ERROR(look_into(db, transaction, out));
    out.last = std::max(out.last, row.id);
    out.transactions.push_back(std::move(transaction));
  }
  for (const io::FeedTransaction& told : out.transactions) seen_[db].finished.insert(told.id);
  if (changed) seen_[db].running = open;
  if (!open.empty()) {
    out.last = std::max(after, std::min(out.last, core::TxnId(open.begin()->value() - 1)));
  }
  return out;
}

namespace {

void merge(io::Feed part, io::Feed& out) {
  out.statements += part.statements;
  if (part.gap) add_gap(out, std::move(part.why));
  for (auto& transaction : part.transactions) out.transactions.push_back(std::move(transaction));
}

}  // namespace

// A new reader does not know what it saw, and goes by the position. Of a database in which nothing
// happened lately nothing listed is that old; its list is still whole where it is short and the
// list of another one reaches back that far.
Status FeedReader::meet(const std::vector<core::DbId>& dbs, core::TxnId after, io::Feed& feed) {
  if (!after.is_set()) return Status::ok();
  std::vector<core::DbId> quiet;
  bool reaches_back = false;
  for (const core::DbId db : dbs) {
    if (seen_.contains(db)) continue;
    std::vector<TransactionRow> listed;
    SRSYNC_RETURN_IF_ERROR(list(db, listed, feed));
    const bool overlaps = std::any_of(listed.begin(), listed.end(),
                                      [&](const TransactionRow& row) { return row.id <= after; });
    reaches_back = reaches_back || overlaps;
    if (!overlaps && listed.size() < kShortList) quiet.push_back(db);
  }
  if (!reaches_back) return Status::ok();
  for (const core::DbId db : quiet) seen_[db] = {};
  return Status::ok();
}

// How far the feed of `db`, told up to `last`, is known to be told. Ids are the cluster's: what
// begins after this has one above `newest`, which was told in another database.
Result<core::TxnId> FeedReader::told_up_to(core::DbId db, core::TxnId last, core::TxnId newest,
                                           io::Feed& feed) {
  SRSYNC_ASSIGN_OR_RETURN(const std::set<core::TxnId> open, running(db, feed));
  SRSYNC_ASSIGN_OR_RETURN(io::Feed more, read(db, last));
  core::TxnId out = newest;
  if (!open.empty()) out = std::min(out, core::TxnId(open.begin()->value() - 1));
  if (more.transactions.size() >= kMaxPerRead) out = std::min(out, more.last);
  merge(std::move(more), feed);
  return out;
}

Result<io::Feed> FeedReader::read_each(const std::vector<core::DbId>& dbs, core::TxnId after) {
  io::Feed out;
  SRSYNC_RETURN_IF_ERROR(meet(dbs, after, out));
  std::vector<core::TxnId> lasts;
  core::TxnId newest = std::max(after, core::TxnId(1));
  for (const core::DbId db : dbs) {
    SRSYNC_ASSIGN_OR_RETURN(io::Feed part, read(db, after));
    lasts.push_back(part.last);
    newest = std::max(newest, part.last);
    merge(std::move(part), out);
  }
  out.last = newest;
  for (std::size_t i = 0; i < dbs.size(); ++i) {
    if (lasts[i] >= newest) continue;
    SRSYNC_ASSIGN_OR_RETURN(const core::TxnId told, told_up_to(dbs[i], lasts[i], newest, out));
    out.last = std::min(out.last, told);
  }
  out.last = std::max({out.last, after, core::TxnId(1)});
  std::sort(out.transactions.begin(), out.transactions.end(),
            [](const auto& a, const auto& b) { return a.id < b.id; });
  return out;
}

Result<io::Feed> FeedReader::read_all(const std::vector<core::DbId>& dbs, core::TxnId after) {
  if (dbs.size() == 1) return read(dbs.front(), after);
  const auto before = seen_;
  Result<io::Feed> feed = read_each(dbs, after);
  // What was told of the others is told again with the next answer.
  if (!feed.is_ok()) seen_ = before;
  return feed;
}

Status FeedReader::look_into(core::DbId db, io::FeedTransaction& transaction, io::Feed& feed) {
  const std::string sql =
      fmt::format("SHOW PROC '/transactions/{}/finished/{}'", db.value(), transaction.id.value());
  ++feed.statements;
  const Result<io::ResultSet> rows = link_.read(sql);
  if (!rows.is_ok()) {
    // Pushed out of the list since it was read.
    if (rows.status().code() != Code::kNotFound) return rows.status();
    add_gap(feed,
            fmt::format("transaction {} was forgotten before it was read", transaction.id.value()));
    return Status::ok();
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
