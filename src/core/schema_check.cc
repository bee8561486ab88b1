#include "core/schema_check.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/mutant.h"
#include "core/column_change.h"
#include "ddl/compare.h"
#include "ddl/read_create_table.h"
#include "ddl/version.h"

namespace srsync::core {

namespace {

// Releases print alike what they mean differently (comments of PRIMARY KEY tables).
Result<ddl::TableModel> model_of(const State& state, Side side, const Table& table) {
  return ddl::read_create_table(table.create_sql,
                                {ddl::parse_version(state.cluster(side).version)});
}

}  // namespace

std::string schema_difference(const State& state, const TablePair& pair) {
  std::string difference = definitions_differ(state, pair);
  return difference.empty() ? unseen_change(state, pair) : difference;
}

std::string definitions_differ(const State& state, const TablePair& pair) {
  if (pair.source->schema_hash == pair.target->schema_hash) return {};
  if (SRSYNC_MUTANT("ignore-schema")) return {};
  if (pair.target->definition_unread()) return {};
  const auto source = model_of(state, Side::kSource, *pair.source);
  const auto target = model_of(state, Side::kTarget, *pair.target);
  // What cannot be read differs by nothing that would justify a drop; observe reports it as
  // unreadable.
  if (!source.is_ok() || !target.is_ok()) return {};
  std::string text;
  std::size_t more = 0;
  for (const auto& difference : ddl::compare(*source, *target)) {
    if (!difference.is_schema()) continue;
    if (text.size() > 200) {
      ++more;
      continue;
    }
    if (!text.empty()) text += "; ";
    text += difference.text;
  }
  if (more > 0) text += "; and " + std::to_string(more) + " more";
  return text;
}

std::uint64_t schema_pair_hash(const TablePair& pair) {
  const std::string both = pair.source->create_sql + '\0' + pair.target->create_sql;
  return std::max<std::uint64_t>(1, hash64(both));
}

}  // namespace srsync::core
