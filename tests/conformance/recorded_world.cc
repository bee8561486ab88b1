#include "conformance/recorded_world.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <regex>

#include "base/text.h"
#include "sandbox/alter_jobs.h"
#include "sandbox/tables.h"
#include "support/fixture.h"

namespace srsync::sandbox {
namespace {

using nlohmann::json;

ClusterOptions options(Version version, std::int64_t& now) {
  ClusterOptions out;
  out.version = version;
  out.clock = [&now] { return now; };
  out.frontends = 1;
  return out;
}

std::size_t column_of(const json& line, std::string_view name) {
  const auto columns = line["columns"].get<std::vector<std::string>>();
  const auto found = std::ranges::find(columns, name);
  EXPECT_NE(found, columns.end()) << name;
  return static_cast<std::size_t>(found - columns.begin());
}

std::string cell(const json& line, const json& row, std::string_view name) {
  return row[column_of(line, name)].get<std::string>();
}

// "[types: [DATE]; keys: [2026-01-01]; ..types: [DATE]; keys: [2026-02-01]; )"
void read_range(const std::string& text, Partition& partition) {
  static const std::regex keys("keys: \\[([^\\]]*)\\]");
  std::vector<Bound> bounds;
  for (std::sregex_iterator it(text.begin(), text.end(), keys), end; it != end; ++it) {
    Bound bound;
    const std::string list = (*it)[1].str();
    for (std::string_view part : split(list, ',')) {
      const std::string value(trim(part));
      bound.values.push_back({value == "MAXVALUE" ? "" : value, value == "MAXVALUE"});
    }
    bounds.push_back(std::move(bound));
  }
  ASSERT_EQ(bounds.size(), 2U) << text;
  partition.lower = bounds[0];
  partition.upper = bounds[1];
}

void read_list(const std::string& text, Partition& partition) {
  if (text.starts_with("[")) {
    for (const json& tuple : json::parse(text)) {
      auto& values = partition.list_values.emplace_back();
      for (const json& value : tuple) values.emplace_back(value.get<std::string>());
    }
    return;
  }
  Reader reader(text);
  reader.expect("(");
  do {
    auto& values = partition.list_values.emplace_back();
    const bool tuple = reader.accept("(");
    do {
      values.emplace_back(reader.next().text);
    } while (tuple && reader.accept(","));
    if (tuple) reader.expect(")");
  } while (reader.accept(","));
}

}  // namespace

std::pair<std::string, std::string> split_object(const std::string& object) {
  Reader reader(object);
  std::string db;
  std::string name;
  reader.qualified_name(db, name);
  return {db, name};
}

RecordedWorld::RecordedWorld(std::string version)
    : version_(std::move(version)),
      cluster_(options(*version_from(version_), now_)),
      loader_(cluster_, 1, nullptr, 3),
      root_(cluster_, 1, nullptr, 1),
      reader_(cluster_, 1, nullptr, 2) {
  User root;
  root.name = root.role = "root";
  root.all = root.operate = true;
  root_.set_user(root);
  loader_.set_user(root);
  User app;
  app.name = "app";
  app.password = "apppw";
  app.role = "reader";
  app.readable_tables = {"shop.dup_hash", "analytics.v_daily", "analytics.mv_async"};
  reader_.set_user(app);
  cluster_.with([&](Catalog& catalog) { catalog.users.push_back(app); });
}

std::vector<json> RecordedWorld::lines(const std::string& file) const {
  return test::load_jsonl(test::fixture_path(version_, file + ".jsonl"));
}

void RecordedWorld::load() {
  create_databases();
  create_objects();
  load_rollups();
  load_partitions();
}

void RecordedWorld::create_databases() {
  for (const json& line : lines("catalog")) {
    if (line.value("sql", "") != "SHOW PROC '/dbs'") continue;
    for (const json& row : line["rows"]) {
      const std::string name = cell(line, row, "DbName");
      loader_.execute("CREATE DATABASE IF NOT EXISTS `" + name + "`");
      cluster_.with([&](Catalog& catalog) {
        ids_[cell(line, row, "DbId")] = std::to_string(catalog.find_database(name)->id);
      });
    }
    return;
  }
}

void RecordedWorld::create_objects() {
  loader_.execute("ALTER DATABASE quota_db SET DATA QUOTA 100GB");
  loader_.execute("ALTER DATABASE quota_db SET REPLICA QUOTA 102400");
  for (const json& line : lines("proc")) {
    const std::string sql = line["sql"];
    if (std::ranges::count(sql, '/') != 2 || !line.contains("rows")) continue;
    for (const json& row : line["rows"]) {
      create_object(line["object"], cell(line, row, "TableName"));
    }
  }
}

// From its SHOW CREATE text; where the frontend itself could not read that back, from the
// statement that made it.
void RecordedWorld::create_object(const std::string& db, const std::string& name) {
  loader_.use(db);
  Answer answer = error(0, "no text recorded");
  for (const json& line : lines("show_create")) {
    if (!line.contains("rows") || split_object(line["object"]) != std::pair(db, name)) continue;
    answer = loader_.execute(line["rows"][0][1].get<std::string>());
    break;
  }
  if (!answer.is_error()) return;
  for (const json& line : lines("ddl")) {
    if (!line.contains("object") || split_object(line["object"]) != std::pair(db, name)) continue;
    answer = loader_.execute(line["sql"].get<std::string>());
    break;
  }
  if (answer.is_error())
    std::printf("  not loaded: %s.%s: %s\n", db.c_str(), name.c_str(), answer.message.c_str());
}

// How often the table was altered, and the columns of a materialized view, which a frontend finds
// by analysing its query.
void RecordedWorld::load_base_index(const std::string& db, const std::string& name,
                                    const json& line) {
  const std::string id = cell(line, line["rows"][0], "IndexId");
  cluster_.with([&](Catalog& catalog) {
    Table* table = catalog.find_database(db)->find_table(name);
    if (table == nullptr || table->indexes.empty()) return;
    TableIndex& base = table->indexes.front();
    base.schema_version =
        static_cast<int>(*parse_int64(cell(line, line["rows"][0], "SchemaVersion")));
    if (table->kind != TableKind::kMaterializedView) return;
    base.columns.clear();
    for (const json& detail : lines("proc")) {
      if (!detail["sql"].get<std::string>().ends_with("/index_schema/" + id + "'")) continue;
      for (const json& row : detail["rows"]) {
        Column& column = base.columns.emplace_back();
        column.name = row[0];
        column.type = row[1];
        column.is_nullable = row[2] == "YES";
        column.is_key = row[3] == "true";
      }
    }
    base.short_key_columns = short_key_columns_of(*table, base.columns);
  });
}

void RecordedWorld::load_rollups() {
  for (const json& line : lines("proc")) {
    const std::string sql = line["sql"];
    if (!line.contains("rows") || !sql.ends_with("/index_schema'")) continue;
    const auto [db, name] = split_object(line["object"]);
    load_base_index(db, name, line);
    for (std::size_t i = 1; i < line["rows"].size(); ++i) {
      const json& row = line["rows"][i];
      const std::string id = cell(line, row, "IndexId");
      std::vector<std::string> names;
      for (const json& detail : lines("proc")) {
        if (!detail["sql"].get<std::string>().ends_with("/index_schema/" + id + "'")) continue;
        for (const json& field : detail["rows"]) names.push_back(field[0]);
      }
      cluster_.with([&, db = db, name = name](Catalog& catalog) {
        Table* table = catalog.find_database(db)->find_table(name);
        ASSERT_NE(table, nullptr) << name;
        std::vector<Column> columns;
        for (std::string column_name : names) {
          const bool summed = column_name.starts_with("mv_sum_");
          auto of = rollup_columns(*table, {summed ? column_name.substr(7) : column_name});
          ASSERT_EQ(of.size(), 1U) << column_name;
          of[0].is_key = std::ranges::any_of(
              table->columns(), [&](const Column& c) { return c.name == column_name && c.is_key; });
          of[0].name = column_name;
          if (summed) of[0].aggregate = "SUM";
          columns.push_back(of[0]);
        }
        add_rollup(catalog, *table, catalog.new_id(), cell(line, row, "IndexName"), columns);
      });
    }
  }
}

void RecordedWorld::load_partitions() {
  for (const json& line : lines("partitions")) {
    if (!line.contains("rows")) continue;
    const bool temporary = line["sql"].get<std::string>().starts_with("SHOW TEMPORARY");
    load_partition(line["object"], line, temporary);
  }
}

void RecordedWorld::load_partition(const std::string& object, const json& line, bool temporary) {
  const auto [db, name] = split_object(object);
  cluster_.with([&, db = db, name = name](Catalog& catalog) {
    Table* table = catalog.find_database(db)->find_table(name);
    if (table == nullptr) return;
    for (const json& row : line["rows"]) {
      Partition partition;
      partition.name = cell(line, row, "PartitionName");
      partition.is_temporary = temporary;
      partition.buckets = static_cast<int>(*parse_int64(cell(line, row, "Buckets")));
      partition.replication_num = static_cast<int>(*parse_int64(cell(line, row, "ReplicationNum")));
      if (is_range(table->partition_kind)) read_range(cell(line, row, "Range"), partition);
      if (is_list(table->partition_kind)) read_list(cell(line, row, "List"), partition);
      Partition* existing = table->find_partition(partition.name, temporary);
      if (existing != nullptr && existing->buckets != partition.buckets) {
        std::erase_if(table->partitions,
                      [&](const Partition& p) { return p.name == partition.name; });
        existing = nullptr;
      }
      if (existing == nullptr) existing = &add_partition(catalog, now_, *table, partition);
      existing->visible_version = *parse_int64(cell(line, row, "VisibleVersion"));
      existing->committed_version = existing->visible_version;
      existing->data_version = *parse_int64(cell(line, row, "DataVersion"));
    }
  });
}

std::string RecordedWorld::translate(const std::string& sql) const {
  if (!sql.starts_with("SHOW PROC '/dbs/") && !sql.starts_with("SHOW PROC '/transactions/")) {
    return sql;
  }
  std::string out;
  for (std::string_view part : split(sql, '/')) {
    std::string text(part);
    const bool last = text.ends_with("'");
    if (last) text.pop_back();
    const auto found = ids_.find(text);
    if (!out.empty()) out += "/";
    out += (found == ids_.end() ? text : found->second) + (last ? "'" : "");
  }
  return out;
}

void RecordedWorld::learn(const json& recorded, const Answer& answer) {
  if (!recorded.contains("rows")) return;
  for (const auto& [id, name] : {std::pair{"TableId", "TableName"},
                                 {"PartitionId", "PartitionName"},
                                 {"IndexId", "IndexName"}}) {
    const int id_column = column_index(answer, id);
    const int name_column = column_index(answer, name);
    if (id_column < 0 || name_column < 0 || answer.fields[0].name != id) continue;
    for (const json& row : recorded["rows"]) {
      for (const Row& mine : answer.rows) {
        if (mine[static_cast<std::size_t>(name_column)] != cell(recorded, row, name)) continue;
        ids_[cell(recorded, row, id)] = *mine[static_cast<std::size_t>(id_column)];
      }
    }
  }
  if (column_index(answer, "TabletId") != 0) return;
  for (std::size_t i = 0; i < std::min(answer.rows.size(), recorded["rows"].size()); ++i) {
    ids_[recorded["rows"][i][0].get<std::string>()] = *answer.rows[i][0];
  }
}

}  // namespace srsync::sandbox
