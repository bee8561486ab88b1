#include "sandbox/sandbox.h"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "sandbox/loads.h"

namespace srsync::sandbox {
namespace {

constexpr int kPortsPerFrontend = 10;
constexpr int kPortsPerCluster = 100;

// From a base port on: frontend n of a cluster has query, rpc, http and edit log ports in a row.
void assign_ports(Cluster& cluster, int base_port) {
  cluster.with([&](Catalog& catalog) {
    for (Frontend& frontend : catalog.frontends) {
      const int first = base_port == 0 ? 0 : base_port + (frontend.number - 1) * kPortsPerFrontend;
      frontend.query_port = first;
      frontend.rpc_port = first == 0 ? 0 : first + 1;
      frontend.http_port = first == 0 ? 0 : first + 2;
      frontend.edit_log_port = first == 0 ? 9010 + frontend.number : first + 3;
    }
    for (Backend& backend : catalog.backends) backend.http_port = 0;
  });
}

Cluster* make(std::unique_ptr<Cluster>& slot, Version version, const std::string& name,
              const SandboxOptions& options, EffectLog* log) {
  ClusterOptions cluster;
  cluster.version = version;
  cluster.name = name;
  cluster.frontends = options.frontends;
  cluster.backend_ip_prefix = name == "source" ? "127.0.1." : "127.0.2.";
  cluster.log = log;
  slot = std::make_unique<Cluster>(std::move(cluster));
  if (!options.root_password.empty()) {
    slot->with([&](Catalog& catalog) { catalog.users[0].password = options.root_password; });
  }
  return slot.get();
}

nlohmann::json describe(Cluster& cluster) {
  return cluster.with([](const Catalog& catalog) {
    nlohmann::json frontends = nlohmann::json::array();
    for (const Frontend& frontend : catalog.frontends) {
      frontends.push_back({{"number", frontend.number},
                           {"host", frontend.ip},
                           {"query_port", frontend.query_port},
                           {"rpc_port", frontend.rpc_port},
                           {"http_port", frontend.http_port},
                           {"leader", frontend.is_leader},
                           {"alive", frontend.is_alive}});
    }
    nlohmann::json backends = nlohmann::json::array();
    for (const Backend& backend : catalog.backends) {
      backends.push_back({{"id", backend.id},
                          {"host", backend.host},
                          {"be_port", backend.be_port},
                          {"http_port", backend.http_port}});
    }
    return nlohmann::json{{"version", version_name(catalog.version)},
                          {"cluster_id", catalog.cluster_id},
                          {"token", catalog.token},
                          {"user", catalog.users[0].name},
                          {"password", catalog.users[0].password},
                          {"frontends", frontends},
                          {"backends", backends}};
  });
}

}  // namespace

Status Sandbox::start(const SandboxOptions& options) {
  log_ = options.log_path.empty() ? std::make_unique<EffectLog>()
                                  : std::make_unique<EffectLog>(options.log_path);
  make(source_, options.source_version, "source", options, log_.get());
  make(target_, options.target_version, "target", options, log_.get());
  assign_ports(*source_, options.base_port);
  assign_ports(*target_, options.base_port == 0 ? 0 : options.base_port + kPortsPerCluster);
  if (options.generate) generate(*source_, options.generator);
  engine_ = std::make_unique<ReplicationEngine>(*target_, source_.get(), options.replication);
  target_->on_leader_change([this] { engine_->leader_changed(); });
  Status status = open(*source_, source_side_, nullptr, options.base_port);
  if (status.is_ok() && !options.only_source) {
    status = open(*target_, target_side_, engine_.get(), options.base_port);
  }
  if (!status.is_ok()) {
    stop();
    return status;
  }
  stopping_ = false;
  ticker_ = std::thread([this, options] { tick_loop(options.tick_ms, options.load_every_ms); });
  return Status::ok();
}

Status Sandbox::open(Cluster& cluster, Side_& side, ReplicationEngine* engine, int) {
  side.ports = std::make_unique<ClusterPorts>(cluster, engine);
  SRSYNC_RETURN_IF_ERROR(side.ports->start());
  const auto count = static_cast<int>(
      cluster.with([](const Catalog& catalog) { return catalog.frontends.size(); }));
  for (int number = 1; number <= count; ++number) {
    SRSYNC_RETURN_IF_ERROR(start_sql(cluster, side, number));
  }
  return Status::ok();
}

Status Sandbox::start_sql(Cluster& cluster, Side_& side, int number) {
  const auto at = static_cast<std::size_t>(number - 1);
  const auto [ip, port] = cluster.with([&](const Catalog& catalog) {
    return std::pair(catalog.frontends[at].ip, catalog.frontends[at].query_port);
  });
  auto server = std::make_unique<SqlServer>(cluster, number, this);
  SRSYNC_RETURN_IF_ERROR(server->start(ip, static_cast<std::uint16_t>(port)));
  const int bound = server->port();
  cluster.with([&](Catalog& catalog) { catalog.frontends[at].query_port = bound; });
  std::lock_guard lock(ports_mutex_);
  side.sql[number] = std::move(server);
  return Status::ok();
}

void Sandbox::stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (ticker_.joinable()) ticker_.join();
  for (Cluster* cluster : {source_.get(), target_.get()}) {
    if (cluster != nullptr) cluster->faults().lift_all();
  }
  for (Side_* side : {&source_side_, &target_side_}) {
    std::map<int, std::unique_ptr<SqlServer>> servers;
    {
      std::lock_guard lock(ports_mutex_);
      servers.swap(side->sql);
    }
    for (auto& [number, server] : servers) server->stop();
    if (side->ports) side->ports->stop();
    side->ports.reset();
  }
}

