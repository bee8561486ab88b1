#include "rpc/type_text.h"

#include <array>
#include <string_view>

#include <fmt/format.h>

namespace srsync::rpc {

namespace {

enum NodeKind : std::int32_t { kScalar = 0, kArray = 1, kMap = 2, kStruct = 3 };

// A type nested deeper than this is damage, not a column.
constexpr int kMaxDepth = 64;

std::string primitive_name(std::int32_t type) {
  static constexpr auto kNames = std::to_array<std::string_view>(
      {"INVALID", "NULL",     "BOOLEAN",    "TINYINT",    "SMALLINT",  "INT",
       "BIGINT",  "FLOAT",    "DOUBLE",     "DATE",       "DATETIME",  "BINARY",
       "DECIMAL", "CHAR",     "LARGEINT",   "VARCHAR",    "HLL",       "DECIMALV2",
       "TIME",    "BITMAP",   "PERCENTILE", "DECIMAL32",  "DECIMAL64", "DECIMAL128",
       "JSON",    "FUNCTION", "VARBINARY",  "DECIMAL256", "INT256",    "VARIANT"});
  if (type >= 0 && static_cast<std::size_t>(type) < kNames.size()) {
    return std::string(kNames[static_cast<std::size_t>(type)]);
  }
  return fmt::format("TYPE_{}", type);
}

std::string scalar_text(const frontend::TScalarType& scalar) {
  std::string name = primitive_name(scalar.type);
  if (scalar.__isset.precision && scalar.__isset.scale) {
    return fmt::format("{}({},{})", name, scalar.precision, scalar.scale);
  }
  if (scalar.__isset.len && scalar.len >= 0) return fmt::format("{}({})", name, scalar.len);
  return name;
}

// Reads one type from the flattened tree; `next` walks on.
std::string node_text(const std::vector<frontend::TTypeNode>& nodes, std::size_t& next, int depth) {
  if (next >= nodes.size() || depth > kMaxDepth) return "?";
  const frontend::TTypeNode& node = nodes[next++];
  switch (node.type) {
    case kScalar:
      return scalar_text(node.scalar_type);
    case kArray:
      return fmt::format("ARRAY<{}>", node_text(nodes, next, depth + 1));
    case kMap: {
      const std::string key = node_text(nodes, next, depth + 1);
      return fmt::format("MAP<{},{}>", key, node_text(nodes, next, depth + 1));
    }
    case kStruct: {
      std::string fields;
      for (const auto& field : node.struct_fields) {
        if (!fields.empty()) fields += ',';
        fields += fmt::format("{} {}", field.name, node_text(nodes, next, depth + 1));
      }
      return fmt::format("STRUCT<{}>", fields);
    }
    default:
      return fmt::format("NODE_{}", node.type);
  }
}

}  // namespace

std::string type_text(const frontend::TTypeDesc& type) {
  std::size_t next = 0;
  return node_text(type.types, next, 0);
}

}  // namespace srsync::rpc
