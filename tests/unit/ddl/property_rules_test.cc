// Table properties on their way to a target.
#include "ddl/property_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/ddl/samples.h"

namespace srsync::ddl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct Written {
  Properties properties;
  std::vector<std::string> notes;
};

TargetOptions options(Version version, RunMode run_mode = RunMode::kSharedNothing) {
  TargetOptions made;
  made.database = "d2";
  made.source_database = "d1";
  made.version = version;
  made.run_mode = run_mode;
  return made;
}

Written write(const Properties& properties, const TargetOptions& target,
              KeyType key = KeyType::kDuplicate) {
  TableModel model;
  model.name = "t";
  model.key_type = key;
  model.properties = properties;
  Written written;
  written.properties = target_properties(model, target, written.notes);
  return written;
}

TEST(PropertyRules, KnownOnesPassUntouchedAndWithoutNotes) {
  const Properties properties = {
      {"replication_num", "3"}, {"compression", "ZSTD(3)"}, {"write_quorum", "MAJORITY"}};
  const Written written = write(properties, options({4, 0, 0}));
  EXPECT_EQ(written.properties, properties);
  EXPECT_THAT(written.notes, IsEmpty());
}

TEST(PropertyRules, ReplicationIsOverriddenAndTold) {
  TargetOptions target = options({4, 0, 0});
  target.replication_num = 1;
  const Written written = write({{"replication_num", "3"}}, target);
  EXPECT_EQ(written.properties.at("replication_num"), "1");
  EXPECT_THAT(written.notes, ElementsAre(HasSubstr("replication_num = 3 written as 1")));
  EXPECT_THAT(write({{"replication_num", "1"}}, target).notes, IsEmpty());
}

TEST(PropertyRules, DynamicPartitioningIsSwitchedOff) {
  const Written written = write(
      {{"dynamic_partition.enable", "true"}, {"dynamic_partition.end", "3"}}, options({4, 0, 0}));
  EXPECT_EQ(written.properties.at("dynamic_partition.enable"), "false");
  EXPECT_EQ(written.properties.at("dynamic_partition.end"), "3");
  EXPECT_THAT(written.notes, SizeIs(1));
}

TEST(PropertyRules, WhatDropsPartitionsBehindOurBackIsLeftOut) {
  for (const char* name :
       {"partition_ttl", "partition_live_number", "partition_retention_condition"}) {
    const Written written = write({{name, "x"}}, options({4, 1, 0}));
    EXPECT_THAT(written.properties, IsEmpty()) << name;
    EXPECT_THAT(written.notes, ElementsAre(HasSubstr(name)));
  }
}

TEST(PropertyRules, PersistentIndexIsForcedFrom35) {
  const Properties off = {{"enable_persistent_index", "false"}};
  EXPECT_EQ(write(off, options({3, 4, 9}), KeyType::kPrimary).properties, off);
  const Written forced = write(off, options({3, 5, 0}), KeyType::kPrimary);
  EXPECT_EQ(forced.properties.at("enable_persistent_index"), "true");
  EXPECT_THAT(forced.notes, SizeIs(1));
  EXPECT_THAT(write(off, options({3, 4, 0})).properties, IsEmpty());
}

TEST(PropertyRules, PersistentIndexCanBeOverriddenButNotAgainstTheTarget) {
  TargetOptions target = options({3, 3, 0});
  target.enable_persistent_index = true;
  const Properties off = {{"enable_persistent_index", "false"}};
  EXPECT_EQ(write(off, target, KeyType::kPrimary).properties.at("enable_persistent_index"), "true");
  EXPECT_THAT(write({}, target).properties, IsEmpty());
  target = options({4, 0, 0});
  target.enable_persistent_index = false;
  EXPECT_EQ(write(off, target, KeyType::kPrimary).properties.at("enable_persistent_index"), "true");
}

TEST(PropertyRules, VersionsAndRunModesAreRespected) {
  EXPECT_THAT(write({{"flat_json.enable", "true"}}, options({3, 5, 9})).properties, IsEmpty());
  EXPECT_THAT(write({{"flat_json.enable", "true"}}, options({4, 0, 0})).properties, SizeIs(1));
  const Properties lake = {{"datacache.enable", "true"}, {"storage_volume", "v"}};
  EXPECT_THAT(write(lake, options({4, 1, 0})).properties, IsEmpty());
  const Written kept = write(lake, options({4, 1, 0}, RunMode::kSharedData));
  EXPECT_THAT(kept.properties, SizeIs(1));
  EXPECT_THAT(kept.notes, ElementsAre(HasSubstr("storage_volume")));
}

TEST(PropertyRules, AStorageVolumeCanBeNamed) {
  TargetOptions target = options({4, 1, 0}, RunMode::kSharedData);
  target.storage_volume = "mine";
  EXPECT_EQ(write({}, target).properties.at("storage_volume"), "mine");
  target.run_mode = RunMode::kSharedNothing;
  EXPECT_THAT(write({}, target).properties, IsEmpty());
}

TEST(PropertyRules, UniqueConstraintsFollowTheRenaming) {
  TargetOptions target = options({4, 0, 0});
  target.table = "t2";
  const Written written =
      write({{"unique_constraints",
              "default_catalog.d1.t.a,default_catalog.d1.t.b; default_catalog.d1.other.c;x"}},
            target);
  EXPECT_EQ(written.properties.at("unique_constraints"),
            "default_catalog.d2.t2.a,default_catalog.d2.t2.b;default_catalog.d2.other.c;x");
  EXPECT_THAT(written.notes, SizeIs(1));
}

TEST(PropertyRules, ForeignKeysAreLeftOutAndTold) {
  const Written written = write(
      {{"foreign_key_constraints", "(v) REFERENCES default_catalog.d1.o(k)"}}, options({4, 0, 0}));
  EXPECT_THAT(written.properties, IsEmpty());
  EXPECT_THAT(written.notes, ElementsAre(HasSubstr("REFERENCES")));
}

TEST(PropertyRules, UnknownOnesPassOnlyBetweenEqualReleases) {
  TargetOptions target = options({4, 1, 3});
  EXPECT_THAT(write({{"brand_new", "1"}}, target).properties, IsEmpty());
  target.source_version = Version{4, 1, 0};
  EXPECT_THAT(write({{"brand_new", "1"}}, target).properties, SizeIs(1));
  target.source_version = Version{4, 2, 0};
  EXPECT_THAT(write({{"brand_new", "1"}}, target).properties, IsEmpty());
}

TEST(PropertyRules, AnInvertedIndexForbidsReplicatedStorage) {
  TableModel model;
  model.indexes.push_back({"i", {"c"}, "GIN", {}, ""});
  std::vector<std::string> notes;
  EXPECT_EQ(target_properties(model, options({4, 0, 0}), notes).at("replicated_storage"), "false");
  EXPECT_THAT(notes, SizeIs(1));
  EXPECT_THAT(target_properties(model, options({4, 1, 0}, RunMode::kSharedData), notes), IsEmpty());
}

}  // namespace
}  // namespace srsync::ddl
