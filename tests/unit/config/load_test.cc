#include "config/load.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace srsync::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kHosts = "source_fe_host=s.example\ntarget_fe_host=t.example\n";

Result<LoadedConfig> load(const std::string& sync, const std::string& hosts = "") {
  return parse_config(sync, "conf/sync.properties", hosts, "conf/hosts.properties");
}

Options options_of(const std::string& sync) {
  const auto config = load(kHosts + sync);
  EXPECT_TRUE(config.is_ok()) << config.status().to_string();
  return config.is_ok() ? config->options : Options();
}

std::string error_of(const std::string& sync, const std::string& hosts = "") {
  const auto config = load(sync, hosts);
  EXPECT_FALSE(config.is_ok());
  EXPECT_EQ(config.status().code(), Code::kInvalidArgument);
  return config.status().message();
}

// The file as the tool's manual prints it, filled in.
constexpr const char* kManualFile = R"(
# If true, all tables are synchronised once.
one_time_run_mode=false

source_fe_host=192.1.1.1
source_fe_query_port=9030
source_cluster_user=root
source_cluster_password=
source_cluster_password_secret_key=
source_cluster_token=wwwwwwww-xxxx-yyyy-zzzz-uuuuuuuuuu

target_fe_host=fe-0.starrocks.svc.cluster.local
target_fe_query_port=19030
target_cluster_user=root
target_cluster_password=secret
target_cluster_password_secret_key=

include_data_list=db1, db2.tbl2,db3
exclude_data_list=

target_cluster_storage_volume=
target_cluster_replication_num=-1
target_cluster_max_disk_used_percent=80

max_replication_data_size_per_job_in_gb=-1

meta_job_interval_seconds=180
meta_job_threads=4
ddl_job_interval_seconds=10
ddl_job_batch_size=10
ddl_job_allow_drop_target_only=false
ddl_job_allow_drop_schema_change_table=true
ddl_job_allow_drop_inconsistent_partition=true
ddl_job_allow_drop_partition_target_only=true
replication_job_interval_seconds=10
replication_job_batch_size=10
report_interval_seconds=300
)";

TEST(LoadTest, TheManualsFileLoadsUnchanged) {
  const auto config = load(kManualFile);
  ASSERT_TRUE(config.is_ok()) << config.status().to_string();
  EXPECT_TRUE(config->warnings.empty());
  const Options& o = config->options;
  EXPECT_EQ(o.source.fe_host, "192.1.1.1");
  EXPECT_EQ(o.target.query_port, 19030);
  EXPECT_EQ(o.target.password.reveal(), "secret");
  EXPECT_EQ(o.source_token.reveal(), "wwwwwwww-xxxx-yyyy-zzzz-uuuuuuuuuu");
  EXPECT_THAT(o.include,
              ElementsAre(DataEntry{"db1", ""}, DataEntry{"db2", "tbl2"}, DataEntry{"db3", ""}));
  EXPECT_EQ(o.max_job_gigabytes, -1);
  EXPECT_TRUE(o.ddl_pacing.is_limit);
  EXPECT_TRUE(o.replication_pacing.is_limit);
  EXPECT_TRUE(o.meta_job_interval_is_set);
}

TEST(LoadTest, PatternsMayHoldWildcardsAndListsMayNot) {
  const Options o = options_of("srsync_include_patterns=sales_*, db?.*\n");
  EXPECT_THAT(o.include_patterns, ElementsAre(DataEntry{"sales_*", ""}, DataEntry{"db?", "*"}));
  EXPECT_EQ(o.behaviour_settings().at("srsync_include_patterns"), "sales_*,db?.*");
  EXPECT_THAT(error_of(kHosts + "include_data_list=sales_*\n"), HasSubstr("without quotes and"));
  EXPECT_THAT(error_of(kHosts + "srsync_exclude_patterns=`a`\n"),
              HasSubstr("patterns as db or db.table, with * and ?"));
}

