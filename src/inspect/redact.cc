// Facts without names and literals. Texts are found through the codec's field lists, so a field
// that is added later is treated as a text and redacted, not forgotten.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>

#include "base/text.h"
#include "codec/state_fields.h"
#include "inspect/archive.h"

namespace srsync::inspect {
namespace {

using codec::fields;

bool is_word(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return std::isalnum(byte) != 0 || c == '_' || c == '$' || byte >= 0x80;
}

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](unsigned char c) { return std::isdigit(c) != 0; });
}

bool all_letters(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return c < 0x80 && std::isalpha(c) != 0; });
}

// Gives every text in a fact to a function.
class Texts {
 public:
  static constexpr bool kReads = true;
  explicit Texts(std::function<void(std::string&)> visit) : visit_(std::move(visit)) {}

  template <codec::Varint T>
  void operator()(std::uint32_t /*field*/, T& /*value*/) {}
  void operator()(std::uint32_t /*field*/, std::string& value) { visit_(value); }
  template <codec::Message T>
  void operator()(std::uint32_t /*field*/, T& value) {
    fields(*this, value);
  }
  template <codec::Message T>
  void operator()(std::uint32_t /*field*/, std::optional<T>& value) {
    if (value.has_value()) fields(*this, *value);
  }
  template <typename T>
  void operator()(std::uint32_t field, std::vector<T>& values) {
    for (T& value : values) (*this)(field, value);
  }
  void operator()(std::uint32_t /*field*/, std::map<std::string, std::string>& values) {
    for (auto& [key, value] : values) visit_(value);
  }
  void fixed64(std::uint32_t /*field*/, std::uint64_t& /*value*/) {}
  template <typename K, codec::Message T, typename KeyOf>
  void keyed(std::uint32_t /*field*/, std::map<K, T>& values, KeyOf key_of) {
    std::map<K, T> visited;
    for (auto& [key, value] : values) {
      fields(*this, value);
      K new_key = key_of(value);
      visited.emplace(std::move(new_key), std::move(value));
    }
    values = std::move(visited);
  }
  template <codec::Message T, typename... Ts>
  void alternative(std::uint32_t /*field*/, std::variant<Ts...>& value) {
    if (auto* held = std::get_if<T>(&value)) fields(*this, *held);
  }

 private:
  std::function<void(std::string&)> visit_;
};

void visit_texts(core::State& state, const std::function<void(std::string&)>& visit) {
  Texts texts(visit);
  codec::state_head_fields(texts, state);
  for (core::TablePair& pair : state.tables) fields(texts, pair);
}

// Names in a fact, wherever they stand.
template <typename Visit>
void each_name(core::Fact& fact, const Visit& visit) {
  const auto of = [&visit](auto& held) {
    if constexpr (requires { held.intent.name.table; }) {
      visit(held.intent.name.db);
      visit(held.intent.name.table);
      visit(held.intent.on_target.db);
      visit(held.intent.on_target.table);
    } else if constexpr (requires { held.name.table; }) {
      visit(held.name.db);
      visit(held.name.table);
    } else if constexpr (requires {
                           held.side;
                           std::string(held.name);
                         }) {
      visit(held.name);
    }
    if constexpr (requires { held.db; }) visit(held.db);
    if constexpr (requires { held.label; }) visit(held.label);
    if constexpr (requires { held.intent.statements; }) {
      for (std::string& name : held.intent.partitions) visit(name);
    }
    if constexpr (requires { held.create_sql; }) {
      for (auto& partition : held.partitions) visit(partition.name);
    }
    if constexpr (requires { held.frontends; }) {
      for (auto& frontend : held.frontends) {
        visit(frontend.name);
        visit(frontend.host);
      }
      for (auto& backend : held.backends) visit(backend.host);
    }
  };
  std::visit(of, fact);
}

// Names in a State. The visitor may change them; keys of maps are not among them.
template <typename Visit>
void each_name(core::State& state, const Visit& visit) {
  const auto table_name = [&visit](core::TableName& name) {
    visit(name.db);
    visit(name.table);
  };
  for (core::ClusterView& cluster : state.clusters) {
    for (core::Frontend& frontend : cluster.frontends) {
      visit(frontend.name);
      visit(frontend.host);
    }
    for (core::Backend& backend : cluster.backends) visit(backend.host);
  }
  for (auto& [key, db] : state.databases) visit(db.name);
  for (core::Drop& drop : state.unredeemed) table_name(drop.name);
  for (core::TablePair& pair : state.tables) {
    table_name(pair.name);
    for (std::optional<core::Table>* side : {&pair.source, &pair.target}) {
      if (!side->has_value()) continue;
      for (core::Partition& partition : (*side)->partitions) visit(partition.name);
    }
    if (auto* ddl = std::get_if<core::RunningDdl>(&pair.stage)) {
      table_name(ddl->intent.name);
      for (std::string& partition : ddl->intent.partitions) visit(partition);
    } else if (auto* job = std::get_if<core::Replicating>(&pair.stage)) {
      table_name(job->intent.name);
    }
  }
}

