#include "sandbox/replication_source.h"

#include <algorithm>
#include <optional>

namespace srsync::sandbox {

namespace {

// Rows that arrived in the wrong bucket: the same batch, yet not the same rows.
constexpr std::uint64_t kMisplaced = 0x9e3779b97f4a7c15ULL;

bool reaches_a_backend(const Catalog& source, const JobTablet& asked, const Tablet& tablet) {
  return std::any_of(
      asked.source_backends.begin(), asked.source_backends.end(),
      [&](const frontend::TBackend& wanted) {
        return std::any_of(
            tablet.replicas.begin(), tablet.replicas.end(), [&](const Replica& replica) {
              const auto at = std::find_if(
                  source.backends.begin(), source.backends.end(),
                  [&](const Backend& backend) { return backend.id == replica.backend_id; });
              return at != source.backends.end() && at->is_alive && at->host == wanted.host &&
                     at->be_port == wanted.be_port && at->http_port == wanted.http_port;
            });
      });
}

std::vector<Batch> up_to(const std::vector<Batch>& content, std::int64_t version) {
  std::vector<Batch> out;
  std::copy_if(content.begin(), content.end(), std::back_inserter(out),
               [version](const Batch& batch) { return batch.version <= version; });
  return out;
}

// A full copy onto a table without a primary key is not an overwrite: where the target holds a
// rowset of the same version as the source, its own stays.
std::vector<Batch> full_copy(std::vector<Batch> source, const std::vector<Batch>& target,
                             KeysType keys) {
  if (keys == KeysType::kPrimary) return source;
  for (Batch& batch : source) {
    const auto own = std::find_if(target.begin(), target.end(), [&](const Batch& candidate) {
      return candidate.version == batch.version;
    });
    if (own != target.end()) batch = *own;
  }
  return source;
}

}  // namespace

void SourceReader::collect_garbage_below(std::int64_t source_physical_id, std::int64_t version) {
  oldest_kept_[source_physical_id] = version;
}

bool SourceReader::is_retained(const Partition& partition, std::int64_t version) const {
  const auto at = oldest_kept_.find(partition.physical_id);
  return version <= partition.visible_version &&
         (at == oldest_kept_.end() || version >= at->second);
}

const SourceReader::Place* SourceReader::place_of(const Catalog& source, std::int64_t tablet_id) {
  if (const auto at = places_.find(tablet_id); at != places_.end()) return &at->second;
  places_.clear();
  for (const auto& [db_id, db] : source.databases) {
    for (const auto& [table_id, table] : db.tables) {
      for (const Partition& partition : table.partitions) {
        for (const PartitionIndex& index : partition.indexes) {
          for (const Tablet& tablet : index.tablets) {
            places_[tablet.id] = {table_id, partition.physical_id};
          }
        }
      }
    }
  }
  const auto at = places_.find(tablet_id);
  return at == places_.end() ? nullptr : &at->second;
}

SourceReader::Found SourceReader::find(Catalog& source, const JobTablet& asked) {
  const Place* place = place_of(source, asked.source_tablet_id);
  if (place == nullptr) return {};
  const Table* table = source.find_table(place->table_id).second;
  const Partition* partition =
      table == nullptr ? nullptr : table->find_physical(place->physical_id);
  if (partition == nullptr) return {};
  for (const PartitionIndex& index : partition->indexes) {
    for (std::size_t i = 0; i < index.tablets.size(); ++i) {
      if (index.tablets[i].id != asked.source_tablet_id) continue;
      const TableIndex* meta = table->find_index(index.index_id);
      const bool hash_fits = !checks_schema_hash_ ||
                             (meta != nullptr && meta->schema_hash == asked.source_schema_hash);
      return {partition->physical_id, static_cast<int>(i), static_cast<int>(index.tablets.size()),
              hash_fits && reaches_a_backend(source, asked, index.tablets[i])};
    }
  }
  return {};
}

bool SourceReader::snapshot(const JobPartition& asked, std::int64_t target_version,
                            const std::vector<Batch>& target_content, KeysType target_keys,
                            JobPartition& out) {
  if (source_ == nullptr) return false;
  return source_->with([&](Catalog& source) {
    std::optional<std::int64_t> physical_id;
    bool misplaced = false;
    std::map<std::int64_t, int> buckets_sent;  // by target index
    for (const JobTablet& tablet : asked.tablets) ++buckets_sent[tablet.index_id];
    for (const JobTablet& tablet : asked.tablets) {
      const Found found = find(source, tablet);
      if (!found.is_usable) return false;
      if (physical_id && *physical_id != found.physical_id) misplaced = true;
      physical_id = found.physical_id;
      misplaced |= found.bucket != tablet.bucket || found.buckets != buckets_sent[tablet.index_id];
    }
    if (!physical_id) return false;
    const Place* place = place_of(source, asked.tablets.front().source_tablet_id);
    const Partition* partition =
        source.find_table(place->table_id).second->find_physical(*physical_id);
    if (!is_retained(*partition, asked.source_version)) return false;

    out.batches = up_to(partition->content, asked.source_version);
    if (misplaced) {
      for (Batch& batch : out.batches) batch.id ^= kMisplaced;
    }
    out.rows = partition->rows;
    out.bytes = partition->bytes;
    // Incremental needs every single version that the target lacks.
    out.is_full_copy = target_version <= 1 || !is_retained(*partition, target_version + 1);
    if (out.is_full_copy) {
      out.batches = full_copy(std::move(out.batches), target_content, target_keys);
    } else {
      std::erase_if(out.batches, [&](const Batch& b) { return b.version <= target_version; });
    }
    return true;
  });
}

bool SourceReader::token_is_right(const std::string& token) {
  return source_ != nullptr &&
         source_->with([&](const Catalog& source) { return source.token == token; });
}

}  // namespace srsync::sandbox
