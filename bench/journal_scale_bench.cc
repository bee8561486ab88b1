// What a long journal costs: making it, and every question of srsync-journal to it.
//
//   journal_scale_bench DIRECTORY [EVENTS] [TABLES]   (default: 10000000 events about 10000 tables)
//   journal_scale_bench --small                       (a tiny one, removed afterwards)
//
// Makes the journal when DIRECTORY does not exist, and leaves it there; run again, it only asks.
// Each question is a process of its own, so that its peak memory is its own.
#include <fcntl.h>
#include <fmt/format.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "history.h"
#include "inspect/history.h"
#include "inspect/inspect.h"
#include "io/clock.h"
#include "journal/reader.h"
#include "journal/rocksdb_journal.h"

namespace srsync::bench {
namespace {

constexpr std::uint64_t kCheckpointEvery = 1'000'000;

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// Hands everything to the disk and waits for nothing: what is measured here is bytes, and the
// waiting is journal_bench's figure.
class NoWaitFs final : public rocksdb::FileSystemWrapper {
 public:
  NoWaitFs() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  const char* Name() const override { return "NoWaitFs"; }
  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* result,
                                    rocksdb::IODebugContext* debug) override {
    rocksdb::IOStatus status = target()->NewWritableFile(name, options, result, debug);
    if (status.ok()) *result = std::make_unique<File>(std::move(*result));
    return status;
  }

 private:
  class File final : public rocksdb::FSWritableFileOwnerWrapper {
   public:
    using FSWritableFileOwnerWrapper::FSWritableFileOwnerWrapper;
    rocksdb::IOStatus Sync(const rocksdb::IOOptions& options,
                           rocksdb::IODebugContext* debug) override {
      return Flush(options, debug);
    }
    rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options,
                            rocksdb::IODebugContext* debug) override {
      return Flush(options, debug);
    }
  };
};

class HistoryClock final : public io::Clock {
 public:
  WallTime now() override { return now_; }
  void set(WallTime now) { now_ = now; }

 private:
  WallTime now_;
};

std::uint64_t bytes_in(const std::string& dir) {
  std::uint64_t bytes = 0;
  for (const auto& file : std::filesystem::directory_iterator(dir)) bytes += file.file_size();
  return bytes;
}

// What this process has handed to the disk.
std::uint64_t bytes_written() {
  std::ifstream io("/proc/self/io");
  std::string key;
  std::uint64_t value = 0;
  while (io >> key >> value) {
    if (key == "write_bytes:") return value;
  }
  return 0;
}

void fail(const Status& status) {
  fmt::print(stderr, "{}\n", status.to_string());
  std::exit(1);
}

void make(const std::string& dir, std::uint64_t events, int tables) {
  HistoryClock clock;
  const auto fs = std::make_shared<NoWaitFs>();
  const std::unique_ptr<rocksdb::Env> env = rocksdb::NewCompositeEnv(fs);
  auto journal = journal::open_journal({dir, {"1", "2", {}, {}}, env.get(), 1}, clock);
  if (!journal.is_ok()) fail(journal.status());
  HistoryMaker maker((*journal)->identity().journal_id, {tables, 5});
  double appending = 0;
  std::uint64_t appended = 0;
  std::uint64_t checkpoint_at = kCheckpointEvery;
  while (appended < events) {
    std::vector<core::Fact> facts = maker.next();
    clock.set(maker.now());
    const auto start = std::chrono::steady_clock::now();
    const auto done = (*journal)->append(std::move(facts));
    if (!done.is_ok()) fail(done.status());
    appending += seconds_since(start);
    appended = (*journal)->last_seq().value();
    if (appended < checkpoint_at) continue;
    checkpoint_at += kCheckpointEvery;
    if (const Status stored = (*journal)->write_checkpoint(maker.state()); !stored.is_ok()) {
      fail(stored);
    }
  }
  journal->reset();
  fmt::print("made: {} events, appended at {:.0f} events/s without syncs\n", appended,
             static_cast<double>(appended) / appending);
}

struct Measured {
  double seconds = 0;
  double cpu_seconds = 0;
  long peak_kb = 0;
  bool ok = false;
};

Measured in_a_process(const std::function<bool()>& work) {
  std::fflush(nullptr);
  const auto start = std::chrono::steady_clock::now();
  const pid_t child = fork();
  if (child == 0) {
    const int null = open("/dev/null", O_WRONLY);
    dup2(null, STDOUT_FILENO);
    const bool ok = work();
    std::fflush(nullptr);
    _exit(ok ? 0 : 1);
  }
  int status = 0;
  rusage usage{};
  wait4(child, &status, 0, &usage);
  const auto cpu = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return {seconds_since(start), cpu(usage.ru_utime) + cpu(usage.ru_stime), usage.ru_maxrss,
          WIFEXITED(status) && WEXITSTATUS(status) == 0};
}

inspect::Output to_stdout(inspect::Format format) {
  return {format, false, [](std::string_view line) {
            std::fwrite(line.data(), 1, line.size(), stdout);
            std::fputc('\n', stdout);
          }};
}

