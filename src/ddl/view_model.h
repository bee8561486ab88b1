// A view or an asynchronous materialized view as SHOW CREATE prints it. Plain values, safe from any
// thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "ddl/table_model.h"

namespace srsync::ddl {

struct ViewColumn {
  std::string name;
  std::string comment;
  friend bool operator==(const ViewColumn&, const ViewColumn&) = default;
};

enum class RefreshMoment { kManual, kAsync, kIncremental };

struct Refresh {
  RefreshMoment moment = RefreshMoment::kManual;
  bool deferred = false;  // not at once after the view was made
  std::string start;      // "yyyy-MM-dd HH:mm:ss", empty: none
  std::string every;      // "1 DAY", upper case; empty: none
  friend bool operator==(const Refresh&, const Refresh&) = default;
};

struct ViewModel {
  bool materialized = false;
  std::string name;
  std::vector<ViewColumn> columns;
  std::string comment;
  std::string security;  // "NONE", "INVOKER", empty: not printed (before 3.4)
  std::string query;     // as printed, without the ';' at its end

  // Of materialized views only. Clauses are kept as printed, without the words that begin them.
  std::vector<std::string> indexes;
  std::string partition_by;
  std::string distributed_by;
  std::string order_by;
  Refresh refresh;
  Properties properties;
};

// Reads SHOW CREATE VIEW and SHOW CREATE MATERIALIZED VIEW of 2.5 to 4.1. kUnsupported: the text
// has a part that this code does not know; the message quotes it.
Result<ViewModel> read_view(std::string_view create_sql);

// "ASYNC START("2026-12-01 00:00:00") EVERY(INTERVAL 1 DAY)", as it stands behind REFRESH.
std::string to_string(const Refresh& refresh);

}  // namespace srsync::ddl
