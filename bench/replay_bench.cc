// How fast a history is folded: reading, decoding, checking the chain, applying, and the digest at
// the end.
//
//   replay_bench [EVENTS] [TABLES]   (default: 1000000 events about 10000 tables)
#include <fmt/format.h>
#include <time.h>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "codec/event_codec.h"
#include "codec/state_codec.h"
#include "io/clock.h"
#include "journal/recover.h"
#include "journal/rocksdb_journal.h"

namespace srsync {
namespace {

constexpr std::uint64_t kBatch = 5'000;

// Processor time of this thread, so that a busy machine does not blur the figure "on one core".
double seconds(const std::function<void()>& work) {
  const auto now = [] {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
  };
  const double start = now();
  work();
  return now() - start;
}

// What a migration mostly consists of: tables are found once, then their versions move.
core::Fact history(std::uint64_t n, std::uint64_t tables) {
  if (n < tables) {
    core::TableRead read;
    read.name = {fmt::format("db{}", n % 20), fmt::format("table_{}", n)};
    read.id = core::TableId(static_cast<std::int64_t>(10'000 + n));
    read.create_sql = std::string(200, 'c');
    for (std::int64_t i = 0; i < 5; ++i) {
      core::Partition partition;
      partition.id = core::PartitionId(static_cast<std::int64_t>(1'000'000 + n * 8) + i);
      partition.name = fmt::format("p{}", i);
      partition.visible_version = 2;
      partition.data_version = 2;
      read.partitions.push_back(partition);
    }
    return read;
  }
  const std::uint64_t table = (n * 2'654'435'761ULL) % tables;
  core::PartitionsMoved moved;
  moved.id = core::TableId(static_cast<std::int64_t>(10'000 + table));
  const auto version = static_cast<std::int64_t>(3 + n / tables);
  moved.versions.push_back({core::PartitionId(static_cast<std::int64_t>(1'000'000 + table * 8)),
                            version, version, 0, 1'000'000 + version, core::TxnType::kNormal});
  return moved;
}

core::Fact found(std::uint64_t n) {
  return core::TableObserved{Side::kSource,
                             {fmt::format("db{}", n % 20), fmt::format("table_{}", n)},
                             core::TableId(static_cast<std::int64_t>(10'000 + n)),
                             core::TableKind::kTable,
                             true};
}

void fill(io::Journal& journal, std::uint64_t events, std::uint64_t tables) {
  std::vector<core::Fact> facts;
  const auto flush = [&] {
    if (!facts.empty() && !journal.append(std::move(facts)).is_ok()) std::abort();
    facts.clear();
  };
  for (std::uint64_t n = 0; n < tables; ++n) {
    facts.push_back(found(n));
    if (facts.size() == kBatch) flush();
  }
  for (std::uint64_t n = 0; n + tables < events; ++n) {
    facts.push_back(history(n, tables));
    if (facts.size() == kBatch) flush();
  }
  flush();
}

int run(std::uint64_t events, std::uint64_t tables) {
  const std::filesystem::path dir =
      std::filesystem::temp_directory_path() / fmt::format("srsync-replay-{}", std::rand());
  io::SystemClock clock;
  auto opened = journal::open_journal({dir.string(), {"1", "2", {}, {}}, nullptr, 1}, clock);
  if (!opened.is_ok()) {
    fmt::print(stderr, "{}\n", opened.status().to_string());
    return 1;
  }
  io::Journal& journal = **opened;
  fill(journal, events, tables);
  const auto total = static_cast<double>(journal.last_seq().value());
  const auto show = [total](const char* what, double took) {
    fmt::print("{:<34} {:>10.0f} events/s  {:>6.2f} s\n", what, total / took, took);
  };
  fmt::print("{} events about {} tables\n", journal.last_seq().value(), tables);
  std::vector<std::string> records;
  const auto keep = [&records](const core::Event& event) {
    codec::encode_event(event, {}, records.emplace_back());
    return Status::ok();
  };
  if (!journal.read(EventSeq(1), journal.last_seq(), keep).is_ok()) return 1;
  show("decode alone", seconds([&] {
         core::Event event;
         Hash128 previous;
         for (const std::string& record : records) {
           if (!codec::decode_event(record, event, previous).is_ok()) std::abort();
         }
       }));
  show("read, check chain, decode", seconds([&] {
         const auto nothing = [](const core::Event&) { return Status::ok(); };
         if (!journal.read(EventSeq(1), journal.last_seq(), nothing).is_ok()) std::abort();
       }));
  core::State memory;
  show("decode, apply, digest (in memory)", seconds([&] {
         core::Event event;
         Hash128 previous;
         for (const std::string& record : records) {
           if (!codec::decode_event(record, event, previous).is_ok()) std::abort();
           if (!core::apply(memory, event).is_ok()) std::abort();
         }
         if (codec::digest(memory) == Hash128{}) std::abort();
       }));
  show("recover from the journal, digest", seconds([&] {
         const auto state = journal::recover(journal);
         if (!state.is_ok() || codec::digest(*state) != codec::digest(memory)) std::abort();
       }));
  fmt::print("aim for decode, apply, digest: >= 1000000 events/s on one core\n");
  opened->reset();
  std::filesystem::remove_all(dir);
  return 0;
}

}  // namespace
}  // namespace srsync

int main(int argc, char** argv) {
  const auto number = [argc, argv](int index, std::uint64_t otherwise) {
    return argc > index ? std::strtoull(argv[index], nullptr, 10) : otherwise;
  };
  return srsync::run(number(1, 1'000'000), number(2, 10'000));
}
