// Partition values from every place a frontend tells them, into one form.
#include "ddl/partition_values.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "ddl/read_create_table.h"
#include "unit/ddl/fixtures.h"

namespace srsync::ddl {
namespace {

using ::testing::HasSubstr;

std::string range(const std::string& text) {
  const auto values = read_range_column(text);
  return values.is_ok() ? to_clause(*values) : values.status().to_string();
}

std::string list(const std::string& text) {
  const auto values = read_list_column(text);
  return values.is_ok() ? to_clause(*values) : values.status().to_string();
}

TEST(PartitionValues, ReadsRanges) {
  EXPECT_EQ(range("[types: [DATE]; keys: [2020-01-01]; ..types: [DATE]; keys: [2020-02-01]; )"),
            R"(VALUES [("2020-01-01"), ("2020-02-01")))");
  EXPECT_EQ(range("[types: [INT, DATE]; keys: [1, 2020-01-01]; ..types: [INT, DATE]; "
                  "keys: [MAXVALUE, MAXVALUE]; )"),
            R"(VALUES [("1","2020-01-01"), (MAXVALUE,MAXVALUE)))");
  EXPECT_EQ(range(""), "");
}

TEST(PartitionValues, ReadsTheSeparatorOfOlderBuilds) {
  EXPECT_EQ(range("[types: [INT]; keys: [1]; \xE2\x80\xA5types: [INT]; keys: [2]; )"),
            R"(VALUES [("1"), ("2")))");
}

TEST(PartitionValues, ReadsBothListForms) {
  EXPECT_EQ(list("('b', 'a')"), R"(VALUES IN ("a", "b"))");
  EXPECT_EQ(list(R"([["b"],["a"]])"), R"(VALUES IN ("a", "b"))");
  EXPECT_EQ(list("(('b', 'y'), ('a', 'x'))"), R"(VALUES IN (("a","x"), ("b","y")))");
  EXPECT_EQ(list(R"([["b","y"],["a","x"]])"), R"(VALUES IN (("a","x"), ("b","y")))");
  EXPECT_EQ(list(""), "");
  EXPECT_EQ(list("('')"), R"(VALUES IN (""))");
}

TEST(PartitionValues, ListValuesKeepTheirQuotes) {
  EXPECT_EQ(list("('it's', 'a\"b')"), R"(VALUES IN ("a\"b", "it's"))");
  EXPECT_EQ(list(R"([["it\u0027s"],["a\"b"]])"), R"(VALUES IN ("a\"b", "it's"))");
  EXPECT_EQ(list(R"([["\u65e5\ud83d\ude00\\"]])"), "VALUES IN (\"日😀\\\\\")");
}

TEST(PartitionValues, ListValueNullAndItsLettersAreOne) {
  for (const char* text : {"('NULL', 'x')", R"([["NULL"],["x"]])"}) {
    const auto values = read_list_column(text);
    ASSERT_TRUE(values.is_ok());
    EXPECT_TRUE(holds_null(*values));
    EXPECT_EQ(to_clause(*values), R"(VALUES IN ("x", NULL))");
  }
  EXPECT_EQ(to_clause(*read_clause(R"(VALUES IN ("NULL", "x"))")), R"(VALUES IN ("x", NULL))");
  EXPECT_FALSE(holds_null(*read_list_column("('x')")));
}

TEST(PartitionValues, ClausesAreReadBack) {
  for (const char* clause :
       {R"(VALUES [("2020-01-01"), ("2020-02-01")))", R"(VALUES [("1","a"), ("2",MAXVALUE)))",
        R"(VALUES [("1"), (MAXVALUE)))", R"(VALUES IN ("a", "b"))", R"(VALUES IN ("a\\\"b", NULL))",
        R"(VALUES IN (("a","x"), ("b",NULL)))", R"(VALUES IN ("日本"))", ""}) {
    const auto values = read_clause(clause);
    ASSERT_TRUE(values.is_ok()) << clause << ": " << values.status().to_string();
    EXPECT_EQ(to_clause(*values), clause);
  }
}

TEST(PartitionValues, MaxValuesPrintedWithoutCommaAreRead) {
  const auto values = read_clause(R"(VALUES [("1", "2"), (MAXVALUEMAXVALUE)))");
  ASSERT_TRUE(values.is_ok()) << values.status().to_string();
  EXPECT_EQ(to_clause(*values), R"(VALUES [("1","2"), (MAXVALUE,MAXVALUE)))");
}

