#include "ddl/compare.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "ddl/canonical.h"
#include "ddl/escapes.h"
#include "ddl/quote.h"

namespace srsync::ddl {
namespace {

using Kind = Difference::Kind;

template <typename Named>
const Named* find_named(const std::vector<Named>& all, std::string_view name) {
  const auto found = std::find_if(
      all.begin(), all.end(), [&](const Named& one) { return equals_ignore_case(one.name, name); });
  return found == all.end() ? nullptr : &*found;
}

class Comparison {
 public:
  Comparison(const TableModel& source, const TableModel& target)
      : source_(canonical_table(source)), target_(canonical_table(target)) {}

  std::vector<Difference> run() {
    compare_columns();
    compare_order();
    compare_text(Kind::kKey, "key", source_.key, target_.key);
    compare_text(Kind::kPartitioning, "partitioning", source_.partitioning, target_.partitioning);
    compare_text(Kind::kDistribution, "distribution", source_.distribution, target_.distribution);
    compare_text(Kind::kSortKey, "sort key", source_.sort_key, target_.sort_key);
    compare_indexes();
    compare_text(Kind::kComment, "table comment", quote_text(source_.comment),
                 quote_text(target_.comment));
    std::stable_sort(found_.begin(), found_.end(),
                     [](const auto& a, const auto& b) { return a.kind < b.kind; });
    return std::move(found_);
  }

 private:
  void add(Kind kind, std::string subject, std::string text, std::string source,
           std::string target) {
    found_.push_back(
        {kind, std::move(subject), std::move(text), std::move(source), std::move(target)});
  }

  // `where` names the thing: "column v", "index i", "key".
  void add_both(Kind kind, std::string subject, std::string_view where, const std::string& source,
                const std::string& target) {
    add(kind, std::move(subject),
        fmt::format("{}: {} on source, {} on target", where, source, target), source, target);
  }

  void compare_text(Kind kind, std::string_view what, const std::string& source,
                    const std::string& target) {
    if (source == target) return;
    add_both(kind, {}, what, source, target);
  }

  // --- columns ----------------------------------------------------------------------------------

  void compare_columns() {
    for (const CanonicalColumn& column : source_.columns) {
      const CanonicalColumn* other = find_named(target_.columns, column.name);
      if (other == nullptr) {
        add(Kind::kColumn, column.name, fmt::format("column {}: missing on target", column.name),
            to_upper(column.type), {});
      } else {
        compare_column(column, *other);
      }
    }
    for (const CanonicalColumn& column : target_.columns) {
      if (find_named(source_.columns, column.name) != nullptr) continue;
      add(Kind::kColumn, column.name, fmt::format("column {}: only on target", column.name), {},
          to_upper(column.type));
    }
  }

  void compare_column(const CanonicalColumn& a, const CanonicalColumn& b) {
    attribute(Kind::kColumn, a, to_upper(a.type), to_upper(b.type));
    attribute(Kind::kColumn, a, a.nullable ? "NULL" : "NOT NULL", b.nullable ? "NULL" : "NOT NULL");
    attribute(Kind::kColumn, a, a.is_key ? "key" : "value", b.is_key ? "key" : "value");
    attribute(Kind::kColumn, a, or_none(a.aggregation, "no aggregation"),
              or_none(b.aggregation, "no aggregation"));
    attribute(Kind::kDefault, a, "default " + or_none(a.default_value, "none"),
              "default " + or_none(b.default_value, "none"));
    attribute(Kind::kDefault, a, or_none(a.generated_as, "not generated"),
              or_none(b.generated_as, "not generated"));
    attribute(Kind::kDefault, a, a.auto_increment ? "AUTO_INCREMENT" : "no AUTO_INCREMENT",
              b.auto_increment ? "AUTO_INCREMENT" : "no AUTO_INCREMENT");
    attribute(Kind::kComment, a, "comment " + quote_text(a.comment),
              "comment " + quote_text(b.comment));
  }

  static std::string or_none(const std::string& text, std::string_view none) {
    return text.empty() ? std::string(none) : text;
  }

  void attribute(Kind kind, const CanonicalColumn& column, const std::string& source,
                 const std::string& target) {
    if (source == target) return;
    add_both(kind, column.name, "column " + column.name, source, target);
  }

  // Only told where the same columns stand in another order: missing ones are told already.
  void compare_order() {
    std::vector<std::string> source = common_names(source_, target_);
    std::vector<std::string> target = common_names(target_, source_);
    if (source == target) return;
    add_both(Kind::kColumnOrder, {}, "column order", fmt::format("{}", fmt::join(source, ", ")),
             fmt::format("{}", fmt::join(target, ", ")));
  }

  static std::vector<std::string> common_names(const CanonicalTable& of,
                                               const CanonicalTable& with) {
    std::vector<std::string> names;
    for (const CanonicalColumn& column : of.columns) {
      if (find_named(with.columns, column.name) != nullptr) names.push_back(to_lower(column.name));
    }
    return names;
  }

  // --- indexes ----------------------------------------------------------------------------------

  void compare_indexes() {
    for (const CanonicalIndex& index : source_.indexes) {
      const CanonicalIndex* other = find_named(target_.indexes, index.name);
      if (other == nullptr) {
        add(Kind::kIndex, index.name, fmt::format("index {}: missing on target", index.name),
            index.definition, {});
        continue;
      }
      if (index.definition != other->definition) {
        add_both(Kind::kIndex, index.name, "index " + index.name, index.definition,
                 other->definition);
      }
      if (index.comment != other->comment) {
        add_both(Kind::kComment, index.name, "index " + index.name,
                 "comment " + quote_text(index.comment), "comment " + quote_text(other->comment));
      }
    }
    for (const CanonicalIndex& index : target_.indexes) {
      if (find_named(source_.indexes, index.name) != nullptr) continue;
      add(Kind::kIndex, index.name, fmt::format("index {}: only on target", index.name), {},
          index.definition);
    }
  }

  CanonicalTable source_;
  CanonicalTable target_;
  std::vector<Difference> found_;
};

}  // namespace

std::vector<Difference> compare(const TableModel& source, const TableModel& target) {
  return Comparison(source, target).run();
}

std::string fit_fingerprint(const TableModel& model) {
  const CanonicalTable table = canonical_table(model);
  std::string out;
  for (const CanonicalColumn& column : table.columns) {
    out += fmt::format("{} {}{}{}", quote_identifier(to_lower(column.name)), column.type,
                       column.nullable ? "" : " not null", column.is_key ? " key" : "");
    if (!column.aggregation.empty()) out += " " + column.aggregation;
    out += ", ";
  }
  out += fmt::format("{}; {}; {}; sort {}", table.key, table.partitioning, table.distribution,
                     table.sort_key);
  return out;
}

}  // namespace srsync::ddl
