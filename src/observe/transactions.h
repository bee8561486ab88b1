// The list of finished transactions of a database as a feed of changes.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/catalog.h"
#include "io/cluster.h"
#include "observe/cluster_link.h"

namespace srsync::observe {

// A row of SHOW PROC '/transactions/<db>/running' or '/finished'.
struct TransactionRow {
  core::TxnId id;
  std::string label;
  std::string status;       // PREPARE, PREPARED, COMMITTED, VISIBLE, ABORTED
  std::string source_type;  // LoadJobSourceType
};

// Newest first, as listed.
Result<std::vector<TransactionRow>> read_transactions(const io::ResultSet& rows,
                                                      const std::string& statement);

// `running` or `finished` of one database. kNotFound: the database is gone.
Result<std::vector<TransactionRow>> list_transactions(ClusterLink& link, core::DbId db,
                                                      std::string_view state);

// The change feed of one cluster. Transactions finish in another order than they begin in, so ids
// alone do not tell which are new: one FeedReader remembers what it has seen, per database.
//
// On the target every transaction that is not a replication matters, also the one that began before
// all others and finished while nobody looked. So the position handed out never passes one that is
// still running, and one that ran and is not listed any more is asked for by its id.
class FeedReader {
 public:
  // At most this many transactions are looked into per call; the rest comes with the next ones.
  static constexpr std::size_t kMaxPerRead = 200;
  // The same on the source. Older ones are left to the sweeps, so that the feed never lags.
  static constexpr std::size_t kMaxPerSourceRead = 40;

  explicit FeedReader(ClusterLink& link) : link_(link) {}

  // What finished after `after`, and what is listed with a lower id but was not the last time this
  // reader looked. `after` 0 tells the newest id only (1 when there is none, so that the next call
  // sees everything).
  Result<io::Feed> read(core::DbId db, core::TxnId after);

  // Several databases with one position: every transaction up to it was told for all of them.
  Result<io::Feed> read_all(const std::vector<core::DbId>& dbs, core::TxnId after);

 private:
  struct Seen {
    std::set<core::TxnId> finished;  // as listed the last time
    std::set<core::TxnId> running;   // without replications
  };

  Result<io::Feed> read_each(const std::vector<core::DbId>& dbs, core::TxnId after);
  Status meet(const std::vector<core::DbId>& dbs, core::TxnId after, io::Feed& feed);
  Result<core::TxnId> told_up_to(core::DbId db, core::TxnId last, core::TxnId newest,
                                 io::Feed& feed);
  bool is_target() const;
  Result<io::Feed> begin(core::DbId db);
  Status list(core::DbId db, std::vector<TransactionRow>& finished, io::Feed& feed);
  Result<std::set<core::TxnId>> running(core::DbId db, io::Feed& feed);
  std::vector<TransactionRow> fresh(const std::vector<TransactionRow>& listed, core::DbId db,
                                    core::TxnId after);
  void find_gap(const std::vector<TransactionRow>& listed, core::DbId db, core::TxnId after,
                io::Feed& feed) const;
  Status find_vanished(core::DbId db, const std::set<core::TxnId>& running,
                       std::vector<TransactionRow>& listed, io::Feed& feed);
  Status look_into(core::DbId db, io::FeedTransaction& transaction, io::Feed& feed);

  ClusterLink& link_;
  std::map<core::DbId, Seen> seen_;
};

}  // namespace srsync::observe
