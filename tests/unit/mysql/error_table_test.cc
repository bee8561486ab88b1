#include "mysql/error_table.h"

#include <gtest/gtest.h>

#include <set>

#include "base/text.h"
#include "support/fixture.h"

namespace srsync::mysql {
namespace {

struct Expected {
  int number;
  std::string_view part;
  Code code;
};

// What every recorded refusal must become. The first row that fits an error counts.
constexpr Expected kExpected[] = {
    {1007, "database exists", Code::kAlreadyExists},
    {1008, "database doesn't exist", Code::kNotFound},
    {1045, "Access denied for user", Code::kDenied},
    {1050, "already exists", Code::kAlreadyExists},
    {1507, "Error in list of partitions to", Code::kNotFound},
    {1517, "Duplicate partition name", Code::kAlreadyExists},
    {5064, "Unknown properties: {no_such=1}", Code::kRejected},
    {5203, "Access denied; you need", Code::kDenied},
    {5501, "Unknown database", Code::kNotFound},
    {5502, "Unknown table", Code::kNotFound},
    {1064, "Getting syntax error", Code::kRejected},
    {1064, "Column does not exists: no_such", Code::kNotFound},
    {1064, "' does not exist or is not mutable", Code::kRejected},
    {1064, "Cannot add/drop partition on a Dynamic Partition Table", Code::kRejected},
    {1064, "Duplicate partition value tokyo", Code::kRejected},
    {1064, "Duplicate partition values exist", Code::kRejected},
    {1064, "is intersected with range", Code::kRejected},
    {1064, "Table no_such is not found", Code::kNotFound},
    {1064, "Materialized view no_such is not found", Code::kNotFound},
    {1064, "Table replication num should be less than", Code::kRejected},
    {1064, "transaction with id 1 does not exist", Code::kNotFound},
    {1064, "in recycle bin that belongs to", Code::kNotFound},
    {1064, "does not contain the same unique constraints", Code::kRejected},
    {1064, "Table no_such does not exist or is not OLAP/LAKE table", Code::kNotFound},
    {1064, "Unknown properties: {no_such_property=1}", Code::kRejected},
    {1064, "index `idx_a` already exist", Code::kAlreadyExists},
    {1064, "index no_such does not exist", Code::kNotFound},
    {1064, "java.net.ConnectException: Connection refused", Code::kUnavailable},
    {1064, "java.net.SocketException: Connection reset", Code::kOutcomeUnknown},
};

struct Recorded {
  std::string where;
  int number;
  std::string text;
};

std::vector<Recorded> recorded_errors() {
  std::vector<Recorded> errors;
  for (const auto& version : test::fixture_versions()) {
    for (const char* file :
         {"refusals.jsonl", "unprivileged.jsonl", "logins.jsonl", "high_availability.jsonl"}) {
      // Only one version has a story of several frontends.
      if (std::string_view(file) == "high_availability.jsonl" && version != "4.0") continue;
      for (const auto& line : test::load_jsonl(test::fixture_path(version, file))) {
        if (!line.contains("error") || !line["error"].contains("code")) continue;
        errors.push_back({version + "/" + file, line["error"]["code"].get<int>(),
                          line["error"]["message"].get<std::string>()});
      }
    }
  }
  return errors;
}

TEST(ErrorTableTest, EveryRecordedErrorHasItsCode) {
  std::set<std::string_view> used;
  const auto errors = recorded_errors();
  EXPECT_GT(errors.size(), 250u);
  for (const auto& error : errors) {
    const Expected* row = nullptr;
    for (const auto& expected : kExpected) {
      if (expected.number != error.number || !contains(error.text, expected.part)) continue;
      row = &expected;
      break;
    }
    ASSERT_NE(row, nullptr) << error.where << ": " << error.number << " " << error.text;
    used.insert(row->part);
    EXPECT_EQ(code_name(classify_server_error(error.number, error.text).code), code_name(row->code))
        << error.where << ": " << error.number << " " << error.text;
  }
  for (const auto& row : kExpected) EXPECT_TRUE(used.contains(row.part)) << row.part;
}

// Met by migrations, not in the recordings' files above, or of versions that were not recorded.
TEST(ErrorTableTest, OtherErrorsThatMatter) {
  const Expected cases[] = {
      {1049, "Unknown database 'x'", Code::kNotFound},
      {1051, "Unknown table 'x'", Code::kNotFound},
      {1227, "Access denied; you need (at least one of) the ...", Code::kDenied},
      {1252, "Access denied; you need (at least one of) the ...", Code::kDenied},
      {1735, "Unknown partition 'p' in table 't'", Code::kNotFound},
      {1040, "Too many connections", Code::kBusy},
      {1203, "Reach limit of connections", Code::kBusy},
      {1102, "Incorrect database name 'x'", Code::kRejected},
      {1347, "'more'.'base' is not 'VIEW'.", Code::kRejected},
      {5063, "Colocate tables must have same bucket num: 3", Code::kRejected},
      {10007, "unsupported statement in shared_nothing mode", Code::kUnsupported},
      {5907, "unsupported statement in shared_nothing mode", Code::kUnsupported},
      {1064, "A schema change operation is in progress on the table colo_a. Please wait",
       Code::kBusy},
      {1064, "A materialized view or rollup index is being created on the table \"t\". Please wait",
       Code::kBusy},
      {1064,
       "There are still some transactions in the COMMITTED state waiting to be completed. The "
       "partition [p] cannot be dropped.",
       Code::kBusy},
      {1064, "Partition 1 in table 2 in database 3 publish version not finished", Code::kBusy},
      {1064, "Table creation timed out.", Code::kOutcomeUnknown},
      {1064, "java.net.SocketTimeoutException: Read timed out", Code::kOutcomeUnknown},
      {1064, "something never seen before", Code::kRejected},
      {0, "", Code::kRejected},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(code_name(classify_server_error(c.number, c.part).code), code_name(c.code))
        << c.number << " " << c.part;
  }
}

TEST(ErrorTableTest, AFrontendsNumbersAreNotTheLibrarys) {
  for (const int number : {1045, 1064, 1999, 3000, 5000, 5013, 5203, 5501, 10007}) {
    EXPECT_FALSE(is_client_error(number)) << number;
  }
  for (const int number : {2002, 2003, 2006, 2013, 2026}) EXPECT_TRUE(is_client_error(number));
}

TEST(ErrorTableTest, NoConnectFailureIsAnUnknownOutcome) {
  for (int number = 2000; number < 3000; ++number) {
    const auto failure = classify_connect_error(number, "");
    EXPECT_NE(failure.code, Code::kOutcomeUnknown) << number;
    EXPECT_NE(failure.code, Code::kOk) << number;
    EXPECT_FALSE(failure.what.empty()) << number;
  }
}

}  // namespace
}  // namespace srsync::mysql
