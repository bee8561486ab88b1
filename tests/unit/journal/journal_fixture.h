// A directory of its own for each test, a clock that the test moves, and facts that apply anywhere.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "codec/state_codec.h"
#include "core/state.h"
#include "io/clock.h"
#include "journal/reader.h"
#include "journal/recover.h"
#include "journal/rocksdb_journal.h"

namespace srsync::test {

class TestClock final : public io::Clock {
 public:
  WallTime now() override { return WallTime(ms_.load()); }
  void set(std::int64_t ms) { ms_ = ms; }

 private:
  std::atomic<std::int64_t> ms_ = 1'700'000'000'000;
};

class TempDir {
 public:
  TempDir() {
    std::string pattern = (std::filesystem::temp_directory_path() / "srsync-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) std::abort();
    path_ = pattern;
  }
  ~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

inline io::PairIdentity test_pair() {
  return {"1001", "2002", core::RunMode::kSharedNothing, core::RunMode::kSharedNothing};
}

// Databases appear one after the other: each event changes State, so a digest sees each.
inline core::Fact fact_number(std::uint64_t n) {
  return core::DatabaseObserved{Side::kSource, core::DbId(static_cast<std::int64_t>(n)),
                                "db" + std::to_string(n)};
}

inline std::vector<core::Fact> facts(std::uint64_t first, std::uint64_t count) {
  std::vector<core::Fact> list;
  for (std::uint64_t i = 0; i < count; ++i) list.push_back(fact_number(first + i));
  return list;
}

class JournalTest : public testing::Test {
 protected:
  std::string dir() const { return (temp_.path() / "journal").string(); }

  Result<std::unique_ptr<io::Journal>> try_open(rocksdb::Env* env = nullptr) {
    return journal::open_journal({dir(), test_pair(), env, 1000}, clock_);
  }
  std::unique_ptr<io::Journal> open(rocksdb::Env* env = nullptr) {
    auto opened = try_open(env);
    EXPECT_TRUE(opened.is_ok()) << opened.status().to_string();
    return opened.is_ok() ? std::move(opened).value() : nullptr;
  }
  // Appends `count` numbered facts, `at_once` in one call.
  static void fill(io::Journal& journal, std::uint64_t count, std::uint64_t at_once = 10) {
    const std::uint64_t end = journal.last_seq().value() + count;
    while (journal.last_seq().value() < end) {
      const std::uint64_t next = journal.last_seq().value() + 1;
      const auto events = journal.append(facts(next, std::min(at_once, end - next + 1)));
      ASSERT_TRUE(events.is_ok()) << events.status().to_string();
    }
  }
  static std::vector<core::Event> read_all(io::Journal& journal) {
    std::vector<core::Event> events;
    const Status read =
        journal.read(EventSeq(1), journal.last_seq(), [&events](const core::Event& event) {
          events.push_back(event);
          return Status::ok();
        });
    EXPECT_TRUE(read.is_ok()) << read.to_string();
    return events;
  }
  static core::State fold(io::Journal& journal) {
    core::State state;
    for (const core::Event& event : read_all(journal)) {
      EXPECT_TRUE(core::apply(state, event).is_ok());
    }
    return state;
  }

  TempDir temp_;
  TestClock clock_;
};

}  // namespace srsync::test
