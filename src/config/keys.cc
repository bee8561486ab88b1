#include "config/keys.h"

#include <algorithm>

#include "base/text.h"

// A place in the Draft, as a Field.
#define SRSYNC_FIELD(member) (+[](Draft & draft) -> auto& { return draft.member; })

namespace srsync::config {
namespace {

constexpr std::int64_t kDay = 86'400;
constexpr std::string_view kPasswordHelp =
    "Password of that user, in clear or, with a secret key below, encrypted.";
constexpr std::string_view kSecretKeyHelp =
    "When set, the password above is the answer of SELECT TO_BASE64(AES_ENCRYPT('<password>', "
    "'<secret key>')).";
constexpr std::string_view kPacingHelp =
    "The interval and the batch below are a rate limit when one of them is set. Without, srsync "
    "goes by what the target has free.";

std::vector<KeySpec> cluster_keys() {
  return {
      {"one_time_run_mode", Group::kRun, SRSYNC_FIELD(options.one_time_run_mode), "false",
       "true: synchronise every table once, in full, then end. false: keep the target equal to the "
       "source until stopped."},
      {"source_fe_host", Group::kSource, SRSYNC_FIELD(options.source.fe_host), "",
       "A frontend of the source cluster, IP address or name.", kRequired | kHost},
      {"source_fe_query_port", Group::kSource, SRSYNC_FIELD(options.source.query_port), "9030",
       "Its query_port (MySQL protocol).", kPlain, 1, 65535},
      {"source_cluster_user", Group::kSource, SRSYNC_FIELD(options.source.user), "root",
       "User on the source. Needs OPERATE on SYSTEM and SELECT on every table to be synchronised."},
      {"source_cluster_password", Group::kSource, SRSYNC_FIELD(options.source.password), "",
       kPasswordHelp},
      {"source_cluster_password_secret_key", Group::kSource, SRSYNC_FIELD(source_secret_key), "",
       kSecretKeyHelp},
      {"source_cluster_token", Group::kSource, SRSYNC_FIELD(options.source_token), "",
       "Token of the source cluster (grep token fe/meta/image/VERSION on one of its frontends). "
       "Needed unless both clusters are shared-data."},
      {"target_fe_host", Group::kTarget, SRSYNC_FIELD(options.target.fe_host), "",
       "A frontend of the target cluster, IP address or name.", kRequired | kHost},
      {"target_fe_query_port", Group::kTarget, SRSYNC_FIELD(options.target.query_port), "9030",
       "Its query_port (MySQL protocol).", kPlain, 1, 65535},
      {"target_cluster_user", Group::kTarget, SRSYNC_FIELD(options.target.user), "root",
       "User on the target. Needs OPERATE on SYSTEM and the right to create, alter and drop."},
      {"target_cluster_password", Group::kTarget, SRSYNC_FIELD(options.target.password), "",
       kPasswordHelp},
      {"target_cluster_password_secret_key", Group::kTarget, SRSYNC_FIELD(target_secret_key), "",
       kSecretKeyHelp},
      {"jdbc_connect_timeout_ms", Group::kRun, SRSYNC_FIELD(options.connect_timeout_ms), "30000",
       "How long a log-in to a frontend may take. Counted in whole seconds, rounded up.", kPlain, 1,
       kDay * 1000, "milliseconds"},
      {"jdbc_socket_timeout_ms", Group::kRun, SRSYNC_FIELD(options.socket_timeout_ms), "60000",
       "How long to wait for a frontend's answer. Counted in whole seconds, rounded up.", kPlain, 1,
       kDay * 1000, "milliseconds"},
  };
}

std::vector<KeySpec> table_keys() {
  return {
      {"include_data_list", Group::kScope, SRSYNC_FIELD(options.include), "",
       "What to synchronise: databases and tables, such as db1, db2.tbl2. Empty: everything. "
       "Applied first.",
       kJournalled},
      {"exclude_data_list", Group::kScope, SRSYNC_FIELD(options.exclude), "",
       "What to leave out of that, written alike. Applied second.", kJournalled},
      {"srsync_include_patterns", Group::kScope, SRSYNC_FIELD(options.include_patterns), "",
       "The same by pattern: '*' stands for any characters, '?' for one, such as sales_*, "
       "db?.log_*. Added to include_data_list: what either names is synchronised.",
       kJournalled | kPattern},
      {"srsync_exclude_patterns", Group::kScope, SRSYNC_FIELD(options.exclude_patterns), "",
       "What to leave out by pattern, such as tmp_*, *.staging_*. Added to exclude_data_list.",
       kJournalled | kPattern},
      {"srsync_rename", Group::kScope, SRSYNC_FIELD(options.renames), "",
       "Other names on the target, for databases and for tables and views, such as db1 -> "
       "db1_copy, db1.t -> db2.t2. A rule for a table goes before one for its database, and an "
       "object that keeps its name gives way to one that a rule gives it to. All other keys have "
       "the source's names. After a change everything is copied to the new names; what was made "
       "under the old ones is nobody's: left as it is, or, where it stands in a database of the "
       "source and ddl_job_allow_drop_target_only is true, dropped like all that only the target "
       "has. Read at the start only.",
       kJournalled},
      {"target_cluster_storage_volume", Group::kTables, SRSYNC_FIELD(options.target_storage_volume),
       "",
       "Shared-data target: the storage volume of tables that are created. Empty: the default "
       "volume, or the source's volume name where the target has it.",
       kJournalled},
      {"target_cluster_use_builtin_storage_volume_only", Group::kTables,
       SRSYNC_FIELD(options.target_use_builtin_storage_volume_only), "false",
       "Both clusters shared-data: create every table on builtin_storage_volume. Wins over the key "
       "above.",
       kJournalled},
      {"target_cluster_replication_num", Group::kTables,
       SRSYNC_FIELD(options.target_replication_num), "-1",
       "Replicas of tables that are created on the target. -1: as on the source.",
       kJournalled | kOrMinusOne, 1, 32'767},
      {"target_cluster_max_disk_used_percent", Group::kTables,
       SRSYNC_FIELD(options.target_max_disk_used_percent), "80",
       "Shared-nothing target: nothing more is copied while a backend's disk is fuller than this.",
       kJournalled, 1, 100, "percent"},
      {"target_cluster_enable_persistent_index", Group::kTables,
       SRSYNC_FIELD(options.target_enable_persistent_index), "",
       "enable_persistent_index of primary key tables that are created. Empty: as on the source.",
       kJournalled},
      {"max_replication_data_size_per_job_in_gb", Group::kTables,
       SRSYNC_FIELD(options.max_job_gigabytes), "1024",
       "A table with more data to copy than this is copied by several jobs. -1: no limit.",
       kJournalled | kOrMinusOne, 1, 1'000'000'000, "gigabytes"},
      {"enable_bitmap_index_sync", Group::kTables,
       SRSYNC_FIELD(options.future.enable_bitmap_index_sync), "false",
       "Synchronise bitmap indexes of existing tables.", kJournalled},
      {"enable_table_property_sync", Group::kTables,
       SRSYNC_FIELD(options.future.enable_table_property_sync), "false",
       "Synchronise properties of existing tables.", kJournalled},
  };
}

std::vector<KeySpec> pacing_keys() {
  return {
      {"meta_job_interval_seconds", Group::kPacing, SRSYNC_FIELD(options.meta_job_interval_seconds),
       "180",
       "How often everything is read anew from both clusters. Changes are noticed between these "
       "readings too.",
       kOnlyIfSet, 1, kDay, "seconds"},
      {"meta_job_threads", Group::kPacing, SRSYNC_FIELD(options.meta_job_threads), "4",
       "Tables that are read at a moment, each over a connection of its own. Without: twice "
       "srsync_workers.",
       kOnlyIfSet, 1, 256, "threads"},
      {"ddl_job_interval_seconds", Group::kPacing,
       SRSYNC_FIELD(options.ddl_pacing.interval_seconds), "10", kPacingHelp, kOnlyIfSet, 1, kDay,
       "seconds"},
      {"ddl_job_batch_size", Group::kPacing, SRSYNC_FIELD(options.ddl_pacing.batch_size), "10",
       "DDL statements on the target per interval.", kOnlyIfSet, 1, 1'000'000, "statements"},
      {"replication_job_interval_seconds", Group::kPacing,
       SRSYNC_FIELD(options.replication_pacing.interval_seconds), "10", kPacingHelp, kOnlyIfSet, 1,
       kDay, "seconds"},
      {"replication_job_batch_size", Group::kPacing,
       SRSYNC_FIELD(options.replication_pacing.batch_size), "10",
       "Replication jobs given to the target per interval.", kOnlyIfSet, 1, 1'000'000, "jobs"},
      {"report_interval_seconds", Group::kPacing, SRSYNC_FIELD(options.report_interval_seconds),
       "300", "How often progress is logged.", kPlain, 1, kDay, "seconds"},
  };
}

std::vector<KeySpec> drop_keys() {
  return {
      {"ddl_job_allow_drop_target_only", Group::kDrops,
       SRSYNC_FIELD(options.allow_drop_target_only), "false",
       "Drop databases and tables that exist only on the target.", kJournalled},
      {"ddl_job_allow_drop_schema_change_table", Group::kDrops,
       SRSYNC_FIELD(options.allow_drop_schema_change_table), "true",
       "Drop tables whose schema differs from the source's, and create and copy them again.",
       kJournalled},
      {"ddl_job_allow_drop_inconsistent_partition", Group::kDrops,
       SRSYNC_FIELD(options.allow_drop_inconsistent_partition), "true",
       "Drop partitions whose data distribution differs, and create and copy them again.",
       kJournalled},
      {"ddl_job_allow_drop_inconsistent_time_partition", Group::kDrops,
       SRSYNC_FIELD(options.allow_drop_inconsistent_time_partition), "true",
       "Drop partitions whose version history is not the source's (somebody wrote into them), and "
       "create and copy them again.",
       kJournalled},
      {"ddl_job_allow_drop_partition_target_only", Group::kDrops,
       SRSYNC_FIELD(options.allow_drop_partition_target_only), "true",
       "Drop partitions that the source no longer has.", kJournalled},
      {"ddl_job_allow_drop_inconsistent_bitmap_index", Group::kDrops,
       SRSYNC_FIELD(options.future.allow_drop_inconsistent_bitmap_index), "true",
       "Drop bitmap indexes that differ, and create them again.", kJournalled},
      {"ddl_job_allow_drop_bitmap_index_target_only", Group::kDrops,
       SRSYNC_FIELD(options.future.allow_drop_bitmap_index_target_only), "true",
       "Drop bitmap indexes that exist only on the target.", kJournalled},
  };
}

std::vector<KeySpec> view_keys() {
  return {
      {"enable_view_sync", Group::kTables, SRSYNC_FIELD(options.views.enable_view_sync), "true",
       "Synchronise views.", kJournalled},
      {"enable_materialized_view_sync", Group::kTables,
       SRSYNC_FIELD(options.views.enable_materialized_view_sync), "true",
       "Synchronise the definitions of asynchronous materialized views. One is made when its "
       "tables "
       "hold data; the target fills it by its own refresh.",
       kJournalled},
      {"ddl_job_allow_drop_inconsistent_view", Group::kDrops,
       SRSYNC_FIELD(options.views.allow_drop_inconsistent_view), "true",
       "Replace views whose definition differs from the source's.", kJournalled},
      {"ddl_job_allow_drop_view_target_only", Group::kDrops,
       SRSYNC_FIELD(options.views.allow_drop_view_target_only), "false",
       "Drop views that exist only on the target.", kJournalled},
      {"ddl_job_allow_drop_inconsistent_materialized_view", Group::kDrops,
       SRSYNC_FIELD(options.views.allow_drop_inconsistent_materialized_view), "true",
       "Drop materialized views whose query, columns or distribution differ from the source's, and "
       "create them again. Another refresh or property is altered without this.",
       kJournalled},
      {"ddl_job_allow_drop_materialized_view_target_only", Group::kDrops,
       SRSYNC_FIELD(options.views.allow_drop_materialized_view_target_only), "false",
       "Drop materialized views that exist only on the target.", kJournalled},
  };
}

std::vector<KeySpec> future_object_keys() { return {}; }

std::vector<KeySpec> future_privilege_keys() {
  return {
      {"enable_privilege_sync", Group::kFuture, SRSYNC_FIELD(options.future.enable_privilege_sync),
       "false", "Synchronise users, roles and grants.", kNoEffectYet},
      {"ddl_job_allow_drop_user_target_only", Group::kFuture,
       SRSYNC_FIELD(options.future.allow_drop_user_target_only), "false",
       "Drop users that exist only on the target.", kNoEffectYet},
      {"ddl_job_allow_drop_role_target_only", Group::kFuture,
       SRSYNC_FIELD(options.future.allow_drop_role_target_only), "false",
       "Drop roles that exist only on the target.", kNoEffectYet},
      {"ddl_job_allow_drop_inconsistent_user", Group::kFuture,
       SRSYNC_FIELD(options.future.allow_drop_inconsistent_user), "false",
       "Drop users that differ, and create them again.", kNoEffectYet},
      {"ddl_job_allow_revoke_grant_target_only", Group::kFuture,
       SRSYNC_FIELD(options.future.allow_revoke_grant_target_only), "false",
       "Revoke grants that exist only on the target.", kNoEffectYet},
      {"privilege_sync_exclude_users", Group::kFuture,
       SRSYNC_FIELD(options.future.privilege_sync_exclude_users), "",
       "Users to leave alone, separated by commas.", kNoEffectYet},
      {"privilege_sync_exclude_roles", Group::kFuture,
       SRSYNC_FIELD(options.future.privilege_sync_exclude_roles), "",
       "Roles to leave alone, separated by commas.", kNoEffectYet},
  };
}

std::vector<KeySpec> own_keys() {
  return {
      {"srsync_query_budget_per_second", Group::kOwn, SRSYNC_FIELD(options.query_budget_per_second),
       "20",
       "Requests per second and cluster for watching what changes. What a migration itself needs "
       "is "
       "not held back by it.",
       kPlain, 1, 100'000, "requests"},
      {"srsync_workers", Group::kOwn, SRSYNC_FIELD(options.workers), "8",
       "Threads that work on the target: DDL, submitting and watching jobs.", kPlain, 1, 256,
       "threads"},
      {"srsync_checkpoint_every_events", Group::kOwn, SRSYNC_FIELD(options.checkpoint_every_events),
       "100000", "Journal events between two checkpoints. Fewer make a start faster.", kPlain, 1,
       1'000'000'000, "events"},
      {"srsync_max_drops_per_hour", Group::kOwn, SRSYNC_FIELD(options.max_drops_per_hour), "20",
       "When more tables and databases than this are due to be dropped on the target within an "
       "hour, none is, and an operator is asked: the log names them and says what to do. A table "
       "that is made anew counts until it holds the data again. 0: every drop is asked about.",
       kJournalled, 0, 1'000'000, "drops"},
      {"srsync_max_drop_percent", Group::kOwn, SRSYNC_FIELD(options.max_drop_percent), "10",
       "The same for more than this part of one database's tables, when they are more than 3. 0: "
       "no such limit.",
       kJournalled, 0, 100, "percent"},
      {"srsync_recreate", Group::kOwn, SRSYNC_FIELD(options.recreate), "beside",
       "How a table is made anew whose columns, keys, distribution or buckets changed, or whose "
       "rows "
       "are nobody's copy. beside: the new one is built under a name that begins with srsync_new_ "
       "and then swapped with the old one, which readers see until then; it needs room for both "
       "tables. drop-first: the old one is dropped before, and readers miss it until the new one "
       "holds the data.",
       kJournalled},
      {"srsync_alter", Group::kOwn, SRSYNC_FIELD(options.alter), "true",
       "Bring changed comments, partitions' names and columns to the target with ALTER TABLE. "
       "Columns only where that leaves the rows as the source has them: one statement added, "
       "dropped or widened some. Else, and with false, changed columns mean that the table is "
       "made anew.",
       kJournalled},
      {"srsync_stall_timeout_seconds", Group::kOwn, SRSYNC_FIELD(options.stall_timeout_seconds),
       "7200", "A replication job without progress for this long is cancelled and sent again.",
       kJournalled, 1, 365 * kDay, "seconds"},
      {"srsync_lost_job_grace_seconds", Group::kOwn, SRSYNC_FIELD(options.lost_job_grace_seconds),
       "10", "A job that cannot be found on the target counts as lost only after this long.",
       kJournalled, 1, kDay, "seconds"},
      {"srsync_feed_interval_ms", Group::kOwn, SRSYNC_FIELD(options.feed_interval_ms), "1000",
       "How often finished transactions of the source are asked for.", kPlain, 10, kDay * 1000,
       "milliseconds"},
      {"srsync_sweep_interval_seconds", Group::kOwn, SRSYNC_FIELD(options.sweep_interval_seconds),
       "10",
       "Time between two readings of all versions of a cluster; longer by itself where they take "
       "more than a tenth of the time. meta_job_interval_seconds, when set, wins.",
       kPlain, 1, kDay, "seconds"},
      {"srsync_definition_interval_seconds", Group::kOwn,
       SRSYNC_FIELD(options.definition_interval_seconds), "900",
       "How often every table's and view's definition is read again, besides at the start: so late "
       "at most is a change noticed of a table that nobody loads. Longer by itself for very many "
       "tables. 0: at the start only.",
       kPlain, 0, kDay, "seconds"},
      {"srsync_once_catchup_seconds", Group::kOwn, SRSYNC_FIELD(options.once_catchup_seconds), "60",
       "One-time mode: how long it goes on following tables that are loaded without a pause, after "
       "every table was synchronised once.",
       kPlain, 0, kDay, "seconds"},
      {"srsync_tls", Group::kOwn, SRSYNC_FIELD(options.tls), "auto",
       "Encryption of the connections to query ports. auto: when the frontend offers it. required: "
       "or no connection."},
      {"srsync_tls_ca_file", Group::kOwn, SRSYNC_FIELD(options.tls_ca_file), "",
       "PEM file with the CA to verify frontends' certificates with; makes encryption required. "
       "Empty: certificates are not verified, so encryption keeps out listeners, not impostors."},
      {"srsync_admin_port", Group::kOwn, SRSYNC_FIELD(options.admin_port), "8950",
       "Port of the status page, the metrics and srsyncctl (HTTP). When it is taken, srsyncd says "
       "so "
       "and goes on without. 0: none.",
       kPlain, 0, 65535},
      {"srsync_admin_host", Group::kOwn, SRSYNC_FIELD(options.admin_host), "127.0.0.1",
       "Address that it listens on. Anything but this machine's own (127.0.0.1, ::1, localhost) "
       "needs "
       "the token below.",
       kHost},
      {"srsync_admin_token", Group::kOwn, SRSYNC_FIELD(options.admin_token), "",
       "When set, whoever asks must send it (Authorization: Bearer, or as the password in a "
       "browser), "
       "at least 16 characters. Without, anybody on this machine may read, and commands are taken "
       "from "
       "root and from srsyncd's own user."},
  };
}

}  // namespace

const std::vector<KeySpec>& all_keys() {
  static const std::vector<KeySpec> keys = [] {
    std::vector<KeySpec> all;
    for (const auto& part : {cluster_keys(), table_keys(), pacing_keys(), drop_keys(), own_keys(),
                             view_keys(), future_object_keys(), future_privilege_keys()}) {
      all.insert(all.end(), part.begin(), part.end());
    }
    std::stable_sort(all.begin(), all.end(), [](const KeySpec& a, const KeySpec& b) {
      const auto rank = [](Group g) { return g == Group::kFuture ? 99 : static_cast<int>(g); };
      return rank(a.group) < rank(b.group);
    });
    return all;
  }();
  return keys;
}

const KeySpec* find_key(std::string_view name) {
  const auto& keys = all_keys();
  const auto found =
      std::find_if(keys.begin(), keys.end(), [&](const KeySpec& key) { return key.name == name; });
  return found == keys.end() ? nullptr : &*found;
}

std::string_view nearest_key(std::string_view name) {
  const auto& keys = all_keys();
  return std::min_element(keys.begin(), keys.end(),
                          [&](const KeySpec& a, const KeySpec& b) {
                            return edit_distance(a.name, name) < edit_distance(b.name, name);
                          })
      ->name;
}

}  // namespace srsync::config
