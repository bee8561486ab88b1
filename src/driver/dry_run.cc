#include "driver/dry_run.h"

#include <algorithm>

#include "core/diff.h"
#include "core/names.h"
#include "core/plan.h"
#include "core/views.h"
#include "driver/digest.h"
#include "driver/effects.h"
#include "driver/memory_journal.h"
#include "driver/once.h"

namespace srsync::driver {
namespace {

// A frontend gives no negative ids: these stand for databases that would be made.
constexpr std::int64_t kImagined = -1;

class Reader {
 public:
  Reader(io::Ports& ports, io::Clock& clock)
      : ports_(ports), clock_(clock), journal_({"0000000000000000", {}, {}}, clock) {}

  Status record(std::vector<core::Fact> facts) {
    if (facts.empty()) return Status::ok();
    SRSYNC_ASSIGN_OR_RETURN(const auto events, journal_.append(std::move(facts)));
    for (const auto& event : events) SRSYNC_RETURN_IF_ERROR(core::apply(state_, event));
    return Status::ok();
  }

  Status identify(Side side) {
    const Digest found = digest_identity(state_, {side, ports_.reader(side).identify()});
    SRSYNC_RETURN_IF_ERROR(found.trouble);
    return record(found.facts);
  }

  Status sweep(Side side) {
    SRSYNC_ASSIGN_OR_RETURN(core::Sweep sweep, ports_.reader(side).sweep());
    return record(core::diff_sweep(state_, side, sweep));
  }

  // Reads what plan() wants read, until nothing is left or every table left has just failed.
  Status read_tables() {
    std::map<std::string, int> asked;
    bool more = true;
    while (more) {
      more = false;
      for (const auto& action : plan()) {
        if (kind_of(action) != WorkKind::kRead || asked[action.key]++ > 0) continue;
        more = true;
        const Outcome outcome = make_task(action, clock_.now()).run(ports_);
        SRSYNC_RETURN_IF_ERROR(record(digest_table(state_, std::get<TableOutcome>(outcome)).facts));
      }
    }
    return Status::ok();
  }

  std::vector<core::Action> plan() const {
    core::PlanLimits limits;
    limits.reads = limits.ddl = limits.jobs = SIZE_MAX;
    return core::plan(state_, std::max(clock_.now(), state_.now), limits);
  }

  const core::State& state() const { return state_; }

