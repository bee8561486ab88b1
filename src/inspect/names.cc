// Names and times, as the views print them.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <ctime>
#include <utility>

#include "base/text.h"
#include "core/names.h"
#include "inspect/inspect.h"

namespace srsync::inspect {
namespace {

void add(std::vector<core::TableName>& names, const core::TablePair* pair) {
  if (pair != nullptr) names.push_back(pair->name);
}

// Facts name their table in one of five ways; each member is looked for, so that a new fact needs
// nothing.
template <typename T>
void add_tables(const core::State& state, const T& fact, std::vector<core::TableName>& names) {
  if constexpr (requires { fact.intent.name.table; }) {
    names.push_back(fact.intent.name);
  } else if constexpr (requires { fact.name.table; }) {
    if constexpr (requires { fact.side; }) {
      names.push_back(core::pair_name(fact.side, fact.name));
    } else {
      names.push_back(fact.name);
    }
  } else if constexpr (
      requires { core::TableId(fact.id); } && requires { fact.side; } && !requires { fact.name; }) {
    add(names, state.find(fact.side, fact.id));
    if (fact.side == Side::kTarget) add(names, state.find_other(core::TableId(fact.id)));
  } else if constexpr (requires { core::TableId(fact.table); }) {
    add(names, state.find(Side::kTarget, fact.table));
  } else if constexpr (requires { fact.job_id; }) {
    const auto found = state.jobs.find(fact.job_id);
    if (found != state.jobs.end()) names.push_back(state.tables[found->second].name);
  } else if constexpr (std::is_same_v<T, core::DdlSucceeded> ||
                       std::is_same_v<T, core::DdlFailed> || std::is_same_v<T, core::DdlVerified>) {
    const auto slot = state.ddl_slots.find(fact.key);
    const auto database = state.ddl.find(fact.key);
    if (slot != state.ddl_slots.end()) {
      names.push_back(state.tables[slot->second].name);
    } else if (database != state.ddl.end()) {
      names.push_back({database->second, ""});
    }
  } else if constexpr (std::is_same_v<T, core::DatabaseObserved> ||
                       std::is_same_v<T, core::DatabaseMissing> ||
                       std::is_same_v<T, core::DatabaseListed>) {
    names.push_back({fact.name, ""});
  } else if constexpr (requires { fact.db; }) {
    names.push_back({fact.db, ""});
  }
}

template <std::size_t... I>
std::vector<std::string_view> names_of(std::index_sequence<I...> /*indexes*/) {
  return {core::fact_name(core::Fact(std::in_place_index<I>))...};
}

std::vector<std::string_view> fact_names() {
  return names_of(std::make_index_sequence<std::variant_size_v<core::Fact>>());
}

}  // namespace

Status check_kind(std::string_view kind) {
  if (kind.empty()) return Status::ok();
  std::string_view nearest;
  std::size_t distance = SIZE_MAX;
  for (const std::string_view name : fact_names()) {
    if (equals_ignore_case(name, kind)) return Status::ok();
    const std::size_t edits = edit_distance(to_lower(name), to_lower(kind));
    if (edits < distance) {
      distance = edits;
      nearest = name;
    }
  }
  return invalid_argument(
      fmt::format("no fact has the name '{}'", kind),
      fmt::format("did you mean {}? All names: {}", nearest, fmt::join(fact_names(), ", ")));
}

std::string format_time(WallTime time) {
  std::int64_t ms = time.ms() % 1000;
  std::time_t seconds = static_cast<std::time_t>(time.ms() / 1000);
  if (ms < 0) {
    ms += 1000;
    --seconds;
  }
  std::tm parts{};
  if (gmtime_r(&seconds, &parts) == nullptr) return fmt::format("{} ms", time.ms());
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:03}", parts.tm_year + 1900,
                     parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                     ms);
}

std::string one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7f'; }, ' ');
  return text;
}

std::vector<core::TableName> tables_of(const core::State& state, const core::Fact& fact) {
  std::vector<core::TableName> names;
  std::visit([&state, &names](const auto& held) { add_tables(state, held, names); }, fact);
  return names;
}

Result<core::TableName> parse_table(std::string_view text) {
  const std::vector<std::string_view> parts = split(text, '.');
  if (parts.size() > 2 || parts[0].empty() || (parts.size() == 2 && parts[1].empty())) {
    return invalid_argument(fmt::format("'{}' is not a table", text),
                            "write db.table, or db alone");
  }
  return core::TableName{std::string(parts[0]), parts.size() == 2 ? std::string(parts[1]) : ""};
}

bool matches(const core::TableName& wanted, const core::TableName& name) {
  return wanted.db == name.db && (wanted.table.empty() || wanted.table == name.table);
}

}  // namespace srsync::inspect