Frontend Sandbox::frontend(Side side, int number) {
  return cluster(side).with([&](const Catalog& catalog) {
    return catalog.frontends.at(static_cast<std::size_t>(number - 1));
  });
}

std::string Sandbox::token(Side side) {
  return cluster(side).with([](const Catalog& catalog) { return catalog.token; });
}

Answer Sandbox::run(Side side, std::string_view sql, std::string_view db) {
  Session session(cluster(side), 1, this, 0);
  User root;
  root.name = "root";
  root.role = "root";
  root.all = root.operate = true;
  session.set_user(std::move(root));
  if (!db.empty()) {
    const Answer used = session.use(db);
    if (used.is_error()) return used;
  }
  return session.execute(sql);
}

std::string Sandbox::describe_json() {
  nlohmann::json all{{"source", describe(*source_)}, {"target", describe(*target_)}};
  // The same once more under the names of sync.properties, so that scripts need no JSON reader.
  for (const char* side : {"source", "target"}) {
    const nlohmann::json& cluster = all[side];
    const std::string prefix = side;
    all[prefix + "_fe_host"] = cluster["frontends"][0]["host"];
    all[prefix + "_fe_query_port"] = cluster["frontends"][0]["query_port"];
    all[prefix + "_cluster_user"] = cluster["user"];
    all[prefix + "_cluster_password"] = cluster["password"];
  }
  all["source_cluster_token"] = all["source"]["token"];
  return all.dump(2);
}

Cluster* Sandbox::cluster(std::string_view name) {
  if (name == "source") return source_.get();
  return name == "target" ? target_.get() : nullptr;
}

Status Sandbox::order_frontend(Cluster& cluster, int number, std::string_view what) {
  const auto count = cluster.with([](const Catalog& catalog) { return catalog.frontends.size(); });
  if (number < 1 || static_cast<std::size_t>(number) > count) {
    return invalid_argument("there is no frontend " + std::to_string(number));
  }
  {
    std::lock_guard lock(mutex_);
    orders_.push_back({&cluster, number, std::string(what)});
  }
  wake_.notify_all();
  return Status::ok();
}

