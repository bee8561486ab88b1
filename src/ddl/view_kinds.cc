#include "ddl/view_kinds.h"

#include <algorithm>
#include <array>

namespace srsync::ddl {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::array kTableTypes = {"OLAP"sv, "CLOUD_NATIVE"sv, "LAKE"sv};
constexpr std::array kMaterializedViewTypes = {
    "MATERIALIZED_VIEW"sv, "CLOUD_NATIVE_MATERIALIZED_VIEW"sv, "LAKE_MATERIALIZED_VIEW"sv};
constexpr std::array kExternalTypes = {
    "OLAP_EXTERNAL"sv, "MYSQL"sv,  "HIVE"sv, "JDBC"sv,   "ELASTICSEARCH"sv, "ICEBERG"sv, "HUDI"sv,
    "FILE"sv,          "BROKER"sv, "ODPS"sv, "PAIMON"sv, "DELTALAKE"sv,     "KUDU"sv};

bool has(const auto& types, std::string_view type) {
  return std::find(types.begin(), types.end(), type) != types.end();
}

}  // namespace

ObjectKind classify_table_type(std::string_view type) {
  if (has(kTableTypes, type)) return ObjectKind::kTable;
  if (type == "VIEW") return ObjectKind::kView;
  if (has(kMaterializedViewTypes, type)) return ObjectKind::kMaterializedView;
  if (has(kExternalTypes, type)) return ObjectKind::kExternalTable;
  return ObjectKind::kOther;
}

std::string_view object_kind_name(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::kTable:
      return "table";
    case ObjectKind::kView:
      return "view";
    case ObjectKind::kMaterializedView:
      return "materialized view";
    case ObjectKind::kExternalTable:
      return "external table";
    case ObjectKind::kOther:
      break;
  }
  return "other";
}

}  // namespace srsync::ddl
