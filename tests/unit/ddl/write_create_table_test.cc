// Models into statements: nothing is lost on the way, and nothing is sent that a recorded frontend
// refused.
#include "ddl/write_create_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <set>

#include "base/text.h"
#include "ddl/compare.h"
#include "ddl/read_create_table.h"
#include "unit/ddl/fixtures.h"
#include "unit/ddl/samples.h"

namespace srsync::ddl {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

struct Target {
  std::string folder;
  Version version;
  RunMode run_mode = RunMode::kSharedNothing;
};

std::vector<Target> targets() {
  std::vector<Target> all;
  for (const std::string& folder : test::recorded_versions()) {
    const bool is_shared_data = contains(folder, "shared-data");
    all.push_back({folder, *parse_version(folder),
                   is_shared_data ? RunMode::kSharedData : RunMode::kSharedNothing});
  }
  return all;
}

TargetOptions options_for(const Target& target, const TableModel& model) {
  TargetOptions options;
  options.database = "shop";
  options.version = target.version;
  options.run_mode = target.run_mode;
  options.buckets = model.distribution.buckets > 0 ? model.distribution.buckets : 7;
  for (const ListedPartition& partition : model.partition.listed) {
    options.partitions.push_back({partition.name, partition.values, partition.properties});
  }
  return options;
}

TableModel read(const std::string& text, const std::string& version) {
  auto model = read_create_table(text, ReadOptions{parse_version(version)});
  EXPECT_TRUE(model.is_ok()) << model.status().to_string() << "\n" << text;
  return model.is_ok() ? *model : TableModel{};
}

// A recorded table, read once.
struct Recorded {
  std::string version;
  std::string object;
  TableModel model;
};

const std::vector<Recorded>& recorded_tables() {
  static const std::vector<Recorded> all = [] {
    std::vector<Recorded> tables;
    for (const test::Printed& printed : test::printed_tables()) {
      if (!printed.text.starts_with("CREATE TABLE")) continue;
      tables.push_back({printed.version, printed.file + " " + printed.object,
                        read(printed.text, printed.version)});
    }
    return tables;
  }();
  return all;
}

// What writing changes on purpose, so that the rest can be compared with ==.
TableModel without_intended_changes(TableModel model) {
  model.properties.clear();
  model.distribution.buckets = 0;
  if (model.comment == "OLAP") model.comment.clear();
  for (Column& column : model.columns) column.type.clear();
  for (Index& index : model.indexes) index.properties.erase("imp_lib");
  if (model.partition.auto_range) model.partition.items.clear();
  return model;
}

TEST(WriteCreateTableFixtures, EveryRecordedTableComesBackEqual) {
  int tables = 0;
  for (const Target& target : targets()) {
    for (const auto& [version, object, model] : recorded_tables()) {
      if (version != target.folder) continue;
      SCOPED_TRACE(version + " " + object);
      std::vector<std::string> notes;
      const auto sql = write_create_table(model, options_for(target, model), &notes);
      ASSERT_TRUE(sql.is_ok()) << sql.status().to_string();
      const TableModel again = read(*sql, "4.1");
      EXPECT_EQ(without_intended_changes(model), without_intended_changes(again)) << *sql;
      EXPECT_THAT(compare(model, again), IsEmpty());
      EXPECT_EQ(fit_fingerprint(model), fit_fingerprint(again));
      ++tables;
    }
  }
  EXPECT_GT(tables, 400);
}

// A property may change or go, but not in silence.
TEST(WriteCreateTableFixtures, EveryPropertyLeftOutOrChangedIsTold) {
  int changes = 0;
  for (const Target& target : targets()) {
    for (const auto& [version, object, model] : recorded_tables()) {
      std::vector<std::string> notes;
      const auto sql = write_create_table(model, options_for(target, model), &notes);
      if (!sql.is_ok()) continue;
      const TableModel again = read(*sql, "4.1");
      for (const auto& [name, value] : model.properties) {
        const auto found = again.properties.find(name);
        if (found != again.properties.end() && found->second == value) continue;
        ++changes;
        EXPECT_THAT(notes, Contains(HasSubstr("property " + name + " ")))
            << version << " to " << target.folder << " " << object;
      }
    }
  }
  EXPECT_GT(changes, 1000);
}

// --- what recorded targets refused --------------------------------------------------------------

// The names between the braces of "Unknown properties: {a=1, b=2}".
std::vector<std::string> unknown_properties(const std::string& message) {
  std::vector<std::string> names;
  const std::regex name(R"(([a-z_.0-9]+)=)");
  const std::size_t begin = message.find('{');
  const std::string list = message.substr(begin == std::string::npos ? message.size() : begin);
  for (std::sregex_iterator it(list.begin(), list.end(), name), end; it != end; ++it) {
    names.push_back((*it)[1]);
  }
  return names;
}

// Whether every quoted part of the statement is closed by SQL's own rules, with only what the
// grammar allows between: what the frontend's parser found missing in the recorded texts.
bool reads_strictly(const std::string& sql) {
  char quote = '\0';
  for (std::size_t i = 0; i < sql.size(); ++i) {
    if (quote == '\0') {
      if (sql[i] == '\'' || sql[i] == '"' || sql[i] == '`') quote = sql[i];
    } else if (sql[i] == '\\' && quote != '`') {
      ++i;
    } else if (sql[i] == quote) {
      quote = '\0';
      const char after = i + 1 < sql.size() ? sql[i + 1] : ';';
      if (!contains(" ,)\n;.", std::string(1, after)) && after != '-') return false;
    }
  }
  return quote == '\0';
}

void expect_cause_gone(const std::string& message, const std::string& sql, const Target& target) {
  if (message.starts_with("Unknown properties")) {
    const auto names = unknown_properties(message);
    EXPECT_THAT(names, Not(IsEmpty())) << message;
    for (const std::string& name : names) EXPECT_THAT(sql, Not(HasSubstr("\"" + name + "\"")));
  } else if (contains(message, "In-Memory index")) {
    EXPECT_THAT(sql, HasSubstr("\"enable_persistent_index\" = \"true\""));
  } else if (contains(message, "Clucene inverted index")) {
    EXPECT_THAT(sql, Not(HasSubstr("clucene")));
  } else if (contains(message, "Only support clucene")) {
    EXPECT_THAT(sql, Not(HasSubstr("builtin")));
  } else if (contains(message, "do not exist")) {
    EXPECT_THAT(sql, Not(HasSubstr("foreign_key_constraints")));
  } else if (contains(message, "PARTITION BY (date_trunc(")) {
    EXPECT_THAT(sql, Not(HasSubstr("PARTITION BY (date_trunc"))) << target.folder;
  } else if (contains(message, "syntax error")) {
    EXPECT_TRUE(reads_strictly(sql)) << sql;
  } else {
    ADD_FAILURE() << "a refusal this test does not know: " << message;
  }
}

TEST(WriteCreateTableFixtures, WhatATargetRefusedIsNotSentToIt) {
  int refusals = 0;
  for (const Target& target : targets()) {
    for (const test::Json& line : test::fixture_lines("replay/" + target.folder + ".jsonl")) {
      if (!line.contains("refused")) continue;
      const std::string message = line["refused"]["message"];
      SCOPED_TRACE(line["object"].get<std::string>() + " " + line["source"].get<std::string>() +
                   " to " + target.folder + ": " + message);
      const TableModel model = read(line["statement"], line["source"]);
      const auto sql = write_create_table(model, options_for(target, model), nullptr);
      ++refusals;
      if (contains(message, "Unexpected input 'avg'")) {
        EXPECT_EQ(sql.status().code(), Code::kUnsupported);
        EXPECT_THAT(sql.status().message(), HasSubstr("avg"));
        continue;
      }
      // Another property of this table may be what that target cannot hold at all.
      if (!sql.is_ok() && contains(line["object"].get<std::string>(), "agg_state")) continue;
      ASSERT_TRUE(sql.is_ok()) << sql.status().to_string();
      expect_cause_gone(message, *sql, target);
    }
  }
  EXPECT_GT(refusals, 300);
}

TEST(WriteCreateTableFixtures, NoPropertyThatEveryTargetTookIsLeftOut) {
  for (const char* kept : {"compression", "bloom_filter_columns", "colocate_with", "bucket_size"}) {
    int seen = 0;
    for (const Target& target : targets()) {
      for (const auto& [version, object, model] : recorded_tables()) {
        if (!model.properties.contains(kept)) continue;
        const auto sql = write_create_table(model, options_for(target, model), nullptr);
        if (!sql.is_ok()) continue;
        ++seen;
        EXPECT_EQ(read(*sql, "4.1").properties[kept], model.properties.at(kept));
      }
    }
    EXPECT_GT(seen, 10) << kept;
  }
}

// --- by hand ------------------------------------------------------------------------------------

using test::read_sample;
using test::Sample;

TargetOptions plain_options(Version version = {4, 0, 0}) {
  TargetOptions options;
  options.database = "d";
  options.version = version;
  return options;
}

TEST(WriteCreateTable, WritesOneStatementThatMayBeRepeated) {
  TargetOptions options = plain_options();
  options.buckets = 5;
  options.table = "t2";
  EXPECT_EQ(*write_create_table(read_sample({}), options, nullptr),
            "CREATE TABLE IF NOT EXISTS `d`.`t2` (\n"
            "  `k` int(11) NOT NULL COMMENT \"\",\n  `v` bigint(20) NULL COMMENT \"\"\n"
            ") ENGINE=OLAP\nDUPLICATE KEY(`k`)\nDISTRIBUTED BY HASH(`k`) BUCKETS 5\n"
            "PROPERTIES (\n\"replication_num\" = \"1\"\n)");
}

TEST(WriteCreateTable, NeverLeavesTheBucketsToTheTarget) {
  const TableModel model = read_sample({.distribution = "RANDOM"});
  const auto sql = write_create_table(model, plain_options(), nullptr);
  EXPECT_EQ(sql.status().code(), Code::kInvalidArgument);
  EXPECT_THAT(sql.status().message(), HasSubstr("bucket count"));
}

TEST(WriteCreateTable, PartitionsGoIntoTheStatementWhenGiven) {
  const TableModel model = read_sample({.partition = "PARTITION BY RANGE(`k`)\n()"});
  TargetOptions options = plain_options();
  EXPECT_THAT(*write_create_table(model, options, nullptr),
              HasSubstr("PARTITION BY RANGE(`k`)\n()\nDISTRIBUTED"));
  options.partitions = {{"p1", *read_clause(R"(VALUES [("1"), ("2")))"), {}},
                        {"p2",
                         *read_clause(R"(VALUES [("2"), (MAXVALUE)))"),
                         {{"replication_num", "2"}, {"storage_medium", "SSD"}}}};
  std::vector<std::string> notes;
  EXPECT_THAT(*write_create_table(model, options, &notes),
              HasSubstr("(PARTITION `p1` VALUES [(\"1\"), (\"2\")),\n"
                        "PARTITION `p2` VALUES [(\"2\"), (MAXVALUE)) "
                        "(\"replication_num\" = \"2\"))\nDISTRIBUTED"));
  EXPECT_THAT(notes, Contains(HasSubstr("partition p2: property storage_medium")));
  options.replication_num = 1;
  EXPECT_THAT(*write_create_table(model, options, &notes),
              Not(HasSubstr("\"replication_num\" = \"2\"")));
}

TEST(WriteCreateTable, AutomaticTablesTakeNoPartitions) {
  TargetOptions options = plain_options();
  options.partitions = {{"p1", *read_clause(R"(VALUES IN ("1"))"), {}}};
  const auto sql =
      write_create_table(read_sample({.partition = "PARTITION BY (`k`)"}), options, nullptr);
  EXPECT_EQ(sql.status().code(), Code::kInvalidArgument);
}

TEST(WriteCreateTable, PartitionExpressionsAreToldAsTheTargetReadsThem) {
  const TableModel model = read_sample({.columns = "  `k` int(11) NOT NULL COMMENT \"\",\n"
                                                   "  `dt` datetime NOT NULL COMMENT \"\"",
                                        .partition = "PARTITION BY (date_trunc('month', dt),`k`)"});
  EXPECT_THAT(*write_create_table(model, plain_options({4, 1, 0}), nullptr),
              HasSubstr("PARTITION BY (date_trunc('month', dt), `k`)\n"));
  EXPECT_THAT(*write_create_table(model, plain_options({3, 4, 0}), nullptr),
              HasSubstr("PARTITION BY date_trunc('month', dt), `k`\n"));
  const auto old = write_create_table(model, plain_options({3, 3, 0}), nullptr);
  EXPECT_THAT(*old, HasSubstr("PARTITION BY (`__generated_partition_column_0`, `k`)\n"));
  EXPECT_THAT(*old, HasSubstr("`__generated_partition_column_0` datetime NULL AS "
                              "date_trunc('month', dt) COMMENT"));
  EXPECT_THAT(compare(model, read(*old, "3.3")), IsEmpty());
}

TEST(WriteCreateTable, WhatTheTargetCannotHoldIsUnsupported) {
  const auto code = [](const Sample& sample, Version version) {
    return write_create_table(read_sample(sample), plain_options(version), nullptr).status().code();
  };
  const std::string key = "  `k` int(11) NOT NULL COMMENT \"\",\n";
  const Sample state = {.columns = key + "  `a` varbinary avg(bigint(20)) NULL COMMENT \"\"",
                        .key = "AGGREGATE KEY(`k`)"};
  EXPECT_EQ(code(state, {3, 3, 0}), Code::kUnsupported);
  EXPECT_EQ(code(state, {3, 4, 0}), Code::kOk);
  const Sample sorted = {.order = "ORDER BY(`v`)"};
  EXPECT_EQ(code(sorted, {3, 2, 0}), Code::kUnsupported);
  EXPECT_EQ(code(sorted, {3, 3, 0}), Code::kOk);
  const Sample reserved = {
      .columns = key + "  `__generated_partition_column_0` int(11) NULL COMMENT \"\""};
  EXPECT_EQ(code(reserved, {4, 0, 0}), Code::kUnsupported);
  EXPECT_EQ(code(reserved, {3, 3, 0}), Code::kOk);
  const Sample odd = {.partition = "PARTITION BY (concat(k, 'x'),`v`)"};
  EXPECT_EQ(code(odd, {3, 3, 0}), Code::kUnsupported);
}

// Seen on real frontends: SHOW CREATE texts that the same frontend refuses.
TEST(WriteCreateTable, PrintsThatDoNotReadBackAreMended) {
  const TableModel model =
      read_sample({.columns = "  `k` int(11) NOT NULL COMMENT \"\",\n"
                              "  `d` array<decimal256(50, 2)> NULL COMMENT \"\",\n"
                              "  `s` struct<select int(11), b varchar(5)> NULL COMMENT \"\",\n"
                              "  `c` bigint(20) count(int(11)) NOT NULL COMMENT \"\",\n"
                              "  INDEX it's (`k`) USING BITMAP COMMENT 'it's \"q\"'",
                   .key = "AGGREGATE KEY(`k`)"});
  std::vector<std::string> notes;
  const auto sql = write_create_table(model, plain_options(), &notes);
  ASSERT_TRUE(sql.is_ok()) << sql.status().to_string();
  EXPECT_THAT(*sql, HasSubstr("`d` array<decimal(50, 2)>"));
  EXPECT_THAT(*sql, HasSubstr("`s` struct<`select` int(11), `b` varchar(5)>"));
  EXPECT_THAT(*sql, HasSubstr("`c` bigint(20) count(int(11)) NULL"));
  EXPECT_THAT(*sql, HasSubstr("INDEX `it's` (`k`) USING BITMAP COMMENT \"it's \\\"q\\\"\""));
  EXPECT_THAT(notes, Contains(HasSubstr("column c declared NULL")));
}

TEST(WriteCreateTable, IndexesTheTargetDoesNotKnowAreLeftOutAndTold) {
  const TableModel model = read_sample(
      {.columns = "  `k` int(11) NOT NULL COMMENT \"\",\n  `v` varchar(9) NULL COMMENT \"\",\n"
                  "  INDEX g (`v`) USING GIN(\"imp_lib\" = \"clucene\") COMMENT '',\n"
                  "  INDEX x (`v`) USING VECTOR(\"a\" = \"b\") COMMENT '',\n"
                  "  INDEX b (`v`) USING BITMAP COMMENT ''"});
  std::vector<std::string> notes;
  const auto old = write_create_table(model, plain_options({3, 2, 0}), &notes);
  EXPECT_EQ(read(*old, "3.2").indexes.size(), 1U);
  EXPECT_EQ(std::count_if(notes.begin(), notes.end(),
                          [](const auto& note) { return note.starts_with("index "); }),
            2);
  TargetOptions lake = plain_options({4, 1, 0});
  lake.run_mode = RunMode::kSharedData;
  EXPECT_THAT(*write_create_table(model, lake, &notes), Not(HasSubstr("imp_lib")));
  EXPECT_THAT(*write_create_table(model, plain_options(), &notes), HasSubstr("clucene"));
}

}  // namespace
}  // namespace srsync::ddl