TEST(PartitionValues, DamagedTextsAreRefusedWithTheirText) {
  for (const char* text :
       {"[types: [DATE]; keys: [2020-01-01", "nonsense", "[types: [DATE]; keys: [2020-01-01]; )",
        "[types: [A, B]; keys: [1, 2]; ..types: [A]; keys: [1]; )",
        "[types: [A]; keys: [1]; xxtypes: [A]; keys: [2]; )"}) {
    const auto values = read_range_column(text);
    EXPECT_EQ(values.status().code(), Code::kInvalidArgument) << text;
    EXPECT_THAT(values.status().message(), HasSubstr(text));
  }
  for (const char* text : {"(", "()", "('a", R"([["a"])", R"([["a"]]x)", R"([[1]])", "'a'"}) {
    EXPECT_EQ(read_list_column(text).status().code(), Code::kInvalidArgument) << text;
  }
  for (const char* text :
       {"VALUES", "VALUES IN ()", R"(VALUES IN ("a")", R"(VALUES [("a"), ("b","c")))",
        R"(VALUES LESS THAN ("a"))", R"(VALUES IN ("a") x)"}) {
    EXPECT_EQ(read_clause(text).status().code(), Code::kInvalidArgument) << text;
  }
}

// --- recorded -----------------------------------------------------------------------------------

std::size_t column_of(const test::Json& columns, const char* name) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i] == name) return i;
  }
  return columns.size();
}

// Clause by partition name, from a SHOW PARTITIONS answer.
std::map<std::string, std::string> shown_values(const test::Json& line) {
  std::map<std::string, std::string> values;
  const std::size_t name = column_of(line["columns"], "PartitionName");
  const std::size_t range_at = column_of(line["columns"], "Range");
  const std::size_t list_at = column_of(line["columns"], "List");
  for (const test::Json& row : line["rows"]) {
    const bool is_range = range_at < line["columns"].size();
    const std::string text = row[is_range ? range_at : list_at];
    const auto read = is_range ? read_range_column(text) : read_list_column(text);
    EXPECT_TRUE(read.is_ok()) << text << ": " << read.status().to_string();
    if (!read.is_ok()) continue;
    values[row[name]] = to_clause(*read);
    EXPECT_EQ(to_clause(*read_clause(to_clause(*read))), to_clause(*read));
  }
  return values;
}

TEST(PartitionValuesFixtures, ShowPartitionsAndShowCreateTellTheSame) {
  int partitions = 0;
  for (const std::string& version : test::recorded_versions()) {
    for (const test::Json& line : test::fixture_lines(version + "/partitions.jsonl")) {
      if (!line.contains("columns") ||
          line["sql"].get<std::string>().find("TEMPORARY") != std::string::npos)
        continue;
      const auto shown = shown_values(line);
      const std::string text = test::printed_table(version, line["object"]);
      if (!text.starts_with("CREATE TABLE")) continue;
      const auto model = read_create_table(text, ReadOptions{parse_version(version)});
      ASSERT_TRUE(model.is_ok());
      for (const ListedPartition& listed : model->partition.listed) {
        SCOPED_TRACE(version + " " + line["object"].get<std::string>() + " " + listed.name);
        const auto found = shown.find(listed.name);
        // A dynamic table's partitions may have moved on between the two questions.
        if (found == shown.end()) continue;
        EXPECT_EQ(found->second, to_clause(listed.values));
        ++partitions;
      }
    }
  }
  EXPECT_GT(partitions, 150);
}

TEST(PartitionValuesFixtures, AwkwardValuesAgreeToo) {
  int partitions = 0;
  for (const std::string& version : test::recorded_versions()) {
    std::map<std::string, std::map<std::string, std::string>> shown;
    std::map<std::string, std::string> printed;
    for (const test::Json& line : test::fixture_lines(version + "/awkward.jsonl")) {
      if (!line.contains("columns") || line["rows"].empty()) continue;
      if (column_of(line["columns"], "PartitionName") < line["columns"].size()) {
        shown[line["object"]] = shown_values(line);
      } else if (line["columns"][1] == "Create Table") {
        printed[line["object"]] = line["rows"][0][1];
      }
    }
    for (const auto& [object, text] : printed) {
      const auto model = read_create_table(text);
      ASSERT_TRUE(model.is_ok()) << model.status().to_string();
      for (const ListedPartition& listed : model->partition.listed) {
        EXPECT_EQ(shown[object][listed.name], to_clause(listed.values)) << version << " " << object;
        ++partitions;
      }
    }
  }
  EXPECT_GT(partitions, 30);
}

}  // namespace
}  // namespace srsync::ddl
