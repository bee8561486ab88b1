#include "daemon/reload.h"

namespace srsync::daemon {
namespace {

bool same_pacing(const config::Pacing& a, const config::Pacing& b) { return a == b; }

void note(bool differs, const char* key, std::vector<std::string>& keys) {
  if (differs) keys.emplace_back(key);
}

void compare_cluster(const config::ClusterOptions& a, const config::ClusterOptions& b,
                     const std::string& prefix, std::vector<std::string>& keys) {
  note(a.fe_host != b.fe_host, (prefix + "fe_host").c_str(), keys);
  note(a.query_port != b.query_port, (prefix + "fe_query_port").c_str(), keys);
  note(a.user != b.user, (prefix + "cluster_user").c_str(), keys);
  note(a.password != b.password, (prefix + "cluster_password").c_str(), keys);
}

}  // namespace

Reload compare_settings(const std::map<std::string, std::string>& journalled,
                        const config::Options& running, const config::Options& fresh) {
  Reload reload;
  for (const auto& [key, value] : fresh.behaviour_settings()) {
    const auto at = journalled.find(key);
    if (at != journalled.end() && at->second == value) continue;
    // What reads the target goes by the names with which it was started.
    if (key == "srsync_rename") continue;
    reload.facts.emplace_back(core::SettingChanged{key, value});
    reload.changed.push_back(key);
  }
  auto& now = reload.changed;
  note(!same_pacing(running.ddl_pacing, fresh.ddl_pacing), "ddl_job_interval_seconds", now);
  note(!same_pacing(running.replication_pacing, fresh.replication_pacing),
       "replication_job_interval_seconds", now);
  note(running.meta_job_interval_seconds != fresh.meta_job_interval_seconds ||
           running.meta_job_interval_is_set != fresh.meta_job_interval_is_set,
       "meta_job_interval_seconds", now);
  note(running.report_interval_seconds != fresh.report_interval_seconds, "report_interval_seconds",
       now);
  note(running.query_budget_per_second != fresh.query_budget_per_second,
       "srsync_query_budget_per_second", now);
  note(running.feed_interval_ms != fresh.feed_interval_ms, "srsync_feed_interval_ms", now);
  note(running.sweep_interval_seconds != fresh.sweep_interval_seconds,
       "srsync_sweep_interval_seconds", now);
  note(running.definition_interval_seconds != fresh.definition_interval_seconds,
       "srsync_definition_interval_seconds", now);
  note(running.once_catchup_seconds != fresh.once_catchup_seconds, "srsync_once_catchup_seconds",
       now);
  note(running.meta_job_threads != fresh.meta_job_threads ||
           running.meta_job_threads_is_set != fresh.meta_job_threads_is_set,
       "meta_job_threads", now);
  note(running.checkpoint_every_events != fresh.checkpoint_every_events,
       "srsync_checkpoint_every_events", now);
  auto& later = reload.needs_restart;
  compare_cluster(running.source, fresh.source, "source_", later);
  compare_cluster(running.target, fresh.target, "target_", later);
  // A connection in use keeps what it was opened with.
  note(running.source_token != fresh.source_token, "source_cluster_token", later);
  note(running.connect_timeout_ms != fresh.connect_timeout_ms, "jdbc_connect_timeout_ms", later);
  note(running.socket_timeout_ms != fresh.socket_timeout_ms, "jdbc_socket_timeout_ms", later);
  note(running.tls != fresh.tls, "srsync_tls", later);
  note(running.tls_ca_file != fresh.tls_ca_file, "srsync_tls_ca_file", later);
  note(running.workers != fresh.workers, "srsync_workers", later);
  note(running.admin_port != fresh.admin_port, "srsync_admin_port", later);
  note(running.admin_host != fresh.admin_host, "srsync_admin_host", later);
  note(running.admin_token != fresh.admin_token, "srsync_admin_token", later);
  note(running.renames != fresh.renames, "srsync_rename", later);
  note(running.one_time_run_mode != fresh.one_time_run_mode, "one_time_run_mode", later);
  return reload;
}

}  // namespace srsync::daemon
