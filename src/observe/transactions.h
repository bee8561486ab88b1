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
class FeedReader {
 public:
  // At most this many transactions are looked into per call; the rest comes with the next ones.
  static constexpr std::size_t kMaxPerRead = 200;

  explicit FeedReader(ClusterLink& link) : link_(link) {}

  // What finished after `after`, and what is listed with a lower id but was not the last time this
  // reader looked. `after` 0 tells the newest id only (1 when there is none, so that the next call
  // sees everything).
  Result<io::Feed> read(core::DbId db, core::TxnId after);

 private:
  std::vector<TransactionRow> fresh(const std::vector<TransactionRow>& listed, core::DbId db,
                                    core::TxnId after);
  Status look_into(core::DbId db, io::FeedTransaction& transaction, bool& forgotten);

  ClusterLink& link_;
  std::map<core::DbId, std::set<core::TxnId>> seen_;
};

}  // namespace srsync::observe
