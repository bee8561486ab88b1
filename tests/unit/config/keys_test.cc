#include "config/keys.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "config/load.h"
#include "support/paths.h"

namespace srsync::config {
namespace {

std::string shipped_path() { return test::source_path("conf/sync.properties"); }

std::string shipped_file() {
  std::ifstream file(shipped_path());
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string with_hosts(std::string text) {
  for (const std::string side : {"source", "target"}) {
    const std::string line = "\n" + side + "_fe_host=";
    const auto at = text.find(line + "\n");
    EXPECT_NE(at, std::string::npos);
    text.insert(at + line.size(), side + ".example");
  }
  return text;
}

TEST(KeysTest, NamesAreUnique) {
  std::set<std::string_view> names;
  for (const auto& key : all_keys()) EXPECT_TRUE(names.insert(key.name).second) << key.name;
}

// The defaults stand twice, as text for people and in Options for the program.
TEST(KeysTest, DefaultTextsAreWhatOptionsStartWith) {
  for (const auto& key : all_keys()) {
    Draft untouched;
    Draft assigned;
    ASSERT_TRUE(assign(key, key.default_text, assigned)) << key.name;
    EXPECT_EQ(canonical_text(key, untouched), canonical_text(key, assigned)) << key.name;
    if (key.is_secret()) continue;
    EXPECT_EQ(canonical_text(key, untouched), key.default_text) << key.name;
  }
}

TEST(KeysTest, EveryKeyIsExplained) {
  for (const auto& key : all_keys()) {
    EXPECT_GT(key.help.size(), 15u) << key.name;
    EXPECT_EQ(key.help.back(), '.') << key.name;
    EXPECT_FALSE(allowed_values(key).empty()) << key.name;
  }
}

// After a change of the table: SRSYNC_REWRITE=1 config_test writes the file anew.
TEST(KeysTest, TheShippedFileDocumentsEveryKey) {
  if (std::getenv("SRSYNC_REWRITE") != nullptr) std::ofstream(shipped_path()) << reference_file();
  const std::string shipped = shipped_file();
  EXPECT_EQ(shipped, reference_file());
  for (const auto& key : all_keys()) {
    const std::string line = std::string(key.name) + "=" + std::string(key.default_text) + "\n";
    const bool has = shipped.find("\n" + line) != std::string::npos ||
                     shipped.find("\n# " + line) != std::string::npos;
    EXPECT_TRUE(has) << key.name;
  }
}

TEST(KeysTest, TheShippedFilesLoadAsTheDefaults) {
  std::ifstream hosts(test::source_path("conf/hosts.properties"));
  std::ostringstream hosts_text;
  hosts_text << hosts.rdbuf();
  const auto config = parse_config(with_hosts(shipped_file()), "sync", hosts_text.str(), "hosts");
  ASSERT_TRUE(config.is_ok()) << config.status().to_string();
  EXPECT_TRUE(config->warnings.empty());
  EXPECT_EQ(config->hosts.size(), 0u);
  EXPECT_FALSE(config->options.ddl_pacing.is_limit);
  EXPECT_FALSE(config->options.replication_pacing.is_limit);
  EXPECT_FALSE(config->options.meta_job_interval_is_set);
  EXPECT_EQ(config->options.behaviour_settings(), Options().behaviour_settings());
}

TEST(KeysTest, NearestKeyIsTheOneMeant) {
  EXPECT_EQ(nearest_key("source_fe_hots"), "source_fe_host");
  EXPECT_EQ(nearest_key("ddl_job_allow_drop_targetonly"), "ddl_job_allow_drop_target_only");
}

}  // namespace
}  // namespace srsync::config
