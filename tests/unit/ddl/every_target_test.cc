// Every recorded table of every version, written for every recorded target: it comes back equal, or
// what was left out is told, or the table is refused with a reason. Prints the counts per pair.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>

#include "base/text.h"
#include "ddl/compare.h"
#include "ddl/escapes.h"
#include "ddl/read_create_table.h"
#include "ddl/write_create_table.h"
#include "unit/ddl/fixtures.h"

namespace srsync::ddl {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TargetOptions options_for(const std::string& folder, const TableModel& model) {
  TargetOptions options;
  options.database = "d";
  options.source_database = "shop";
  options.version = *parse_version(folder);
  options.run_mode =
      contains(folder, "shared-data") ? RunMode::kSharedData : RunMode::kSharedNothing;
  options.buckets = std::max(1, model.distribution.buckets);
  for (const ListedPartition& partition : model.partition.listed) {
    options.partitions.push_back({partition.name, partition.values, partition.properties});
  }
  return options;
}

// The properties that the target was seen to refuse.
std::set<std::string> refused_properties(const std::string& target) {
  std::set<std::string> names;
  for (const test::Json& line : test::fixture_lines("replay/" + target + ".jsonl")) {
    if (!line.contains("refused")) continue;
    const std::string message = line["refused"]["message"];
    if (!message.starts_with("Unknown properties: {")) continue;
    for (std::string_view part : split(std::string_view(message).substr(21), ',')) {
      names.insert(std::string(trim(part.substr(0, part.find('=')))));
    }
  }
  return names;
}

struct Counts {
  int equal = 0;        // nothing left out, nothing changed
  int reported = 0;     // something left out or changed, and told
  int not_carried = 0;  // refused, and told
};

bool told(const std::vector<std::string>& notes, const std::string& what) {
  return std::any_of(notes.begin(), notes.end(),
                     [&](const std::string& note) { return contains(note, what); });
}

void write_one(const test::Printed& printed, const std::string& target,
               const std::set<std::string>& refused, Counts& counts) {
  SCOPED_TRACE(printed.version + " to " + target + " " + printed.object);
  const auto model = read_create_table(printed.text, {parse_version(printed.version)});
  ASSERT_TRUE(model.is_ok()) << model.status().to_string();
  std::vector<std::string> notes;
  const auto sql = write_create_table(*model, options_for(target, *model), &notes);
  if (!sql.is_ok()) {
    EXPECT_EQ(sql.status().code(), Code::kUnsupported) << sql.status().to_string();
    EXPECT_THAT(sql.status().message(), HasSubstr("target"));
    ++counts.not_carried;
    return;
  }
  ++(notes.empty() ? counts.equal : counts.reported);
  for (const std::string& name : refused) EXPECT_THAT(*sql, Not(HasSubstr("\"" + name + "\" =")));
  const auto again = read_create_table(*sql, {Version{4, 1, 0}});
  ASSERT_TRUE(again.is_ok()) << again.status().to_string() << *sql;
  EXPECT_EQ(fit_fingerprint(*model), fit_fingerprint(*again));
  for (const Difference& difference : compare(*model, *again)) {
    const bool is_told_index = difference.kind == Difference::Kind::kIndex &&
                               told(notes, "index " + difference.subject + " ");
    EXPECT_TRUE(is_told_index) << difference.text << "\n" << *sql;
  }
  if (model->partition.listed.empty()) return;
  EXPECT_EQ(model->partition.listed.size(), again->partition.listed.size());
  for (std::size_t i = 0; i < model->partition.listed.size(); ++i) {
    EXPECT_EQ(model->partition.listed[i].values, again->partition.listed[i].values);
  }
}

TEST(EveryTarget, EveryRecordedTableIsCarriedOrReported) {
  int all = 0;
  fmt::print("{:>16} {:>16} {:>6} {:>9} {:>12}\n", "source", "target", "equal", "reported",
             "not carried");
  for (const std::string& source : test::recorded_versions()) {
    for (const std::string& target : test::recorded_versions()) {
      const auto refused = refused_properties(target);
      EXPECT_THAT(refused, Not(IsEmpty())) << target;
      Counts counts;
      for (const test::Printed& printed : test::printed_tables()) {
        if (printed.version != source || !printed.text.starts_with("CREATE TABLE")) continue;
        write_one(printed, target, refused, counts);
      }
      fmt::print("{:>16} {:>16} {:>6} {:>9} {:>12}\n", source, target, counts.equal,
                 counts.reported, counts.not_carried);
      all += counts.equal + counts.reported + counts.not_carried;
      // Only aggregate states do not go back to 3.3.
      EXPECT_LE(counts.not_carried, target == "3.3" ? 5 : 0);
    }
  }
  EXPECT_GT(all, 2000);
}

// --- awkward ------------------------------------------------------------------------------------

// The answers about one object of awkward.jsonl, by what was asked ("SHOW INDEX").
std::map<std::string, test::Json> answers_about(const std::string& version,
                                                const std::string& object) {
  std::map<std::string, test::Json> answers;
  for (const test::Json& line : test::fixture_lines(version + "/awkward.jsonl")) {
    if (line.value("object", "") != object || line.contains("step") || !line.contains("rows")) {
      continue;
    }
    const std::string sql = line["sql"];
    for (const char* asked : {"SHOW CREATE TABLE", "SHOW FULL COLUMNS", "SHOW INDEX",
                              "SHOW PARTITIONS", "SHOW TABLE STATUS"}) {
      if (sql.starts_with(asked)) answers[asked] = line;
    }
  }
  return answers;
}

std::string cell(const test::Json& answer, const test::Json& row, const std::string& column) {
  for (std::size_t i = 0; i < answer["columns"].size(); ++i) {
    if (answer["columns"][i] == column && row[i].is_string()) return row[i];
  }
  return {};
}

bool has_column(const test::Json& answer, const std::string& column) {
  const auto& columns = answer["columns"];
  return std::find(columns.begin(), columns.end(), column) != columns.end();
}

void expect_columns(const TableModel& model, const test::Json& answer) {
  ASSERT_EQ(answer["rows"].size(), model.columns.size());
  for (std::size_t i = 0; i < model.columns.size(); ++i) {
    const test::Json& row = answer["rows"][i];
    const Column& column = model.columns[i];
    EXPECT_EQ(column.name, cell(answer, row, "Field"));
    EXPECT_EQ(column.comment, decode(cell(answer, row, "Comment"), Escapes::kQuotes));
    if (column.default_value.kind == ColumnDefault::Kind::kText) {
      EXPECT_EQ(column.default_value.text, cell(answer, row, "Default"));
    }
  }
}

void expect_partitions(const TableModel& model, const test::Json& answer) {
  std::map<std::string, PartitionValues> listed;
  for (const auto& partition : model.partition.listed) listed[partition.name] = partition.values;
  const bool is_list = has_column(answer, "List");
  for (const test::Json& row : answer["rows"]) {
    const auto values = is_list ? read_list_column(cell(answer, row, "List"))
                                : read_range_column(cell(answer, row, "Range"));
    ASSERT_TRUE(values.is_ok()) << values.status().to_string();
    if (values->kind == PartitionValues::Kind::kNone) continue;
    const auto found = listed.find(cell(answer, row, "PartitionName"));
    ASSERT_NE(found, listed.end());
    EXPECT_EQ(found->second, *values) << found->first;
  }
}

void expect_same(const TableModel& model, std::map<std::string, test::Json>& answers) {
  expect_columns(model, answers["SHOW FULL COLUMNS"]);
  const test::Json& indexes = answers["SHOW INDEX"];
  ASSERT_EQ(indexes["rows"].size(), model.indexes.size());
  for (std::size_t i = 0; i < model.indexes.size(); ++i) {
    EXPECT_EQ(model.indexes[i].comment, cell(indexes, indexes["rows"][i], "Comment"));
    EXPECT_EQ(model.indexes[i].name, cell(indexes, indexes["rows"][i], "Key_name"));
  }
  expect_partitions(model, answers["SHOW PARTITIONS"]);
  const test::Json& status = answers["SHOW TABLE STATUS"];
  EXPECT_EQ(model.comment, decode(cell(status, status["rows"][0], "Comment"), Escapes::kQuotes));
}

// What the other SHOW statements say is what was read from SHOW CREATE TABLE, and what is written
// says it again.
TEST(EveryTarget, AwkwardNamesCommentsDefaultsAndValuesArriveUnchanged) {
  int tables = 0;
  for (const std::string version : {"3.3", "3.4", "3.5", "4.0", "4.1"}) {
    std::set<std::string> objects;
    for (const test::Json& line : test::fixture_lines(version + "/awkward.jsonl")) {
      if (line.contains("object")) objects.insert(line["object"].get<std::string>());
    }
    for (const std::string& object : objects) {
      auto answers = answers_about(version, object);
      if (!answers.contains("SHOW CREATE TABLE")) continue;
      SCOPED_TRACE(version + " " + object);
      const auto model = read_create_table(
          answers["SHOW CREATE TABLE"]["rows"][0][1].get<std::string>(), {parse_version(version)});
      ASSERT_TRUE(model.is_ok()) << model.status().to_string();
      expect_same(*model, answers);
      const auto sql = write_create_table(*model, options_for("4.1", *model), nullptr);
      ASSERT_TRUE(sql.is_ok()) << sql.status().to_string();
      const auto again = read_create_table(*sql, {Version{4, 1, 0}});
      ASSERT_TRUE(again.is_ok()) << again.status().to_string() << *sql;
      expect_same(*again, answers);
      ++tables;
    }
  }
  EXPECT_GE(tables, 60);
}

}  // namespace
}  // namespace srsync::ddl
