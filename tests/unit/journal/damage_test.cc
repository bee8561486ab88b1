// Records that were lost, moved, edited: each is noticed and named.
#include <fstream>
#include <iterator>

#include "codec/event_codec.h"
#include "journal/records.h"
#include "journal/store.h"
#include "unit/journal/journal_fixture.h"

namespace srsync {
namespace {

using test::JournalTest;

class DamageTest : public JournalTest {
 protected:
  // Lets `change` at the closed journal's RocksDB.
  template <typename Change>
  void damage(const Change& change) {
    auto store = journal::Store::open(dir(), journal::Access::kWrite, nullptr);
    ASSERT_TRUE(store.is_ok()) << store.status().to_string();
    change(**store);
  }
  static std::string key(std::uint64_t seq) { return big_endian_u64(seq); }
  static std::string value(const journal::Store& store, std::uint64_t seq) {
    return store.get(store.events(), key(seq)).value().value_or("");
  }
  // Opens with only the end checked, so that reading is what notices.
  Status read_status() {
    auto journal = journal::open_journal({dir(), test::test_pair(), nullptr, 1}, clock_);
    if (!journal.is_ok()) return journal.status();
    visited_ = 0;
    return (*journal)->read(EventSeq(1), (*journal)->last_seq(), [this](const core::Event& event) {
      visited_ = event.seq.value();
      return Status::ok();
    });
  }
  void expect_damage(const std::string& text, std::uint64_t sound_up_to) {
    const Status status = read_status();
    EXPECT_EQ(status.code(), Code::kCorruption) << status.to_string();
    EXPECT_NE(status.message().find(text), std::string::npos) << status.to_string();
    EXPECT_EQ(visited_, sound_up_to);
  }

  std::uint64_t visited_ = 0;
};

TEST_F(DamageTest, AGap) {
  fill(*open(), 30);
  damage([](journal::Store& store) {
    for (std::uint64_t seq = 12; seq <= 14; ++seq) {
      ASSERT_TRUE(store.db().Delete({}, store.events(), key(seq)).ok());
    }
  });
  expect_damage("events 12 to 14 are missing", 11);
  // Near the end, opening notices.
  EXPECT_EQ(try_open().status().code(), Code::kCorruption);
}

TEST_F(DamageTest, ALostFirstEvent) {
  fill(*open(), 5);
  damage([](journal::Store& store) {
    ASSERT_TRUE(store.db().Delete({}, store.events(), key(1)).ok());
  });
  expect_damage("event 1 is missing", 0);
}

TEST_F(DamageTest, ALostLastEvent) {
  fill(*open(), 5);
  damage([](journal::Store& store) {
    ASSERT_TRUE(store.db().Delete({}, store.events(), key(5)).ok());
  });
  expect_damage("event 5 is missing", 0);
}

TEST_F(DamageTest, AnEventTooMany) {
  fill(*open(), 5);
  damage([](journal::Store& store) {
    ASSERT_TRUE(store.db().Put({}, store.events(), key(6), value(store, 5)).ok());
  });
  expect_damage("holds event 6 but says that it ends at 5", 0);
}

TEST_F(DamageTest, TwoEventsThatChangedPlaces) {
  fill(*open(), 30);
  damage([](journal::Store& store) {
    const std::string a = value(store, 7);
    ASSERT_TRUE(store.db().Put({}, store.events(), key(7), value(store, 8)).ok());
    ASSERT_TRUE(store.db().Put({}, store.events(), key(8), a).ok());
  });
  expect_damage("event 8 stands in the place of event 7", 6);
}

// Whoever edits a record so that it still decodes breaks the chain behind it.
TEST_F(DamageTest, AnEditedEvent) {
  fill(*open(), 30);
  damage([](journal::Store& store) {
    core::Event event;
    Hash128 previous;
    ASSERT_TRUE(codec::decode_event(value(store, 9), event, previous).is_ok());
    std::get<core::DatabaseObserved>(event.fact).name = "forged";
    std::string bytes;
    codec::encode_event(event, previous, bytes);
    ASSERT_TRUE(store.db().Put({}, store.events(), key(9), bytes).ok());
  });
  expect_damage("event 10 does not follow from event 9", 9);
}

TEST_F(DamageTest, AnEditedLastEvent) {
  fill(*open(), 5);
  damage([](journal::Store& store) {
    core::Event event;
    Hash128 previous;
    ASSERT_TRUE(codec::decode_event(value(store, 5), event, previous).is_ok());
    std::get<core::DatabaseObserved>(event.fact).name = "forged";
    std::string bytes;
    codec::encode_event(event, previous, bytes);
    ASSERT_TRUE(store.db().Put({}, store.events(), key(5), bytes).ok());
  });
  expect_damage("event 5, the last one, is not the one that was written", 0);
}

TEST_F(DamageTest, AnEventOfAnotherJournal) {
  fill(*open(), 5);
  std::string foreign;
  {
    const auto other = journal::open_journal({dir() + "2", test::test_pair(), nullptr, 10}, clock_);
    ASSERT_TRUE(other.is_ok());
    fill(**other, 5);
  }
  {
    auto store = journal::Store::open(dir() + "2", journal::Access::kRead, nullptr);
    ASSERT_TRUE(store.is_ok());
    foreign = value(**store, 1);
  }
  damage([&foreign](journal::Store& store) {
    ASSERT_TRUE(store.db().Put({}, store.events(), key(1), foreign).ok());
  });
  expect_damage("event 1 does not follow from event 0", 0);
}

TEST_F(DamageTest, BytesThatAreNoEvent) {
  fill(*open(), 30);
  damage([](journal::Store& store) {
    ASSERT_TRUE(store.db().Put({}, store.events(), key(9), "rubbish").ok());
  });
  expect_damage("reading event 9", 8);
}

TEST_F(DamageTest, AnEventOfANewerVersion) {
  fill(*open(), 30);
  damage([](journal::Store& store) {
    std::string bytes = value(store, 9);
    bytes[1] = static_cast<char>(codec::kSchemaVersion + 1);
    ASSERT_TRUE(store.db().Put({}, store.events(), key(9), bytes).ok());
  });
  const Status status = read_status();
  EXPECT_EQ(status.code(), Code::kUnsupported) << status.to_string();
  EXPECT_EQ(visited_, 8U);
}

TEST_F(DamageTest, ALostHead) {
  fill(*open(), 5);
  damage(
      [](journal::Store& store) { ASSERT_TRUE(store.db().Delete({}, store.meta(), "head").ok()); });
  expect_damage("has events but no head", 0);
  // A reader still shows what is there, and says what is wrong.
  const auto reader = journal::JournalReader::open(dir());
  ASSERT_TRUE(reader.is_ok());
  EXPECT_EQ((*reader)->last_seq(), EventSeq(5));
  ASSERT_EQ((*reader)->damage().size(), 1U);
  EXPECT_EQ((*reader)->damage()[0].code(), Code::kCorruption);
}

TEST_F(DamageTest, ALostIdentity) {
  fill(*open(), 5);
  damage([](journal::Store& store) {
    ASSERT_TRUE(store.db().Delete({}, store.meta(), "journal").ok());
  });
  expect_damage("has events but no identity", 0);
}

// --- files ---------------------------------------------------------------------------------------

class FileDamageTest : public DamageTest {
 protected:
  // The files of the closed journal that end in `end`.
  std::vector<std::string> files(const std::string& end) const {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(dir())) {
      const std::string path = entry.path().string();
      if (path.ends_with(end) && entry.file_size() > 0) found.push_back(path);
    }
    return found;
  }
  static void flip_byte(const std::string& path, double part) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    const auto size = static_cast<double>(std::filesystem::file_size(path));
    const auto at = static_cast<std::streamoff>(size * part);
    file.seekg(at);
    const char byte = static_cast<char>(file.get() ^ 0x40);
    file.seekp(at);
    file.put(byte);
  }
  // How far a reader gets, and why not further.
  std::pair<std::uint64_t, Status> salvage() {
    const auto reader = journal::JournalReader::open(dir());
    if (!reader.is_ok()) return {0, reader.status()};
    std::uint64_t last = 0;
    Status status = (*reader)->read(EventSeq(1), (*reader)->last_seq(),
                                    [&last](const core::Event& event, std::string_view) {
                                      last = event.seq.value();
                                      return Status::ok();
                                    });
    if (status.is_ok() && !(*reader)->damage().empty()) status = (*reader)->damage()[0];
    return {last, status};
  }
  void flush_and_close(std::uint64_t events) {
    fill(*open(), events, 100);
    damage([](journal::Store& store) {
      ASSERT_TRUE(store.db().Flush({}, {store.events(), store.meta(), store.checkpoints()}).ok());
    });
  }
};

