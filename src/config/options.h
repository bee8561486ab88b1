// The settings of one daemon, as typed values. Made by config/load.h; nothing else writes them.
// Plain values, safe to share between threads once loaded.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/secret.h"
#include "base/side.h"
#include "base/tls_mode.h"
#include "ddl/renames.h"

namespace srsync::config {

// One cluster of the pair. Host and port are as configured: HostMap applies to them as well.
struct ClusterOptions {
  std::string fe_host;
  int query_port = 9030;
  std::string user = "root";
  Secret password;  // already decrypted
  friend bool operator==(const ClusterOptions&, const ClusterOptions&) = default;
};

// "db" or "db.table"; of a pattern with '*' and '?' in both.
struct DataEntry {
  std::string db;
  std::string table;  // empty: the whole database
  friend bool operator==(const DataEntry&, const DataEntry&) = default;
};

// An interval/batch pair: at most `batch_size` per `interval_seconds`. Only a pair that the file
// sets (either key) is a limit; otherwise srsync goes by the target's free slots.
struct Pacing {
  int interval_seconds = 10;
  int batch_size = 10;
  bool is_limit = false;
  friend bool operator==(const Pacing&, const Pacing&) = default;
};

struct ViewOptions {
  bool enable_view_sync = true;
  bool allow_drop_inconsistent_view = true;
  bool allow_drop_view_target_only = false;
  bool enable_materialized_view_sync = true;
  bool allow_drop_inconsistent_materialized_view = true;
  bool allow_drop_materialized_view_target_only = false;
};

// Switches of work that this version accepts in the file but does not carry out yet.
struct FutureOptions {
  bool enable_bitmap_index_sync = false;
  bool allow_drop_inconsistent_bitmap_index = true;
  bool allow_drop_bitmap_index_target_only = true;
  bool enable_table_property_sync = false;
  bool enable_privilege_sync = false;
  bool allow_drop_user_target_only = false;
  bool allow_drop_role_target_only = false;
  bool allow_drop_inconsistent_user = false;
  bool allow_revoke_grant_target_only = false;
  std::string privilege_sync_exclude_users;
  std::string privilege_sync_exclude_roles;
};

// How a table is made anew: with the old one readable meanwhile, or without room for two.
enum class RecreateMode { kBeside, kDropFirst };

// Defaults, ranges, units and meanings stand in config/keys.cc, one row per key.
struct Options {
  bool one_time_run_mode = false;

  ClusterOptions source;
  ClusterOptions target;
  const ClusterOptions& cluster(Side side) const { return side == Side::kSource ? source : target; }
  // Of the source cluster; handed to the target with every replication job. May be empty.
  Secret source_token;

  std::int64_t connect_timeout_ms = 30'000;
  std::int64_t socket_timeout_ms = 60'000;

  std::vector<DataEntry> include;  // empty, and no patterns: everything
  std::vector<DataEntry> exclude;
  std::vector<DataEntry> include_patterns;
  std::vector<DataEntry> exclude_patterns;
  std::vector<ddl::RenameRule> renames;

  std::string target_storage_volume;  // empty: the target's default
  bool target_use_builtin_storage_volume_only = false;
  int target_replication_num = -1;  // -1: as on the source
  int target_max_disk_used_percent = 80;
  std::optional<bool> target_enable_persistent_index;  // nullopt: as on the source
  std::int64_t max_job_gigabytes = 1024;               // -1: no limit

  int meta_job_interval_seconds = 180;
  bool meta_job_interval_is_set = false;
  int meta_job_threads = 4;
  bool meta_job_threads_is_set = false;
  Pacing ddl_pacing;
  Pacing replication_pacing;
  int report_interval_seconds = 300;

  bool allow_drop_target_only = false;
  bool allow_drop_schema_change_table = true;
  bool allow_drop_inconsistent_partition = true;
  bool allow_drop_inconsistent_time_partition = true;
  bool allow_drop_partition_target_only = true;

  ViewOptions views;
  FutureOptions future;

  int query_budget_per_second = 20;  // per frontend
  int workers = 8;
  std::int64_t checkpoint_every_events = 100'000;
  int max_drops_per_hour = 20;
  int max_drop_percent = 10;  // of one database's tables
  RecreateMode recreate = RecreateMode::kBeside;
  bool alter = true;
  int stall_timeout_seconds = 7'200;
  int feed_interval_ms = 1'000;
  int sweep_interval_seconds = 10;
  int definition_interval_seconds = 900;
  int once_catchup_seconds = 60;
  int lost_job_grace_seconds = 10;
  TlsMode tls = TlsMode::kAuto;
  std::string tls_ca_file;  // empty: certificates are not verified

  int admin_port = 8950;  // 0: no HTTP port
  std::string admin_host = "127.0.0.1";
  Secret admin_token;  // empty: loopback only

  // What changes srsync's decisions, as key and canonical text ("true", "-1", "db1,db2.t"), for
  // the journal. Holds every such key, set or default, and never a password, a key or a token.
  std::map<std::string, std::string> behaviour_settings() const;
};

}  // namespace srsync::config
