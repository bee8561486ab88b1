// How values are written in the file and read from it, by type.

#include <fmt/format.h>

#include "base/text.h"
#include "config/keys.h"

namespace srsync::config {
namespace {

std::optional<bool> parse_bool(std::string_view text) {
  if (equals_ignore_case(text, "true")) return true;
  if (equals_ignore_case(text, "false")) return false;
  return std::nullopt;
}

// "db1, db2.tbl2": empty parts are skipped. nullopt when a part is no db and no db.table.
std::optional<std::vector<DataEntry>> parse_data_list(std::string_view text, bool patterns) {
  const std::string_view refused = patterns ? "`;%\"' \t" : "`;*%\"' \t";
  std::vector<DataEntry> entries;
  for (const auto part : split(text, ',')) {
    const auto name = trim(part);
    if (name.empty()) continue;
    if (name.find_first_of(refused) != std::string_view::npos) return std::nullopt;
    const auto dot = name.find('.');
    const auto db = name.substr(0, dot);
    const auto table = dot == std::string_view::npos ? std::string_view() : name.substr(dot + 1);
    if (db.empty() || (dot != std::string_view::npos && table.empty())) return std::nullopt;
    entries.push_back({std::string(db), std::string(table)});
  }
  return entries;
}

bool is_host_text(std::string_view text) {
  if (text.find_first_of(" \t/,;=@") != std::string_view::npos) return false;
  // One colon is a port that does not belong here; an IPv6 address has at least two.
  const auto colon = text.find(':');
  return colon == std::string_view::npos || colon != text.rfind(':');
}

bool assign_number(const KeySpec& key, std::string_view text, std::int64_t& out) {
  const auto number = parse_int64(text);
  if (!number.has_value()) return false;
  const bool minus_one = *number == -1 && key.has(kOrMinusOne);
  if (!minus_one && (*number < key.min || *number > key.max)) return false;
  out = *number;
  return true;
}

std::string_view tls_text(TlsMode mode) {
  switch (mode) {
    case TlsMode::kOff:
      return "off";
    case TlsMode::kRequired:
      return "required";
    case TlsMode::kAuto:
      break;
  }
  return "auto";
}

std::string_view recreate_text(RecreateMode mode) {
  return mode == RecreateMode::kBeside ? "beside" : "drop-first";
}

// Reads a trimmed, non-empty text into the place of its type.
struct Assign {
  const KeySpec& key;
  std::string_view text;
  Draft& draft;

  bool operator()(FieldOf<bool> field) const {
    const auto value = parse_bool(text);
    if (value.has_value()) field(draft) = *value;
    return value.has_value();
  }
  bool operator()(FieldOf<std::optional<bool>> field) const {
    const auto value = parse_bool(text);
    if (value.has_value()) field(draft) = value;
    return value.has_value();
  }
  bool operator()(FieldOf<int> field) const {
    std::int64_t number = 0;
    if (!assign_number(key, text, number)) return false;
    field(draft) = static_cast<int>(number);
    return true;
  }
  bool operator()(FieldOf<std::int64_t> field) const {
    return assign_number(key, text, field(draft));
  }
  bool operator()(FieldOf<std::string> field) const {
    if (key.has(kHost) && !is_host_text(text)) return false;
    field(draft) = std::string(text);
    return true;
  }
  bool operator()(FieldOf<Secret> field) const {
    field(draft) = Secret(std::string(text));
    return true;
  }
  bool operator()(FieldOf<std::vector<DataEntry>> field) const {
    auto value = parse_data_list(text, key.has(kPattern));
    if (!value.has_value()) return false;
    field(draft) = std::move(*value);
    return true;
  }
  bool operator()(FieldOf<std::vector<ddl::RenameRule>> field) const {
    auto rules = ddl::parse_renames(text);
    if (!rules.is_ok()) return false;
    field(draft) = std::move(rules).value();
    return true;
  }
  bool operator()(FieldOf<TlsMode> field) const {
    for (const TlsMode mode : {TlsMode::kAuto, TlsMode::kOff, TlsMode::kRequired}) {
      if (!equals_ignore_case(text, tls_text(mode))) continue;
      field(draft) = mode;
      return true;
    }
    return false;
  }
  bool operator()(FieldOf<RecreateMode> field) const {
    for (const RecreateMode mode : {RecreateMode::kBeside, RecreateMode::kDropFirst}) {
      if (!equals_ignore_case(text, recreate_text(mode))) continue;
      field(draft) = mode;
      return true;
    }
    return false;
  }
};

struct Canonical {
  Draft& draft;

