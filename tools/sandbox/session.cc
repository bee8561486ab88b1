#include "sandbox/session.h"

#include <algorithm>

#include "base/text.h"
#include "sandbox/profile.h"

namespace srsync::sandbox {
namespace {

constexpr Handler kHandlers[] = {
    control_statement,         show_cluster_statement, show_catalog_statement,
    show_partitions_statement, show_proc_statement,    show_transaction_statement,
    simple_statement,          create_statement,       drop_statement,
    alter_statement,           load_statement};

// Reads are not in the effect log, or it would drown.
bool is_read(std::string_view sql) {
  const Reader reader(sql);
  for (std::string_view word : {"SHOW", "SELECT", "SET", "USE", "DESC", "DESCRIBE", "SANDBOX"}) {
    if (reader.is(word)) return true;
  }
  return reader.is("ADMIN") && reader.is("SHOW", 1);
}

}  // namespace

Session::Session(Cluster& cluster, int frontend, Controls* controls, std::uint32_t connection_id)
    : cluster_(cluster), frontend_(frontend), controls_(controls), connection_id_(connection_id) {
  variables_ = cluster.with([](const Catalog& catalog) { return catalog.variables; });
}

Answer Session::use(std::string_view db) {
  const bool known =
      cluster_.with([&](const Catalog& catalog) { return catalog.find_database(db) != nullptr; });
  if (!known) return error(5501, "Unknown database '" + std::string(db) + "'");
  db_ = db;
  return ok();
}

Answer Session::dispatch(std::string_view sql) {
  Reader reader(sql);
  if (reader.at_end()) return ok();
  for (const Handler handler : kHandlers) {
    const std::size_t start = reader.position();
    if (auto answer = handler(*this, reader)) return *std::move(answer);
    reader = Reader(sql);
    reader.rewind(start);
  }
  // The first word of a statement that exists is not what is wrong.
  for (std::string_view word : {"SHOW", "ADMIN", "CREATE", "DROP", "ALTER"}) {
    if (!reader.accept(word)) continue;
    reader.accept("ALL");
    break;
  }
  return syntax_error(*this, reader);
}

Answer Session::execute(std::string_view sql) {
  Answer answer = dispatch(sql);
  if (!is_read(sql)) {
    const std::string outcome =
        answer.is_error() ? std::to_string(answer.code) + " " + answer.message : "ok";
    cluster_.record(frontend_, "sql", db_, std::string(sql), outcome, answer.took_effect);
  }
  return answer;
}

Answer access_denied(const Session& session, std::string_view privilege, std::string_view object) {
  const std::string& role = session.user().role;
  return error(5203, "Access denied; you need (at least one of) the " + std::string(privilege) +
                         " privilege(s) on " + std::string(object) +
                         " for this operation. Please ask the admin to grant permission(s) or try "
                         "activating existing roles using <set [default] role>. Current role(s): " +
                         (role.empty() ? "NONE" : "[" + role + "]") +
                         ". Inactivated role(s): NONE.");
}

Answer syntax_error(const Session& session, const Reader& reader) {
  const Token& token = reader.peek();
  const std::string_view before = reader.sql().substr(0, token.begin);
  const auto line = 1 + std::ranges::count(before, '\n');
  const std::size_t newline = before.rfind('\n');
  const std::size_t column =
      newline == std::string_view::npos ? before.size() : before.size() - newline - 1;
  std::string text = "Getting syntax error at line " + std::to_string(line) + ", column " +
                     std::to_string(column) + ". Detail message: ";
  if (reader.position() == 0) {
    text += "Unexpected input '" + token.text + "', the most similar input is " +
            std::string(first_words(session.version())) + ".";
  } else {
    text +=
        "No viable statement for input '" + std::string(reader.sql().substr(0, token.end)) + "'.";
  }
  return error(1064, std::move(text));
}

Answer no_such_table(std::string_view table) {
  return analyze_error(1064, "Table " + std::string(table) + " is not found");
}

Answer no_such_database(std::string_view db) {
  return analyze_error(5501, "Unknown database '" + std::string(db) + "'");
}

Answer no_database_selected() { return analyze_error(1046, "No database selected"); }

}  // namespace srsync::sandbox
