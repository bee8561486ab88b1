// What SHOW GRANTS tells about an account's privileges.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "observe/cluster_link.h"

namespace srsync::observe {

// The sentences of SHOW GRANTS of one account, its roles included. A value.
class GrantedRights {
 public:
  // Adds what one row of the column Grants says: a GRANT statement. What is not understood adds
  // nothing.
  void add(const std::string& grant);

  bool may_all() const { return everything_; }
  // OPERATE ON SYSTEM
  bool may_on_system(std::string_view privilege) const;
  // CREATE DATABASE ON CATALOG default_catalog
  bool may_on_catalog(std::string_view privilege) const;
  // CREATE TABLE, CREATE VIEW, DROP ... on that database; on every one when `db` is empty.
  bool may_on_database(std::string_view privilege, std::string_view db) const;
  // `kind`: TABLE, VIEW or MATERIALIZED VIEW. On every one of `db` when `name` is empty, and on
  // every one there is when `db` is empty too.
  bool may_on_object(std::string_view privilege, std::string_view kind, std::string_view db,
                     std::string_view name) const;

  // Named so far and not taken yet.
  std::vector<std::string> take_roles();

 private:
  struct Grant {
    std::vector<std::string> privileges;
    std::string object;  // "SYSTEM", "ALL DATABASES", "ALL TABLES IN DATABASE a", "TABLE a.b"
  };
  void add_role(const std::string& role);
  template <typename Match>
  bool any(std::string_view privilege, Match&& match) const;

  bool everything_ = false;  // a role that may do all: root
  std::vector<Grant> grants_;
  std::vector<std::string> roles_;
};

struct AccountRights {
  std::string identity;  // "'u'@'%'" as the frontend says it
  GrantedRights rights;
  std::vector<std::string> unread_roles;  // the account may not ask what these hold
};

// SHOW GRANTS of the own account, and of the roles that it has, one level after the other. Whether
// a role is active is not told.
Result<AccountRights> read_rights(ClusterLink& link);

}  // namespace srsync::observe
