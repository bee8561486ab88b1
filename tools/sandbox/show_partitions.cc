// SHOW PARTITIONS, SHOW TABLET, and the rows that SHOW PROC shares with them.
#include <algorithm>

#include "base/text.h"
#include "sandbox/dates.h"
#include "sandbox/profile.h"
#include "sandbox/session.h"
#include "sandbox/tables.h"

namespace srsync::sandbox {
namespace {

constexpr std::int64_t kNeverMs = 253402271999000;

// "int(11)" prints as "int" here, "decimal(18, 2)" as "decimal(18,2)".
std::string plain_type(std::string_view type) {
  if (type.starts_with("struct<")) return std::string(type);
  std::string out;
  for (std::size_t i = 0; i < type.size(); ++i) {
    const std::string_view rest = type.substr(i);
    bool skipped = false;
    for (std::string_view number : {"int(11)", "int(4)", "int(6)", "int(20)", "int(40)"}) {
      if (!rest.starts_with(number)) continue;
      out += "int";
      i += number.size() - 1;
      skipped = true;
      break;
    }
    if (skipped || (type[i] == ' ' && type.starts_with("decimal"))) continue;
    out += type[i];
  }
  return out;
}

bool is_expression_default(const Column& column) {
  return column.default_text && !column.default_text->starts_with('"');
}

Cell default_cell(const Column& column) {
  if (column.type == "hll" || column.type == "bitmap") return std::string(1, '\0');
  if (!column.default_text) return std::nullopt;
  std::string text = *column.default_text;
  if (text.starts_with('(')) return text.substr(1, text.size() - 2);
  if (!text.starts_with('"')) return text;
  return Reader(text).string();
}

bool has_bloom_filter(const Table& table, std::string_view column) {
  const auto found = table.properties.find("bloom_filter_columns");
  if (found == table.properties.end()) return false;
  for (std::string_view name : split(found->second, ',')) {
    if (equals_ignore_case(trim(name), column)) return true;
  }
  return false;
}

std::string aggregate_word(const Table& table, const Column& column) {
  if (column.is_key || table.keys == KeysType::kPrimary) return "";
  if (table.keys == KeysType::kUnique) return "REPLACE";
  if (column.aggregate.find('(') != std::string::npos) return "AGG_STATE_UNION";
  return column.aggregate.empty() ? "NONE" : column.aggregate;
}

Row partition_row(Version version, const Table& table, const Partition& partition) {
  std::string value;
  if (is_range(table.partition_kind)) value = range_text(table, partition);
  if (is_list(table.partition_kind)) value = list_text(version, partition);
  const std::string size = byte_size_text(shown_bytes(partition));
  Row row = {std::to_string(partition.physical_id),
             partition.name,
             std::to_string(partition.visible_version),
             shown_time(version, partition.visible_ms),
             "0",
             table.state == TableState::kNormal   ? "NORMAL"
             : table.state == TableState::kRollup ? "ROLLUP"
                                                  : "SCHEMA_CHANGE",
             join(table.partition_columns, ", "),
             std::move(value),
             table.random_distribution ? "ALL KEY" : join(table.distribution_columns, ", "),
             std::to_string(partition.buckets),
             std::to_string(partition.replication_num),
             "HDD",
             shown_time(version, kNeverMs),
             std::nullopt,
             size};
  if (version != Version::k3_3) row.emplace_back(size);
  row.insert(row.end(),
             {"false", std::to_string(shown_rows(partition)),
              std::to_string(partition.data_version), std::to_string(partition.version_epoch),
              partition.txn_type == TxnType::kReplication ? "TXN_REPLICATION" : "TXN_NORMAL"});
  if (version >= Version::k4_0) row.emplace_back("true");
  return row;
}

// WHERE col = 'x' [AND ...], ORDER BY col [DESC], LIMIT n on a finished answer.
bool filter(Reader& reader, Answer& answer) {
  if (reader.accept("WHERE")) {
    do {
      const int column = column_index(answer, reader.name());
      const bool like_match = reader.accept("LIKE");
      if (!like_match) reader.expect("=");
      const std::string value = reader.next().text;
      if (!reader.ok() || column < 0) return false;
      std::erase_if(answer.rows, [&](const Row& row) {
        const std::string cell = row[static_cast<std::size_t>(column)].value_or("");
        return like_match ? !like(cell, value, true) : !equals_ignore_case(cell, value);
      });
    } while (reader.accept("AND"));
  }
  if (reader.accept("ORDER BY")) {
    const int column = column_index(answer, reader.name());
    if (column < 0) return false;
    const auto key = [&](const Row& row) { return row[static_cast<std::size_t>(column)]; };
    std::ranges::stable_sort(answer.rows, {}, key);
    if (reader.accept("DESC")) std::ranges::reverse(answer.rows);
  }
  if (reader.accept("LIMIT")) {
    const std::int64_t limit = reader.number();
    if (limit >= 0 && answer.rows.size() > static_cast<std::size_t>(limit)) {
      answer.rows.resize(static_cast<std::size_t>(limit));
    }
  }
  return reader.ok() && reader.at_end();
}

Answer show_partitions(Session& session, Reader& reader, bool temporary) {
  std::string db = session.db();
  std::string name;
  reader.expect("FROM");
  reader.qualified_name(db, name);
  if (!reader.ok()) return syntax_error(session, reader);
  if (db.empty()) return no_database_selected();
  Answer answer = session.cluster().with([&](const Catalog& catalog) {
    const Database* database = catalog.find_database(db);
    if (database == nullptr) return no_such_database(db);
    const Table* table = database->find_table(name);
    if (table == nullptr) return no_such_table(name);
    if (!may_read(session.user(), db, name)) {
      return access_denied(session, "ANY", "TABLE " + name);
    }
    if (table->kind != TableKind::kOlap && table->kind != TableKind::kMaterializedView) {
      return analyze_error(1064, "Table[" + name + "] does not exists or is not OLAP/Paimon table");
    }
    return partition_rows(catalog.version, *table, temporary);
  });
  if (answer.is_error()) return answer;
  return filter(reader, answer) ? answer : syntax_error(session, reader);
}

// SHOW TABLET <id>.
Answer show_one_tablet(Session& session, std::int64_t tablet_id) {
  Answer answer =
      rows(fields("DbName TableName PartitionName IndexName DbId TableId PartitionId IndexId "
                  "IsSync DetailCmd"));
  session.cluster().with([&](const Catalog& catalog) {
    for (const auto& [db_id, database] : catalog.databases) {
      for (const auto& [table_id, table] : database.tables) {
        for (const Partition& partition : table.partitions) {
          for (const PartitionIndex& index : partition.indexes) {
            if (!std::ranges::count(index.tablets, tablet_id, &Tablet::id)) continue;
            const std::string path =
                "/dbs/" + std::to_string(db_id) + "/" + std::to_string(table_id) + "/partitions/" +
                std::to_string(partition.physical_id) + "/" + std::to_string(index.index_id) + "/" +
                std::to_string(tablet_id);
            const TableIndex* of = table.find_index(index.index_id);
            answer.rows.push_back({database.name, table.name, partition.name,
                                   of == nullptr ? "" : of->name, std::to_string(db_id),
                                   std::to_string(table_id), std::to_string(partition.physical_id),
                                   std::to_string(index.index_id), "true",
                                   "SHOW PROC '" + path + "';"});
          }
        }
      }
    }
  });
  return answer;
}

Answer show_tablet(Session& session, Reader& reader) {
  if (reader.peek().kind == TokenKind::kNumber) return show_one_tablet(session, reader.number());
  std::string db = session.db();
  std::string name;
  reader.expect("FROM");
  reader.qualified_name(db, name);
  std::vector<std::string> wanted;
  if (reader.accept("PARTITION") || reader.accept("PARTITIONS")) wanted = reader.name_list();
  if (!reader.ok()) return syntax_error(session, reader);
  if (db.empty()) return no_database_selected();
  Answer answer = session.cluster().with([&](const Catalog& catalog) {
    const Database* database = catalog.find_database(db);
    if (database == nullptr) return no_such_database(db);
    const Table* table = database->find_table(name);
    if (table == nullptr) return no_such_table(name);
    if (!may_read(session.user(), db, name)) return access_denied(session, "ANY", "TABLE");
    Answer out = rows(tablet_fields());
    for (const Partition& partition : table->partitions) {
      if (partition.is_temporary) continue;
      if (!wanted.empty() && !std::ranges::count(wanted, partition.name)) continue;
      for (const PartitionIndex& index : partition.indexes) {
        for (Row& row : tablet_rows(catalog, partition, index, !session.user().operate)) {
          out.rows.push_back(std::move(row));
        }
      }
    }
    return out;
  });
  if (answer.is_error()) return answer;
  std::ranges::stable_sort(answer.rows, {},
                           [](const Row& row) { return parse_int64(*row[0]).value_or(0); });
  return filter(reader, answer) ? answer : syntax_error(session, reader);
}

}  // namespace

Answer partition_rows(Version version, const Table& table, bool temporary) {
  Answer answer = rows(partition_fields(version, partition_value_header(table.partition_kind)));
  for (const Partition& partition : table.partitions) {
    if (partition.is_temporary == temporary) {
      answer.rows.push_back(partition_row(version, table, partition));
    }
  }
  return answer;
}

std::vector<Row> tablet_rows(const Catalog& catalog, const Partition& partition,
                             const PartitionIndex& index, bool hide_hosts) {
  std::vector<Row> out;
  const auto buckets = static_cast<std::int64_t>(std::max<std::size_t>(index.tablets.size(), 1));
  const std::string version = std::to_string(partition.visible_version);
  for (const Tablet& tablet : index.tablets) {
    const std::string id = std::to_string(tablet.id);
    for (const Replica& replica : tablet.replicas) {
      const auto backend = std::ranges::find(catalog.backends, replica.backend_id, &Backend::id);
      const std::string host = hide_hosts || backend == catalog.backends.end()
                                   ? "*:0"
                                   : backend->host + ":" + std::to_string(backend->http_port);
      out.push_back({id,
                     std::to_string(replica.id),
                     std::to_string(replica.backend_id),
                     "0",
                     version,
                     "0",
                     version,
                     "0",
                     "-1",
                     "0",
                     std::nullopt,
                     byte_size_text(partition.bytes / buckets),
                     std::to_string(partition.rows / buckets),
                     "NORMAL",
                     std::nullopt,
                     "-1",
                     "0",
                     "0",
                     "123456",
                     "http://" + host + "/api/meta/header/" + id,
                     "http://" + host + "/api/compaction/show?tablet_id=" + id,
                     "/data/be" + std::to_string(replica.backend_id) + "/storage",
                     "true",
                     "-1"});
    }
  }
  return out;
}

std::vector<Row> describe_rows(const Table& table, const TableIndex& index, bool aggregates) {
  std::vector<Row> out;
  for (const Column& column : index.columns) {
    std::vector<std::string> extra;
    if (aggregates) {
      const std::string word = aggregate_word(table, column);
      if (!word.empty()) extra.push_back(word);
    } else if (table.kind == TableKind::kMaterializedView && !column.is_key) {
      extra.emplace_back("NONE");
    }
    if (is_expression_default(column)) extra.emplace_back("DEFAULT_GENERATED");
    if (has_bloom_filter(table, column.name)) extra.emplace_back("BLOOM_FILTER");
    out.push_back({column.name, plain_type(column.type), column.is_nullable ? "YES" : "NO",
                   column.is_key ? "true" : "false", default_cell(column), join(extra, ",")});
  }
  return out;
}

std::optional<Answer> show_partitions_statement(Session& session, Reader& reader) {
  if (!reader.accept("SHOW")) return std::nullopt;
  if (reader.accept("PARTITIONS")) return show_partitions(session, reader, false);
  if (reader.accept("TEMPORARY PARTITIONS")) return show_partitions(session, reader, true);
  if (reader.accept("TABLET") || reader.accept("TABLETS")) return show_tablet(session, reader);
  return std::nullopt;
}

}  // namespace srsync::sandbox
