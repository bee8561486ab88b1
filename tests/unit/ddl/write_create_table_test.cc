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

}  // namespace
}  // namespace srsync::ddl