// What holds no name and is needed to follow the story.
std::set<const std::string*> kept_texts(const core::State& state) {
  std::set<const std::string*> kept = {&state.journal_id, &state.binary_version};
  for (const core::ClusterView& cluster : state.clusters) {
    kept.insert({&cluster.cluster_id, &cluster.version});
  }
  for (const auto& [key, lease] : state.leases) kept.insert(&lease.key);
  for (const core::TablePair& pair : state.tables) {
    if (const auto* job = std::get_if<core::Replicating>(&pair.stage)) {
      kept.insert({&job->intent.job_id, &job->stage});
    }
  }
  return kept;
}
bool keeps(const core::Fact& fact, const std::string* text) {
  return std::visit(
      [text](const auto& held) {
        if constexpr (requires { held.binary_version; }) {
          if (text == &held.binary_version || text == &held.journal_id) return true;
        }
        if constexpr (requires { held.capabilities; }) {
          if (text == &held.version || text == &held.cluster_id) return true;
        }
        if constexpr (requires { held.job_id; }) {
          if (text == &held.job_id) return true;
        }
        if constexpr (requires { held.intent.job_id; }) {
          if (text == &held.intent.job_id) return true;
        }
        if constexpr (requires {
                        held.job_id;
                        held.stage;
                      }) {
          if (text == &held.stage) return true;
        }
        if constexpr (requires {
                        held.key;
                        held.value;
                      }) {
          if (text == &held.key) return true;
        }
        if constexpr (requires {
                        held.before;
                        held.after;
                      }) {
          if (text == &held.key) return true;
        }
        return false;
      },
      fact);
}

bool is_plain_value(std::string_view value) {
  return value.empty() || value == "true" || value == "false" || parse_int64(value).has_value();
}

}  // namespace

void Redactor::learn_name(const std::string& name) {
  // A bare number as a name (a partition's, say) is not looked for in texts: ids would vanish.
  if (!name.empty()) names_.insert(name);
}

void Redactor::learn_sql(std::string_view sql) {
  for (std::size_t at = sql.find('`'); at != std::string_view::npos;) {
    const std::size_t end = sql.find('`', at + 1);
    if (end == std::string_view::npos) return;
    learn_name(std::string(sql.substr(at + 1, end - at - 1)));
    at = sql.find('`', end + 1);
  }
}

void Redactor::learn(const core::Fact& fact) {
  core::Fact copy = fact;
  each_name(copy, [this](const std::string& name) { learn_name(name); });
  Texts texts([this](const std::string& text) { learn_sql(text); });
  std::visit([&texts](auto& held) { fields(texts, held); }, copy);
}

std::string Redactor::name(std::string_view name) const {
  if (name.empty()) return {};
  return fmt::format("n{}",
                     to_hex(hash128(fmt::format("{}{}{}", salt_, '\0', name))).substr(0, 10));
}

std::string Redactor::word(std::string_view word, bool sql) const {
  if (all_digits(word)) return sql ? "0" : std::string(word);
  if (names_.contains(word)) return name(word);
  return all_letters(word) ? std::string(word) : name(word);
}

std::string Redactor::text(std::string_view text, bool sql) const {
  std::string out;
  std::size_t at = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (c == '\'' || c == '"' || c == '`') {
      std::size_t end = text.find(c, at + 1);
      if (end == std::string_view::npos) end = text.size();
      const std::string_view inner = text.substr(at + 1, end - at - 1);
      out += c;
      out += c == '`' || names_.contains(inner) ? name(inner) : "?";
      out += c;
      at = std::min(end + 1, text.size());
      continue;
    }
    if (!is_word(c)) {
      out += c;
      ++at;
      continue;
    }
    std::size_t end = at;
    // "10.0.0.1" and "fe1.example.org" are one thing, "db.table" two.
    const auto inside = [&text](std::size_t i) {
      return i < text.size() && (is_word(text[i]) || ((text[i] == '.' || text[i] == '-') &&
                                                      i + 1 < text.size() && is_word(text[i + 1])));
    };
    while (inside(end)) ++end;
    const std::string_view whole = text.substr(at, end - at);
    const bool address = std::count(whole.begin(), whole.end(), '.') >= 2;
    if (names_.contains(whole) || address) {
      out += name(whole);
    } else {
      std::size_t begin = 0;
      for (std::size_t i = 0; i <= whole.size(); ++i) {
        if (i < whole.size() && is_word(whole[i])) continue;
        out += word(whole.substr(begin, i - begin), sql);
        if (i < whole.size()) out += whole[i];
        begin = i + 1;
      }
    }
    at = end;
  }
  return out;
}

void Redactor::learn(const core::State& state) {
  core::State copy = state;
  each_name(copy, [this](const std::string& name) { learn_name(name); });
  visit_texts(copy, [this](const std::string& text) { learn_sql(text); });
}

std::string Redactor::hidden(const std::string& value) const {
  const bool sql = contains(value, "CREATE ") || contains(value, "ALTER ") ||
                   contains(value, "DROP ") || contains(value, "VALUES");
  return text(value, sql);
}

void Redactor::redact(core::State& state) const {
  std::set<const std::string*> done = kept_texts(state);
  each_name(state, [this, &done](std::string& name_text) {
    name_text = name(name_text);
    done.insert(&name_text);
  });
  for (auto& [key, value] : state.settings_text) {
    if (!is_plain_value(value)) value = name(value);
    done.insert(&value);
  }
  visit_texts(state, [this, &done](std::string& value) {
    if (!done.contains(&value)) value = hidden(value);
  });
}

void Redactor::redact(core::Fact& fact) const {
  std::set<const std::string*> done;
  each_name(fact, [this, &done](std::string& name_text) {
    name_text = name(name_text);
    done.insert(&name_text);
  });
  const auto* session = std::get_if<core::SessionStarted>(&fact);
  const auto* setting = std::get_if<core::SettingChanged>(&fact);
  Texts texts([&](std::string& value) {
    if (done.contains(&value) || keeps(fact, &value)) return;
    if (session != nullptr || setting != nullptr) {
      if (!is_plain_value(value)) value = name(value);
      return;
    }
    value = hidden(value);
  });
  std::visit([&texts](auto& held) { fields(texts, held); }, fact);
}

}  // namespace srsync::inspect
