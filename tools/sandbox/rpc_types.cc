#include "sandbox/rpc_types.h"

#include <array>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"

namespace srsync::sandbox {

namespace {

constexpr std::array<std::pair<std::string_view, std::int32_t>, 22> kPrimitives = {{
    {"boolean", 2},   {"tinyint", 3},  {"smallint", 4},    {"int", 5},        {"bigint", 6},
    {"float", 7},     {"double", 8},   {"date", 9},        {"datetime", 10},  {"char", 13},
    {"largeint", 14}, {"varchar", 15}, {"hll", 16},        {"decimalv2", 17}, {"time", 18},
    {"bitmap", 19},   {"object", 19},  {"percentile", 20}, {"json", 24},      {"varbinary", 26},
    {"binary", 26},   {"string", 15},
}};

std::int32_t decimal_type(std::int32_t precision) {
  if (precision <= 9) return 21;
  if (precision <= 18) return 22;
  return precision <= 38 ? 23 : 27;
}

// The parts between top-level commas.
std::vector<std::string_view> arguments(std::string_view text) {
  std::vector<std::string_view> out;
  int depth = 0;
  std::size_t from = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const char c = i < text.size() ? text[i] : ',';
    if (c == '<' || c == '(') ++depth;
    if (c == '>' || c == ')') --depth;
    if (c == ',' && (depth == 0 || i == text.size())) {
      out.push_back(trim(text.substr(from, i - from)));
      from = i + 1;
    }
  }
  return out;
}

frontend::TTypeNode scalar(std::string_view name, const std::vector<std::string_view>& arguments) {
  frontend::TTypeNode node;
  node.type = 0;
  frontend::TScalarType type;
  const auto number = [&](std::size_t i) {
    return i < arguments.size() ? std::atoi(std::string(arguments[i]).c_str()) : 0;
  };
  if (name.starts_with("decimal") && name != "decimalv2") {
    type.type = decimal_type(number(0));
    type.__set_precision(number(0));
    type.__set_scale(number(1));
  } else {
    for (const auto& [known, value] : kPrimitives) {
      if (known == name) type.type = value;
    }
    const bool has_length = type.type == 13 || type.type == 15 || type.type == 26;
    if (has_length && !arguments.empty()) type.__set_len(number(0));
  }
  node.__set_scalar_type(type);
  return node;
}

void add(std::string_view printed, std::vector<frontend::TTypeNode>& out) {
  printed = trim(printed);
  const auto open = printed.find_first_of("<(");
  const std::string name = to_lower(trim(printed.substr(0, open)));
  std::vector<std::string_view> parts;
  if (open != printed.npos) {
    const auto close = printed.find_last_of(">)");
    parts = arguments(printed.substr(open + 1, close - open - 1));
  }
  if (name == "array" || name == "map") {
    out.emplace_back().type = name == "array" ? 1 : 2;
    for (const std::string_view part : parts) add(part, out);
  } else if (name == "struct") {
    frontend::TTypeNode node;
    node.type = 3;
    std::vector<frontend::TStructField> fields;
    std::vector<std::string_view> types;
    for (const std::string_view part : parts) {
      const auto blank = part.find(' ');
      fields.emplace_back().__set_name(std::string(part.substr(0, blank)));
      types.push_back(blank == part.npos ? std::string_view{} : part.substr(blank + 1));
    }
    node.__set_struct_fields(fields);
    out.push_back(std::move(node));
    for (const std::string_view type : types) add(type, out);
  } else {
    out.push_back(scalar(name, parts));
  }
}

}  // namespace

frontend::TTypeDesc type_nodes(std::string_view printed) {
  std::vector<frontend::TTypeNode> nodes;
  add(printed, nodes);
  frontend::TTypeDesc out;
  out.__set_types(std::move(nodes));
  return out;
}

}  // namespace srsync::sandbox
