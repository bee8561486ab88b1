#include "config/host_map.h"

#include <gtest/gtest.h>

namespace srsync::config {
namespace {

TEST(HostMapTest, MapsHostsAndThePortsThatAreListed) {
  HostMap hosts;
  ASSERT_TRUE(hosts.add("SOURCE_192.1.1.1", "10.1.1.1").is_ok());
  ASSERT_TRUE(hosts.add("SOURCE_192.1.1.2", "10.1.1.2;8030:38030, 9030:39030").is_ok());
  ASSERT_TRUE(hosts.add("TARGET_fe-0.starrocks.svc.cluster.local", "10.1.2.1;9030:19030").is_ok());
  EXPECT_EQ(hosts.map(Side::kSource, "192.1.1.1", 9030), (Address{"10.1.1.1", 9030}));
  EXPECT_EQ(hosts.map(Side::kSource, "192.1.1.2", 9030), (Address{"10.1.1.2", 39030}));
  EXPECT_EQ(hosts.map(Side::kSource, "192.1.1.2", 8030), (Address{"10.1.1.2", 38030}));
  EXPECT_EQ(hosts.map(Side::kSource, "192.1.1.2", 9020), (Address{"10.1.1.2", 9020}));
  EXPECT_EQ(hosts.map(Side::kTarget, "FE-0.starrocks.svc.cluster.local.", 9030),
            (Address{"10.1.2.1", 19030}));
}

TEST(HostMapTest, TheOtherSideAndUnknownHostsStayAsTheyAre) {
  HostMap hosts;
  ASSERT_TRUE(hosts.add("SOURCE_192.1.1.1", "10.1.1.1").is_ok());
  EXPECT_EQ(hosts.map(Side::kTarget, "192.1.1.1", 9030), (Address{"192.1.1.1", 9030}));
  EXPECT_EQ(hosts.map(Side::kSource, "192.1.1.11", 9030), (Address{"192.1.1.11", 9030}));
}

TEST(HostMapTest, Ipv6IsTheSameWithAndWithoutBrackets) {
  HostMap hosts;
  ASSERT_TRUE(hosts.add("SOURCE_[FD00::1]", "[fd01::2];9030:1").is_ok());
  EXPECT_EQ(hosts.map(Side::kSource, "fd00::1", 9030), (Address{"fd01::2", 1}));
  EXPECT_EQ(hosts.map(Side::kSource, "[fd00::1]", 9020), (Address{"fd01::2", 9020}));
  EXPECT_EQ(hosts.map(Side::kSource, "[fd00::3]", 9020), (Address{"fd00::3", 9020}));
}

TEST(HostMapTest, RefusesWhatItCannotMean) {
  const std::pair<const char*, const char*> cases[] = {
      {"192.1.1.1", "10.1.1.1"},        {"source_192.1.1.1", "10.1.1.1"},
      {"SOURCE_", "10.1.1.1"},          {"SOURCE_a", ""},
      {"SOURCE_a", "10.1.1.1:9030"},    {"SOURCE_a", "10.1.1.1;9030"},
      {"SOURCE_a", "10.1.1.1;9030:0"},  {"SOURCE_a", "10.1.1.1;9030:70000"},
      {"SOURCE_a", "10.1.1.1;x:9030"},  {"SOURCE_a", "10.1.1.1 10.1.1.2"},
      {"SOURCE_a", "10.1.1.1;1:2;3:4"},
  };
  for (const auto& [key, value] : cases) {
    HostMap hosts;
    EXPECT_EQ(hosts.add(key, value).code(), Code::kInvalidArgument) << key << "=" << value;
    EXPECT_EQ(hosts.size(), 0u);
  }
}

TEST(HostMapTest, TheLaterEntryCounts) {
  HostMap hosts;
  ASSERT_TRUE(hosts.add("SOURCE_a", "b;1:2").is_ok());
  ASSERT_TRUE(hosts.add("SOURCE_A", "c").is_ok());
  EXPECT_EQ(hosts.map(Side::kSource, "a", 1), (Address{"c", 1}));
}

}  // namespace
}  // namespace srsync::config
