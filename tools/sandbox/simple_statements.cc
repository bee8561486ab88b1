// USE, SET, and SELECT of constants: what clients send by themselves.
#include <algorithm>

#include "base/text.h"
#include "sandbox/dates.h"
#include "sandbox/profile.h"
#include "sandbox/session.h"

namespace srsync::sandbox {
namespace {

constexpr std::uint32_t kTextLength = 192;

struct NamedCell {
  Field field;
  Cell value;
};

NamedCell text_column(std::string name, Cell value) {
  return {{std::move(name), kTextLength}, std::move(value)};
}

NamedCell number_column(std::string name, Cell value, std::uint32_t length, std::uint8_t type) {
  return {{std::move(name), length, type, 63, 0}, std::move(value)};
}

constexpr std::uint8_t kTiny = 1;
constexpr std::uint8_t kLongLong = 8;

// "@@global.time_zone": printed with the scope in capitals.
std::optional<NamedCell> variable(Session& session, std::string text) {
  const std::string original = text;
  std::string name = to_lower(text.substr(2));
  std::string shown = "@@" + text.substr(2);
  for (std::string_view scope : {"global.", "session."}) {
    if (!name.starts_with(scope)) continue;
    name = name.substr(scope.size());
    shown = std::string(scope == "global." ? "@@GLOBAL." : "@@SESSION.") + name;
  }
  const auto found = session.variables().find(name);
  if (found == session.variables().end()) return std::nullopt;
  return text_column(std::move(shown), found->second);
}

std::optional<NamedCell> call(Session& session, Reader& reader, std::string_view function) {
  reader.expect("(");
  reader.expect(")");
  if (!reader.ok()) return std::nullopt;
  const std::string name = to_lower(function);
  if (name == "version") {
    return text_column("version()", std::string(mysql_version(session.version())));
  }
  if (name == "database" || name == "schema") return text_column("DATABASE()", session.db());
  if (name == "current_user" || name == "user") {
    return text_column(name == "user" ? "USER()" : "CURRENT_USER()",
                       "'" + session.user().name + "'@'%'");
  }
  if (name == "connection_id") {
    return number_column("CONNECTION_ID()", std::to_string(session.connection_id()), 20, kLongLong);
  }
  if (name == "now" || name == "current_timestamp") {
    return text_column(name + "()", time_text(session.cluster().now_ms()));
  }
  return std::nullopt;
}

// One item of a SELECT list; nullopt when it is none of the known ones.
std::optional<NamedCell> item(Session& session, Reader& reader) {
  const Token first = reader.peek();
  if (reader.accept("NULL")) return number_column("NULL", std::nullopt, 1, kTiny);
  if (first.kind == TokenKind::kNumber) {
    reader.next();
    return number_column(first.text, first.text, 4, kTiny);
  }
  if (first.kind == TokenKind::kString) {
    reader.next();
    return text_column("'" + first.text + "'", first.text);
  }
  if (first.kind != TokenKind::kWord) return std::nullopt;
  if (first.text.starts_with("@@")) {
    std::string text = reader.next().text;
    if (reader.accept(".")) text += "." + reader.next().text;
    return variable(session, std::move(text));
  }
  reader.next();
  if (!reader.is("(")) return std::nullopt;
  return call(session, reader, first.text);
}

Answer select(Session& session, Reader& reader) {
  // current_version() is a backend's function: without a live one there is no row.
  if (reader.is("current_version") && reader.is("(", 1)) {
    return rows({{"current_version()", kTextLength}});
  }
  Answer answer = rows({});
  Row row;
  do {
    auto column = item(session, reader);
    if (!column || !reader.ok()) return syntax_error(session, reader);
    if (reader.accept("AS")) column->field.name = reader.next().text;
    answer.fields.push_back(std::move(column->field));
    row.push_back(std::move(column->value));
  } while (reader.accept(","));
  if (reader.accept("LIMIT")) reader.number();
  if (!reader.ok() || !reader.at_end()) return syntax_error(session, reader);
  answer.rows.push_back(std::move(row));
  return answer;
}

Answer set(Session& session, Reader& reader) {
  if (reader.accept("NAMES") || reader.accept("CHARACTER SET") || reader.accept("CATALOG")) {
    return ok();
  }
  do {
    if (!reader.accept("GLOBAL")) reader.accept("SESSION");
    std::string name = to_lower(reader.next().text);
    if (reader.accept(".")) name = to_lower(reader.next().text);
    if (reader.is(":")) reader.next();
    reader.expect("=");
    std::string value = reader.next().text;
    if (!reader.ok() || (value.empty() && reader.at_end() && name.empty())) {
      return syntax_error(session, reader);
    }
    if (name.starts_with("@") && !name.starts_with("@@")) continue;
    while (name.starts_with("@")) name.erase(0, 1);
    if (!session.variables().contains(name)) {
      return error(1193, "Unknown system variable '" + name + "'");
    }
    session.variables()[name] = value;
  } while (reader.accept(","));
  return reader.at_end() ? ok() : syntax_error(session, reader);
}

}  // namespace

std::optional<Answer> simple_statement(Session& session, Reader& reader) {
  if (reader.accept("USE")) {
    const std::string db = reader.name();
    return reader.ok() && reader.at_end() ? session.use(db) : syntax_error(session, reader);
  }
  if (reader.accept("SET")) return set(session, reader);
  if (reader.accept("SELECT")) return select(session, reader);
  return std::nullopt;
}

}  // namespace srsync::sandbox
