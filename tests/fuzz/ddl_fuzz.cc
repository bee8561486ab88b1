// What must hold for any bytes given to the DDL readers: no crash, an error that says what and
// where, and what was read is written so that it is read again as the same table.
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "ddl/compare.h"
#include "ddl/partition_statements.h"
#include "ddl/partition_values.h"
#include "ddl/read_create_table.h"
#include "ddl/types.h"
#include "ddl/write_create_table.h"

namespace srsync::ddl {
namespace {

// The readers quote only the beginning of what they were given.
constexpr std::size_t kMessageBytesMax = 1500;

[[noreturn]] void fail(std::string_view what, std::string_view detail) {
  fmt::print(stderr, "ddl_fuzz: {}\n{}\n", what, detail);
  std::abort();
}

void check_error(const Status& status, std::string_view text) {
  const std::string message = status.to_string();
  if (message.empty()) fail("an error without words", text);
  if (message.size() > kMessageBytesMax) fail("an error that repeats the text", message);
}

void check_values(const Result<PartitionValues>& values, std::string_view text) {
  if (!values.is_ok()) return check_error(values.status(), text);
  const std::string clause = to_clause(*values);
  const auto again = read_clause(clause);
  if (!again.is_ok()) fail("to_clause() wrote what read_clause() does not read", clause);
  if (*again != *values) fail("values changed by writing them", clause);
}

void check_partitions(const TableModel& model) {
  for (const ListedPartition& listed : model.partition.listed) {
    const PartitionSpec spec{listed.name, listed.values, 3, {}};
    const auto sql = add_partition("d", "t", model, spec, nullptr);
    if (check_addable(model, spec).is_ok() && !sql.is_ok()) {
      fail("called addable and not added: " + sql.status().to_string(), listed.name);
    }
  }
}

void check_table(const Result<TableModel>& read, std::string_view text) {
  if (!read.is_ok()) return check_error(read.status(), text);
  TargetOptions options;
  options.database = "d";
  options.table = read->name.empty() ? "t" : "";
  options.version = {4, 1, 0};
  options.buckets = std::max(1, read->distribution.buckets);
  std::vector<std::string> notes;
  const auto sql = write_create_table(*read, options, &notes);
  check_partitions(*read);
  if (!sql.is_ok()) return;
  const auto again = read_create_table(*sql, {Version{4, 1, 0}});
  if (!again.is_ok()) fail("written and not read again: " + again.status().to_string(), *sql);
  if (fit_fingerprint(*read) != fit_fingerprint(*again)) {
    fail(fmt::format("the fingerprint changed by writing the table\n{}\n{}", fit_fingerprint(*read),
                     fit_fingerprint(*again)),
         *sql);
  }
  for (const Difference& difference : compare(*read, *again)) {
    fail("the table changed by writing it: " + difference.text, *sql);
  }
}

void check_text_forms(const std::string& text) {
  (void)canonical_expression(text);
  const std::string written = writable_type(text);
  if (canonical_type(written) != canonical_type(text)) {
    fail("writable_type() changed the type " + text, written);
  }
}

}  // namespace

// The first byte chooses the reader and the release that is said to have printed the text.
void check_one(std::string_view input) {
  if (input.empty()) return;
  const std::string text(input.substr(1));
  switch (input.front()) {
    case 'r':
      return check_values(read_range_column(text), text);
    case 'l':
      return check_values(read_list_column(text), text);
    case 'c':
      return check_values(read_clause(text), text);
    case 'e':
      return check_text_forms(text);
    case '0':
      return check_table(read_create_table(text, {Version{3, 0, 0}}), text);
    case '3':
      return check_table(read_create_table(text, {Version{3, 5, 0}}), text);
    case '4':
      return check_table(read_create_table(text, {Version{4, 0, 0}}), text);
    default:
      return check_table(read_create_table(text), text);
  }
}

}  // namespace srsync::ddl

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  srsync::ddl::check_one({reinterpret_cast<const char*>(data), size});
  return 0;
}
