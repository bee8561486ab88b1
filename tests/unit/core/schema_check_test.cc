#include "core/schema_check.h"

#include <gtest/gtest.h>

#include "unit/core/world.h"

namespace srsync::core {
namespace {

TEST(SchemaCheck, SaysTheDifferenceInWords) {
  test::World w;
  w.open();
  w.read(Side::kSource, 100, {}, test::create_sql("int(11)"));
  w.read(Side::kTarget, 500, {}, test::create_sql("bigint(20)"));
  const std::string text = schema_difference(w.state, w.pair());
  EXPECT_NE(text.find("v"), std::string::npos);
  EXPECT_NE(text.find("INT"), std::string::npos) << text;
  EXPECT_NE(text.find("BIGINT"), std::string::npos) << text;
}

TEST(SchemaCheck, DifferentFingerprintsOfEqualTextsAreNoDifference) {
  test::World w;
  w.open();
  w.read(Side::kSource, 100, {});
  w.read(Side::kTarget, 500, {});
  w.pair().target->schema_hash ^= 1;
  EXPECT_EQ(schema_difference(w.state, w.pair()), "");
}

TEST(SchemaCheck, NamesTheDifference) {
  test::World w;
  w.open();
  w.read(Side::kSource, 100, {});
  w.read(Side::kTarget, 500, {}, test::create_sql("bigint(20)"));
  const auto first = schema_pair_hash(w.pair());
  EXPECT_NE(first, 0U);
  w.read(Side::kTarget, 500, {}, test::create_sql("double"));
  EXPECT_NE(schema_pair_hash(w.pair()), first);
}

}  // namespace
}  // namespace srsync::core
