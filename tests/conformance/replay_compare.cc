#include "conformance/replay_compare.h"

#include <regex>
#include <set>

namespace srsync::sandbox {

namespace {

using nlohmann::json;

// Column -> the kind of id it shows. Epochs are the same on both sides of a copy, other ids belong
// to one cluster.
const std::map<std::string, std::string> kIds = {
    {"PartitionId", "partition"}, {"DatabaseID", "db"},  {"DbId", "db"},
    {"TableID", "table"},         {"TableId", "table"},  {"TxnID", "txn"},
    {"TransactionId", "txn"},     {"RollupId", "index"}, {"VersionEpoch", "epoch"}};

// Shown, and of no meaning here; only whether there is a value must be equal.
const std::set<std::string> kValueIgnored = {
    "VisibleVersionTime", "CreatedTime", "FinishedTime", "CreateTime", "PrepareTime",
    "PreparedTime",       "CommitTime",  "PublishTime",  "FinishTime", "CooldownTime",
    "DataSize",           "StorageSize", "RowCount",     "JobId"};

std::string text_of(const json& value) {
  return value.is_null() ? "NULL" : value.get<std::string>();
}

}  // namespace

std::string ReplayCompare::blot(const std::string& text) {
  static const std::regex kAddress("127\\.[0-9]+\\.[0-9]+\\.[0-9]+");
  static const std::regex kTxn("txn: [0-9]+");
  static const std::regex kLong("[0-9]{4,}");
  std::string out = std::regex_replace(text, kAddress, "<ip>");
  out = std::regex_replace(out, kTxn, "txn: <id>");
  return std::regex_replace(out, kLong, "<id>");
}

bool ReplayCompare::pair(const std::string& kind, const std::string& recorded,
                         const std::string& ours) {
  if (recorded == "0" || ours == "0") return recorded == ours;
  const auto forth = forth_.emplace(kind + " " + recorded, ours).first;
  const auto back = back_.emplace(kind + " " + ours, recorded).first;
  return forth->second == ours && back->second == recorded;
}

std::optional<std::string> ReplayCompare::cell(const std::string& side, const std::string& column,
                                               const json& recorded, const Cell& ours) {
  const std::string shown = ours.value_or("NULL");
  const std::string difference = column + ": recorded " + text_of(recorded) + ", here " + shown;
  if (recorded.is_null() != !ours.has_value()) return difference;
  if (recorded.is_null() || kValueIgnored.contains(column)) return std::nullopt;
  const auto text = recorded.get<std::string>();
  if (const auto id = kIds.find(column); id != kIds.end()) {
    const std::string kind = id->second == "epoch" ? "epoch" : side + " " + id->second;
    if (pair(kind, text, shown)) return std::nullopt;
    return difference + " (not the id that stood for it before)";
  }
  if (blot(text) == blot(shown)) return std::nullopt;
  return difference;
}

std::optional<std::string> ReplayCompare::rows(const std::string& side, const json& recorded,
                                               const Answer& answer) {
  if (answer.kind != Answer::Kind::kRows) {
    return "no rows but " + std::to_string(answer.code) + " " + answer.message;
  }
  const json& columns = recorded.at("columns");
  std::vector<std::string> names;
  for (const Field& field : answer.fields) names.push_back(field.name);
  if (columns != json(names)) return "columns " + json(names).dump();
  const json& expected = recorded.at("rows");
  if (expected.size() != answer.rows.size()) {
    return std::to_string(answer.rows.size()) + " rows instead of " +
           std::to_string(expected.size());
  }
  const ReplayCompare before = *this;
  for (std::size_t r = 0; r < expected.size(); ++r) {
    for (std::size_t c = 0; c < names.size(); ++c) {
      auto difference = cell(side, names[c], expected[r][c], answer.rows[r].at(c));
      if (!difference) continue;
      *this = before;
      return "row " + std::to_string(r) + " " + *difference;
    }
  }
  return std::nullopt;
}

}  // namespace srsync::sandbox