 private:
  io::Ports& ports_;
  io::Clock& clock_;
  MemoryJournal journal_;
  core::State state_;
};

const char* verb(core::DdlKind kind) {
  switch (kind) {
    case core::DdlKind::kCreateDatabase:
      return "create database";
    case core::DdlKind::kDropDatabase:
      return "drop database";
    case core::DdlKind::kCreateTable:
      return "create table";
    case core::DdlKind::kDropTable:
      return "drop table";
    case core::DdlKind::kAddPartitions:
      return "add partitions";
    case core::DdlKind::kDropPartitions:
      return "drop partitions";
    case core::DdlKind::kAlterTable:
      return "alter table";
    case core::DdlKind::kSetTableProperties:
      return "set properties";
    case core::DdlKind::kIndexChange:
      return "change indexes";
    case core::DdlKind::kAddRollup:
      return "add rollup";
    case core::DdlKind::kDropRollup:
      return "drop rollup";
    case core::DdlKind::kColumnChange:
      return "change columns";
    case core::DdlKind::kCreateView:
      return "create view";
    case core::DdlKind::kDropView:
      return "drop view";
    case core::DdlKind::kCreateMaterializedView:
      return "create materialized view";
    case core::DdlKind::kDropMaterializedView:
      return "drop materialized view";
    case core::DdlKind::kAlterMaterializedView:
      return "alter materialized view";
    case core::DdlKind::kCreateBeside:
      return "create table beside";
    case core::DdlKind::kSwapTables:
      return "swap tables";
    case core::DdlKind::kDropReplaced:
      return "drop replaced table";
    case core::DdlKind::kRenameBeside:
      return "rename table";
    case core::DdlKind::kCreatePartitions:
      return "add partitions";
  }
  return "";
}

bool is_drop(core::DdlKind kind) {
  return kind == core::DdlKind::kDropDatabase || kind == core::DdlKind::kDropTable ||
         kind == core::DdlKind::kDropPartitions || kind == core::DdlKind::kDropView ||
         kind == core::DdlKind::kDropReplaced || kind == core::DdlKind::kDropMaterializedView;
}

// Partitions of the source with data, which a table made anew would be given.
PlannedStep copy_all(const core::TablePair& pair) {
  PlannedStep step{"replicate", pair.name, 0, 0, "the table is new on the target", false};
  for (const auto& partition : pair.source->partitions) {
    if (partition.visible_version <= 1) continue;
    ++step.partitions;
    step.bytes += partition.data_bytes;
  }
  return step;
}

void add_ddl(const core::State& state, const core::DdlIntent& intent, DryRun& run) {
  run.steps.push_back({verb(intent.kind), intent.name, intent.partitions.size(), 0, intent.reason,
                       is_drop(intent.kind)});
  const auto* pair = state.find(intent.name);
  if (pair == nullptr || !pair->source) return;
  const bool beside = intent.kind == core::DdlKind::kCreateBeside;
  const bool anew = beside || intent.kind == core::DdlKind::kCreateTable ||
                    intent.kind == core::DdlKind::kDropTable;
  if (!anew) return;
  if (intent.kind == core::DdlKind::kDropTable) {
    run.steps.push_back({"create table", pair->name, 0, 0, "made anew after the drop", false});
  }
  const PlannedStep copy = copy_all(*pair);
  if (copy.partitions > 0) run.steps.push_back(copy);
  if (!beside) return;
  run.steps.push_back(
      {"swap tables", pair->name, 0, 0, "when the new table holds the data", false});
  run.steps.push_back(
      {"drop replaced table", pair->name, 0, 0, "a new table has taken its place", true});
}

void add_step(const core::State& state, const core::Action& action, DryRun& run) {
  if (const auto* ddl = std::get_if<core::RunDdl>(&action.effect)) {
    add_ddl(state, ddl->intent, run);
  } else if (const auto* conclude = std::get_if<core::Conclude>(&action.effect)) {
    const auto* held = std::get_if<core::DropsHeld>(&conclude->fact);
    if (held == nullptr) return;
    for (const auto& drop : held->drops) {
      const char* what = drop.name.table.empty() ? "drop database" : "drop table or partitions";
      run.steps.push_back(
          {what, drop.name, 0, 0, drop.reason + "; waits for an operator: " + held->reason, true});
    }
  } else if (const auto* job = std::get_if<core::StartReplication>(&action.effect)) {
    run.steps.push_back({"replicate", job->intent.name, job->intent.goals.size(),
                         job->intent.data_bytes, "data is behind", false});
  }
}

// Databases that would be made stand in State as if they were there, so that their tables show.
Status imagine_databases(Reader& reader, DryRun& run) {
  std::vector<core::Fact> facts;
  std::int64_t id = kImagined;
  for (const auto& action : reader.plan()) {
    const auto* ddl = std::get_if<core::RunDdl>(&action.effect);
    if (ddl == nullptr || ddl->intent.kind != core::DdlKind::kCreateDatabase) continue;
    add_ddl(reader.state(), ddl->intent, run);
    facts.emplace_back(
        core::DatabaseObserved{Side::kTarget, core::DbId(id--), ddl->intent.name.db});
  }
  return reader.record(std::move(facts));
}

// A view whose tables would be made first.
void add_waiting_view(const core::TablePair& pair, const std::string& reason, DryRun& run) {
  const bool planned = std::any_of(run.steps.begin(), run.steps.end(),
                                   [&](const auto& step) { return step.name == pair.name; });
  if (planned) return;
  const auto kind = pair.source->kind == core::TableKind::kView
                        ? core::DdlKind::kCreateView
                        : core::DdlKind::kCreateMaterializedView;
  run.steps.push_back({verb(kind), pair.name, 0, 0, reason, false});
}

void summarise(const core::State& state, DryRun& run) {
  for (auto& table : core::table_report(state)) {
    const auto* pair = state.find(table.name);
    if (!core::is_carried(state.settings, pair->source->kind)) continue;
    if (core::is_view(pair->source->kind)) {
      const bool waits = table.status == core::TableStatus::kPending && !pair->target;
      if (waits) add_waiting_view(*pair, table.reason, run);
    } else {
      ++run.tables;
      if (table.status == core::TableStatus::kInSync) ++run.in_sync;
    }
    if (table.status == core::TableStatus::kBlocked || !table.last_error.empty()) {
      if (table.reason.empty()) table.reason = table.last_error;
      run.blocked.push_back(std::move(table));
    }
  }
  run.not_carried = not_carried(state);
}

}  // namespace

Result<DryRun> dry_run(const std::map<std::string, std::string>& settings, io::Ports& ports,
                       io::Clock& clock) {
  Reader reader(ports, clock);
  SRSYNC_RETURN_IF_ERROR(
      reader.record({core::SessionStarted{"plan", "0000000000000000", settings}}));
  for (const Side side : kSides) SRSYNC_RETURN_IF_ERROR(reader.identify(side));
  // Twice: what is missing once is not believed to be gone.
  for (int i = 0; i < 2; ++i) {
    for (const Side side : kSides) SRSYNC_RETURN_IF_ERROR(reader.sweep(side));
    SRSYNC_RETURN_IF_ERROR(reader.read_tables());
  }
  DryRun run;
  SRSYNC_RETURN_IF_ERROR(imagine_databases(reader, run));
  for (const auto& action : reader.plan()) add_step(reader.state(), action, run);
  summarise(reader.state(), run);
  for (auto& step : run.steps) {
    step.target = core::name_there(reader.state().settings.renames, step.name);
  }
  return run;
}

}  // namespace srsync::driver
