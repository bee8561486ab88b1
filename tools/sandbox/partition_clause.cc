// The values of partitions: "VALUES ...", "START ... END ... EVERY".
#include "base/text.h"
#include "sandbox/create_table.h"
#include "sandbox/dates.h"
#include "sandbox/tables.h"

namespace srsync::sandbox {
namespace {

// DATETIME keys are printed with a time, DATE keys without.
std::string normalised(std::string_view type, std::string text) {
  if (type == "DATETIME" && text.size() == 10) return text + " 00:00:00";
  if (type == "DATE" && text.size() > 10) return text.substr(0, 10);
  return text;
}

Bound read_bound(Reader& reader, const Table& table) {
  Bound bound;
  reader.expect("(");
  do {
    Bound::Value value;
    value.is_max = reader.accept("MAXVALUE");
    if (!value.is_max) {
      const bool minus = reader.accept("-");
      value.text = (minus ? "-" : "") +
                   normalised(range_type_of(table, bound.values.size()), reader.next().text);
    }
    bound.values.push_back(std::move(value));
  } while (reader.accept(","));
  reader.expect(")");
  return bound;
}

std::optional<std::string> read_list_value(Reader& reader) {
  if (reader.accept("NULL")) return std::nullopt;
  const bool minus = reader.accept("-");
  return (minus ? "-" : "") + reader.next().text;
}

void read_in_list(Reader& reader, Partition& partition) {
  reader.expect("(");
  do {
    std::vector<std::optional<std::string>> tuple;
    if (reader.accept("(")) {
      do {
        tuple.push_back(read_list_value(reader));
      } while (reader.accept(","));
      reader.expect(")");
    } else {
      tuple.push_back(read_list_value(reader));
    }
    partition.list_values.push_back(std::move(tuple));
  } while (reader.accept(","));
  reader.expect(")");
}

void read_range(Reader& reader, const Table& table, Partition& partition) {
  if (reader.accept("LESS THAN")) {
    if (!reader.accept("MAXVALUE")) {
      partition.upper = read_bound(reader, table);
      return;
    }
    for (std::size_t i = 0; i < table.partition_columns.size(); ++i) {
      partition.upper.values.push_back({"", true});
    }
    return;
  }
  reader.expect("[");
  partition.lower = read_bound(reader, table);
  reader.expect(",");
  partition.upper = read_bound(reader, table);
  reader.expect(")");
}

struct Step {
  std::int64_t count = 1;
  std::string unit;  // "DAY"; empty: numbers
};

Step read_step(Reader& reader) {
  Step step;
  reader.expect("EVERY");
  reader.expect("(");
  if (reader.accept("INTERVAL")) {
    step.count = reader.number();
    step.unit = to_lower(reader.name());
  } else {
    step.count = parse_int64(reader.next().text).value_or(0);
  }
  reader.expect(")");
  if (step.count <= 0) reader.fail();
  return step;
}

}  // namespace

bool read_partition(Reader& reader, const Table& table, Partition& partition) {
  partition.name = reader.name();
  reader.expect("VALUES");
  if (reader.accept("IN")) {
    read_in_list(reader, partition);
  } else {
    read_range(reader, table, partition);
  }
  std::map<std::string, std::string> properties;
  if (reader.is("(") && !read_properties(reader, properties)) return false;
  const auto replicas = properties.find("replication_num");
  if (replicas != properties.end()) {
    partition.replication_num = static_cast<int>(parse_int64(replicas->second).value_or(0));
  }
  return reader.ok();
}

bool read_batch(Reader& reader, const Table& table, std::vector<Partition>& partitions) {
  reader.expect("START");
  const Bound start = read_bound(reader, table);
  reader.expect("END");
  const Bound end = read_bound(reader, table);
  const Step step = read_step(reader);
  if (!reader.ok() || start.values.size() != 1) return false;
  const std::string type = range_type_of(table, 0);
  std::string lower = start.values[0].text;
  // A runaway statement stops at the batch limit of a frontend.
  for (int i = 0; i < 4096; ++i) {
    Bound low;
    low.values = {{lower, false}};
    if (compare_bounds(table, low, end) >= 0) return true;
    const std::string upper = step.unit.empty()
                                  ? std::to_string(parse_int64(lower).value_or(0) + step.count)
                                  : add_interval(lower, step.count, step.unit);
    if (upper.empty()) return false;
    Partition partition;
    partition.buckets = 0;
    partition.replication_num = 0;
    partition.name = "p" + (step.unit.empty() ? lower : date_digits(lower, step.unit));
    partition.lower = low;
    partition.upper.values = {{upper, false}};
    partitions.push_back(std::move(partition));
    lower = upper;
  }
  return false;
}

}  // namespace srsync::sandbox
