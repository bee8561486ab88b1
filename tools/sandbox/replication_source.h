// What the target's backends find on the source when they make snapshots and fetch them.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "sandbox/cluster.h"
#include "sandbox/replication_job.h"

namespace srsync::sandbox {

class SourceReader {
 public:
  // `source` may be null (nothing can be copied then) and must outlive the reader. Not thread-safe.
  explicit SourceReader(Cluster* source) : source_(source) {}

  // Versions of the source partition below `version` cannot be had any more, neither alone nor as
  // part of a path: compaction and the sweep have removed them.
  void collect_garbage_below(std::int64_t source_physical_id, std::int64_t version);

  // A tablet of which no snapshot can be made fails a real job; a wrong schema hash is one reason.
  // Off only where recorded requests with a hash of 0 are replayed.
  void check_schema_hash(bool check) { checks_schema_hash_ = check; }

  // Takes the snapshots of one partition: fills in batches, rows, bytes and whether it is a full
  // copy. False: at least one tablet has none. `target_content` and `target_version` are what the
  // target partition holds now.
  bool snapshot(const JobPartition& asked, std::int64_t target_version,
                const std::vector<Batch>& target_content, KeysType target_keys, JobPartition& out);

  // Fetching asks the source's backends with the request's token.
  bool token_is_right(const std::string& token);

 private:
  struct Place {
    std::int64_t table_id = 0;
    std::int64_t physical_id = 0;
  };
  // What one tablet's source looks like.
  struct Found {
    std::int64_t physical_id = 0;
    int bucket = 0;
    int buckets = 0;
    bool is_usable = false;
  };
  Found find(Catalog& source, const JobTablet& tablet);
  const Place* place_of(const Catalog& source, std::int64_t tablet_id);
  bool is_retained(const Partition& partition, std::int64_t version) const;

  Cluster* source_;
  bool checks_schema_hash_ = true;
  std::map<std::int64_t, Place> places_;              // by tablet id; rebuilt when one is missing
  std::map<std::int64_t, std::int64_t> oldest_kept_;  // by physical partition id
};

}  // namespace srsync::sandbox
