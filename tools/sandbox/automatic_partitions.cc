#include "sandbox/automatic_partitions.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"
#include "sandbox/cluster.h"
#include "sandbox/dates.h"
#include "sandbox/ddl_common.h"
#include "sandbox/lexer.h"
#include "sandbox/tables.h"

namespace srsync::sandbox {
namespace {

struct Grid {
  std::string unit;  // "day"
  std::int64_t step = 1;
};

// "date_trunc('day', dt)" or "time_slice(dt, 7, 'day', 'floor')"
std::optional<Grid> grid_of(const std::string& expression) {
  Reader reader(expression);
  Grid grid;
  if (reader.accept("date_trunc")) {
    reader.expect("(");
    grid.unit = to_lower(reader.string());
  } else if (reader.accept("time_slice")) {
    reader.expect("(");
    reader.name();
    reader.expect(",");
    grid.step = reader.number();
    reader.expect(",");
    grid.unit = to_lower(reader.string());
  } else {
    return std::nullopt;
  }
  return reader.ok() ? std::optional(grid) : std::nullopt;
}

std::string invalid_date(const std::string& value) {
  return "Getting analyzing error. Detail message: date literal [" + value + "] is invalid.";
}

// As wide as the column's type prints it.
std::string fitted(const std::string& type, const std::string& value) {
  if (type == "DATETIME" && value.size() == 10) return value + " 00:00:00";
  return type == "DATE" ? value.substr(0, 10) : value;
}

class Maker {
 public:
  Maker(Catalog& catalog, Table& table) : catalog_(catalog), table_(table) {}

  // The one that is there already, or a new one that is not stored yet; the error otherwise.
  std::string plan(const std::vector<std::string>& tuple) {
    Partition partition;
    std::string error =
        is_list(table_.partition_kind) ? fill_list(tuple, partition) : fill_range(tuple, partition);
    if (!error.empty()) return error;
    if (!is_known(partition)) {
      if (const auto refusal = check_new_partition(catalog_.version, table_, partition)) {
        return refusal->message;
      }
      complete(partition);
      fresh_.push_back(partition);
    }
    asked_.push_back(std::move(partition));
    return {};
  }

  MadePartitions carry_out(std::int64_t now_ms) {
    MadePartitions out;
    out.changed = !fresh_.empty();
    for (Partition& partition : fresh_) {
      add_partition(catalog_, now_ms, table_, std::move(partition));
    }
    for (const Partition& wanted : asked_) {
      for (const Partition& there : table_.partitions) {
        if (same_values(there, wanted)) out.physical_ids.push_back(there.physical_id);
      }
    }
    return out;
  }

 private:
  static bool same_values(const Partition& a, const Partition& b) {
    return a.lower == b.lower && a.upper == b.upper && a.list_values == b.list_values;
  }

  bool is_known(const Partition& partition) const {
    const auto same = [&](const Partition& other) { return same_values(other, partition); };
    return std::ranges::any_of(table_.partitions, same) || std::ranges::any_of(fresh_, same);
  }

  std::string fill_range(const std::vector<std::string>& tuple, Partition& out) const {
    const auto grid = grid_of(table_.partition_expression);
    if (!grid || tuple.size() != 1) return "Unsupported partition expression";
    const std::string type = range_type_of(table_, 0);
    const std::string value = tuple[0] == "NULL" ? smallest_value(type) : fitted(type, tuple[0]);
    const std::string lower = truncate_date(value, grid->unit);
    const std::string upper = add_interval(lower, grid->step, grid->unit);
    if (lower.empty() || upper.empty()) return invalid_date(tuple[0]);
    out.lower.values = {{lower, false}};
    out.upper.values = {{upper, false}};
    out.name = "p" + date_digits(lower, grid->unit);
    return {};
  }

  std::string fill_list(const std::vector<std::string>& tuple, Partition& out) const {
    auto& values = out.list_values.emplace_back();
    std::vector<std::string> names;
    for (std::size_t i = 0; i < tuple.size(); ++i) {
      const bool is_date = range_type_of(table_, i).starts_with("DATE");
      if (is_date && truncate_date(tuple[i], "day").empty()) return invalid_date(tuple[i]);
      values.emplace_back(tuple[i]);
      names.push_back(name_part(tuple[i]));
    }
    out.name = "p" + join(names, "_");
    return {};
  }

  // Letters, digits and _ as they are; the marks of dates are left out; others in hexadecimal.
  static std::string name_part(const std::string& value) {
    std::string out;
    for (const char c : value) {
      const bool is_plain =
          (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
      if (is_plain) {
        out += c;
      } else if (c != '-' && c != ':' && c != ' ') {
        out += fmt::format("{:x}", static_cast<unsigned char>(c));
      }
    }
    return out;
  }

  void complete(Partition& partition) const {
    partition.buckets = table_.buckets > 0 ? table_.buckets : automatic_buckets(catalog_, table_);
    partition.replication_num = table_.default_replication_num();
  }

  Catalog& catalog_;
  Table& table_;
  std::vector<Partition> fresh_;
  std::vector<Partition> asked_;
};

}  // namespace

MadePartitions make_automatic_partitions(Catalog& catalog, std::int64_t now_ms, Table& table,
                                         const std::vector<std::vector<std::string>>& values) {
  MadePartitions out;
  const bool automatic = table.partition_kind == PartitionKind::kAutoRange ||
                         table.partition_kind == PartitionKind::kAutoList;
  if (!automatic) {
    out.error = "table " + table.name + " is not automatically partitioned";
    return out;
  }
  Maker maker(catalog, table);
  for (const auto& tuple : values) {
    out.error = maker.plan(tuple);
    if (!out.error.empty()) return out;
  }
  return maker.carry_out(now_ms);
}

std::string printed_slice(const std::string& expression) {
  Reader reader(expression);
  if (!reader.accept("time_slice")) return expression;
  reader.expect("(");
  const std::string column = reader.name();
  reader.expect(", INTERVAL");
  const std::int64_t step = reader.number();
  const std::string unit = to_lower(reader.name());
  const std::string boundary = reader.accept(",") ? to_lower(reader.name()) : "floor";
  reader.expect(")");
  if (!reader.ok()) return expression;
  return fmt::format("time_slice({}, {}, '{}', '{}')", column, step, unit, boundary);
}

}  // namespace srsync::sandbox