TEST(LoadTest, RenamesAreReadAndWrongOnesExplained) {
  const Options o = options_of("srsync_rename = a->b , c.t -> d.u\n");
  EXPECT_EQ(o.behaviour_settings().at("srsync_rename"), "a -> b, c.t -> d.u");
  EXPECT_TRUE(options_of("").renames.empty());
  EXPECT_THAT(
      error_of(kHosts + "srsync_rename=a -> c, b -> c\n"),
      HasSubstr("conf/sync.properties line 3: srsync_rename: a -> c and b -> c: two objects "
                "cannot have one name on the target"));
  EXPECT_THAT(error_of(kHosts + "srsync_rename=a\n"), HasSubstr("db1 -> db1_copy"));
}

TEST(LoadTest, UnsetAndEmptyKeysAreDefaultsAndNoLimit) {
  const Options o = options_of(
      "ddl_job_interval_seconds=\nsource_fe_query_port=\nsource_cluster_user=  \n"
      "target_cluster_enable_persistent_index=\n");
  EXPECT_EQ(o.source.query_port, 9030);
  EXPECT_EQ(o.source.user, "root");
  EXPECT_FALSE(o.ddl_pacing.is_limit);
  EXPECT_FALSE(o.target_enable_persistent_index.has_value());
  EXPECT_EQ(o.max_job_gigabytes, 1024);
  EXPECT_EQ(o.query_budget_per_second, 20);
  EXPECT_EQ(o.tls, TlsMode::kAuto);
}

TEST(LoadTest, OneKeyOfAPairMakesItALimit) {
  const Options o = options_of("replication_job_batch_size = 3\n");
  EXPECT_TRUE(o.replication_pacing.is_limit);
  EXPECT_EQ(o.replication_pacing.batch_size, 3);
  EXPECT_EQ(o.replication_pacing.interval_seconds, 10);
  EXPECT_FALSE(o.ddl_pacing.is_limit);
}

TEST(LoadTest, ReadsEveryType) {
  const Options o = options_of(
      "one_time_run_mode=TRUE\ntarget_cluster_enable_persistent_index=false\nsrsync_tls=Required\n"
      "srsync_max_drops_per_hour=0\njdbc_connect_timeout_ms=1500\n"
      "target_cluster_replication_num=1\n");
  EXPECT_TRUE(o.one_time_run_mode);
  EXPECT_EQ(o.target_enable_persistent_index, false);
  EXPECT_EQ(o.tls, TlsMode::kRequired);
  EXPECT_EQ(o.max_drops_per_hour, 0);
  EXPECT_EQ(o.connect_timeout_ms, 1500);
  EXPECT_EQ(o.target_replication_num, 1);
}

TEST(LoadTest, ABadValueIsNamedWithFileLineAndWhatIsAllowed) {
  const std::string error = error_of(kHosts + "\nsource_fe_query_port=90300\n");
  EXPECT_EQ(error,
            "conf/sync.properties line 4: source_fe_query_port=90300: a whole number from 1 to "
            "65535 is wanted");
}

TEST(LoadTest, RefusesBadValuesOfEveryType) {
  for (const char* line : {
           "one_time_run_mode=yes",
           "meta_job_threads=0",
           "meta_job_threads=4x",
           "report_interval_seconds=1.5",
           "target_cluster_replication_num=0",
           "target_cluster_replication_num=-2",
           "target_cluster_max_disk_used_percent=101",
           "include_data_list=db1,.t",
           "include_data_list=db1,db.",
           "include_data_list=`db`",
           "include_data_list=db*",
           "exclude_data_list=a b",
           "source_fe_host=10.0.0.1:9030",
           "source_fe_host=http://x",
           "srsync_tls=maybe",
           "max_replication_data_size_per_job_in_gb=0",
           "target_cluster_enable_persistent_index=1",
           "srsync_workers=99999999999999999999",
       }) {
    const std::string key = std::string(line).substr(0, std::string(line).find('='));
    EXPECT_THAT(error_of(kHosts + line), HasSubstr("line 3: " + key)) << line;
  }
}

