// What was asked of the clusters and what took effect: the oracle of tests that kill srsyncd.
#pragma once

#include <cstdint>
#include <fstream>
#include <mutex>
#include <string>
#include <vector>

namespace srsync::sandbox {

struct Effect {
  std::uint64_t seq = 0;  // from 1, over both clusters
  std::string cluster;    // "source" or "target"
  int frontend = 0;       // number of the frontend that was asked
  // "sql", "rpc"; "job": "submit <label> <physical id>@<version> ..", "end <label>" (LOST: the
  // leader that knew of it is gone).
  std::string kind;
  std::string db;            // current database, or the one that is meant
  std::string text;          // the statement, or "startTableReplication <label>"
  std::string outcome;       // "ok", or the error's code and text
  bool took_effect = false;  // something on this cluster is different now
};

// Thread-safe. Keeps everything in memory; with a file, appends each line (JSON) and flushes it
// before the call returns, so that a killed reader's view is never ahead of what happened.
class EffectLog {
 public:
  EffectLog() = default;
  explicit EffectLog(const std::string& path);
  std::uint64_t append(Effect effect);
  std::vector<Effect> all() const;
  // Those after `seq`.
  std::vector<Effect> since(std::uint64_t seq) const;

 private:
  mutable std::mutex mutex_;
  std::vector<Effect> effects_;
  std::ofstream file_;
};

}  // namespace srsync::sandbox
