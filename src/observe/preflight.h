// The checks before the first start: whether the two clusters, their accounts and the token allow a
// migration at all. Everything is asked, nothing is changed on either cluster.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/side.h"
#include "observe/access.h"
#include "observe/cluster_link.h"

namespace srsync::observe {

enum class Severity : std::uint8_t {
  kNote,     // worth knowing
  kWarning,  // some tables or a later stage may fail
  kRefusal,  // srsync must not start
};

struct Finding {
  Severity severity = Severity::kNote;
  std::string where;       // "source", "target", "source backend 10.0.0.1:8040"
  std::string what;        // one sentence
  std::string what_to_do;  // one sentence; may be empty for notes
};

struct Preflight {
  std::vector<Finding> findings;  // in the order of the checks
  bool may_start() const;         // no refusal
};

// Runs every check whose ground stands: a cluster that cannot be reached is one finding, not ten.
// Takes a statement per source database (tables that the account cannot see are looked for).
Preflight run_preflight(ClusterLink& source, ClusterLink& target);

// "refusal: source: text. What to do." Never holds a secret.
std::string to_string(const Finding& finding);

// What SHOW GRANTS tells about privileges. Roles that it names are followed by the caller.
struct GrantedRights {
  bool everything = false;  // a role that may do all: root
  bool operate_on_system = false;
  bool create_database = false;  // ON CATALOG
  bool create_table = false;     // ON some or ALL DATABASES
  bool alter_table = false;      // ON some or ALL TABLES
  bool drop_table = false;
  std::vector<std::string> roles;  // named, not looked into
};
// Adds what one row of the column Grants says.
void add_grant(const std::string& grant, GrantedRights& rights);

}  // namespace srsync::observe