  static std::string of(bool value) { return value ? "true" : "false"; }

  std::string operator()(FieldOf<bool> field) const { return of(field(draft)); }
  std::string operator()(FieldOf<std::optional<bool>> field) const {
    return field(draft).has_value() ? of(*field(draft)) : std::string();
  }
  std::string operator()(FieldOf<int> field) const { return fmt::to_string(field(draft)); }
  std::string operator()(FieldOf<std::int64_t> field) const { return fmt::to_string(field(draft)); }
  std::string operator()(FieldOf<std::string> field) const { return field(draft); }
  std::string operator()(FieldOf<Secret>) const { return {}; }
  std::string operator()(FieldOf<TlsMode> field) const {
    return std::string(tls_text(field(draft)));
  }
  std::string operator()(FieldOf<RecreateMode> field) const {
    return std::string(recreate_text(field(draft)));
  }
  std::string operator()(FieldOf<std::vector<ddl::RenameRule>> field) const {
    return ddl::renames_text(field(draft));
  }
  std::string operator()(FieldOf<std::vector<DataEntry>> field) const {
    std::string text;
    for (const auto& entry : field(draft)) {
      if (!text.empty()) text += ',';
      text += entry.db;
      if (!entry.table.empty()) text += "." + entry.table;
    }
    return text;
  }
};

struct Allowed {
  const KeySpec& key;

  std::string number() const {
    return fmt::format("a whole number from {} to {}{}{}{}", key.min, key.max,
                       key.unit.empty() ? "" : " ", key.unit,
                       key.has(kOrMinusOne) ? ", or -1" : "");
  }
  std::string operator()(FieldOf<bool>) const { return "true or false"; }
  std::string operator()(FieldOf<std::optional<bool>>) const { return "true, false or empty"; }
  std::string operator()(FieldOf<int>) const { return number(); }
  std::string operator()(FieldOf<std::int64_t>) const { return number(); }
  std::string operator()(FieldOf<std::string>) const {
    return key.has(kHost) ? "a host name or IP address without a port" : "a text";
  }
  std::string operator()(FieldOf<Secret>) const { return "a text"; }
  std::string operator()(FieldOf<std::vector<DataEntry>>) const {
    if (key.has(kPattern)) {
      return "patterns as db or db.table, with * and ?, separated by commas, without quotes";
    }
    return "names as db or db.table, separated by commas, without quotes and wildcards";
  }
  std::string operator()(FieldOf<std::vector<ddl::RenameRule>>) const {
    return "rules as db1 -> db2 or db1.t1 -> db2.t2, separated by commas";
  }
  std::string operator()(FieldOf<TlsMode>) const { return "auto, off or required"; }
  std::string operator()(FieldOf<RecreateMode>) const { return "beside or drop-first"; }
};

}  // namespace

std::string allowed_values(const KeySpec& key) { return std::visit(Allowed{key}, key.field); }

std::string fault_of(const KeySpec& key, std::string_view text) {
  if (!std::holds_alternative<FieldOf<std::vector<ddl::RenameRule>>>(key.field)) return "";
  return ddl::parse_renames(text).status().message();
}

bool assign(const KeySpec& key, std::string_view text, Draft& draft) {
  if (trim(text).empty()) text = key.default_text;
  // A password may begin or end with a blank.
  const auto value = key.is_secret() ? text : trim(text);
  if (value.empty() && !key.is_secret()) {
    Draft defaults;
    const auto copy = [&](auto field) { field(draft) = field(defaults); };
    std::visit(copy, key.field);
    return true;
  }
  return std::visit(Assign{key, value, draft}, key.field);
}

std::string canonical_text(const KeySpec& key, Draft& draft) {
  return std::visit(Canonical{draft}, key.field);
}

}  // namespace srsync::config
