#include "core/intents.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/beside.h"
#include "core/makeable.h"
#include "core/names.h"
#include "core/views.h"
#include "ddl/partition_calls.h"
#include "ddl/partition_statements.h"
#include "ddl/partition_values.h"
#include "ddl/read_create_table.h"
#include "ddl/write_create_table.h"

namespace srsync::core {
namespace {

// A CREATE TABLE waits for all its tablets; more partitions than this are added afterwards.
constexpr std::size_t kPartitionsPerCreate = 200;
// Statements in one intent: it is the unit that is looked up again when in doubt.
constexpr std::size_t kPartitionsPerIntent = 100;
// One call makes them all before it answers, or none.
constexpr std::size_t kPartitionsPerCall = 32;
// A frontend logs the whole job at every change of its stage.
constexpr std::int64_t kReplicasPerJob = 8'000;

ddl::RunMode run_mode(const ClusterView& cluster) {
  return cluster.run_mode == RunMode::kSharedData ? ddl::RunMode::kSharedData
                                                  : ddl::RunMode::kSharedNothing;
}

std::string ddl_key(const TableName& name, std::uint32_t attempt) {
  return fmt::format("ddl/{}/{}", to_string(name), attempt + 1);
}

// The bucket count that most partitions share; for a table without partitions what the source
// printed, else one per live backend of the target.
int default_buckets(const State& state, const TablePair& pair, const ddl::TableModel& model) {
  std::map<std::int32_t, std::size_t> counts;
  for (const auto& p : pair.source->partitions) ++counts[p.buckets];
  const auto most =
      std::max_element(counts.begin(), counts.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  if (most != counts.end() && most->first > 0) return most->first;
  if (model.distribution.buckets > 0) return model.distribution.buckets;
  const auto& backends = state.cluster(Side::kTarget).backends;
  return std::max<int>(1,
                       static_cast<int>(std::count_if(backends.begin(), backends.end(),
                                                      [](const Backend& b) { return b.alive; })));
}

bool takes_partitions_at_create(ddl::PartitionKind kind) {
  return kind == ddl::PartitionKind::kRangeColumns ||
         kind == ddl::PartitionKind::kRangeExpression || kind == ddl::PartitionKind::kList;
}

Result<std::string> create_statement(const State& state, const TablePair& pair,
                                     const TableName& name, std::vector<std::string>* notes) {
  SRSYNC_ASSIGN_OR_RETURN(const ddl::TableModel model, source_model(state, pair));
  ddl::TargetOptions options = target_options(state, pair, model);
  options.table = name.table;
  if (takes_partitions_at_create(model.partition.kind)) {
    for (const auto& p : pair.source->partitions) {
      if (p.buckets != options.buckets) continue;
      if (options.partitions.size() == kPartitionsPerCreate) break;
      if (!why_not_makeable(state, pair, p).empty()) continue;
      SRSYNC_ASSIGN_OR_RETURN(auto values, ddl::read_clause(p.values));
      options.partitions.push_back({p.name, std::move(values), {}});
    }
  }
  return ddl::write_create_table(model, options, notes);
}

Result<std::vector<std::string>> add_statements(const State& state, const TablePair& pair,
                                                const std::vector<const Partition*>& missing,
                                                std::vector<std::string>* notes) {
  SRSYNC_ASSIGN_OR_RETURN(const ddl::TableModel model, source_model(state, pair));
  std::vector<ddl::PartitionSpec> specs;
  for (const Partition* p : missing) {
    SRSYNC_ASSIGN_OR_RETURN(auto spec, partition_spec(*p));
    specs.push_back(std::move(spec));
  }
  const TableName name = target_name(state, pair);
  if (model.partition.kind == ddl::PartitionKind::kAutoRange) {
    return ddl::add_partition_batches(name.db, name.table, model, specs);
  }
  std::vector<std::string> statements;
  for (const auto& spec : specs) {
    SRSYNC_ASSIGN_OR_RETURN(auto sql, ddl::add_partition(name.db, name.table, model, spec, notes));
    statements.push_back(std::move(sql));
  }
  return statements;
}

Status fill_create(const State& state, const TablePair& pair, const TableName& name,
                   DdlIntent& intent) {
  std::vector<std::string> notes;
  SRSYNC_ASSIGN_OR_RETURN(auto sql, create_statement(state, pair, name, &notes));
  intent.statements = {std::move(sql)};
  for (const auto& note : notes) intent.reason += "; " + note;
  return Status::ok();
}

std::string create_database(const State& state, const std::string& target) {
  const bool shared_data = state.cluster(Side::kTarget).run_mode == RunMode::kSharedData;
  return ddl::create_database(target, shared_data ? state.settings.storage_volume : "");
}

// What is made or dropped is told with the name that it has there.
void tell_name(const TableName& source, const TableName& target, DdlIntent& intent) {
  if (source != target) intent.reason += fmt::format(" (as {})", to_string(target));
}

// A rule may put an object where no database of the source is carried to.
void make_place(const State& state, const TablePair& pair, DdlIntent& intent) {
  const std::string database = database_to_be_made(state, pair);
  if (database.empty()) return;
  intent.statements.insert(intent.statements.begin(), create_database(state, database));
}

Status fill_add(const State& state, const TablePair& pair, const Assessment& wanted,
                DdlIntent& intent) {
  std::vector<const Partition*> some = wanted.add;
  if (some.size() > kPartitionsPerIntent) some.resize(kPartitionsPerIntent);
  std::vector<std::string> notes;
  SRSYNC_ASSIGN_OR_RETURN(intent.statements, add_statements(state, pair, some, &notes));
  for (const auto& note : notes) intent.reason += "; " + note;
  for (const Partition* p : some) intent.partitions.push_back(p->name);
  return Status::ok();
}

// "srsync-p-<journal>-<table>-<attempt>": the same for the same attempt, never used again, and of
// characters that every frontend takes.
std::string call_label(const State& state, const TablePair& pair) {
  return fmt::format("srsync-p-{}-{}-{}", state.journal_id, pair.target->id.value(),
                     pair.ddl_attempt + 1);
}

Status fill_call(const State& state, const TablePair& pair, const Assessment& wanted,
                 DdlIntent& intent) {
  SRSYNC_ASSIGN_OR_RETURN(const ddl::TableModel model, source_model(state, pair));
  // One that the target refuses takes the others of its call with it: after a failure one by one.
  const std::size_t most = pair.retry.failures == 0 ? kPartitionsPerCall : 1;
  for (const Partition* p : wanted.add) {
    if (intent.partitions.size() == most) break;
    SRSYNC_ASSIGN_OR_RETURN(const auto spec, partition_spec(*p));
    SRSYNC_ASSIGN_OR_RETURN(auto value, ddl::create_partition_value(model, spec, spec.buckets));
    intent.partitions.push_back(p->name);
    intent.call_values.push_back(std::move(value));
    intent.call_ranges.push_back(p->values);
  }
  if (const auto db = state.databases.find(pair.name.db); db != state.databases.end()) {
    intent.call_db = db->second.target;
  }
  intent.call_name = target_name(state, pair);
  intent.call_label = call_label(state, pair);
  intent.statements = {ddl::describe_create_partition(intent.call_name.db, intent.call_name.table,
                                                      intent.call_values)};
  return Status::ok();
}

void fill_drop(const State& state, const TablePair& pair, const Assessment& wanted,
               DdlIntent& intent) {
  const TableName name = target_name(state, pair);
  for (const auto& drop : wanted.drop) {
    if (intent.statements.size() == kPartitionsPerIntent) break;
    intent.statements.push_back(ddl::drop_partition(name.db, name.table, drop.target->name));
    intent.partitions.push_back(drop.target->name);
    intent.partition_ids.push_back(drop.target->id);
  }
}

}  // namespace

Result<ddl::TableModel> source_model(const State& state, const TablePair& pair) {
  ddl::ReadOptions options;
  options.printed_by = ddl::parse_version(state.cluster(Side::kSource).version);
  return ddl::read_create_table(pair.source->create_sql, options);
}

Result<ddl::PartitionSpec> partition_spec(const Partition& source) {
  SRSYNC_ASSIGN_OR_RETURN(auto values, ddl::read_clause(source.values));
  return ddl::PartitionSpec{source.name, std::move(values), source.buckets, {}};
}

ddl::TargetOptions target_options(const State& state, const TablePair& pair,
                                  const ddl::TableModel& model) {
  const auto& target = state.cluster(Side::kTarget);
  ddl::TargetOptions options;
  TableName name = target_name(state, pair);
  options.source_database = pair.name.db;
  options.database = std::move(name.db);
  options.table = std::move(name.table);
  options.version = ddl::parse_version(target.version).value_or(ddl::Version{});
  options.run_mode = run_mode(target);
  options.source_version = ddl::parse_version(state.cluster(Side::kSource).version);
  if (state.settings.replication_num > 0) options.replication_num = state.settings.replication_num;
  options.enable_persistent_index = state.settings.persistent_index;
  options.storage_volume = state.settings.storage_volume;
  options.buckets = default_buckets(state, pair, model);
  return options;
}

Result<DdlIntent> ddl_intent(const State& state, const TablePair& pair, const Assessment& wanted) {
  DdlIntent intent;
  intent.key = ddl_key(pair.name, pair.ddl_attempt);
  intent.kind = wanted.ddl;
  intent.name = pair.name;
  intent.reason = wanted.reason;
  const TableName name = target_name(state, pair);
  if (TableName seen = seen_name(pair); seen != pair.name) intent.on_target = std::move(seen);
  if (pair.target) intent.table = pair.target->id;
  switch (wanted.ddl) {
    case DdlKind::kCreateTable:
      tell_name(pair.name, name, intent);
      SRSYNC_RETURN_IF_ERROR(fill_create(state, pair, name, intent));
      make_place(state, pair, intent);
      break;
    case DdlKind::kCreateBeside:
      intent.on_target = reserved_name(pair.name);
      SRSYNC_RETURN_IF_ERROR(
          fill_create(state, pair, name_there(state.settings.renames, intent.on_target), intent));
      break;
    case DdlKind::kSwapTables:
    case DdlKind::kDropReplaced:
    case DdlKind::kRenameBeside:
      fill_beside_ddl(state, pair, intent);
      break;
    case DdlKind::kAddPartitions:
      SRSYNC_RETURN_IF_ERROR(fill_add(state, pair, wanted, intent));
      break;
    case DdlKind::kCreatePartitions:
      SRSYNC_RETURN_IF_ERROR(fill_call(state, pair, wanted, intent));
      break;
    case DdlKind::kDropPartitions:
      fill_drop(state, pair, wanted, intent);
      break;
    case DdlKind::kDropTable:
      tell_name(pair.name, name, intent);
      intent.statements = {ddl::drop_table(name.db, name.table)};
      break;
    case DdlKind::kAlterTable:
    case DdlKind::kSetTableProperties:
    case DdlKind::kIndexChange:
    case DdlKind::kAddRollup:
    case DdlKind::kDropRollup:
    case DdlKind::kColumnChange:
      intent.statements = wanted.statements;
      break;
    case DdlKind::kCreateView:
    case DdlKind::kCreateMaterializedView:
      tell_name(pair.name, name, intent);
      SRSYNC_RETURN_IF_ERROR(fill_view_ddl(state, pair, intent));
      make_place(state, pair, intent);
      break;
    case DdlKind::kDropView:
    case DdlKind::kDropMaterializedView:
    case DdlKind::kAlterMaterializedView:
      tell_name(pair.name, name, intent);
      SRSYNC_RETURN_IF_ERROR(fill_view_ddl(state, pair, intent));
      break;
    case DdlKind::kCreateDatabase:
    case DdlKind::kDropDatabase:
      return invalid_argument("database DDL asked of a table");
  }
  return intent;
}

DdlIntent database_intent(const State& state, const DbPair& db, const Assessment& wanted) {
  DdlIntent intent;
  intent.name = {db.name, ""};
  intent.key = ddl_key(intent.name, db.ddl_attempt);
  intent.kind =
      wanted.ddl == DdlKind::kDropDatabase ? DdlKind::kDropDatabase : DdlKind::kCreateDatabase;
  intent.reason = wanted.reason;
  const std::string target = target_database(state, db.name);
  tell_name(intent.name, {target, ""}, intent);
  intent.statements = {intent.kind == DdlKind::kDropDatabase ? ddl::drop_database(target)
                                                             : create_database(state, target)};
  return intent;
}

ReplicationIntent replication_intent(const State& state, const TablePair& pair,
                                     const Assessment& wanted) {
  ReplicationIntent intent;
  intent.job_id = fmt::format("srsync-{}-{}-{}", state.journal_id, pair.target->id.value(),
                              pair.job_attempt + 1);
  intent.name = pair.name;
  intent.source_table = pair.source->id;
  intent.target_table = pair.target->id;
  if (TableName seen = seen_name(pair); seen != pair.name) intent.on_target = std::move(seen);
  if (const auto db = state.databases.find(pair.name.db); db != state.databases.end()) {
    intent.target_db = db->second.target;
  }
  intent.source_schema = pair.source->schema_mark;
  const std::int64_t bytes_max = state.settings.max_job_bytes;
  for (const auto& lag : wanted.lag) {
    const bool full =
        (bytes_max > 0 && saturating_add(intent.data_bytes, lag.source->data_bytes) > bytes_max) ||
        intent.replicas + lag.target->buckets > kReplicasPerJob;
    if (full && !intent.goals.empty()) break;
    intent.data_bytes = saturating_add(intent.data_bytes, lag.source->data_bytes);
    intent.replicas += lag.target->buckets;
    intent.goals.push_back({SourcePartitionId(lag.source->id.value()),
                            TargetPartitionId(lag.target->id.value()), lag.source->visible_version,
                            lag.source->epoch, lag.target->data_version});
  }
  return intent;
}

}  // namespace srsync::core
