#include "codec/state_codec.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "journal.pb.h"
#include "unit/codec/random_values.h"

namespace srsync {
namespace {

struct Encoded {
  std::vector<std::string> pieces;
  Hash128 digest;
};

Encoded encode(const core::State& state, std::size_t piece_bytes) {
  Encoded encoded;
  const Result<Hash128> digest =
      codec::encode_state(state, piece_bytes, [&encoded](std::string_view piece) {
        encoded.pieces.emplace_back(piece);
        return Status::ok();
      });
  EXPECT_TRUE(digest.is_ok());
  encoded.digest = *digest;
  return encoded;
}

Result<core::State> decode(const Encoded& encoded) {
  codec::StateDecoder decoder;
  for (const std::string& piece : encoded.pieces) SRSYNC_RETURN_IF_ERROR(decoder.add(piece));
  return decoder.finish(encoded.digest);
}

void expect_same_journalled(const core::State& a, const core::State& b) {
  EXPECT_EQ(a.applied, b.applied);
  EXPECT_EQ(a.now, b.now);
  EXPECT_EQ(a.journal_id, b.journal_id);
  EXPECT_EQ(a.binary_version, b.binary_version);
  EXPECT_EQ(a.sessions, b.sessions);
  EXPECT_EQ(a.jobs_finished, b.jobs_finished);
  EXPECT_EQ(a.jobs_failed, b.jobs_failed);
  EXPECT_EQ(a.session_open, b.session_open);
  EXPECT_EQ(a.settings_text, b.settings_text);
  EXPECT_EQ(a.paused, b.paused);
  EXPECT_EQ(a.clusters, b.clusters);
  EXPECT_EQ(a.limits, b.limits);
  EXPECT_EQ(a.databases, b.databases);
  EXPECT_EQ(a.tables, b.tables);
  EXPECT_EQ(a.drops, b.drops);
  EXPECT_EQ(a.leases, b.leases);
}

TEST(StateCodec, ComesBackAsItWas) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    test::Filler filler(seed, true);
    const core::State state = test::random_state(filler, seed % 20);
    const Encoded encoded = encode(state, 300);
    const Result<core::State> read = decode(encoded);
    ASSERT_TRUE(read.is_ok()) << read.status().to_string();
    expect_same_journalled(*read, state);
    EXPECT_EQ(codec::digest(*read), encoded.digest);
  }
}

TEST(StateCodec, DerivedPartsAreRebuilt) {
  core::State state;
  const std::uint32_t slot = state.slot_of({"shop", "orders"});
  state.tables[slot].source.emplace().id = core::TableId(10);
  state.settings_text["ddl_job_allow_drop_target_only"] = "true";
  const Result<core::State> read = decode(encode(state, 100));
  ASSERT_TRUE(read.is_ok());
  ASSERT_NE(read->find({"shop", "orders"}), nullptr);
  EXPECT_NE(read->find(Side::kSource, core::TableId(10)), nullptr);
  EXPECT_TRUE(read->settings.allow_drop_target_only);
}

TEST(StateCodec, DigestDoesNotDependOnThePieces) {
  test::Filler filler(5);
  const core::State state = test::random_state(filler, 30);
  const Encoded small = encode(state, 1);
  const Encoded large = encode(state, 1 << 20);
  EXPECT_EQ(small.pieces.size(), 31U);
  EXPECT_EQ(large.pieces.size(), 2U);
  EXPECT_EQ(small.digest, large.digest);
  EXPECT_EQ(small.digest, codec::digest(state));
}

TEST(StateCodec, ThePiecesAreOneMessageOfTheSchema) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    test::Filler filler(seed);
    const core::State state = test::random_state(filler, 5);
    std::string bytes;
    for (const std::string& piece : encode(state, 200).pieces) bytes += piece;
    journal::State message;
    ASSERT_TRUE(message.ParseFromString(bytes));
    EXPECT_TRUE(message.GetReflection()->GetUnknownFields(message).empty());
    EXPECT_EQ(message.tables_size(), 5);
    message.DiscardUnknownFields();
    ASSERT_EQ(message.SerializeAsString(), bytes);
  }
}

TEST(StateCodec, NoticesEveryKindOfDamage) {
  test::Filler filler(11);
  const Encoded good = encode(test::random_state(filler, 8), 500);
  ASSERT_GE(good.pieces.size(), 3U);

  Encoded lost = good;
  lost.pieces.pop_back();
  EXPECT_EQ(decode(lost).status().code(), Code::kCorruption);

  Encoded swapped = good;
  std::swap(swapped.pieces[1], swapped.pieces[2]);
  EXPECT_EQ(decode(swapped).status().code(), Code::kCorruption);

  for (std::size_t i = 0; i < good.pieces.size(); ++i) {
    Encoded flipped = good;
    for (std::size_t at = 0; at < good.pieces[i].size(); ++at) {
      flipped.pieces[i] = good.pieces[i];
      flipped.pieces[i][at] ^= 1;
      EXPECT_FALSE(decode(flipped).is_ok()) << "piece " << i << " byte " << at;
    }
  }
  EXPECT_EQ(decode(Encoded{}).status().code(), Code::kCorruption);
}

TEST(StateCodec, RefusesANewerVersion) {
  journal::State message;
  message.set_schema_version(codec::kStateSchemaVersion + 1);
  codec::StateDecoder decoder;
  const Status status = decoder.add(message.SerializeAsString());
  EXPECT_EQ(status.code(), Code::kUnsupported);
  EXPECT_FALSE(status.hint().empty());
}

TEST(StateCodec, AFailingSinkEndsTheEncoding) {
  test::Filler filler(3);
  const core::State state = test::random_state(filler, 3);
  int calls = 0;
  const auto result = codec::encode_state(state, 1, [&calls](std::string_view) {
    return ++calls == 2 ? unavailable("the disk is full") : Status::ok();
  });
  EXPECT_EQ(result.status().message(), "the disk is full");
  EXPECT_EQ(calls, 2);
}

}  // namespace
}  // namespace srsync