// Events that are acknowledged and lie in RocksDB's log only: damage there must not cut them off
// silently.
TEST_F(FileDamageTest, AFlippedBitInTheLogIsNotMistakenForATornEnd) {
  for (const double part : {0.1, 0.5, 0.9}) {
    std::filesystem::remove_all(dir());
    fill(*open(), 400, 1);
    const std::vector<std::string> logs = files(".log");
    ASSERT_EQ(logs.size(), 1U);
    flip_byte(logs[0], part);
    const Status status = try_open().status();
    EXPECT_FALSE(status.is_ok()) << part;
    EXPECT_EQ(status.code(), Code::kCorruption) << status.to_string();
    const auto [last, why] = salvage();
    EXPECT_LT(last, 400U);
    EXPECT_GT(last, static_cast<std::uint64_t>(300 * part)) << why.to_string();
    EXPECT_FALSE(why.is_ok());
  }
}

// Its name invites deletion. Without it a journal looks like an older, sound one.
TEST_F(FileDamageTest, ALostLog) {
  fill(*open(), 50);
  for (const std::string& log : files(".log")) std::filesystem::remove(log);
  const Status status = try_open().status();
  EXPECT_EQ(status.code(), Code::kCorruption) << status.to_string();
  EXPECT_NE(status.message().find("log"), std::string::npos) << status.to_string();
  EXPECT_FALSE(salvage().second.is_ok());
}

TEST_F(FileDamageTest, AFlippedBitInATableFile) {
  flush_and_close(20'000);
  std::string largest;
  for (const std::string& file : files(".sst")) {
    if (largest.empty() || std::filesystem::file_size(file) > std::filesystem::file_size(largest)) {
      largest = file;
    }
  }
  ASSERT_FALSE(largest.empty());
  flip_byte(largest, 0.5);
  const auto [last, why] = salvage();
  EXPECT_FALSE(why.is_ok());
  EXPECT_EQ(why.code(), Code::kCorruption) << why.to_string();
  EXPECT_GT(last, 5'000U) << why.to_string();
  EXPECT_LT(last, 15'000U) << why.to_string();
  EXPECT_EQ(read_status().code(), Code::kCorruption);
}

TEST_F(FileDamageTest, AMissingTableFile) {
  flush_and_close(1'000);
  for (const std::string& file : files(".sst")) std::filesystem::remove(file);
  const Status status = try_open().status();
  EXPECT_FALSE(status.is_ok());
  EXPECT_FALSE(salvage().second.is_ok());
}

}  // namespace
}  // namespace srsync
