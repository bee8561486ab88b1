#include "codec/event_codec.h"

#include <gtest/gtest.h>

#include <string>

#include "journal.pb.h"
#include "unit/codec/random_values.h"

namespace srsync {
namespace {

constexpr std::size_t kFacts = std::variant_size_v<core::Fact>;
constexpr int kRounds = 200;

std::string encode(const core::Event& event, const Hash128& previous = {1, 2}) {
  std::string bytes;
  codec::encode_event(event, previous, bytes);
  return bytes;
}

class EveryFact : public testing::TestWithParam<std::size_t> {};

TEST_P(EveryFact, ComesBackAsItWas) {
  test::Filler filler(GetParam(), true);
  core::Event reused;
  for (int i = 0; i < kRounds; ++i) {
    const core::Event event = test::random_event(filler, GetParam());
    const Hash128 previous{filler.below(1000), filler.below(1000)};
    const std::string bytes = encode(event, previous);

    Hash128 read_previous;
    const Status status = codec::decode_event(bytes, reused, read_previous);
    ASSERT_TRUE(status.is_ok()) << status.to_string();
    ASSERT_EQ(reused, event);
    ASSERT_EQ(read_previous, previous);
    ASSERT_EQ(encode(reused, previous), bytes);
  }
}

TEST_P(EveryFact, IsWhatTheSchemaSays) {
  test::Filler filler(GetParam());
  for (int i = 0; i < kRounds; ++i) {
    const core::Event event = test::random_event(filler, GetParam());
    const std::string bytes = encode(event);

    journal::Envelope message;
    ASSERT_TRUE(message.ParseFromString(bytes)) << core::fact_name(event.fact);
    EXPECT_EQ(message.seq(), event.seq.value());
    EXPECT_EQ(message.at_ms(), event.at.ms());
    EXPECT_EQ(message.previous().size(), 16U);
    EXPECT_EQ(static_cast<std::uint32_t>(message.fact_case()), codec::fact_field(event.fact));
    const auto* field = message.GetDescriptor()->FindFieldByNumber(message.fact_case());
    EXPECT_EQ(field->message_type()->name(), core::fact_name(event.fact));
    // Unknown fields would be kept and written last; everything known is written in order.
    EXPECT_TRUE(message.GetReflection()->GetUnknownFields(message).empty());
    message.DiscardUnknownFields();
    ASSERT_EQ(message.SerializeAsString(), bytes) << message.DebugString();
  }
}

// A shortened record must never pass for a whole one.
TEST_P(EveryFact, IsNotReadFromPartOfItsBytes) {
  test::Filler filler(GetParam());
  const core::Event event = test::random_event(filler, GetParam());
  const std::string bytes = encode(event);
  core::Event read;
  Hash128 previous;
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    const Status status =
        codec::decode_event(std::string_view(bytes).substr(0, length), read, previous);
    // A cut between two fields leaves a valid, smaller record; it must then be exactly that.
    if (status.is_ok()) {
      EXPECT_EQ(encode(read, previous), bytes.substr(0, length));
    } else {
      EXPECT_EQ(status.code(), Code::kCorruption) << status.to_string();
    }
  }
}

// Whatever bytes are accepted are the one encoding of the value that was read: two different
// records never mean the same event.
TEST_P(EveryFact, HasOneEncoding) {
  test::Filler filler(GetParam());
  for (int i = 0; i < kRounds; ++i) {
    std::string bytes = encode(test::random_event(filler, GetParam()));
    for (std::uint64_t flips = 1 + filler.below(3); flips > 0; --flips) {
      bytes[filler.below(bytes.size())] ^= static_cast<char>(1U << filler.below(8));
    }
    // An event of an older version is read, and never written again.
    if (bytes[1] != static_cast<char>(codec::kSchemaVersion)) continue;
    core::Event read;
    Hash128 previous;
    if (codec::decode_event(bytes, read, previous).is_ok()) {
      const auto* session = std::get_if<core::SessionStarted>(&read.fact);
      // Map entries are sorted when written, and any order is read.
      if (session != nullptr && session->settings.size() > 1) continue;
      ASSERT_EQ(encode(read, previous), bytes);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Codec, EveryFact, testing::Range<std::size_t>(0, kFacts),
                         [](const auto& tested) {
                           return std::string(core::fact_name(test::default_fact(tested.param)));
                         });

TEST(EventCodec, RefusesANewerVersionByName) {
  journal::Envelope message;
  message.set_schema_version(codec::kSchemaVersion + 1);
  message.set_seq(7);
  core::Event event;
  Hash128 previous;
  const Status status = codec::decode_event(message.SerializeAsString(), event, previous);
  EXPECT_EQ(status.code(), Code::kUnsupported);
  EXPECT_NE(status.message().find(std::to_string(codec::kSchemaVersion + 1)), std::string::npos);
  EXPECT_FALSE(status.hint().empty());
}

TEST(EventCodec, RefusesAFactItDoesNotKnow) {
  std::string bytes;
  codec::Writer writer(bytes);
  writer(1, codec::kSchemaVersion);
  writer(2, EventSeq(9));
  writer.bytes(4, std::string(16, 'x'));
  const std::string envelope = bytes;
  writer.bytes(900, "later");
  core::Event event;
  Hash128 previous;
  Status status = codec::decode_event(bytes, event, previous);
  EXPECT_EQ(status.code(), Code::kCorruption);
  EXPECT_NE(status.message().find("event 9 holds an unknown fact (field 900)"), std::string::npos)
      << status.to_string();
  status = codec::decode_event(envelope, event, previous);
  EXPECT_NE(status.message().find("event 9 holds no fact"), std::string::npos);
}

TEST(EventCodec, RefusesAFieldItDoesNotKnow) {
  std::string bytes;
  codec::Writer writer(bytes);
  writer(1, codec::kSchemaVersion);
  writer(2, EventSeq(9));
  writer.bytes(4, std::string(16, 'x'));
  std::string paused;
  codec::Writer inner(paused);
  inner(1, std::string("me"));
  inner(2, std::string("later"));
  writer.bytes(codec::kFactField<core::Paused>, paused);
  core::Event event;
  Hash128 previous;
  const Status status = codec::decode_event(bytes, event, previous);
  EXPECT_EQ(status.code(), Code::kCorruption);
  EXPECT_NE(status.message().find("unknown or out of order"), std::string::npos)
      << status.to_string();
}

TEST(EventCodec, RefusesAnEnumValueItDoesNotKnow) {
  journal::Envelope message;
  message.set_schema_version(codec::kSchemaVersion);
  message.set_seq(3);
  message.set_previous(std::string(16, 'x'));
  message.mutable_sweep_completed()->set_side(static_cast<journal::Side>(2));
  core::Event event;
  Hash128 previous;
  const Status status = codec::decode_event(message.SerializeAsString(), event, previous);
  EXPECT_EQ(status.code(), Code::kCorruption);
  EXPECT_NE(status.message().find("SweepCompleted"), std::string::npos) << status.to_string();
}

// A struct's own default must not come back for a zero that was written by leaving it out.
TEST(EventCodec, KeepsZerosWhereTheDefaultIsNotZero) {
  core::Event event{EventSeq(1), WallTime(5), core::TableObserved{}};
  std::get<core::TableObserved>(event.fact).state_normal = false;
  core::Event read{EventSeq(8), WallTime(9), core::TableObserved{}};
  Hash128 previous;
  ASSERT_TRUE(codec::decode_event(encode(event), read, previous).is_ok());
  EXPECT_EQ(read, event);
}

TEST(EventCodec, ChainDependsOnEveryEventBefore) {
  const Hash128 one = codec::chain_next({0, 1}, "a");
  const Hash128 two = codec::chain_next({0, 2}, "a");
  EXPECT_NE(one, two);
  EXPECT_NE(codec::chain_next(one, "b"), codec::chain_next(two, "b"));
}

}  // namespace
}  // namespace srsync
