#include "sandbox/alter_partitions.h"

#include <algorithm>

#include "base/text.h"
#include "sandbox/cluster.h"
#include "sandbox/dates.h"
#include "sandbox/ddl_common.h"
#include "sandbox/tables.h"

namespace srsync::sandbox {
namespace {

std::optional<Answer> refuse_dynamic(const Table& table) {
  const auto found = table.properties.find("dynamic_partition.enable");
  if (found == table.properties.end() || found->second != "true") return std::nullopt;
  return analyze_error(1064,
                       "Cannot add/drop partition on a Dynamic Partition Table, Use command `ALTER "
                       "TABLE tbl_name SET (\"dynamic_partition.enable\" = \"false\")` firstly.");
}

std::optional<Answer> refuse_unpartitioned(const Table& table) {
  if (table.partition_kind != PartitionKind::kNone) return std::nullopt;
  return error(1064, "Alter table [" + table.name + "] failed. Not a partitioned table");
}

// [DISTRIBUTED BY ..] [PROPERTIES (..)]; the number of buckets, 0 when none is named.
struct Tail {
  int buckets = 0;
  int replication_num = 0;
};

Tail read_tail(Reader& reader) {
  Tail tail;
  if (reader.accept("DISTRIBUTED BY")) {
    if (!reader.accept("RANDOM")) {
      reader.expect("HASH");
      reader.name_list();
    }
    if (reader.accept("BUCKETS")) tail.buckets = static_cast<int>(reader.number());
  }
  if (reader.accept("PROPERTIES")) {
    std::map<std::string, std::string> properties;
    read_properties(reader, properties);
    const auto found = properties.find("replication_num");
    if (found != properties.end()) {
      tail.replication_num = static_cast<int>(parse_int64(found->second).value_or(0));
    }
  }
  return tail;
}

void complete(const Catalog& catalog, const Table& table, const Tail& tail, Partition& partition) {
  partition.buckets = tail.buckets > 0    ? tail.buckets
                      : table.buckets > 0 ? table.buckets
                                          : automatic_buckets(catalog, table);
  if (partition.replication_num <= 0) partition.replication_num = tail.replication_num;
  if (partition.replication_num <= 0) partition.replication_num = table.default_replication_num();
}

std::optional<Answer> refuse_state(const Session& session, const Table& table) {
  if (table.state == TableState::kNormal) return std::nullopt;
  return operation_in_progress(session.version(), table);
}

Answer add_one(Session& session, Reader& reader, AlterScope& scope, bool temporary) {
  Table& table = scope.table;
  const bool if_not_exists = reader.accept("IF NOT EXISTS");
  Partition partition;
  partition.replication_num = 0;
  if (!read_partition(reader, table, partition)) return syntax_error(session, reader);
  partition.is_temporary = temporary;
  const Tail tail = read_tail(reader);
  if (!reader.ok() || !reader.at_end()) return syntax_error(session, reader);
  if (auto refusal = refuse_state(session, table)) return *refusal;
  if (auto refusal = refuse_dynamic(table)) return *refusal;
  if (table.partition_kind == PartitionKind::kAutoRange && !temporary) {
    return analyze_error(1064,
                         "Currently, you cannot manually add a single range partition to a table "
                         "that is automatically partition");
  }
  if (table.partition_kind == PartitionKind::kAutoList && partition.list_values.size() != 1) {
    return analyze_error(1064,
                         "Automatically partitioned tables does not support multiple values in "
                         "the same partition");
  }
  if (if_not_exists && table.find_partition(partition.name, temporary) != nullptr) return ok();
  if (is_list(table.partition_kind) == partition.list_values.empty()) {
    return analyze_error(1064, "Partition kind does not match the table's");
  }
  if (auto refusal = check_new_partition(session.version(), table, partition)) return *refusal;
  complete(scope.catalog, table, tail, partition);
  add_partition(scope.catalog, scope.now_ms, table, std::move(partition));
  return ok(true);
}

// date_trunc('day', dt): the unit; empty for time_slice with another step than 1 and for others.
std::string automatic_unit(const Table& table) {
  Reader reader(table.partition_expression);
  if (reader.accept("date_trunc")) {
    reader.expect("(");
    return to_lower(reader.string());
  }
  return {};
}

std::optional<Answer> check_batch(const Table& table, const std::string& clause_text,
                                  const std::vector<Partition>& partitions) {
  if (table.partition_kind != PartitionKind::kAutoRange) return std::nullopt;
  Reader clause(clause_text);
  std::int64_t step = 1;
  while (clause.peek().kind != TokenKind::kEnd) {
    if (clause.accept("INTERVAL")) step = clause.number();
    clause.next();
  }
  if (step != 1) {
    return analyze_error(1064, "The step of the auto-partitioned table should be 1");
  }
  const std::string unit = automatic_unit(table);
  for (const Partition& partition : partitions) {
    const std::string lower = partition.lower.values[0].text;
    if (!unit.empty() && truncate_date(lower, unit) != lower) {
      return analyze_error(1064, "Batch build partition range is not aligned to " + unit);
    }
  }
  return std::nullopt;
}

Answer add_batch(Session& session, Reader& reader, AlterScope& scope) {
  Table& table = scope.table;
  const std::string clause_text = reader.rest();
  std::vector<Partition> partitions;
  if (table.partition_columns.size() != 1 || !is_range(table.partition_kind) ||
      !read_batch(reader, table, partitions)) {
    return syntax_error(session, reader);
  }
  const Tail tail = read_tail(reader);
  if (!reader.ok() || !reader.at_end()) return syntax_error(session, reader);
  if (auto refusal = refuse_state(session, table)) return *refusal;
  if (auto refusal = refuse_dynamic(table)) return *refusal;
  if (auto refusal = check_batch(table, clause_text, partitions)) return *refusal;
  for (Partition& partition : partitions) {
    if (auto refusal = check_new_partition(session.version(), table, partition)) return *refusal;
    complete(scope.catalog, table, tail, partition);
  }
  for (Partition& partition : partitions) {
    add_partition(scope.catalog, scope.now_ms, table, std::move(partition));
  }
  return ok(!partitions.empty());
}

Answer no_such_partition(Version version, const std::string& name) {
  return error(1507, "Error in list of partitions to " +
                         (version == Version::k3_3 ? name : "[" + name + "]"));
}

bool has_committed(const Catalog& catalog, const Table& table, std::int64_t physical_id) {
  return std::ranges::any_of(catalog.transactions, [&](const auto& entry) {
    if (entry.second.status != TxnStatus::kCommitted) return false;
    const auto found = entry.second.commits.find(table.id);
    return found != entry.second.commits.end() &&
           std::ranges::count(found->second, physical_id, &PartitionCommit::physical_id) > 0;
  });
}

Answer drop(Session& session, Reader& reader, AlterScope& scope, bool temporary, bool many) {
  Table& table = scope.table;
  const bool if_exists = reader.accept("IF EXISTS");
  std::vector<std::string> names;
  if (many) {
    names = reader.name_list();
  } else {
    names.push_back(reader.name());
  }
  const bool force = reader.accept("FORCE");
  if (!reader.ok() || !reader.at_end()) return syntax_error(session, reader);
  if (auto refusal = refuse_unpartitioned(table)) return *refusal;
  if (auto refusal = refuse_dynamic(table)) return *refusal;
  if (auto refusal = refuse_state(session, table)) return *refusal;
  std::vector<std::int64_t> doomed;
  for (const std::string& name : names) {
    const Partition* partition = table.find_partition(name, temporary);
    if (partition == nullptr) {
      if (if_exists) continue;
      return no_such_partition(session.version(), name);
    }
    if (!force && has_committed(scope.catalog, table, partition->physical_id)) {
      return error(1064,
                   "There are still some transactions in the COMMITTED state waiting to be "
                   "completed. The partition [" +
                       name +
                       "] cannot be dropped. If you want to forcibly drop(cannot be recovered), "
                       "please use \"DROP partition FORCE\".");
    }
    doomed.push_back(partition->physical_id);
    if (!force && !temporary) scope.catalog.dropped_partitions.push_back({table.id, *partition});
  }
  std::erase_if(table.partitions, [&](const Partition& partition) {
    return std::ranges::count(doomed, partition.physical_id) > 0;
  });
  return ok(!doomed.empty());
}

// REPLACE PARTITION (a, b) WITH TEMPORARY PARTITION (c, d)
Answer replace(Session& session, Reader& reader, AlterScope& scope) {
  const std::vector<std::string> names = reader.name_list();
  reader.expect("WITH TEMPORARY PARTITION");
  const std::vector<std::string> temporary_names = reader.name_list();
  if (!reader.ok() || !reader.at_end()) return syntax_error(session, reader);
  Table& table = scope.table;
  if (auto refusal = refuse_state(session, table)) return *refusal;
  for (const std::string& name : names) {
    if (table.find_partition(name) == nullptr) {
      return error(1064, "Partition[" + name + "] does not exist");
    }
  }
  for (const std::string& name : temporary_names) {
    if (table.find_partition(name, true) == nullptr) {
      return error(1064, "Temporary partition[" + name + "] does not exist");
    }
  }
  replace_partitions(table, names, temporary_names);
  return ok(true);
}

}  // namespace

std::optional<Answer> partition_clause(Session& session, Reader& reader, AlterScope& scope) {
  if (reader.accept("ADD PARTITIONS")) return add_batch(session, reader, scope);
  const bool temporary = reader.accept("ADD TEMPORARY PARTITION");
  if (temporary || reader.accept("ADD PARTITION")) {
    if (auto refusal = refuse_unpartitioned(scope.table)) return refusal;
    return add_one(session, reader, scope, temporary);
  }
  if (reader.accept("REPLACE PARTITION")) return replace(session, reader, scope);
  if (reader.accept("DROP TEMPORARY PARTITION")) return drop(session, reader, scope, true, false);
  if (reader.accept("DROP PARTITION")) return drop(session, reader, scope, false, false);
  if (session.version() >= Version::k3_4 && reader.accept("DROP PARTITIONS")) {
    return drop(session, reader, scope, false, true);
  }
  return std::nullopt;
}

}  // namespace srsync::sandbox
