// A bit flips in any file of the directory, and disks that cannot be written: never is less taken
// for the whole.
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <fstream>
#include <map>

#include "journal/store.h"
#include "unit/journal/journal_fixture.h"

namespace srsync {
namespace {

using test::JournalTest;

class AnyFileTest : public JournalTest {
 protected:
  // Events in tables and in the log, a checkpoint in each, every kind of file.
  void make_journal() {
    const auto journal = open();
    fill(*journal, 300, 50);
    ASSERT_TRUE(journal->write_checkpoint(fold(*journal)).is_ok());
  }
  void flush_and_go_on() {
    {
      auto store = journal::Store::open(dir(), journal::Access::kWrite, nullptr);
      ASSERT_TRUE((*store)
                      ->db()
                      .Flush({}, {(*store)->events(), (*store)->meta(), (*store)->checkpoints()})
                      .ok());
    }
    const auto journal = open();
    fill(*journal, 50, 5);
    ASSERT_TRUE(journal->write_checkpoint(fold(*journal)).is_ok());
    fill(*journal, 20, 5);
  }
  static void flip(const std::filesystem::path& path, std::uint64_t at) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(static_cast<std::streamoff>(at));
    const char byte = static_cast<char>(file.get() ^ 0x10);
    file.seekp(static_cast<std::streamoff>(at));
    file.put(byte);
  }
  // All 370 events, or a refusal; with neither, what went wrong.
  std::string verdict() {
    auto opened = try_open();
    if (!opened.is_ok()) return "";
    if ((*opened)->last_seq() != EventSeq(370)) return "opened as a shorter one";
    std::uint64_t sound = 0;
    bool forged = false;
    const Status read =
        (*opened)->read(EventSeq(1), EventSeq(370), [&sound, &forged](const core::Event& event) {
          ++sound;
          forged = forged || event.fact != test::fact_number(event.seq.value());
          return Status::ok();
        });
    if (forged) return "a changed event was read";
    if (!read.is_ok()) return read.code() == Code::kCorruption ? "" : read.to_string();
    const auto state = journal::recover(**opened);
    if (!state.is_ok()) return "";
    return state->databases.size() == 370 ? "" : "recovered to another state";
  }
  // A reader shows a beginning of what was written, and is silent only about a whole one.
  std::string readers_verdict() const {
    const auto reader = journal::JournalReader::open(dir());
    if (!reader.is_ok()) return "";
    std::uint64_t next = 1;
    const Status read = (*reader)->read(
        EventSeq(1), (*reader)->last_seq(), [&next](const core::Event& event, std::string_view) {
          const bool is_next = event.fact == test::fact_number(next++);
          return is_next ? Status::ok() : rejected("a changed event was read");
        });
    if (read.code() == Code::kRejected) return read.message();
    const bool silent = read.is_ok() && (*reader)->damage().empty();
    return silent && next != 371 ? "a reader takes less for the whole" : "";
  }
};

TEST_F(AnyFileTest, AFlippedBitInAnyFileIsHarmlessOrRefused) {
  make_journal();
  flush_and_go_on();
  const std::string sound = (temp_.path() / "sound").string();
  std::filesystem::copy(dir(), sound);
  std::map<std::string, int> refused;  // by kind of file
  int flips = 0;
  for (const auto& entry : std::filesystem::directory_iterator(sound)) {
    const std::string name = entry.path().filename().string();
    const std::uint64_t size = entry.file_size();
    constexpr std::uint64_t kPlaces = 6;
    for (std::uint64_t place = 0; place < std::min(kPlaces, size); ++place) {
      const std::uint64_t at = place == kPlaces - 1 ? size - 1 : size * place / kPlaces;
      SCOPED_TRACE(name + " at byte " + std::to_string(at));
      std::filesystem::remove_all(dir());
      std::filesystem::copy(sound, dir());
      flip(std::filesystem::path(dir()) / name, at);
      ++flips;
      EXPECT_EQ(readers_verdict(), "");
      EXPECT_EQ(verdict(), "");
      if (!try_open().is_ok()) ++refused[name.substr(0, name.find_first_of("-0123456789"))];
    }
  }
  EXPECT_GT(flips, 40);
  // What everything hangs on is not harmless.
  EXPECT_GT(refused["MANIFEST"], 0);
  EXPECT_GT(refused["CURRENT"], 0);
}

// A file system that was mounted read-only, or became so because the disk failed.
class ReadOnlyFs final : public rocksdb::FileSystemWrapper {
 public:
  ReadOnlyFs() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  const char* Name() const override { return "ReadOnlyFs"; }
  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* result,
                                    rocksdb::IODebugContext* debug) override {
    if (read_only_) return refusal(name);
    rocksdb::IOStatus status = target()->NewWritableFile(name, options, result, debug);
    if (status.ok()) *result = std::make_unique<File>(std::move(*result), *this);
    return status;
  }
  rocksdb::IOStatus NewRandomRWFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSRandomRWFile>* result,
                                    rocksdb::IODebugContext* debug) override {
    return read_only_ ? refusal(name) : target()->NewRandomRWFile(name, options, result, debug);
  }
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                               const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override {
    return read_only_ ? refusal(to) : target()->RenameFile(from, to, options, debug);
  }
  rocksdb::IOStatus DeleteFile(const std::string& name, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override {
    return read_only_ ? refusal(name) : target()->DeleteFile(name, options, debug);
  }
  rocksdb::IOStatus LockFile(const std::string& name, const rocksdb::IOOptions& options,
                             rocksdb::FileLock** lock, rocksdb::IODebugContext* debug) override {
    return read_only_ ? refusal(name) : target()->LockFile(name, options, lock, debug);
  }
  void set_read_only(bool read_only) { read_only_ = read_only; }

 private:
  class File final : public rocksdb::FSWritableFileOwnerWrapper {
   public:
    File(std::unique_ptr<rocksdb::FSWritableFile>&& file, const ReadOnlyFs& fs)
        : FSWritableFileOwnerWrapper(std::move(file)), fs_(fs) {}
    rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                             rocksdb::IODebugContext* debug) override {
      if (fs_.read_only_) return refusal("a file");
      return FSWritableFileOwnerWrapper::Append(data, options, debug);
    }
    rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                             const rocksdb::DataVerificationInfo& /*info*/,
                             rocksdb::IODebugContext* debug) override {
      return Append(data, options, debug);
    }

   private:
    const ReadOnlyFs& fs_;
  };
  static rocksdb::IOStatus refusal(const std::string& name) {
    return rocksdb::IOStatus::IOError("While open " + name, "Read-only file system");
  }
  std::atomic<bool> read_only_ = true;
};

