#include "daemon/plan_text.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/amounts.h"
#include "base/text_table.h"
#include "core/names.h"
#include "daemon/report.h"

namespace srsync::daemon {
namespace {

std::string name_of(const driver::PlannedStep& step) {
  return core::both_names(step.name, step.target);
}

std::string details(const driver::PlannedStep& step) {
  std::string text;
  if (step.partitions > 0) {
    text += fmt::format("{} partition{}", step.partitions, step.partitions == 1 ? "" : "s");
  }
  if (step.bytes > 0) text += fmt::format(", {}", size_text(step.bytes));
  return text;
}

}  // namespace

std::string plan_text(const driver::DryRun& run) {
  std::string text = fmt::format("{} tables in scope, {} in sync, {} steps to do\n", run.tables,
                                 run.in_sync, run.steps.size());
  std::vector<std::vector<std::string>> rows;
  std::size_t drops = 0;
  for (const auto& step : run.steps) {
    if (step.drops) ++drops;
    rows.push_back({step.what, name_of(step), details(step), step.reason});
  }
  text += aligned(rows);
  if (drops > 0) text += fmt::format("{} of them drop something on the target\n", drops);
  if (!run.blocked.empty()) {
    text += "Not to be synchronised as things are:\n" + table_list(run.blocked);
  }
  if (!run.not_carried.empty()) {
    text += "Not carried:\n" + driver::left_out_text(run.not_carried);
  }
  return text + "Nothing was changed.\n";
}

std::string plan_json(const driver::DryRun& run) {
  nlohmann::ordered_json json;
  json["tables"] = run.tables;
  json["in_sync"] = run.in_sync;
  json["actions"] = nlohmann::json::array();
  for (const auto& step : run.steps) {
    nlohmann::ordered_json entry;
    entry["action"] = step.what;
    entry["database"] = step.name.db;
    if (!step.name.table.empty()) entry["table"] = step.name.table;
    if (!step.target.db.empty() && step.target != step.name) {
      entry["target_database"] = step.target.db;
      if (!step.target.table.empty()) entry["target_table"] = step.target.table;
    }
    if (step.partitions > 0) entry["partitions"] = step.partitions;
    if (step.bytes > 0) entry["bytes"] = step.bytes;
    entry["reason"] = step.reason;
    entry["drops"] = step.drops;
    json["actions"].push_back(std::move(entry));
  }
  json["blocked"] = nlohmann::json::array();
  for (const auto& table : run.blocked) {
    json["blocked"].push_back({{"table", core::to_string(table.name)}, {"reason", table.reason}});
  }
  json["not_carried"] = nlohmann::json::array();
  for (const auto& object : run.not_carried) {
    json["not_carried"].push_back(
        {{"kind", object.kind}, {"name", driver::name_of(object.name)}, {"reason", object.reason}});
  }
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace srsync::daemon
