#include "observe/schema_cache.h"

#include <set>
#include <string>

#include <fmt/format.h>

#include "base/bytes.h"

namespace srsync::observe {

namespace {

// Tables come and go for years; what is forgotten is read again.
constexpr std::size_t kEntriesMax = 500'000;

}  // namespace

std::uint64_t meta_fingerprint(const io::TableMeta& meta) {
  // Lengths in front of texts, so that two tables never give one text.
  const auto put = [](std::string& out, const std::string& text) {
    out += fmt::format("{}:{};", text.size(), text);
  };
  std::string out = fmt::format("{};{};", meta.table_id, meta.base_index_id);
  put(out, meta.key_type);
  put(out, meta.distribution_type);
  for (const std::string& column : meta.distribution_columns) put(out, column);
  std::set<std::int64_t> seen;  // an index comes once per partition
  for (const io::IndexMeta& index : meta.indexes) {
    if (!seen.insert(index.index_id).second) continue;
    out += fmt::format("|{};{};{};", index.index_id, index.schema_hash, index.shadow);
    put(out, index.keys_type);
    for (const io::ColumnMeta& column : index.columns) {
      put(out, column.name);
      put(out, column.type);
      put(out, column.aggregation);
      put(out, column.default_value);
      out += fmt::format("{}{};", column.key, column.nullable);
    }
  }
  return hash64(out);
}

std::optional<std::uint64_t> SchemaCache::find(Side side, core::TableId table,
                                               std::uint64_t meta) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto at = entries_.find({side, table});
  if (at == entries_.end() || at->second.meta != meta) return std::nullopt;
  return at->second.fit;
}

void SchemaCache::put(Side side, core::TableId table, std::uint64_t meta, std::uint64_t fit) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (entries_.size() >= kEntriesMax) entries_.clear();
  entries_[{side, table}] = {meta, fit};
}

}  // namespace srsync::observe
