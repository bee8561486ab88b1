// Two simulated clusters with real sockets, and the real srsyncd between them as a process of its
// own, in a temporary folder.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "sandbox/sandbox.h"
#include "support/daemon_process.h"

namespace srsync::test {

using Settings = std::map<std::string, std::string>;

// Small content, jobs that take no time, no waiting longer than needed.
sandbox::SandboxOptions small_world();
// The same without any content.
sandbox::SandboxOptions bare_world(sandbox::Version version = sandbox::Version::k4_0);

struct DaemonRun {
  Exit exit;
  std::string out;
  std::string err;
};

// Used by one thread, except that the sandbox's own methods are thread-safe.
class World {
 public:
  explicit World(const sandbox::SandboxOptions& options = small_world());
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  sandbox::Sandbox& sandbox() { return sandbox_; }
  // Keys of sync.properties; written at each start of the daemon.
  Settings& settings() { return settings_; }
  const std::string& dir() const { return dir_; }
  std::string journal_dir() const { return dir_ + "/journal"; }
  std::string log_text() const { return read_file(dir_ + "/log/sync.INFO.log"); }

  // A statement as root that must succeed; aborts the program otherwise.
  sandbox::Answer sql(Side side, const std::string& statement, const std::string& db = {});
  // One load on that side, visible when it returns.
  void load(Side side, const std::string& db, const std::string& table,
            std::vector<std::string> partitions = {});
  // What loads would make on that side: partitions of an automatic table, one for each value.
  void make_partitions(Side side, const std::string& db, const std::string& table,
                       const std::vector<std::string>& values);
  // Until `condition` holds; false after `timeout_ms`.
  bool await(const std::function<bool()>& condition, int timeout_ms = 60'000);

  Process start_daemon(const std::vector<std::string>& arguments = {"--once"},
                       const Settings& environment = {});
  DaemonRun finish(Process process, int timeout_ms = 120'000);
  // start_daemon() and finish().
  DaemonRun run_daemon(const std::vector<std::string>& arguments = {"--once"},
                       const Settings& environment = {});

  // srsyncctl with this world's settings; the daemon needs a srsync_admin_port then.
  DaemonRun ctl(const std::vector<std::string>& arguments);

  // What both clusters were asked since the start, without what sql() asked.
  std::vector<sandbox::Effect> effects();

 private:
  void write_settings();

  std::string dir_;
  sandbox::Sandbox sandbox_;
  Settings settings_;
  std::uint64_t first_effect_ = 0;  // what came before is the generator's
  std::set<std::string> own_;
  int runs_ = 0;
  int ctl_runs_ = 0;
};

}  // namespace srsync::test
