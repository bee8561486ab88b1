#include "observe/target_rights.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "ddl/quote.h"

namespace srsync::observe {

namespace {

constexpr std::size_t kMostNamed = 5;

// One privilege, as the GRANT statement has it.
struct Need {
  std::string privilege;  // "ALTER"
  std::string kind;       // "TABLE"; empty: on the database itself
  std::string what_for;   // "add and drop partitions"

  std::string on_all() const {
    return kind.empty() ? "ALL DATABASES" : fmt::format("ALL {}S IN ALL DATABASES", kind);
  }
  std::string on(const std::string& db) const {
    return kind.empty() ? "DATABASE " + ddl::quote_identifier(db)
                        : fmt::format("ALL {}S IN DATABASE {}", kind, ddl::quote_identifier(db));
  }
};

std::vector<Need> needs_of(const core::Settings& settings) {
  std::vector<Need> needs = {{"CREATE TABLE", "", "create tables"},
                             {"ALTER", "TABLE", "add and drop partitions"}};
  const bool drops = settings.allow_drop_target_only || settings.allow_drop_schema_change_table ||
                     settings.allow_drop_inconsistent_partition ||
                     settings.allow_drop_inconsistent_time_partition;
  if (drops) {
    needs.push_back(
        {"DROP", "TABLE", "drop tables, which the ddl_job_allow_drop_* settings allow"});
  }
  return needs;
}

class Check {
 public:
  Check(const AccountRights& account, const TargetWork& work) : account_(account), work_(work) {}

  std::vector<Finding> run() {
    collect_scope();
    check_create_database();
    for (const Need& need : needs_of(*work_.settings)) check(need);
    if (work_.settings->allow_drop_target_only) check_drop_database();
    return std::move(findings_);
  }

 private:
  void collect_scope();
  void check_create_database();
  void check(const Need& need);
  void check_drop_database();
  bool covers(const Need& need, const std::string& db) const;
  void add(bool is_certain, const std::string& what, const std::string& privilege_on_object);
  bool is_open() const { return work_.settings->includes_everything(); }

  const AccountRights& account_;
  const TargetWork& work_;
  std::map<std::string, std::vector<std::string>> scope_;  // database -> tables in scope
  std::vector<Finding> findings_;
};

// By the names on the target, which is where the privileges are needed.
void Check::collect_scope() {
  const core::Renames& renames = work_.settings->renames;
  for (const core::DatabaseListing& db : work_.source->databases) {
    if (!work_.settings->database_in_scope(db.name)) continue;
    const auto database = renames.forward_database(db.name);
    if (!database) continue;
    scope_.try_emplace(*database);
    for (const core::TableListing& table : db.tables) {
      if (table.kind != core::TableKind::kTable) continue;
      if (!work_.settings->in_scope({db.name, table.name})) continue;
      const auto there = renames.forward({db.name, table.name});
      if (there) scope_[there->db].push_back(there->table);
    }
  }
}

// `privilege_on_object`: what stands between GRANT and TO.
void Check::add(bool is_certain, const std::string& what, const std::string& privilege_on_object) {
  Finding finding;
  finding.where = "target";
  finding.severity = is_certain ? Severity::kRefusal : Severity::kWarning;
  finding.what = what;
  if (!account_.unread_roles.empty()) {
    finding.severity = Severity::kWarning;
    finding.what += fmt::format(" as far as it can be seen (not what the role {} holds)",
                                fmt::join(account_.unread_roles, ", "));
  }
  finding.what_to_do = fmt::format("GRANT {} TO USER {};", privilege_on_object, account_.identity);
  findings_.push_back(std::move(finding));
}

void Check::check_create_database() {
  if (account_.rights.may_on_catalog("CREATE DATABASE")) return;
  std::vector<std::string> missing;
  for (const auto& [db, tables] : scope_) {
    if (!work_.target_databases.contains(db)) missing.push_back(db);
  }
  if (missing.empty() && !is_open()) return;
  const std::string lacks =
      fmt::format("account {} lacks CREATE DATABASE ON CATALOG default_catalog", account_.identity);
  const std::size_t more = missing.size() - std::min(missing.size(), kMostNamed);
  const std::string what_for =
      missing.empty() ? ", needed for databases that are made on the source later"
                      : fmt::format(", needed to create {}{}",
                                    fmt::join(missing.begin(), missing.end() - more, ", "),
                                    more > 0 ? fmt::format(" and {} more", more) : "");
  add(!missing.empty(), lacks + what_for, "CREATE DATABASE ON CATALOG default_catalog");
}

bool Check::covers(const Need& need, const std::string& db) const {
  if (need.kind.empty()) return account_.rights.may_on_database(need.privilege, db);
  if (account_.rights.may_on_object(need.privilege, need.kind, db, "")) return true;
  const std::vector<std::string>& tables = scope_.at(db);
  if (tables.empty()) return false;
  return std::all_of(tables.begin(), tables.end(), [&](const std::string& table) {
    return account_.rights.may_on_object(need.privilege, need.kind, db, table);
  });
}

void Check::check(const Need& need) {
  const bool everywhere = need.kind.empty()
                              ? account_.rights.may_on_database(need.privilege, "")
                              : account_.rights.may_on_object(need.privilege, need.kind, "", "");
  if (everywhere) return;
  std::vector<std::string> lacking;
  bool can_be_named = true;  // GRANT needs a database that exists
  for (const auto& [db, tables] : scope_) {
    if (covers(need, db)) continue;
    lacking.push_back(db);
    can_be_named = can_be_named && work_.target_databases.contains(db);
  }
  if (lacking.empty() && !is_open()) return;
  if (lacking.empty()) {
    add(false,
        fmt::format("account {} lacks {} ON {}, needed for databases that are made on the source "
                    "later",
                    account_.identity, need.privilege, need.on_all()),
        need.privilege + " ON " + need.on_all());
    return;
  }
  const bool one = lacking.size() == 1 && can_be_named && !is_open();
  const std::string object = one ? need.on(lacking.front()) : need.on_all();
  const std::size_t more = lacking.size() - std::min(lacking.size(), kMostNamed);
  add(true,
      fmt::format("account {} lacks {} ON {}, needed to {} (database {}{})", account_.identity,
                  need.privilege, object, need.what_for,
                  fmt::join(lacking.begin(), lacking.end() - more, ", "),
                  more > 0 ? fmt::format(" and {} more", more) : ""),
      need.privilege + " ON " + object);
}

// Only for databases that stand on the target alone, which is not known before it happens.
void Check::check_drop_database() {
  if (account_.rights.may_on_database("DROP", "")) return;
  add(false,
      fmt::format("account {} lacks DROP ON ALL DATABASES, needed to drop databases that exist on "
                  "the target only (ddl_job_allow_drop_target_only)",
                  account_.identity),
      "DROP ON ALL DATABASES");
}

}  // namespace

std::vector<Finding> missing_rights(const AccountRights& account, const TargetWork& work) {
  if (account.rights.may_all()) return {};
  return Check(account, work).run();
}

}  // namespace srsync::observe
