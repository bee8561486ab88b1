// Believable content from a seed: the same options give the same databases, tables, partitions and
// versions.
#pragma once

#include <cstdint>

#include "sandbox/cluster.h"

namespace srsync::sandbox {

struct GeneratorOptions {
  std::uint64_t seed = 1;
  int databases = 3;
  int tables = 8;      // per database
  int partitions = 4;  // per partitioned table
  int buckets = 2;
  int replication_num = 1;
};

// Adds to what the cluster holds; databases that exist already are left alone.
void generate(Cluster& cluster, const GeneratorOptions& options);

}  // namespace srsync::sandbox
