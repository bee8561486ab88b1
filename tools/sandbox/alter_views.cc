#include "sandbox/alter_views.h"

#include <string>

#include "sandbox/create_table.h"

namespace srsync::sandbox {
namespace {

constexpr std::string_view kByHand = "user use alter materialized view set status to inactive";

void rename_view(Table& view, const std::string& name) {
  const std::string head = "CREATE MATERIALIZED VIEW ";
  const std::string old = head + quote_name(view.name);
  if (view.definition.starts_with(old)) {
    view.definition.replace(0, old.size(), head + quote_name(name));
  }
  view.name = name;
  if (!view.indexes.empty()) view.indexes.front().name = name;
}

// Puts `scheme` where the definition has its own, up to the next clause.
void set_refresh(Table& view, const std::string& scheme) {
  const std::size_t from = view.definition.find("REFRESH ");
  if (from == std::string::npos) return;
  std::size_t to = view.definition.find("PROPERTIES", from);
  if (to == std::string::npos) to = view.definition.find("AS ", from);
  if (to == std::string::npos) return;
  view.definition.replace(from, to - from, scheme + "\n");
}

Answer view_clause(Session& session, Reader& reader, Database& database, Table& view) {
  if (reader.accept("ACTIVE") && reader.at_end()) {
    view.inactive_reason.clear();
    return ok(true);
  }
  if (reader.accept("INACTIVE") && reader.at_end()) {
    view.inactive_reason = kByHand;
    return ok(true);
  }
  if (reader.is("REFRESH")) {
    set_refresh(view, reader.rest());
    return ok(true);
  }
  if (reader.accept("SET")) {
    if (!read_properties(reader, view.properties) || !reader.at_end()) {
      return syntax_error(session, reader);
    }
    return ok(true);
  }
  const bool swap = reader.accept("SWAP WITH");
  if (!swap) reader.expect("RENAME");
  const std::string name = reader.name();
  if (!reader.ok() || !reader.at_end()) return syntax_error(session, reader);
  Table* other = database.find_table(name);
  if (!swap) {
    if (other != nullptr) return error(1064, "Table name[" + name + "] is already used");
    rename_view(view, name);
    return ok(true);
  }
  if (other == nullptr || other->kind != TableKind::kMaterializedView) {
    return error(1064, "Materialized view " + name + " is not found");
  }
  const std::string mine = view.name;
  rename_view(view, name);
  rename_view(*other, mine);
  return ok(true);
}

// Runs `f(database, view)` with the lock held, or answers with what stands against it.
template <typename F>
Answer with_view(Session& session, Reader& reader, std::string_view privilege, F&& f) {
  std::string db = session.db();
  std::string name;
  reader.qualified_name(db, name);
  if (!reader.ok()) return syntax_error(session, reader);
  if (db.empty()) return no_database_selected();
  return session.cluster().with([&](Catalog& catalog) {
    Database* database = catalog.find_database(db);
    if (database == nullptr) return no_such_database(db);
    Table* view = database->find_table(name);
    if (view == nullptr || view->kind != TableKind::kMaterializedView) {
      return error(1064, "Materialized view " + name + " is not found");
    }
    if (!session.user().all) {
      return access_denied(session, privilege, "MATERIALIZED VIEW " + name);
    }
    return f(*database, *view);
  });
}

}  // namespace

std::optional<Answer> materialized_view_statement(Session& session, Reader& reader) {
  if (reader.accept("REFRESH MATERIALIZED VIEW")) {
    return with_view(session, reader, "REFRESH", [](Database&, Table& view) {
      return rows(fields("QUERY_ID", 60), {{"refresh-" + std::to_string(view.id)}});
    });
  }
  if (!reader.accept("ALTER MATERIALIZED VIEW")) return std::nullopt;
  return with_view(session, reader, "ALTER", [&](Database& database, Table& view) {
    return view_clause(session, reader, database, view);
  });
}

}  // namespace srsync::sandbox
