// Every member of the core's structs is on disk: a member that is added and forgotten in the codec
// would be lost at the next restart.
#include <gtest/gtest.h>

#include "codec/fact_fields.h"
#include "codec/state_fields.h"
#include "unit/codec/arity.h"
#include "unit/codec/random_values.h"

namespace srsync {
namespace {

// Counts the fields of one struct, without those of the structs inside.
struct Counter {
  static constexpr bool kReads = false;
  std::size_t fields = 0;

  template <typename T>
  void operator()(std::uint32_t /*field*/, T& /*value*/) {
    ++fields;
  }
  template <typename T>
  void fixed64(std::uint32_t /*field*/, T& /*value*/) {
    ++fields;
  }
  template <typename M, typename KeyOf>
  void keyed(std::uint32_t /*field*/, M& /*values*/, KeyOf /*key_of*/) {
    ++fields;
  }
  template <typename T, typename V>
  void alternative(std::uint32_t /*field*/, V& /*value*/) {
    ++fields;
  }
};

template <typename T>
std::size_t fields_of() {
  T value{};
  Counter counter;
  codec::fields(counter, value);
  return counter.fields;
}

template <typename T>
class Carried : public testing::Test {};
using Structs =
    testing::Types<core::TableName, core::Partition, core::PartitionVersion, core::Table,
                   core::Frontend, core::Backend, core::Capabilities, core::DdlIntent,
                   core::ReplicationGoal, core::ReplicationIntent, core::RunningDdl,
                   core::Replicating, core::Retry, core::DbPair, core::ClusterView>;
TYPED_TEST_SUITE(Carried, Structs);

TYPED_TEST(Carried, HasEveryMemberInTheCodec) {
  EXPECT_EQ(fields_of<TypeParam>(), test::arity<TypeParam>());
}

TEST(Carried, FactsHaveEveryMemberInTheCodec) {
  for (std::size_t i = 0; i < std::variant_size_v<core::Fact>; ++i) {
    std::visit(
        [](const auto& fact) {
          using T = std::remove_cvref_t<decltype(fact)>;
          EXPECT_EQ(fields_of<T>(), test::arity<T>()) << core::fact_name(core::Fact(T{}));
        },
        test::default_fact(i));
  }
}

TEST(Carried, TablePairHasEveryMemberInTheCodec) {
  // `stage` takes one field for each alternative but Resting.
  constexpr std::size_t kStageFields = std::variant_size_v<core::Stage> - 1;
  EXPECT_EQ(fields_of<core::TablePair>(), test::arity<core::TablePair>() + kStageFields - 1);
}

TEST(Carried, StateHasEveryJournalledMemberInTheCodec) {
  core::State state;
  Counter counter;
  codec::state_head_fields(counter, state);
  // `clusters` takes two fields; `tables` has its own encoding; not journalled are settings,
  // by_name, by_id, jobs, ddl, ddl_slots, agenda, running_replicas, running_bytes, alter_due,
  // drop_wishes, views, others.
  constexpr std::size_t kDerived = 13;
  EXPECT_EQ(counter.fields, test::arity<core::State>() - kDerived - 1 + 1);
}

}  // namespace
}  // namespace srsync
