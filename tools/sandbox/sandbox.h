// The whole sandbox in one process: two clusters with all their ports, and what moves by itself.
// Used by srsync-sandbox and, in-process, by tests.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/side.h"
#include "base/status.h"
#include "sandbox/cluster.h"
#include "sandbox/generator.h"
#include "sandbox/replication.h"
#include "sandbox/rpc_ports.h"
#include "sandbox/session.h"
#include "sandbox/sql_server.h"

namespace srsync::sandbox {

struct SandboxOptions {
  Version source_version = Version::k4_0;
  Version target_version = Version::k4_0;
  bool only_source = false;
  int frontends = 2;             // of each cluster
  int base_port = 0;             // 0: free ports; else the frontends' ports count up from here
  std::string log_path;          // effect log as JSON Lines; empty: in memory only
  std::string root_password;     // of root, on both clusters
  ReplicationTimes replication;  // how long jobs take at least
  int load_every_ms = 0;         // load one table of the source again and again; 0: never
  bool generate = false;
  GeneratorOptions generator;  // of the source
  int tick_ms = 2;
};

// start() and stop() are for one thread; the rest is thread-safe between them.
class Sandbox : public Controls {
 public:
  Sandbox() = default;
  ~Sandbox() override { stop(); }
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  // Everything listens when this returns OK; nothing does otherwise.
  Status start(const SandboxOptions& options);
  void stop();

  Cluster& cluster(Side side) { return side == Side::kSource ? *source_ : *target_; }
  ReplicationEngine& replications() { return *engine_; }
  EffectLog& log() { return *log_; }
  // Addresses as the catalog has them: find a frontend's ports with these.
  Frontend frontend(Side side, int number);
  std::string token(Side side);
  // Runs a statement as root without a connection; for tests.
  Answer run(Side side, std::string_view sql, std::string_view db = {});

  // A JSON text with addresses, users and tokens: what sandbox.json holds.
  std::string describe_json();

  // ---- Controls ----
  Cluster* cluster(std::string_view name) override;
  Status order_frontend(Cluster& cluster, int number, std::string_view what) override;
  std::vector<std::pair<std::string, std::string>> status() override;
  void keep_loading(bool on) override;

 private:
  struct Side_ {
    std::unique_ptr<ClusterPorts> ports;
    std::map<int, std::unique_ptr<SqlServer>> sql;  // guarded by ports_mutex_
  };
  struct Order {
    Cluster* cluster = nullptr;
    int number = 0;
    std::string what;
  };
  Status open(Cluster& cluster, Side_& side, ReplicationEngine* engine, int base_port);
  Status start_sql(Cluster& cluster, Side_& side, int number);
  void carry_out(const Order& order);
  void tick_loop(int tick_ms, int load_every_ms);
  void load_something(std::uint64_t turn);

  std::unique_ptr<EffectLog> log_;
  std::unique_ptr<Cluster> source_;
  std::unique_ptr<Cluster> target_;
  std::unique_ptr<ReplicationEngine> engine_;
  Side_ source_side_;
  Side_ target_side_;
  std::mutex ports_mutex_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<Order> orders_;  // guarded by mutex_
  bool stopping_ = false;      // guarded by mutex_
  std::mutex load_mutex_;      // held while the sandbox loads by itself
  bool loading_ = true;        // guarded by load_mutex_
  std::thread ticker_;
};

}  // namespace srsync::sandbox