std::vector<std::pair<std::string, std::string>> Sandbox::status() {
  std::vector<std::pair<std::string, std::string>> out;
  for (Cluster* cluster : {source_.get(), target_.get()}) {
    out.emplace_back(cluster->name() + ".statements",
                     std::to_string(cluster->faults().asked(Surface::kSql)));
    out.emplace_back(cluster->name() + ".rpcs",
                     std::to_string(cluster->faults().asked(Surface::kRpc)));
    cluster->with([&](const Catalog& catalog) {
      std::size_t tables = 0;
      std::size_t partitions = 0;
      for (const auto& [id, database] : catalog.databases) {
        tables += database.tables.size();
        for (const auto& [table_id, table] : database.tables) partitions += table.partitions.size();
      }
      const std::string name = catalog.name + ".";
      out.emplace_back(name + "version", std::string(version_name(catalog.version)));
      out.emplace_back(name + "tables", std::to_string(tables));
      out.emplace_back(name + "partitions", std::to_string(partitions));
      for (const Frontend& frontend : catalog.frontends) {
        out.emplace_back(name + "fe" + std::to_string(frontend.number),
                         std::string(frontend.is_leader ? "LEADER" : "FOLLOWER") + " " +
                             frontend.ip + ":" + std::to_string(frontend.query_port) +
                             (frontend.is_alive ? "" : " dead"));
      }
    });
  }
  out.emplace_back("effects", std::to_string(log_->all().size()));
  return out;
}

// A frontend that goes down takes its connections with it; when it led, another one leads.
void Sandbox::carry_out(const Order& order) {
  Side_& side = order.cluster == source_.get() ? source_side_ : target_side_;
  const auto at = static_cast<std::size_t>(order.number - 1);
  const auto mark = [&](bool alive) {
    return order.cluster->with([&](Catalog& catalog) {
      Frontend& frontend = catalog.frontends[at];
      frontend.is_alive = alive;
      if (alive) frontend.start_ms = order.cluster->now_ms();
      return frontend.is_leader;
    });
  };
  if (order.what == "KILL" || order.what == "RESTART") {
    std::unique_ptr<SqlServer> server;
    {
      std::lock_guard lock(ports_mutex_);
      const auto found = side.sql.find(order.number);
      if (found != side.sql.end()) {
        server = std::move(found->second);
        side.sql.erase(found);
      }
    }
    if (server) server->stop();
    if (side.ports) side.ports->stop_frontend(order.number);
    const bool led = mark(false);
    if (led) {
      const int heir = order.cluster->with([&](const Catalog& catalog) {
        const auto alive = std::ranges::find(catalog.frontends, true, &Frontend::is_alive);
        return alive == catalog.frontends.end() ? order.number : alive->number;
      });
      order.cluster->move_leader(heir);
    }
  }
  if (order.what == "START" || order.what == "RESTART") {
    mark(true);
    if (side.ports) (void)side.ports->start_frontend(order.number);
    (void)start_sql(*order.cluster, side, order.number);
  }
}

void Sandbox::keep_loading(bool on) {
  const std::lock_guard loading(load_mutex_);
  loading_ = on;
}

void Sandbox::tick_loop(int tick_ms, int load_every_ms) {
  std::uint64_t turn = 0;
  std::int64_t next_load = source_->now_ms() + load_every_ms;
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    std::vector<Order> orders;
    orders.swap(orders_);
    lock.unlock();
    for (const Order& order : orders) carry_out(order);
    source_->tick();
    target_->tick();
    engine_->tick();
    if (load_every_ms > 0 && source_->now_ms() >= next_load) {
      const std::lock_guard loading(load_mutex_);
      if (loading_) load_something(turn++);
      next_load = source_->now_ms() + load_every_ms;
    }
    lock.lock();
    wake_.wait_for(lock, std::chrono::milliseconds(tick_ms),
                   [&] { return stopping_ || !orders_.empty(); });
  }
}

// Always the first table that has data: it is the one that keeps being loaded.
void Sandbox::load_something(std::uint64_t turn) {
  source_->with([&](Catalog& catalog) {
    for (const auto& [id, database] : catalog.databases) {
      for (const auto& [table_id, table] : database.tables) {
        if (table.kind != TableKind::kOlap || table.partitions.empty()) continue;
        LoadOrder order;
        order.table_id = table_id;
        order.partitions = {table.partitions[turn % table.partitions.size()].name};
        commit_load(catalog, source_->now_ms(), order);
        return;
      }
    }
  });
}

}  // namespace srsync::sandbox
