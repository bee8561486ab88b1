#include "ddl/view_statements.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "ddl/quote.h"

namespace srsync::ddl {
namespace {

// What becomes of a property of a materialized view.
enum class Fate {
  kCarry,    // written and compared
  kWrite,    // written; a target may print it otherwise or not at all
  kHold,     // left out, without a word: the target has its own
  kLeaveOut  // left out, and said so
};

struct Rule {
  std::string_view name;  // a trailing '.' stands for all names that begin so
  Fate fate = Fate::kCarry;
  Version since;
};

constexpr std::array kRules = std::to_array<Rule>({
    {"replication_num", Fate::kHold, {}},  // written from the options
    {"replicated_storage", Fate::kHold, {}},
    {"storage_medium", Fate::kHold, {}},
    {"storage_volume", Fate::kHold, {}},
    {"datacache.enable", Fate::kHold, {}},
    {"enable_async_write_back", Fate::kHold, {}},
    {"warehouse", Fate::kHold, {}},
    // A frontend adds it to a view that has query_timeout when it first refreshes it.
    {"session.insert_timeout", Fate::kHold, {}},
    {"session.query_timeout", Fate::kWrite, {}},
    {"session.enable_spill", Fate::kWrite, {3, 0, 0}},
    {"storage_cooldown_time", Fate::kLeaveOut, {}},
    {"resource_group", Fate::kLeaveOut, {}},
    {"labels.location", Fate::kLeaveOut, {}},
    {"partition_ttl_number", Fate::kCarry, {}},
    {"partition_ttl", Fate::kCarry, {3, 1, 5}},
    {"partition_refresh_number", Fate::kCarry, {}},
    {"auto_refresh_partitions_limit", Fate::kCarry, {}},
    {"excluded_trigger_tables", Fate::kCarry, {}},
    {"excluded_refresh_tables", Fate::kCarry, {3, 3, 0}},
    {"force_external_table_query_rewrite", Fate::kCarry, {}},
    {"query_rewrite_consistency", Fate::kCarry, {3, 1, 0}},
    {"mv_rewrite_staleness_second", Fate::kCarry, {3, 1, 0}},
    {"enable_query_rewrite", Fate::kCarry, {3, 3, 0}},
    {"transparent_mv_rewrite_mode", Fate::kCarry, {3, 3, 0}},
    {"partition_refresh_strategy", Fate::kCarry, {3, 5, 0}},
    {"colocate_with", Fate::kWrite, {}},
    {"bloom_filter_columns", Fate::kCarry, {}},
    {"compression", Fate::kWrite, {}},
    {"unique_constraints", Fate::kWrite, {}},
    {"foreign_key_constraints", Fate::kLeaveOut, {}},
});

const Rule* find_rule(std::string_view name) {
  const auto found = std::find_if(kRules.begin(), kRules.end(), [&](const Rule& rule) {
    return rule.name.ends_with('.') ? name.starts_with(rule.name) : name == rule.name;
  });
  return found == kRules.end() ? nullptr : &*found;
}

// From here on SHOW CREATE VIEW prints what was typed; before, every name with its database.
constexpr Version kPrintsAsTyped = {4, 1, 0};

bool names_tables(std::string_view property) {
  return property == "excluded_trigger_tables" || property == "excluded_refresh_tables" ||
         property == "unique_constraints" || property == "foreign_key_constraints";
}

bool same_release(const ViewTarget& target) {
  return target.source_version && target.source_version->major == target.version.major &&
         target.source_version->minor == target.version.minor;
}

// Why a property is left out with a word; empty when it is written or held back silently.
std::string refusal(const std::string& name, const ViewTarget& target) {
  const Rule* rule = find_rule(name);
  if (rule == nullptr) {
    return same_release(target) ? "" : "it is not known whether the target takes it";
  }
  if (rule->fate == Fate::kLeaveOut) return "it names what only the source has";
  if (target.version < rule->since) {
    return fmt::format("the target is {}, it came with {}.{}", to_string(target.version),
                       rule->since.major, rule->since.minor);
  }
  return "";
}

Properties wanted_properties(const ViewModel& model, const ViewTarget& target,
                             std::vector<std::string>* notes) {
  Properties out;
  for (const auto& [name, value] : model.properties) {
    const Rule* rule = find_rule(name);
    if (rule != nullptr && rule->fate == Fate::kHold) continue;
    if (const std::string why = refusal(name, target); !why.empty()) {
      if (notes != nullptr) {
        notes->push_back(fmt::format("property {} = {} left out: {}", name, value, why));
      }
      continue;
    }
    out[name] = value;
  }
  return out;
}

bool is_compared(const std::string& name) {
  const Rule* rule = find_rule(name);
  return rule != nullptr && rule->fate == Fate::kCarry;
}

// The comment that shared-data frontends print where there is none.
std::string real_comment(const ViewModel& model) {
  return model.comment == "MATERIALIZED_VIEW" || model.comment == "VIEW" ? "" : model.comment;
}

bool is_default_security(const ViewModel& model) {
  return model.security.empty() || model.security == "NONE";
}

std::string wanted_security(const ViewModel& model, const ViewTarget& target) {
  if (is_default_security(model)) return "";
  return target.version >= Version{3, 4, 0} ? model.security : "";
}

std::string columns_text(const ViewModel& model) {
  if (model.columns.empty()) return "";
  std::string text;
  for (const auto& column : model.columns) {
    if (!text.empty()) text += ", ";
    text += quote_identifier(column.name);
    if (!column.comment.empty()) text += " COMMENT " + quote_text(column.comment);
  }
  for (const auto& index : model.indexes) text += ", " + index;
  return " (" + text + ")";
}

std::string query_of(const ViewModel& model, const ViewTarget& target) {
  const Renamer same = [](const ObjectName& name) { return name; };
  return qualified_query(model.query, target.source_database,
                         target.renamer ? target.renamer : same);
}

std::string materialized_text(const ViewModel& model, const ViewTarget& target,
                              std::vector<std::string>* notes) {
  std::string text;
  if (!model.partition_by.empty()) text += "\nPARTITION BY " + model.partition_by;
  if (!model.distributed_by.empty()) text += "\nDISTRIBUTED BY " + model.distributed_by;
  if (!model.order_by.empty()) text += "\nORDER BY " + model.order_by;
  text += "\nREFRESH " + to_string(model.refresh);
  Properties properties = wanted_properties(model, target, notes);
  const auto number = model.properties.find("replication_num");
  if (target.replication_num) {
    properties["replication_num"] = std::to_string(*target.replication_num);
  } else if (number != model.properties.end()) {
    properties["replication_num"] = number->second;
  }
  if (!target.storage_volume.empty() && target.run_mode == RunMode::kSharedData) {
    properties["storage_volume"] = target.storage_volume;
  }
  if (!properties.empty()) {
    text += "\nPROPERTIES (\n" + quote_properties(properties, ",\n") + "\n)";
  }
  return text;
}

// Without blanks, back quotes, case and brackets around the whole.
std::string plain(std::string_view clause) {
  std::string out;
  for (const char c : clause) {
    if (c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '`') continue;
    out += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  }
  if (out.starts_with('(') && out.ends_with(')') && out.find(')') == out.size() - 1) {
    out = out.substr(1, out.size() - 2);
  }
  return out;
}

// A number of buckets that the author left to the frontend is printed by some of them.
bool same_distribution(std::string_view source, std::string_view target) {
  const std::string a = plain(source);
  const std::string b = plain(target);
  const auto of_a = a.find("buckets");
  const auto of_b = b.find("buckets");
  if ((of_a == std::string::npos) == (of_b == std::string::npos)) return a == b;
  return a.substr(0, of_a) == b.substr(0, of_b);
}

std::string differs(std::string_view what, std::string_view source, std::string_view target) {
  const auto shown = [](std::string_view text) {
    constexpr std::size_t kShownMax = 120;
    if (text.empty()) return std::string("none");
    return std::string(text.substr(0, kShownMax)) + (text.size() > kShownMax ? ".." : "");
  };
  return fmt::format("{}: {} on the source, {} on the target", what, shown(source), shown(target));
}

std::string columns_difference(const ViewModel& source, const ViewModel& target) {
  if (source.columns.size() != target.columns.size()) {
    return fmt::format("{} columns on the source, {} on the target", source.columns.size(),
                       target.columns.size());
  }
  for (std::size_t i = 0; i < source.columns.size(); ++i) {
    const auto& a = source.columns[i];
    const auto& b = target.columns[i];
    if (a.name != b.name) return differs("a column's name", a.name, b.name);
    if (a.comment != b.comment)
      return differs("the comment of column " + a.name, a.comment, b.comment);
  }
  return "";
}

bool same_queries(const ViewModel& source, const ViewModel& target, const ViewTarget& options) {
  return canonical_query(query_of(source, options), options.name.database) ==
         canonical_query(target.query, options.name.database);
}

// A difference that no ALTER takes away.
std::string fixed_difference(const ViewModel& source, const ViewModel& target,
                             const ViewTarget& options, bool same_query) {
  if (source.materialized != target.materialized) return "another kind of view";
  if (std::string text = columns_difference(source, target); !text.empty()) return text;
  if (!same_query && !same_queries(source, target, options)) {
    return differs("query", query_of(source, options), target.query);
  }
  if (real_comment(source) != real_comment(target)) {
    return differs("comment", source.comment, target.comment);
  }
  const std::string security = wanted_security(source, options);
  if (security != wanted_security(target, options)) {
    return differs("security", security, target.security);
  }
  if (plain(source.partition_by) != plain(target.partition_by)) {
    return differs("partitions", source.partition_by, target.partition_by);
  }
  if (!same_distribution(source.distributed_by, target.distributed_by)) {
    return differs("distribution", source.distributed_by, target.distributed_by);
  }
  if (plain(source.order_by) != plain(target.order_by)) {
    return differs("sort key", source.order_by, target.order_by);
  }
  return "";
}

void add_alters(const ViewModel& source, const ViewModel& target, const ViewTarget& options,
                ViewDifference& out) {
  const std::string path = quote_path(options.name.database, options.name.name);
  // Whether the first refresh was put off matters while the view is made, and never again.
  Refresh there = target.refresh;
  there.deferred = source.refresh.deferred;
  if (source.refresh != there) {
    out.words = differs("refresh", to_string(source.refresh), to_string(target.refresh));
    out.alters.push_back(
        fmt::format("ALTER MATERIALIZED VIEW {} REFRESH {}", path, to_string(source.refresh)));
  }
  for (const auto& [name, value] : wanted_properties(source, options, nullptr)) {
    if (!is_compared(name)) continue;
    const auto found = target.properties.find(name);
    if (found != target.properties.end() && found->second == value) continue;
    if (!out.words.empty()) out.words += "; ";
    out.words +=
        differs("property " + name, value, found == target.properties.end() ? "" : found->second);
    out.alters.push_back(fmt::format("ALTER MATERIALIZED VIEW {} SET ({} = {})", path,
                                     quote_text(name), quote_text(value)));
  }
}

}  // namespace

Result<std::string> write_view(const ViewModel& model, const ViewTarget& target, IfThere if_there,
                               std::vector<std::string>* notes) {
  const std::string security = wanted_security(model, target);
  if (!model.materialized && security.empty() && !is_default_security(model)) {
    // Without it the view would show its rows to people who may not read the tables.
    return unsupported(
        fmt::format("SECURITY {} is not known to the target, which is {}; it came "
                    "with 3.4",
                    model.security, to_string(target.version)));
  }
  const bool replace = if_there == IfThere::kReplace && !model.materialized;
  std::string text =
      fmt::format("CREATE {}{}VIEW {}{}", replace ? "OR REPLACE " : "",
                  model.materialized ? "MATERIALIZED " : "",
                  quote_path(target.name.database, target.name.name), columns_text(model));
  if (const std::string comment = real_comment(model); !comment.empty()) {
    text += "\nCOMMENT " + quote_text(comment);
  }
  if (model.materialized) {
    text += materialized_text(model, target, notes);
  } else if (!security.empty()) {
    text += " SECURITY " + security;
  }
  return text + "\nAS " + query_of(model, target);
}

std::string why_not_renamed(const ViewModel& model, const ViewTarget& target) {
  if (!target.source_version || *target.source_version >= kPrintsAsTyped) {
    return "the source prints its text as the author typed it, perhaps without databases";
  }
  for (const auto& [name, value] : model.properties) {
    if (names_tables(name)) return fmt::format("its property {} names tables", name);
  }
  // Only a column's name is rewritten nowhere.
  if (model.partition_by.find('.') != std::string::npos) {
    return "its partitions are made by " + model.partition_by;
  }
  std::vector<ObjectName> wanted;
  for (const auto& old : view_references(model.query, target.source_database)) {
    wanted.push_back(target.renamer ? target.renamer(old) : old);
  }
  std::sort(wanted.begin(), wanted.end());
  // Read again without any database to fall back on.
  if (view_references(query_of(model, target), "") != wanted) {
    return "its query names objects in a way that is not understood";
  }
  return "";
}

std::string drop_view(const ObjectName& name, bool materialized) {
  return fmt::format("DROP {}VIEW IF EXISTS {}", materialized ? "MATERIALIZED " : "",
                     quote_path(name.database, name.name));
}

ViewDifference view_difference(const ViewModel& source, const ViewModel& target,
                               const ViewTarget& options, bool same_query) {
  ViewDifference out;
  out.words = fixed_difference(source, target, options, same_query);
  if (out.words.empty() && source.materialized) add_alters(source, target, options, out);
  return out;
}

}  // namespace srsync::ddl
