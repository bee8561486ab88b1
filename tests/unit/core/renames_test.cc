#include "core/renames.h"

#include <gtest/gtest.h>

#include "core/names.h"
#include "core/settings.h"

namespace srsync::core {
namespace {

using Names = std::vector<TableName>;

std::string there(const Renames& renames, const TableName& name) {
  const auto target = renames.forward(name);
  return target ? to_string(*target) : renames.taken_by(name);
}

std::string back(const Renames& renames, const TableName& name) {
  const auto source = renames.backward(name);
  return source ? to_string(*source) : "-";
}

TEST(RenamesTest, WithoutRulesEverythingKeepsItsName) {
  const Renames renames;
  EXPECT_TRUE(renames.empty());
  EXPECT_EQ(there(renames, {"a", "t"}), "a.t");
  EXPECT_EQ(back(renames, {"a", "t"}), "a.t");
  EXPECT_EQ(renames.forward_database("a"), "a");
  EXPECT_EQ(renames, Renames::from_text("a -> a, no rule"));
}

TEST(RenamesTest, ADatabaseMovesAsAWhole) {
  const auto renames = Renames::from_text("a -> a_copy");
  EXPECT_EQ(there(renames, {"a", "t"}), "a_copy.t");
  EXPECT_EQ(back(renames, {"a_copy", "t"}), "a.t");
  EXPECT_EQ(back(renames, {"a", "t"}), "-") << "the target's own a is nobody's";
  EXPECT_EQ(renames.forward_database("a"), "a_copy");
  EXPECT_EQ(renames.backward_database("a_copy"), "a");
  EXPECT_EQ(renames.backward_database("a"), std::nullopt);
}

TEST(RenamesTest, ARuleForATableGoesBeforeOneForItsDatabase) {
  const auto renames = Renames::from_text("a -> b, a.t -> c.u");
  EXPECT_EQ(there(renames, {"a", "t"}), "c.u");
  EXPECT_EQ(there(renames, {"a", "x"}), "b.x");
  EXPECT_EQ(back(renames, {"b", "t"}), "-") << "nothing comes to the place that a.t left";
  EXPECT_EQ(renames.other_databases("a"), (std::set<std::string>{"c"}));
  EXPECT_EQ(renames.guest_rule("c"), "srsync_rename a.t -> c.u");
  EXPECT_EQ(renames.guest_rule("b"), "");
}

TEST(RenamesTest, ANameThatARuleGivesAwayIsTaken) {
  const auto renames = Renames::from_text("a -> b, x.t -> y.t");
  EXPECT_EQ(there(renames, {"b", "t"}),
            "its name on the target, b, is taken by srsync_rename a -> b");
  EXPECT_EQ(renames.taken_by({"b", ""}),
            "its name on the target, b, is taken by srsync_rename a -> b");
  EXPECT_EQ(renames.forward_database("b"), std::nullopt);
  EXPECT_EQ(there(renames, {"y", "t"}),
            "its name on the target, y.t, is taken by srsync_rename x.t -> y.t");
  EXPECT_EQ(there(renames, {"y", "other"}), "y.other");
  EXPECT_EQ(there(renames, {"y", "srsync_new_t"}),
            "its name on the target, y.t, is taken by srsync_rename x.t -> y.t");
}

TEST(RenamesTest, NamesMayBeSwapped) {
  const auto renames = Renames::from_text("a -> b, b -> a, c.t -> c.u, c.u -> c.t");
  EXPECT_EQ(there(renames, {"a", "t"}), "b.t");
  EXPECT_EQ(there(renames, {"b", "t"}), "a.t");
  EXPECT_EQ(there(renames, {"c", "t"}), "c.u");
  EXPECT_EQ(there(renames, {"c", "u"}), "c.t");
  EXPECT_EQ(renames.guest_rule("c"), "");
}

TEST(RenamesTest, AReservedNameFollowsTheNameThatItStandsFor) {
  const auto renames = Renames::from_text("a -> b, a.t -> c.u");
  EXPECT_EQ(there(renames, {"a", "srsync_new_x"}), "b.srsync_new_x");
  EXPECT_EQ(there(renames, {"a", "srsync_new_t"}), "c.srsync_new_u");
  EXPECT_EQ(back(renames, {"c", "srsync_new_u"}), "a.srsync_new_t");
}

// Whatever the rules: a name leads to one place, and from there back.
TEST(RenamesTest, BackwardUndoesForward) {
  Names names;
  for (const char* db : {"a", "b", "c", "d"}) {
    for (const char* table : {"t", "u", "v", "srsync_new_t"}) names.push_back({db, table});
  }
  for (const char* text :
       {"", "a -> b", "a -> b, b -> a", "a -> b, b -> c, c -> a", "a.t -> b.t",
        "a.t -> a.u, a.u -> a.t", "a.t -> b.u, a -> c", "a.t -> d.t, b.t -> d.u, d.t -> a.t",
        "a -> d, c.t -> d.t, c.u -> c.t", "a.t -> b.t, b.t -> c.t, c.t -> a.t"}) {
    const auto renames = Renames::from_text(text);
    EXPECT_EQ(renames.empty(), std::string(text).empty()) << text;
    std::set<TableName> used;
    for (const auto& name : names) {
      const auto target = renames.forward(name);
      EXPECT_EQ(target.has_value(), renames.taken_by(name).empty()) << text;
      if (target) {
        EXPECT_EQ(renames.backward(*target), name) << text;
        EXPECT_TRUE(used.insert(*target).second) << text << ": " << to_string(*target);
      }
      const auto source = renames.backward(name);
      EXPECT_TRUE(!source || renames.forward(*source) == name) << text;
      const auto db = renames.forward_database(name.db);
      EXPECT_TRUE(!db || renames.backward_database(*db) == name.db) << text;
    }
  }
}

TEST(RenamesTest, BothNamesAreShownWhereTheyDiffer) {
  const auto renames = Renames::from_text("a -> b, c.t -> d.u");
  EXPECT_EQ(both_names(renames, {"a", ""}), "a -> b");
  EXPECT_EQ(both_names(renames, {"a", "t"}), "a.t -> b.t");
  EXPECT_EQ(both_names(renames, {"c", "t"}), "c.t -> d.u");
  EXPECT_EQ(both_names(renames, {"c", "x"}), "c.x");
  EXPECT_EQ(both_names(renames, {"b", "t"}), "b.t") << "taken: it has no other name";
}

}  // namespace
}  // namespace srsync::core
