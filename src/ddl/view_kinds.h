// What a Type of SHOW PROC '/dbs/<db>' means for a migrator. Pure, safe from any thread.
#pragma once

#include <string_view>

namespace srsync::ddl {

enum class ObjectKind {
  kTable,             // OLAP, CLOUD_NATIVE (2.5: LAKE): holds data, is replicated
  kView,              // VIEW
  kMaterializedView,  // MATERIALIZED_VIEW, CLOUD_NATIVE_MATERIALIZED_VIEW: asynchronous
  kExternalTable,     // MYSQL, HIVE, OLAP_EXTERNAL, ...: only a definition, with secrets left out
  kOther,             // SYSTEM, SCHEMA, or a type this code has never heard of
};

ObjectKind classify_table_type(std::string_view type);
// "table", "view", "materialized view", "external table", "other"
std::string_view object_kind_name(ObjectKind kind);

}  // namespace srsync::ddl
