#include "ddl/alter_columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <set>
#include <vector>

#include "base/text.h"
#include "ddl/canonical.h"
#include "ddl/compare.h"
#include "ddl/hidden_columns.h"
#include "ddl/quote.h"

namespace srsync::ddl {
namespace {

constexpr Version kRenameColumnSince = {3, 3, 2};

// Columns by what happened to them, in lower case.
struct Changes {
  std::set<std::string> added;
  std::set<std::string> dropped;
  std::set<std::string> modified;
  std::string reason;
  std::string other;  // a difference that is none of columns

  bool one_kind() const {
    return (added.empty() ? 0 : 1) + (dropped.empty() ? 0 : 1) + (modified.empty() ? 0 : 1) == 1;
  }
};

Changes changes_between(const TableModel& source, const TableModel& target) {
  Changes out;
  for (const Difference& difference : compare(source, target)) {
    if (!difference.is_schema()) continue;
    if (!out.reason.empty()) out.reason += "; ";
    out.reason += difference.text;
    const std::string name = to_lower(difference.subject);
    if (difference.kind != Difference::Kind::kColumn) {
      out.other = difference.text;
    } else if (target.find_column(name) == nullptr) {
      out.added.insert(name);
    } else if (source.find_column(name) == nullptr) {
      out.dropped.insert(name);
    } else {
      out.modified.insert(name);
    }
  }
  return out;
}

// Whether `expression` names the column, which is in lower case.
bool names(std::string_view expression, const std::string& column) {
  const std::string text = to_lower(expression);
  const auto is_part = [&](std::size_t at) {
    const auto c = static_cast<unsigned char>(text[at]);
    return std::isalnum(c) != 0 || c == '_' || c >= 0x80;
  };
  for (std::size_t at = text.find(column); at != std::string::npos;
       at = text.find(column, at + 1)) {
    const std::size_t end = at + column.size();
    if ((at == 0 || !is_part(at - 1)) && (end == text.size() || !is_part(end))) return true;
  }
  return false;
}

// What else of the table is made of that column; empty when nothing is.
std::string use_of(const TableModel& model, const std::string& column) {
  const auto among = [&](const std::vector<std::string>& names) {
    return std::any_of(names.begin(), names.end(),
                       [&](const auto& name) { return equals_ignore_case(name, column); });
  };
  if (among(model.key_columns)) return "a key column";
  if (among(model.distribution.columns)) return "a distribution column";
  if (among(model.order_by)) return "a sort column";
  for (const PartitionItem& item : model.partition.items) {
    if (names(item.text, column)) return "a partition column";
  }
  for (const Index& index : model.indexes) {
    if (among(index.columns)) return "a column of index " + index.name;
  }
  const auto blooms = model.properties.find("bloom_filter_columns");
  if (blooms != model.properties.end() && names(blooms->second, column)) {
    return "a column with a bloom filter";
  }
  return {};
}

bool has_generated_column(const TableModel& model) {
  return std::any_of(model.columns.begin(), model.columns.end(),
                     [](const Column& column) { return !column.generated_as.empty(); });
}

// As it must be declared: of these tables every value column is replaced, and some releases print
// it, yet none takes it.
Column declared(const TableModel& model, Column column) {
  const bool replaces = model.key_type == KeyType::kUnique || model.key_type == KeyType::kPrimary;
  if (replaces && column.aggregation == "REPLACE") column.aggregation.clear();
  return column;
}

// --- added ---------------------------------------------------------------------------------------

std::string addition_refusal(const Column& column) {
  const auto refuse = [&](std::string_view why) {
    return fmt::format("column {} {}", column.name, why);
  };
  if (column.is_key) return refuse("is a key column");
  if (!column.generated_as.empty()) return refuse("is generated");
  if (column.auto_increment) return refuse("has AUTO_INCREMENT");
  switch (column.default_value.kind) {
    case ColumnDefault::Kind::kText:
      return {};
    case ColumnDefault::Kind::kNone:
      return column.nullable ? std::string() : refuse("is NOT NULL and has no default");
    case ColumnDefault::Kind::kCurrentTimestamp:
    case ColumnDefault::Kind::kExpression:
      break;
  }
  return refuse("has a default that is another one for the rows of each cluster");
}

std::string add_columns(const TableModel& source, const Changes& changes, std::string& refusal) {
  std::string clauses;
  std::string before;
  for (const Column* column : visible_columns(source)) {
    if (changes.added.contains(to_lower(column->name))) {
      if (refusal = addition_refusal(*column); !refusal.empty()) return {};
      if (!clauses.empty()) clauses += ", ";
      clauses += fmt::format("ADD COLUMN {}", column_clause(declared(source, *column)));
      if (!before.empty()) clauses += " AFTER " + quote_identifier(before);
    }
    before = column->name;
  }
  return clauses;
}

// --- dropped -------------------------------------------------------------------------------------

// A column without its name and comment: what a rename leaves as it is.
std::string nature(const CanonicalColumn& c) {
  return fmt::format("{}|{}|{}|{}|{}|{}|{}", c.type, c.nullable, c.is_key, c.aggregation,
                     c.default_value, c.generated_as, c.auto_increment);
}

std::vector<std::string> natures(const TableModel& model) {
  std::vector<std::string> out;
  for (const CanonicalColumn& column : canonical_table(model).columns) {
    out.push_back(nature(column));
  }
  return out;
}

// The places in `all` that the columns `left` can have come from, taken as early as possible;
// nullopt when they cannot have come from there in this order.
std::optional<std::vector<std::size_t>> earliest(const std::vector<std::string>& left,
                                                 const std::vector<std::string>& all) {
  std::vector<std::size_t> places;
  std::size_t at = 0;
  for (const std::string& one : left) {
    while (at < all.size() && all[at] != one) ++at;
    if (at == all.size()) return std::nullopt;
    places.push_back(at++);
  }
  return places;
}

// Whether the columns that are left can be others under their names: one was dropped and another
// renamed to it.
bool may_be_renamed(const TableModel& source, const TableModel& target) {
  std::vector<std::string> left = natures(source);
  std::vector<std::string> all = natures(target);
  const auto first = earliest(left, all);
  std::reverse(left.begin(), left.end());
  std::reverse(all.begin(), all.end());
  auto last = earliest(left, all);
  if (!first || !last) return true;
  std::reverse(last->begin(), last->end());
  for (std::size_t& place : *last) place = all.size() - 1 - place;
  return *first != *last;
}

std::string drop_columns(const TableModel& source, const TableModel& target, const Changes& changes,
                         const TargetOptions& options, std::string& refusal) {
  if (has_generated_column(target)) {
    refusal = "the table has generated columns";
    return {};
  }
  std::string clauses;
  for (const Column* column : visible_columns(target)) {
    const std::string name = to_lower(column->name);
    if (!changes.dropped.contains(name)) continue;
    const std::string use = column->is_key ? "a key column" : use_of(target, name);
    if (!use.empty()) {
      refusal = fmt::format("column {} is {}", column->name, use);
      return {};
    }
    if (!clauses.empty()) clauses += ", ";
    clauses += "DROP COLUMN " + quote_identifier(column->name);
  }
  const bool knows_rename =
      !options.source_version || *options.source_version >= kRenameColumnSince;
  if (knows_rename && may_be_renamed(source, target)) {
    refusal =
        "another column of the same kind may have been dropped and this one renamed, which no "
        "version counts";
    return {};
  }
  return clauses;
}

// --- widened -------------------------------------------------------------------------------------

// "varchar(20)" -> {"varchar", {20}}; nullopt: not of that form.
struct SizedType {
  std::string word;
  std::vector<std::int64_t> sizes;
};
std::optional<SizedType> sized_type(std::string_view type) {
  const std::size_t open = type.find('(');
  if (open == std::string_view::npos || !type.ends_with(')')) return std::nullopt;
  SizedType out{std::string(type.substr(0, open)), {}};
  for (const auto part : split(type.substr(open + 1, type.size() - open - 2), ',')) {
    const auto size = parse_int64(trim(part));
    if (!size) return std::nullopt;
    out.sizes.push_back(*size);
  }
  return out;
}

// Whether every value of `from` is the same value in `to`.
bool holds_all_of(std::string_view to, std::string_view from) {
  if (to == from) return true;
  constexpr auto kIntegers =
      std::to_array<std::string_view>({"tinyint", "smallint", "int", "bigint", "largeint"});
  const auto wide = std::find(kIntegers.begin(), kIntegers.end(), to);
  const auto narrow = std::find(kIntegers.begin(), kIntegers.end(), from);
  if (wide != kIntegers.end() && narrow != kIntegers.end()) return narrow < wide;
  const auto a = sized_type(to);
  const auto b = sized_type(from);
  if (!a || !b || a->word != b->word || a->sizes.size() != b->sizes.size()) return false;
  if (a->word == "varchar" && a->sizes.size() == 1) return a->sizes[0] > b->sizes[0];
  return a->word == "decimal" && a->sizes.size() == 2 && a->sizes[0] > b->sizes[0] &&
         a->sizes[1] == b->sizes[1];
}

std::string widening_refusal(const TableModel& source, const TableModel& target, const Column& wide,
                             const Column& narrow) {
  const auto refuse = [&](std::string_view why) {
    return fmt::format("column {} {}", wide.name, why);
  };
  if (has_generated_column(source) || has_generated_column(target)) {
    return "the table has generated columns";
  }
  if (wide.is_key || narrow.is_key) return refuse("is a key column");
  for (const TableModel* model : {&source, &target}) {
    const std::string use = use_of(*model, to_lower(wide.name));
    if (!use.empty()) return refuse("is " + use);
  }
  const bool same = declared(source, wide).aggregation == declared(target, narrow).aggregation &&
                    wide.default_value == narrow.default_value &&
                    wide.auto_increment == narrow.auto_increment;
  if (!same) return refuse("differs in more than its type");
  if (!holds_all_of(wide.canonical_type, narrow.canonical_type)) {
    return refuse("is not widened: its values may be others in the new type");
  }
  if (narrow.nullable && !wide.nullable) return refuse("is NOT NULL now");
  return {};
}

std::string widen_column(const TableModel& source, const TableModel& target, const Changes& changes,
                         std::string& refusal) {
  if (changes.modified.size() != 1) {
    refusal = "several columns were modified";
    return {};
  }
  const Column& wide = *source.find_column(*changes.modified.begin());
  const Column& narrow = *target.find_column(*changes.modified.begin());
  refusal = widening_refusal(source, target, wide, narrow);
  if (!refusal.empty()) return {};
  return "MODIFY COLUMN " + column_clause(declared(source, wide));
}

// --- proof ---------------------------------------------------------------------------------------

// The target as the statement leaves it.
TableModel altered(const TableModel& source, TableModel target, const Changes& changes) {
  std::erase_if(target.columns, [&](const Column& column) {
    return changes.dropped.contains(to_lower(column.name));
  });
  for (Column& column : target.columns) {
    if (!changes.modified.contains(to_lower(column.name))) continue;
    column = declared(source, *source.find_column(column.name));
  }
  std::string before;
  for (const Column* column : visible_columns(source)) {
    if (changes.added.contains(to_lower(column->name))) {
      const auto after =
          std::find_if(target.columns.begin(), target.columns.end(),
                       [&](const Column& c) { return equals_ignore_case(c.name, before); });
      target.columns.insert(after == target.columns.end() ? after : after + 1,
                            declared(source, *column));
    }
    before = column->name;
  }
  return target;
}

}  // namespace

std::vector<ColumnName> renamed_columns(const TableModel& source, const TableModel& target) {
  const auto ours = canonical_table(source).columns;
  const auto theirs = canonical_table(target).columns;
  std::vector<ColumnName> out;
  if (ours.size() != theirs.size()) return out;
  for (std::size_t i = 0; i < ours.size(); ++i) {
    if (nature(ours[i]) != nature(theirs[i])) return {};
    if (!equals_ignore_case(ours[i].name, theirs[i].name)) {
      out.push_back({theirs[i].name, ours[i].name});
    }
  }
  return out;
}

std::string rename_column(const TargetOptions& options, const ColumnName& name) {
  return fmt::format("ALTER TABLE {} RENAME COLUMN {} TO {}",
                     quote_path(options.database, options.table), quote_identifier(name.from),
                     quote_identifier(name.to));
}

ColumnAlteration alter_columns(const TableModel& source, const TableModel& target,
                               const TargetOptions& options, bool has_rollups) {
  Changes changes = changes_between(source, target);
  ColumnAlteration out;
  out.reason = std::move(changes.reason);
  std::string clauses;
  if (!changes.other.empty()) {
    out.refusal = "not only columns differ";
  } else if (!changes.one_kind()) {
    out.refusal = "columns were changed in more than one way";
  } else if (has_rollups && changes.added.empty()) {
    out.refusal = "the table has rollups";
  } else if (!changes.added.empty()) {
    clauses = add_columns(source, changes, out.refusal);
  } else if (!changes.dropped.empty()) {
    clauses = drop_columns(source, target, changes, options, out.refusal);
  } else {
    clauses = widen_column(source, target, changes, out.refusal);
  }
  if (!out.refusal.empty()) return out;
  const auto left = compare(source, altered(source, target, changes));
  if (std::any_of(left.begin(), left.end(), [](const auto& d) { return d.is_schema(); })) {
    out.refusal = "the columns would not be the source's afterwards";
    return out;
  }
  out.statement =
      fmt::format("ALTER TABLE {} {}", quote_path(options.database, options.table), clauses);
  return out;
}

}  // namespace srsync::ddl