bool ask(const std::string& dir, const char* what, std::uint64_t events,
         const std::function<Status(const journal::JournalReader&)>& question) {
  const Measured measured = in_a_process([&] {
    const auto reader = journal::JournalReader::open(dir);
    const Status status = reader.is_ok() ? question(**reader) : reader.status();
    if (!status.is_ok()) fmt::print(stderr, "{}: {}\n", what, status.to_string());
    return status.is_ok();
  });
  fmt::print("{:<26} {:>9.2f} s {:>9.2f} s CPU {:>10.0f} events/s of CPU {:>7} MB peak{}\n", what,
             measured.seconds, measured.cpu_seconds,
             static_cast<double>(events) / measured.cpu_seconds, measured.peak_kb / 1024,
             measured.ok ? "" : "  FAILED");
  std::fflush(stdout);
  return measured.ok;
}

Status verified(const journal::JournalReader& reader) {
  const inspect::VerifyReport report = inspect::verify(reader);
  if (report.sound()) return Status::ok();
  return corruption(report.violations.front().text);
}

bool ask_all(const std::string& dir) {
  std::uint64_t events = 0;
  std::uint64_t record_bytes = 0;
  {
    const auto reader = journal::JournalReader::open(dir);
    if (!reader.is_ok()) fail(reader.status());
    events = (*reader)->last_seq().value() - (*reader)->beginning().seq.value();
    inspect::Stats stats;
    if (!inspect::collect_stats(**reader, EventSeq(1), inspect::kLastEvent, stats).is_ok())
      return false;
    record_bytes = stats.bytes;
  }
  const auto per_event = [events](std::uint64_t bytes) {
    return static_cast<double>(bytes) / static_cast<double>(events);
  };
  fmt::print("{} events, {:.1f} bytes per event as records, {:.1f} on disk\n", events,
             per_event(record_bytes), per_event(bytes_in(dir)));
  const core::TableName table{"db000", "fact_000007"};
  const EventSeq middle(events / 2);
  bool sound = true;
  sound &= ask(dir, "dump", events, [](const auto& r) {
    return inspect::dump(r, {}, to_stdout(inspect::Format::kText));
  });
  sound &= ask(dir, "dump --json", events, [](const auto& r) {
    return inspect::dump(r, {}, to_stdout(inspect::Format::kJson));
  });
  sound &= ask(dir, "dump --table", events, [&table](const auto& r) {
    inspect::DumpFilter filter;
    filter.table = table;
    return inspect::dump(r, filter, to_stdout(inspect::Format::kText));
  });
  sound &= ask(dir, "verify", events, verified);
  sound &= ask(dir, "replay", events, [](const auto& r) {
    return inspect::replay(r, {}, to_stdout(inspect::Format::kText)).status();
  });
  sound &= ask(dir, "why", events, [&table](const auto& r) {
    return inspect::why(r, {table}, to_stdout(inspect::Format::kText));
  });
  sound &= ask(dir, "stats", events, [](const auto& r) {
    inspect::Stats stats;
    const Status status = inspect::collect_stats(r, EventSeq(1), inspect::kLastEvent, stats);
    inspect::print_stats(stats, to_stdout(inspect::Format::kText));
    return status;
  });
  sound &= ask(dir, "state --at the middle", events / 2, [middle](const auto& r) {
    const auto state = inspect::state_at(r, middle);
    if (state.is_ok()) {
      inspect::print_state(*state, std::nullopt, to_stdout(inspect::Format::kText));
    }
    return state.status();
  });
  sound &= ask(dir, "state", events,
               [](const auto& r) { return inspect::state_at(r, inspect::kLastEvent).status(); });
  return sound;
}

// Whether every question was answered.
int run(const std::string& dir, std::uint64_t events, int tables) {
  if (!std::filesystem::exists(dir)) {
    const std::uint64_t before = bytes_written();
    make(dir, events, tables);
    fmt::print("handed to the disk: {:.1f} bytes per event\n",
               static_cast<double>(bytes_written() - before) / static_cast<double>(events));
  }
  std::fflush(stdout);
  return ask_all(dir) ? 0 : 1;
}

}  // namespace
}  // namespace srsync::bench

int main(int argc, char** argv) {
  if (argc < 2) {
    fmt::print(stderr, "journal_scale_bench DIRECTORY [EVENTS] [TABLES]\n");
    return 2;
  }
  if (std::string_view(argv[1]) == "--small") {
    const std::string dir =
        (std::filesystem::temp_directory_path() / fmt::format("srsync-scale-{}", getpid()))
            .string();
    const int exit_code = srsync::bench::run(dir, 20'000, 50);
    std::filesystem::remove_all(dir);
    return exit_code;
  }
  const auto number = [argc, argv](int index, std::uint64_t otherwise) {
    return argc > index ? std::strtoull(argv[index], nullptr, 10) : otherwise;
  };
  return srsync::bench::run(argv[1], number(2, 10'000'000), static_cast<int>(number(3, 10'000)));
}
