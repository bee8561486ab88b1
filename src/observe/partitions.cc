#include "observe/partitions.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "ddl/partition_values.h"
#include "io/rows.h"
#include "observe/listing.h"
#include "observe/sizes.h"

namespace srsync::observe {

namespace {

enum Column : std::size_t {
  kId,
  kName,
  kVisible,
  kBuckets,
  kSize,
  kRange,  // from here on optional
  kList,
  kDataVersion,
  kEpoch,
  kTxnType,
  kCompactVersion
};

// The canonical values, or why there are none.
Result<std::string> read_values(const io::RowReader& reader, std::size_t row) {
  const bool is_list = reader.has(kList);
  const std::string_view text = reader.text_or_empty(row, is_list ? kList : kRange);
  if (text.empty()) return std::string();
  Result<ddl::PartitionValues> values =
      is_list ? ddl::read_list_column(text) : ddl::read_range_column(text);
  if (!values.is_ok()) return values.status();
  return ddl::to_clause(*values);
}

Status read_versions(const io::RowReader& reader, std::size_t row, core::Partition& out) {
  SRSYNC_ASSIGN_OR_RETURN(out.visible_version, reader.get_int64(row, kVisible));
  // Without these columns (before 3.3.2) the visible version is all there is.
  out.data_version = out.visible_version;
  if (reader.has(kDataVersion)) {
    SRSYNC_ASSIGN_OR_RETURN(out.data_version, reader.get_int64(row, kDataVersion));
  }
  if (reader.has(kEpoch)) {
    SRSYNC_ASSIGN_OR_RETURN(out.epoch, reader.get_int64(row, kEpoch));
  }
  out.txn_type = parse_txn_type(reader.text_or_empty(row, kTxnType));
  return Status::ok();
}

Result<core::Partition> read_partition(const io::RowReader& reader, std::size_t row) {
  core::Partition out;
  SRSYNC_ASSIGN_OR_RETURN(const std::int64_t id, reader.get_int64(row, kId));
  out.id = core::PartitionId(id);
  SRSYNC_ASSIGN_OR_RETURN(out.name, reader.get_text(row, kName));
  SRSYNC_RETURN_IF_ERROR(read_versions(reader, row, out));
  SRSYNC_ASSIGN_OR_RETURN(const std::int64_t buckets, reader.get_int64(row, kBuckets));
  out.buckets = static_cast<std::int32_t>(buckets);
  SRSYNC_ASSIGN_OR_RETURN(out.data_bytes, parse_size(reader.text_or_empty(row, kSize)));
  return out;
}

// Replication pairs partitions one to one; nothing tells which sub-partition belongs to which.
std::string shared_name(const std::vector<core::Partition>& partitions) {
  std::map<std::string_view, int> count;
  for (const core::Partition& partition : partitions) {
    const int n = ++count[partition.name];
    if (n > 1) {
      return fmt::format("several physical partitions under one name ({})", partition.name);
    }
  }
  return {};
}

}  // namespace

core::TxnType parse_txn_type(std::string_view text) {
  if (text == "TXN_NORMAL") return core::TxnType::kNormal;
  if (text == "TXN_REPLICATION") return core::TxnType::kReplication;
  return core::TxnType::kUnknown;
}

Result<PartitionRows> read_partitions(const io::ResultSet& rows, std::string_view statement) {
  SRSYNC_ASSIGN_OR_RETURN(
      const io::RowReader reader,
      io::RowReader::bind(
          rows, statement,
          {"PartitionId", "PartitionName", "VisibleVersion", "Buckets", "DataSize"},
          {"Range", "List", "DataVersion", "VersionEpoch", "VersionTxnType", "CompactVersion"}));
  if (!reader.has(kRange) && !reader.has(kList)) {
    return unsupported(fmt::format("{} has neither a column Range nor a column List", statement));
  }
  PartitionRows out;
  out.version_epochs = reader.has(kDataVersion) && reader.has(kEpoch) && reader.has(kTxnType);
  out.shared_data = reader.has(kCompactVersion);
  for (std::size_t row = 0; row < reader.size(); ++row) {
    Result<core::Partition> partition = read_partition(reader, row);
    if (!partition.is_ok()) return partition.status().with_context(statement);
    if (is_hidden_partition(partition->name)) continue;
    Result<std::string> values = read_values(reader, row);
    if (values.is_ok()) {
      partition->values = std::move(*values);
    } else {
      out.unreadable = fmt::format("the values of partition {} cannot be read: {}", partition->name,
                                   values.status().message());
    }
    out.partitions.push_back(std::move(*partition));
  }
  std::sort(out.partitions.begin(), out.partitions.end(),
            [](const core::Partition& a, const core::Partition& b) { return a.id < b.id; });
  if (std::string shared = shared_name(out.partitions); !shared.empty()) out.unreadable = shared;
  return out;
}

const core::Partition* PartitionRows::find(std::int64_t id) const {
  for (const core::Partition& partition : partitions) {
    if (partition.id.value() == id) return &partition;
  }
  return nullptr;
}

Result<core::PartitionVersion> version_of(const io::PartitionMeta& row) {
  core::PartitionVersion out;
  out.id = core::PartitionId(row.partition_id);
  out.visible_version = row.visible_version;
  out.data_version = row.data_version.value_or(row.visible_version);
  out.epoch = row.version_epoch.value_or(0);
  SRSYNC_ASSIGN_OR_RETURN(out.data_bytes, parse_size(row.data_size));
  if (row.version_txn_type) {
    out.txn_type = *row.version_txn_type == 0   ? core::TxnType::kNormal
                   : *row.version_txn_type == 1 ? core::TxnType::kReplication
                                                : core::TxnType::kUnknown;
  }
  return out;
}

core::PartitionVersion version_of(const core::Partition& partition) {
  return {partition.id,    partition.visible_version, partition.data_version,
          partition.epoch, partition.data_bytes,      partition.txn_type};
}

}  // namespace srsync::observe
