// What a durable append costs, next to plain RocksDB doing the same writes on the same disk in the
// same run.
//
//   journal_bench [DIRECTORY]   (default: the system's temporary directory)
//
// Each measurement is repeated in turn with its yardstick, so that a disk that is slow for a moment
// is slow for both; medians are printed.
#include <fmt/format.h>
#include <rocksdb/db.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "codec/event_codec.h"
#include "io/clock.h"
#include "journal/rocksdb_journal.h"
#include "journal/store.h"

namespace srsync {
namespace {

constexpr int kRounds = 9;
constexpr int kBatchEvents = 100;
constexpr int kBatches = 200;
constexpr int kSingles = 300;

// An event of about 200 bytes: a full set of versions of one table.
core::Fact sample(std::uint64_t n) {
  core::PartitionsMoved moved;
  moved.id = core::TableId(static_cast<std::int64_t>(10'000 + n));
  for (std::int64_t i = 0; i < 7; ++i) {
    moved.versions.push_back({core::PartitionId(20'000 + i), 1'000 + i, 1'000 + i,
                              400'000'000'000 + i, 5'000'000'000, core::TxnType::kNormal});
  }
  return moved;
}

double seconds(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// The same bytes under the same keys, without any meaning.
class Plain {
 public:
  explicit Plain(const std::string& dir) {
    rocksdb::Options options(journal::database_options(nullptr), journal::events_options());
    options.create_if_missing = true;
    rocksdb::DB* db = nullptr;
    if (!rocksdb::DB::Open(options, dir, &db).ok()) std::abort();
    db_.reset(db);
    codec::encode_event({EventSeq(1), WallTime(1'700'000'000'000), sample(1)}, {}, envelope_);
  }
  std::size_t event_bytes() const { return envelope_.size(); }
  void write(int events) {
    rocksdb::WriteBatch batch;
    for (int i = 0; i < events; ++i) batch.Put(big_endian_u64(++seq_), envelope_);
    rocksdb::WriteOptions options;
    options.sync = true;
    if (!db_->Write(options, &batch).ok()) std::abort();
  }

 private:
  std::unique_ptr<rocksdb::DB> db_;
  std::string envelope_;
  std::uint64_t seq_ = 0;
};

void append(io::Journal& journal, int events) {
  std::vector<core::Fact> facts;
  facts.reserve(static_cast<std::size_t>(events));
  for (int i = 0; i < events; ++i) facts.push_back(sample(static_cast<std::uint64_t>(i)));
  if (!journal.append(std::move(facts)).is_ok()) std::abort();
}

struct Measured {
  double ours = 0;  // seconds
  double plain = 0;
};

Measured measure(io::Journal& journal, Plain& plain, int writes, int events) {
  std::vector<double> ours;
  std::vector<double> theirs;
  for (int round = 0; round < kRounds; ++round) {
    ours.push_back(seconds([&] {
      for (int i = 0; i < writes; ++i) append(journal, events);
    }));
    theirs.push_back(seconds([&] {
      for (int i = 0; i < writes; ++i) plain.write(events);
    }));
  }
  return {median(ours), median(theirs)};
}

int run(const std::filesystem::path& base) {
  const std::filesystem::path dir = base / fmt::format("srsync-bench-{}", std::rand());
  std::filesystem::create_directories(dir);
  io::SystemClock clock;
  auto opened =
      journal::open_journal({(dir / "journal").string(), {"1", "2", {}, {}}, nullptr, 1}, clock);
  if (!opened.is_ok()) {
    fmt::print(stderr, "{}\n", opened.status().to_string());
    return 1;
  }
  {
    Plain plain((dir / "plain").string());
    fmt::print("event: {} bytes; every write is synced; medians of {} rounds\n",
               plain.event_bytes(), kRounds);
    const Measured batch = measure(**opened, plain, kBatches, kBatchEvents);
    const double events = kBatches * kBatchEvents;
    fmt::print(
        "append in batches of {}: {:.0f} events/s, RocksDB {:.0f} events/s, ratio {:.2f} "
        "(aim >= 0.50)\n",
        kBatchEvents, events / batch.ours, events / batch.plain, batch.plain / batch.ours);
    const Measured single = measure(**opened, plain, kSingles, 1);
    fmt::print("one durable append: {:.0f} us, RocksDB {:.0f} us, ratio {:.2f} (aim <= 1.10)\n",
               single.ours / kSingles * 1e6, single.plain / kSingles * 1e6,
               single.ours / single.plain);
  }
  opened->reset();
  std::filesystem::remove_all(dir);
  return 0;
}

}  // namespace
}  // namespace srsync

int main(int argc, char** argv) {
  return srsync::run(argc > 1 ? std::filesystem::path(argv[1])
                              : std::filesystem::temp_directory_path());
}
