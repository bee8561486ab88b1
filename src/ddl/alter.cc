#include "ddl/alter.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "ddl/compare.h"
#include "ddl/property_rules.h"
#include "ddl/quote.h"

namespace srsync::ddl {
namespace {

constexpr Version kColumnCommentAlone = {3, 5, 0};

// Changed by ALTER TABLE .. SET at once, without touching rows, replicas or the making and dropping
// of partitions.
constexpr std::array kSettable = std::to_array<std::string_view>({
    "base_compaction_forbidden_time_ranges",
    "bucket_size",
    "enable_load_profile",
    "mutable_bucket_num",
    "primary_index_cache_expire_sec",
    "replicated_storage",
    "time_drift_constraint",
    "unique_constraints",
    "write_quorum",
});

std::string path_of(const TargetOptions& options) {
  return quote_path(options.database, options.table);
}

void add(Alteration& out, std::string statement, const std::string& reason) {
  out.statements.push_back(std::move(statement));
  if (!out.reason.empty()) out.reason += "; ";
  out.reason += reason;
}

const Index* find_index(const TableModel& model, std::string_view name) {
  const auto found =
      std::find_if(model.indexes.begin(), model.indexes.end(),
                   [&](const Index& index) { return equals_ignore_case(index.name, name); });
  return found == model.indexes.end() ? nullptr : &*found;
}

bool same_index(const Index& a, const Index& b) {
  return a.kind == b.kind &&
         std::equal(a.columns.begin(), a.columns.end(), b.columns.begin(), b.columns.end(),
                    [](const auto& x, const auto& y) { return equals_ignore_case(x, y); });
}

void forbid(Alteration& out, const std::string& text) {
  if (!out.forbidden.empty()) out.forbidden += "; ";
  out.forbidden += text;
}

std::string create_index(const Index& index, const TargetOptions& options) {
  std::string sql =
      fmt::format("CREATE INDEX {} ON {} {} USING BITMAP", quote_identifier(index.name),
                  path_of(options), quote_identifiers(index.columns));
  if (!index.comment.empty()) sql += " COMMENT " + quote_text(index.comment);
  return sql;
}

std::string drop_index(const Index& index, const TargetOptions& options) {
  return fmt::format("DROP INDEX {} ON {}", quote_identifier(index.name), path_of(options));
}

}  // namespace

Alteration alter_comments(const TableModel& source, const TableModel& target,
                          const TargetOptions& options) {
  Alteration out;
  for (const Difference& difference : compare(source, target)) {
    if (difference.kind != Difference::Kind::kComment) continue;
    if (difference.subject.empty()) {
      add(out,
          fmt::format("ALTER TABLE {} COMMENT = {}", path_of(options), quote_text(source.comment)),
          difference.text);
      continue;
    }
    const Column* column = source.find_column(difference.subject);
    const bool of_index = difference.text.starts_with("index ");
    if (column == nullptr || of_index || options.version < kColumnCommentAlone) continue;
    add(out,
        fmt::format("ALTER TABLE {} MODIFY COLUMN {} COMMENT {}", path_of(options),
                    quote_identifier(column->name), quote_text(column->comment)),
        difference.text);
  }
  return out;
}

Alteration alter_properties(const TableModel& source, const TableModel& target,
                            const TargetOptions& options) {
  Alteration out;
  std::vector<std::string> notes;
  for (const auto& [name, value] : target_properties(source, options, notes)) {
    if (std::find(kSettable.begin(), kSettable.end(), name) == kSettable.end()) continue;
    const auto there = target.properties.find(name);
    if (there != target.properties.end() && equals_ignore_case(there->second, value)) continue;
    add(out,
        fmt::format("ALTER TABLE {} SET ({} = {})", path_of(options), quote_text(name),
                    quote_text(value)),
        fmt::format("property {}: {} on source, {} on target", name, value,
                    there == target.properties.end() ? "not set" : there->second));
  }
  return out;
}

Alteration alter_bitmap_indexes(const TableModel& source, const TableModel& target,
                                const TargetOptions& options, const IndexSwitches& switches) {
  Alteration out;
  const auto propose = [&](std::string statement, const std::string& reason) {
    if (out.statements.empty()) add(out, std::move(statement), reason);
  };
  for (const Index& index : source.indexes) {
    if (index.kind != "BITMAP") continue;
    const Index* other = find_index(target, index.name);
    if (other == nullptr) {
      propose(create_index(index, options), "index " + index.name + ": missing on target");
    } else if (!same_index(index, *other)) {
      const std::string reason = "index " + index.name + ": it has other columns on the target";
      if (switches.allow_drop_inconsistent) {
        propose(drop_index(*other, options), reason);
      } else {
        forbid(out, reason + "; ddl_job_allow_drop_inconsistent_bitmap_index is false");
      }
    }
  }
  for (const Index& index : target.indexes) {
    if (index.kind != "BITMAP" || find_index(source, index.name) != nullptr) continue;
    const std::string reason = "index " + index.name + ": only on target";
    if (switches.allow_drop_target_only) {
      propose(drop_index(index, options), reason);
    } else {
      forbid(out, reason + "; ddl_job_allow_drop_bitmap_index_target_only is false");
    }
  }
  return out;
}

std::string add_rollup(std::string_view database, std::string_view table, std::string_view rollup,
                       const std::vector<std::string>& columns) {
  return fmt::format("ALTER TABLE {} ADD ROLLUP {} {}", quote_path(database, table),
                     quote_identifier(rollup), quote_identifiers(columns));
}

std::string drop_rollup(std::string_view database, std::string_view table,
                        std::string_view rollup) {
  return fmt::format("ALTER TABLE {} DROP ROLLUP {}", quote_path(database, table),
                     quote_identifier(rollup));
}

std::string view_condition(std::string_view sql) {
  std::string plain = " ";
  char quote = 0;
  std::size_t where = std::string::npos;
  for (const char c : sql) {
    const bool blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (quote != 0) {
      if (c == quote) quote = 0;
      plain += c;
    } else if (blank) {
      if (plain.back() != ' ') plain += ' ';
    } else {
      if (c == '\'' || c == '"' || c == '`') quote = c;
      plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    if (quote == 0 && where == std::string::npos && plain.ends_with(" where ")) {
      where = plain.size() - 6;
    }
  }
  if (where == std::string::npos) return {};
  plain.erase(0, where);
  while (!plain.empty() && (plain.back() == ' ' || plain.back() == ';')) plain.pop_back();
  return plain;
}

std::string drop_materialized_view(std::string_view database, std::string_view view) {
  return "DROP MATERIALIZED VIEW IF EXISTS " + quote_path(database, view);
}

}  // namespace srsync::ddl
