// One client connection: its user, its database, its settings, and what its statements do.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/status.h"
#include "sandbox/answer.h"
#include "sandbox/cluster.h"
#include "sandbox/lexer.h"
#include "sandbox/rights.h"

namespace srsync::sandbox {

// What SANDBOX statements may do beyond their own cluster. Called without any catalog's lock, from
// any session's thread.
class Controls {
 public:
  virtual ~Controls() = default;
  // "source" or "target"; null for another text.
  virtual Cluster* cluster(std::string_view name) = 0;
  // "RESTART", "KILL", "START". Done a moment later, after the answer is on its way.
  virtual Status order_frontend(Cluster& cluster, int number, std::string_view what) = 0;
  virtual std::vector<std::pair<std::string, std::string>> status() = 0;
  // Starts or stops the loads that the sandbox makes by itself (load_every_ms). When it returns
  // after false, none is begun any more.
  virtual void keep_loading(bool on) = 0;
};

// Used by one thread at a time.
class Session {
 public:
  Session(Cluster& cluster, int frontend, Controls* controls, std::uint32_t connection_id);

  Cluster& cluster() { return cluster_; }
  int frontend() const { return frontend_; }
  Controls* controls() { return controls_; }
  std::uint32_t connection_id() const { return connection_id_; }
  Version version() const { return cluster_.version(); }

  const User& user() const { return user_; }
  void set_user(User user) { user_ = std::move(user); }
  const std::string& db() const { return db_; }
  // USE and the database of a log-in: 5501 when there is none.
  Answer use(std::string_view db);

  // Never fails to answer. Writes the effect log.
  Answer execute(std::string_view sql);

  std::map<std::string, std::string>& variables() { return variables_; }

 private:
  Answer dispatch(std::string_view sql);

  Cluster& cluster_;
  int frontend_;
  Controls* controls_;
  std::uint32_t connection_id_;
  User user_;
  std::string db_;
  std::map<std::string, std::string> variables_;
};

// ---- what the files of statements share
// -----------------------------------------------------------

// "Access denied; you need (at least one of) the <privilege> privilege(s) on <object> ...".
Answer access_denied(const Session& session, std::string_view privilege, std::string_view object);
// The statement is not understood from the reader's position on.
Answer syntax_error(const Session& session, const Reader& reader);
Answer no_such_table(std::string_view table);  // 1064, "Table x is not found"
Answer no_such_database(std::string_view db);  // 5501
Answer no_database_selected();                 // 1046

// Statement groups. Each looks at the first words and leaves the reader alone (nullopt) when the
// statement is another group's.
using Handler = std::optional<Answer> (*)(Session& session, Reader& reader);
std::optional<Answer> show_cluster_statement(Session& session, Reader& reader);
std::optional<Answer> show_catalog_statement(Session& session, Reader& reader);
std::optional<Answer> show_partitions_statement(Session& session, Reader& reader);
std::optional<Answer> show_proc_statement(Session& session, Reader& reader);
std::optional<Answer> simple_statement(Session& session, Reader& reader);
std::optional<Answer> create_statement(Session& session, Reader& reader);
std::optional<Answer> drop_statement(Session& session, Reader& reader);
std::optional<Answer> alter_statement(Session& session, Reader& reader);
std::optional<Answer> load_statement(Session& session, Reader& reader);
std::optional<Answer> show_transaction_statement(Session& session, Reader& reader);
std::optional<Answer> control_statement(Session& session, Reader& reader);

// Parts that several groups print.
Answer show_frontends(Session& session);
Answer show_backends(Session& session);
Answer show_transactions_proc(Session& session, const std::vector<std::string>& path,
                              std::string_view whole);
Answer show_replications(Session& session);
// SHOW [TEMPORARY] PARTITIONS of a table that has them; with the lock held.
Answer partition_rows(Version version, const Table& table, bool temporary);
// One row per replica of the tablets given; with the lock held.
std::vector<Row> tablet_rows(const Catalog& catalog, const Partition& partition,
                             const PartitionIndex& index, bool hide_hosts);
std::vector<Row> describe_rows(const Table& table, const TableIndex& index, bool aggregates);
// Family A: "97.6KB".
std::string byte_size_text(std::int64_t bytes);
// Family B: "18.626 GB".
std::string capacity_text(double bytes);

}  // namespace srsync::sandbox
