#include "daemon/daemon.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace srsync::daemon {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// A run of the daemon in a folder of its own.
class DaemonTest : public ::testing::Test {
 protected:
  DaemonTest() {
    char name[] = "/tmp/srsync_daemon_test.XXXXXX";
    dir_ = ::mkdtemp(name);
    std::filesystem::create_directories(dir_ + "/conf");
    options_.conf_dir = dir_ + "/conf";
    options_.journal_dir = dir_ + "/journal";
    options_.log_dir = dir_ + "/log";
  }
  ~DaemonTest() override { std::filesystem::remove_all(dir_); }

  void settings(const std::string& text) { std::ofstream(dir_ + "/conf/sync.properties") << text; }
  int start() {
    char* bytes = nullptr;
    std::size_t size = 0;
    std::FILE* stream = ::open_memstream(&bytes, &size);
    const int code = run(options_, stream, stream);
    std::fclose(stream);
    text_.assign(bytes, size);
    std::free(bytes);
    return code;
  }

  std::string dir_;
  CommandLine options_;
  std::string text_;
};

TEST_F(DaemonTest, NoSettingsIsARefusalThatNamesTheFile) {
  EXPECT_EQ(start(), kExitRefused);
  EXPECT_THAT(text_, HasSubstr("sync.properties"));
  EXPECT_THAT(text_, HasSubstr("Nothing was changed"));
  EXPECT_FALSE(std::filesystem::exists(options_.journal_dir));
}

TEST_F(DaemonTest, ABadValueNamesItsKey) {
  settings("source_fe_host=127.0.0.1\ntarget_fe_host=127.0.0.1\nddl_job_batch_size=many\n");
  EXPECT_EQ(start(), kExitRefused);
  EXPECT_THAT(text_, HasSubstr("ddl_job_batch_size"));
}

TEST_F(DaemonTest, UnreachableClustersAreRefusedAndNoSecretIsTold) {
  settings(
      "source_fe_host=127.0.0.1\nsource_fe_query_port=1\nsource_cluster_password=geheim\n"
      "source_cluster_token=token-geheim\n"
      "target_fe_host=127.0.0.1\ntarget_fe_query_port=2\njdbc_connect_timeout_ms=1000\n");
  EXPECT_EQ(start(), kExitRefused);
  EXPECT_THAT(text_, HasSubstr("127.0.0.1:1"));
  EXPECT_THAT(text_, Not(HasSubstr("geheim")));
  EXPECT_FALSE(std::filesystem::exists(options_.journal_dir));
  std::ifstream log(options_.log_dir + "/sync.INFO.log");
  const std::string all((std::istreambuf_iterator<char>(log)), {});
  EXPECT_THAT(all, HasSubstr("not started"));
  EXPECT_THAT(all, Not(HasSubstr("geheim")));
}

TEST_F(DaemonTest, APlanLeavesNothingBehind) {
  settings(
      "source_fe_host=127.0.0.1\nsource_fe_query_port=1\n"
      "target_fe_host=127.0.0.1\ntarget_fe_query_port=2\njdbc_connect_timeout_ms=1000\n"
      "source_cluster_token=t\n");
  options_.plan = true;
  EXPECT_EQ(start(), kExitRefused);
  EXPECT_FALSE(std::filesystem::exists(options_.log_dir));
  EXPECT_FALSE(std::filesystem::exists(options_.journal_dir));
}

}  // namespace
}  // namespace srsync::daemon