TEST(LoadTest, AllErrorsOfBothFilesAreReportedAtOnce) {
  const std::string error =
      error_of("source_fe_host=a\nmeta_job_threads=x\nsrsync_workers=-1\nb=\\u1\n", "FOO_a=b\n");
  EXPECT_THAT(error, HasSubstr("conf/sync.properties line 2: meta_job_threads=x"));
  EXPECT_THAT(error, HasSubstr("conf/sync.properties line 3: srsync_workers=-1"));
  EXPECT_THAT(error, HasSubstr("conf/sync.properties line 4: \\u wants"));
  EXPECT_THAT(error, HasSubstr("conf/sync.properties: target_fe_host is missing"));
  EXPECT_THAT(error, HasSubstr("conf/hosts.properties line 1: FOO_a=b"));
}

TEST(LoadTest, UnknownKeysAreWarnedOfWithTheNearestAndWithoutTheirValue) {
  const auto config = load(kHosts + "source_cluster_pasword=hunter2\n");
  ASSERT_TRUE(config.is_ok());
  EXPECT_THAT(config->warnings,
              ElementsAre("conf/sync.properties line 3: unknown key source_cluster_pasword is "
                          "ignored; the nearest is source_cluster_password"));
}

TEST(LoadTest, TheLaterOfTwoCountsAndIsWarnedOf) {
  const auto config = load(kHosts + "meta_job_threads=bad\nmeta_job_threads=7\n");
  ASSERT_TRUE(config.is_ok()) << config.status().to_string();
  EXPECT_EQ(config->options.meta_job_threads, 7);
  EXPECT_THAT(config->warnings, ElementsAre(HasSubstr("line 4: meta_job_threads is set again, "
                                                      "line 3")));
}

TEST(LoadTest, PasswordsAreDecryptedWithTheirSecretKey) {
  const Options o = options_of(
      "source_cluster_password=uv/Lhzm74syo8JlfWarwKA==\n"
      "source_cluster_password_secret_key=F3229A0B371ED2D9441B830D21A390C3\n"
      "target_cluster_password= uv/L==\n");
  EXPECT_EQ(o.source.password.reveal(), "starrocks");
  EXPECT_EQ(o.target.password.reveal(), "uv/L==");
}

TEST(LoadTest, NoSecretShowsInErrorsWarningsNotesOrSettings) {
  const std::string secrets =
      "source_cluster_password=Qm9ndXM=\nsource_cluster_password_secret_key=hidden1\n"
      "target_cluster_password=hidden2 \nsource_cluster_token=hidden3\n";
  const std::string error = error_of(kHosts + secrets);
  EXPECT_THAT(error, HasSubstr("source_cluster_password: "));
  EXPECT_THAT(error, Not(HasSubstr("hidden")));
  EXPECT_THAT(error, Not(HasSubstr("Qm9ndXM")));

  const auto config =
      load(kHosts + "target_cluster_password=hidden2 \nsource_cluster_token=hidden3");
  ASSERT_TRUE(config.is_ok());
  EXPECT_EQ(config->warnings.size(), 1u);  // the blank at the end
  for (const auto& warning : config->warnings) EXPECT_THAT(warning, Not(HasSubstr("hidden")));
  for (const auto& [key, value] : config->options.behaviour_settings()) {
    EXPECT_THAT(value, Not(HasSubstr("hidden"))) << key;
    EXPECT_THAT(key, Not(HasSubstr("password")));
    EXPECT_THAT(key, Not(HasSubstr("token")));
  }
}

TEST(LoadTest, NotesTellOfKeysWithoutEffect) {
  const auto config =
      load(kHosts + "enable_privilege_sync=true\nddl_job_allow_drop_role_target_only=true\n");
  ASSERT_TRUE(config.is_ok());
  EXPECT_THAT(config->notes,
              ElementsAre("enable_privilege_sync has no effect in this version",
                          "ddl_job_allow_drop_role_target_only has no effect in this version"));
}

