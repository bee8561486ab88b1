#include "core/describe.h"

#include <fmt/format.h>

#include <string_view>

namespace srsync::core {
namespace {

std::string where(Side side, const TableName& name) {
  return fmt::format("{} {}", side_name(side), to_string(name));
}

std::string_view ddl_kind_name(DdlKind kind) {
  switch (kind) {
    case DdlKind::kCreateDatabase:
      return "create database";
    case DdlKind::kDropDatabase:
      return "drop database";
    case DdlKind::kCreateTable:
      return "create table";
    case DdlKind::kDropTable:
      return "drop table";
    case DdlKind::kAddPartitions:
      return "add partitions";
    case DdlKind::kDropPartitions:
      return "drop partitions";
    case DdlKind::kAlterTable:
      return "alter table";
    case DdlKind::kSetTableProperties:
      return "set properties of table";
    case DdlKind::kIndexChange:
      return "change indexes of table";
    case DdlKind::kAddRollup:
      return "add rollup to table";
    case DdlKind::kDropRollup:
      return "drop rollup of table";
    case DdlKind::kColumnChange:
      return "change columns of table";
    case DdlKind::kCreateView:
      return "create view";
    case DdlKind::kDropView:
      return "drop view";
    case DdlKind::kCreateMaterializedView:
      return "create materialized view";
    case DdlKind::kDropMaterializedView:
      return "drop materialized view";
    case DdlKind::kAlterMaterializedView:
      return "alter materialized view";
    case DdlKind::kCreateBeside:
      return "create a new table beside";
    case DdlKind::kSwapTables:
      return "swap in the new table of";
    case DdlKind::kDropReplaced:
      return "drop the second table of";
    case DdlKind::kRenameBeside:
      return "give the new table its name";
    case DdlKind::kCreatePartitions:
      return "make partitions by call in";
  }
  return "ddl";
}

std::string_view reason_name(RejectReason reason) {
  switch (reason) {
    case RejectReason::kOther:
      return "other";
    case RejectReason::kBusy:
      return "busy";
    case RejectReason::kStale:
      return "stale";
    case RejectReason::kMisfit:
      return "misfit";
    case RejectReason::kForeignBase:
      return "foreign base";
    case RejectReason::kNothingToDo:
      return "nothing to do";
    case RejectReason::kUnreachable:
      return "unreachable";
  }
  return "other";
}

std::string intent_text(const DdlIntent& intent) {
  std::string text =
      fmt::format("{} {} {}", intent.key, ddl_kind_name(intent.kind), to_string(intent.name));
  if (!intent.partitions.empty()) text += fmt::format(" ({} partitions)", intent.partitions.size());
  return text + ": " + intent.reason;
}

std::string intent_text(const ReplicationIntent& intent) {
  std::string text = fmt::format("{} {} partitions={}", intent.job_id, to_string(intent.name),
                                 intent.goals.size());
  for (std::size_t i = 0; i < intent.goals.size() && i < 8; ++i) {
    const auto& goal = intent.goals[i];
    text += fmt::format(" {}:{}->{}", goal.target.value(), goal.base_version, goal.version);
  }
  if (intent.goals.size() > 8) text += " ...";
  return text;
}

// One overload per fact, in the order of the variant.
std::string detail(const SessionStarted& f) {
  return f.binary_version + " journal " + f.journal_id;
}
std::string detail(const SessionEnded& f) { return f.reason; }
std::string detail(const SettingChanged& f) { return f.key + "=" + f.value; }
std::string detail(const ClusterIdentified& f) {
  return fmt::format("{} {} version {}", side_name(f.side), f.cluster_id, f.version);
}
std::string detail(const TopologyObserved& f) {
  return fmt::format("{} {} frontends, {} backends", side_name(f.side), f.frontends.size(),
                     f.backends.size());
}
std::string detail(const LimitsObserved& f) {
  return fmt::format("tables {} replicas {} data {} MB", f.max_tables, f.max_replicas,
                     f.max_data_mb);
}
std::string detail(const DatabaseObserved& f) {
  return fmt::format("{} {} id {}", side_name(f.side), f.name, f.id.value());
}
std::string detail(const DatabaseMissing& f) {
  return fmt::format("{} {}", side_name(f.side), f.name);
}
std::string detail(const DatabaseListed& f) {
  return fmt::format("{} {}", side_name(f.side), f.name);
}
std::string detail(const TableObserved& f) {
  return fmt::format("{} id {}{}", where(f.side, f.name), f.id.value(),
                     f.state_normal ? "" : " (not in state NORMAL)");
}
std::string detail(const TableRead& f) {
  return fmt::format("{} id {} partitions {}{}", where(f.side, f.name), f.id.value(),
                     f.partitions.size(), f.unreadable.empty() ? "" : ": " + f.unreadable);
}
std::string detail(const PartitionsMoved& f) {
  std::string text = fmt::format("{} table {}", side_name(f.side), f.id.value());
  for (std::size_t i = 0; i < f.versions.size() && i < 8; ++i) {
    text += fmt::format(" {}:{}", f.versions[i].id.value(), f.versions[i].visible_version);
  }
  if (f.versions.size() > 8) text += " ...";
  return text;
}
std::string detail(const TableRereadWanted& f) {
  return fmt::format("{} table {}: {}", side_name(f.side), f.id.value(), f.reason);
}
std::string detail(const TableMissing& f) {
  return fmt::format("{} table {}", side_name(f.side), f.id.value());
}
std::string detail(const TableUnreadable& f) {
  return fmt::format("{} {}: {}", where(f.side, f.name), code_name(f.code), f.message);
}
std::string detail(const SweepCompleted& f) {
  return fmt::format("{} {} tables {} partitions {}{}", side_name(f.side),
                     f.complete ? "complete" : "incomplete", f.tables, f.partitions,
                     f.problem.empty() ? "" : ": " + f.problem);
}
std::string detail(const StrangerObserved& f) {
  return fmt::format("target table {} txn {} label {} ({} partitions)", f.table.value(),
                     f.txn.value(), f.label, f.partitions.size());
}
std::string detail(const FeedAdvanced& f) {
  return fmt::format("{} {} txn {}", side_name(f.side), f.db, f.last.value());
}
std::string detail(const TargetFeedGap& f) {
  std::string text = fmt::format("{}: {}; tables that cannot be proven: {}", f.db, f.why,
                                 f.unproven.empty() ? "none" : "");
  for (std::size_t i = 0; i < f.unproven.size() && i < 20; ++i) {
    text += (i == 0 ? "" : ", ") + to_string(f.unproven[i]);
  }
  if (f.unproven.size() > 20) text += fmt::format(" and {} more", f.unproven.size() - 20);
  return text;
}
std::string detail(const DdlStarted& f) { return intent_text(f.intent); }
std::string detail(const DdlSucceeded& f) { return f.key; }
std::string detail(const DdlFailed& f) {
  return fmt::format("{} {}: {}", f.key, code_name(f.code), f.message);
}
std::string detail(const DdlVerified& f) {
  return fmt::format("{} {}", f.key, f.took_effect ? "took effect" : "did not take effect");
}
std::string detail(const ReplicationStarted& f) { return intent_text(f.intent); }
std::string detail(const ReplicationAccepted& f) { return f.job_id; }
std::string detail(const ReplicationRejected& f) {
  return fmt::format("{} {}: {}", f.job_id, reason_name(f.reason), f.message);
}
std::string detail(const ReplicationProgressed& f) {
  return fmt::format("{} {} txn {}", f.job_id, f.stage, f.txn.value());
}
std::string detail(const ReplicationCommitted& f) { return f.job_id; }
std::string detail(const ReplicationAborted& f) { return f.job_id + ": " + f.message; }
std::string detail(const ReplicationLost& f) { return f.job_id + ": " + f.detail; }
std::string detail(const ReplicationFinished& f) { return f.job_id; }
std::string detail(const ReplicationFailed& f) { return f.job_id + ": " + f.message; }
std::string detail(const Paused& f) { return "by " + f.by; }
std::string detail(const Resumed& f) { return "by " + f.by; }
std::string detail(const TableSkipped& f) { return to_string(f.name); }
std::string detail(const RetryRequested& f) {
  return f.name.db.empty() ? std::string("all tables") : to_string(f.name);
}
std::string detail(const FrontendSettingChanged& f) {
  return fmt::format("{} {}: {} -> {}", side_name(f.side), f.key, f.before, f.after);
}
std::string detail(const FrontendSettingRestored& f) {
  return fmt::format("{} {}={}", side_name(f.side), f.key, f.value);
}

std::string detail(const DropsHeld& f) {
  if (f.drops.empty()) return "none any more";
  constexpr std::size_t kNamed = 50;
  std::string text = fmt::format("{} ({}):", f.token, f.reason);
  for (std::size_t i = 0; i < f.drops.size() && i < kNamed; ++i) {
    const auto& drop = f.drops[i];
    const bool database = drop.name.table.empty();
    text += fmt::format("{} {} ({})", i == 0 ? "" : ",",
                        database ? "database " + drop.name.db : to_string(drop.name), drop.reason);
  }
  if (f.drops.size() > kNamed) text += fmt::format(" and {} more", f.drops.size() - kNamed);
  return text;
}
std::string detail(const OperatorConfirmed& f) { return fmt::format("{} by {}", f.token, f.by); }

std::string effect_text(const ReadTable& e) {
  return (e.partitions_only ? "read partitions of " : "read ") + where(e.side, e.name);
}
std::string effect_text(const ListDatabase& e) { return "list target " + e.db; }
std::string effect_text(const RunDdl& e) { return "run " + intent_text(e.intent); }
std::string effect_text(const VerifyDdl& e) { return "verify " + intent_text(e.intent); }
std::string effect_text(const StartReplication& e) { return "start " + intent_text(e.intent); }
std::string effect_text(const ProbeJob& e) { return "probe " + e.intent.job_id; }
std::string effect_text(const CancelJob& e) { return "cancel " + e.intent.job_id; }
std::string effect_text(const Conclude& e) { return "conclude " + describe(e.fact); }

}  // namespace

std::string describe(const Fact& fact) {
  const std::string text = std::visit([](const auto& f) { return detail(f); }, fact);
  return fmt::format("{} {}", fact_name(fact), text);
}

std::string describe(const Event& event) {
  return fmt::format("{:07} {}", event.seq.value(), describe(event.fact));
}

std::string describe(const Action& action) {
  return std::visit([](const auto& e) { return effect_text(e); }, action.effect);
}

}  // namespace srsync::core