class ReadOnlyDiskTest : public JournalTest {
 protected:
  ReadOnlyDiskTest() : fs_(std::make_shared<ReadOnlyFs>()), env_(rocksdb::NewCompositeEnv(fs_)) {}
  std::shared_ptr<ReadOnlyFs> fs_;
  std::unique_ptr<rocksdb::Env> env_;
};

TEST_F(ReadOnlyDiskTest, TheDaemonIsRefusedAndAReaderSeesEverything) {
  fill(*open(), 20);
  const Status status = try_open(env_.get()).status();
  EXPECT_EQ(status.code(), Code::kUnavailable) << status.to_string();
  EXPECT_NE(status.message().find("Read-only file system"), std::string::npos)
      << status.to_string();
  const auto reader = journal::JournalReader::open(dir(), env_.get());
  ASSERT_TRUE(reader.is_ok()) << reader.status().to_string();
  EXPECT_TRUE((*reader)->damage().empty());
  std::uint64_t seen = 0;
  EXPECT_TRUE((*reader)
                  ->read(EventSeq(1), (*reader)->last_seq(),
                         [&seen](const core::Event&, std::string_view) {
                           ++seen;
                           return Status::ok();
                         })
                  .is_ok());
  EXPECT_EQ(seen, 20U);
}

TEST_F(ReadOnlyDiskTest, ADiskThatBecomesReadOnlyEndsTheAppendingAndLosesNothing) {
  fs_->set_read_only(false);
  {
    const auto journal = open(env_.get());
    fill(*journal, 20);
    fs_->set_read_only(true);
    const Status status = journal->append(test::facts(21, 1)).status();
    EXPECT_EQ(status.code(), Code::kUnavailable) << status.to_string();
    EXPECT_EQ(journal->append(test::facts(21, 1)).status(), status);
  }
  EXPECT_EQ(read_all(*open()).size(), 20U);
}

}  // namespace
}  // namespace srsync