TEST(LoadTest, OneFrontendCannotBeBothClusters) {
  EXPECT_THAT(error_of("source_fe_host=a\ntarget_fe_host=A\n"), HasSubstr("the same frontend"));
  EXPECT_TRUE(load("source_fe_host=a\ntarget_fe_host=a\ntarget_fe_query_port=9031\n").is_ok());
  EXPECT_TRUE(load("source_fe_host=a\ntarget_fe_host=a\n", "TARGET_a=b\n").is_ok());
}

TEST(LoadTest, BehaviourSettingsHoldCanonicalValues) {
  const auto settings =
      options_of(
          "include_data_list= db1 , db2.t ,\nddl_job_allow_drop_target_only=TRUE\n"
          "ddl_job_batch_size=5\n")
          .behaviour_settings();
  EXPECT_EQ(settings.at("include_data_list"), "db1,db2.t");
  EXPECT_EQ(settings.at("ddl_job_allow_drop_target_only"), "true");
  EXPECT_EQ(settings.at("ddl_job_batch_size"), "5");
  EXPECT_EQ(settings.at("ddl_job_interval_seconds"), "10");
  EXPECT_EQ(settings.at("replication_job_batch_size"), "");
  EXPECT_EQ(settings.at("target_cluster_enable_persistent_index"), "");
  EXPECT_EQ(settings.at("srsync_stall_timeout_seconds"), "7200");
}

TEST(LoadTest, APortThatOthersReachNeedsAToken) {
  EXPECT_EQ(options_of("").admin_port, 8950);
  EXPECT_THAT(error_of(kHosts + "srsync_admin_host=0.0.0.0\n"), HasSubstr("srsync_admin_token"));
  EXPECT_EQ(options_of("srsync_admin_host=0.0.0.0\nsrsync_admin_port=0\n").admin_port, 0);
  const std::string error =
      error_of(kHosts + "srsync_admin_host=0.0.0.0\nsrsync_admin_token=too-short\n");
  EXPECT_THAT(error, HasSubstr("at least 16"));
  EXPECT_THAT(error, Not(HasSubstr("too-short")));
  const Options options =
      options_of("srsync_admin_host=0.0.0.0\nsrsync_admin_token=0123456789abcdef\n");
  EXPECT_EQ(options.admin_token.reveal(), "0123456789abcdef");
  for (const auto& [key, value] : options.behaviour_settings()) {
    EXPECT_THAT(key, Not(HasSubstr("admin")));
  }
}

class LoadFilesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string path = ::testing::TempDir() + "/srsync_config_XXXXXX";
    ASSERT_NE(mkdtemp(path.data()), nullptr);
    dir_ = path;
  }
  void TearDown() override { std::filesystem::remove_all(dir_); }
  void write(const char* name, const std::string& text) {
    std::ofstream(dir_ + "/" + name) << text;
  }

  std::string dir_;
};

TEST_F(LoadFilesTest, HostsPropertiesMayBeMissing) {
  write("sync.properties", kHosts);
  const auto config = load_config(dir_);
  ASSERT_TRUE(config.is_ok()) << config.status().to_string();
  EXPECT_EQ(config->hosts.size(), 0u);
}

TEST_F(LoadFilesTest, ReadsBothFiles) {
  write("sync.properties", kHosts);
  write("hosts.properties", "SOURCE_s.example=10.0.0.1;9030:1\n");
  const auto config = load_config(dir_);
  ASSERT_TRUE(config.is_ok()) << config.status().to_string();
  EXPECT_EQ(config->hosts.map(Side::kSource, "s.example", 9030), (Address{"10.0.0.1", 1}));
}

TEST_F(LoadFilesTest, AMissingSyncPropertiesIsNamed) {
  const auto config = load_config(dir_);
  EXPECT_EQ(config.status().code(), Code::kInvalidArgument);
  EXPECT_THAT(config.status().message(), HasSubstr(dir_ + "/sync.properties"));
}

}  // namespace
}  // namespace srsync::config
