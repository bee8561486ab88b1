// What tables are made of and how they change; plain functions on the model, to be called with the
// catalog's lock held.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/model.h"

namespace srsync::sandbox {

// New tablets for one index of one partition, spread over the backends.
PartitionIndex make_tablets(Catalog& catalog, std::int64_t index_id, int buckets,
                            int replication_num);

// Where the partition's range belongs: ranges ascend, everything else is appended.
std::vector<Partition>::iterator position_of(Table& table, const Partition& partition);

// "INT", "DATE": the type of a partition column as range texts name it.
std::string range_type_of(const Table& table, std::size_t column);
// The smallest value of that type: the lower bound of a first LESS THAN partition.
std::string smallest_value(std::string_view range_type);
// <0, 0, >0.
int compare_bounds(const Table& table, const Bound& a, const Bound& b);
// "[types: [DATE]; keys: [2026-01-01]; ..types: [DATE]; keys: [2026-02-01]; )"
std::string range_text(const Table& table, const Partition& partition);
// As SHOW PARTITIONS prints it: JSON from 3.4, ('a', 'b') on 3.3.
std::string list_text(Version version, const Partition& partition);
bool is_range(PartitionKind kind);
bool is_list(PartitionKind kind);
// "RANGE", "LIST", "EXPR_RANGE" ...
std::string_view partition_type_name(PartitionKind kind);
// Header name of the values' column in SHOW PARTITIONS.
std::string_view partition_value_header(PartitionKind kind);

// The same for the same columns, on any cluster.
std::int32_t schema_hash_of(const Table& table, const std::vector<Column>& columns);
int short_key_columns_of(const Table& table, const std::vector<Column>& columns);
std::vector<std::string> key_columns(const std::vector<Column>& columns);
std::string_view keys_clause(KeysType keys);     // "DUPLICATE KEY"
std::string_view keys_type_name(KeysType keys);  // "DUP_KEYS"

// A number of buckets for a table that names none.
int automatic_buckets(const Catalog& catalog, const Table& table);

// Gives a table that was read from a statement its ids and, when it has none and is not
// partitioned, its one partition named as itself. Returns the stored table.
Table& store_table(Catalog& catalog, std::int64_t now_ms, Database& database, Table table,
                   std::vector<Partition> partitions);

// A rollup with tablets in every partition, at once.
TableIndex& add_rollup(Catalog& catalog, Table& table, std::int64_t index_id, std::string name,
                       std::vector<Column> columns);

// What a finished AlterJob changes: a rollup's tablets, or the base index's columns under a new
// index id.
void apply_alter(Catalog& catalog, Table& table, const AlterJob& job);

// Takes the index of that id, its tablets included, out of the table. False: the base, or none.
bool drop_rollup_index(Table& table, std::int64_t index_id);

// The same name, values and shape, without ids, rows or versions.
Partition empty_copy_of(const Partition& old);
// The temporary partitions take the place of the others, and their names when they are as many.
void replace_partitions(Table& table, const std::vector<std::string>& names,
                        const std::vector<std::string>& temporary_names);

// The shown sum over all replicas and indexes.
std::int64_t shown_bytes(const Partition& partition);
std::int64_t shown_rows(const Partition& partition);

}  // namespace srsync::sandbox
