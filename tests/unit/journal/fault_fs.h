// A file system whose power can be cut and whose disk can be full.
//
// Files really stand in a directory; what was written but not synced is remembered, and
// lose_unsynced() takes it away again, down to a chosen part of it, as a power cut would.
#pragma once

#include <rocksdb/file_system.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>

namespace srsync::test {

class FaultFs final : public rocksdb::FileSystemWrapper {
 public:
  using IOStatus = rocksdb::IOStatus;

  FaultFs() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  const char* Name() const override { return "FaultFs"; }

  // From the `count`-th write or sync from now on nothing reaches the disk any more.
  void cut_power_after(std::int64_t count) {
    const std::scoped_lock lock(mutex_);
    operations_left_ = count;
  }
  // Writes beyond this many more bytes fail with "no space".
  void limit_bytes(std::int64_t bytes) {
    const std::scoped_lock lock(mutex_);
    bytes_left_ = bytes;
  }
  void free_space() { limit_bytes(INT64_MAX / 2); }
  bool power_is_off() {
    const std::scoped_lock lock(mutex_);
    return off_;
  }

  // To be called when nobody has files open any more: of what was not synced in a file, only
  // `kept_permille` stays, and files whose directory entry was not synced vanish. The power is on
  // again.
  void lose_unsynced(std::uint64_t kept_permille) {
    const std::scoped_lock lock(mutex_);
    std::error_code ignored;
    for (const auto& [name, old] : replaced_) {
      std::ofstream(name, std::ios::binary) << old;
      files_.erase(name);
    }
    replaced_.clear();
    for (const auto& [name, file] : files_) {
      if (new_files_.contains(name)) {
        std::filesystem::remove(name, ignored);
        continue;
      }
      const std::uint64_t unsynced = file.size - file.synced;
      const std::uint64_t kept = file.synced + unsynced * kept_permille / 1000;
      if (std::filesystem::exists(name) && std::filesystem::file_size(name) > kept) {
        std::filesystem::resize_file(name, kept);
      }
    }
    files_.clear();
    new_files_.clear();
    off_ = false;
    operations_left_ = INT64_MAX;
  }

  IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* result,
                           rocksdb::IODebugContext* debug) override {
    if (IOStatus status = change(); !status.ok()) return status;
    IOStatus status = target()->NewWritableFile(name, options, result, debug);
    if (!status.ok()) return status;
    const std::scoped_lock lock(mutex_);
    files_[name] = {};
    new_files_.insert(name);
    *result = std::make_unique<File>(std::move(*result), *this, name);
    return status;
  }
  IOStatus RenameFile(const std::string& from, const std::string& to,
                      const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override {
    if (IOStatus status = change(); !status.ok()) return status;
    std::string old;
    const bool replaces = std::filesystem::exists(to);
    if (replaces) {
      std::ifstream file(to, std::ios::binary);
      old.assign(std::istreambuf_iterator<char>(file), {});
    }
    IOStatus status = target()->RenameFile(from, to, options, debug);
    if (!status.ok()) return status;
    const std::scoped_lock lock(mutex_);
    new_files_.erase(from);
    // The new name is as little durable as a new file, until the directory is synced.
    if (replaces && !new_files_.contains(to)) {
      replaced_.try_emplace(to, old);
    } else {
      new_files_.insert(to);
    }
    if (auto node = files_.extract(from); !node.empty()) {
      files_.erase(to);
      node.key() = to;
      files_.insert(std::move(node));
    }
    return status;
  }
  IOStatus DeleteFile(const std::string& name, const rocksdb::IOOptions& options,
                      rocksdb::IODebugContext* debug) override {
    if (IOStatus status = change(); !status.ok()) return status;
    {
      const std::scoped_lock lock(mutex_);
      files_.erase(name);
      new_files_.erase(name);
    }
    return target()->DeleteFile(name, options, debug);
  }
  IOStatus NewDirectory(const std::string& name, const rocksdb::IOOptions& options,
                        std::unique_ptr<rocksdb::FSDirectory>* result,
                        rocksdb::IODebugContext* debug) override {
    IOStatus status = target()->NewDirectory(name, options, result, debug);
    if (status.ok()) *result = std::make_unique<Directory>(std::move(*result), *this, name);
    return status;
  }

 private:
  struct FileState {
    std::uint64_t size = 0;
    std::uint64_t synced = 0;
  };

  class File final : public rocksdb::FSWritableFileOwnerWrapper {
   public:
    File(std::unique_ptr<rocksdb::FSWritableFile>&& file, FaultFs& fs, std::string name)
        : FSWritableFileOwnerWrapper(std::move(file)), fs_(fs), name_(std::move(name)) {}
    IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                    rocksdb::IODebugContext* debug) override {
      if (IOStatus status = fs_.write(name_, data.size()); !status.ok()) return status;
      return FSWritableFileOwnerWrapper::Append(data, options, debug);
    }
    IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                    const rocksdb::DataVerificationInfo& /*info*/,
                    rocksdb::IODebugContext* debug) override {
      return Append(data, options, debug);
    }
    IOStatus Sync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override {
      if (IOStatus status = fs_.sync(name_); !status.ok()) return status;
      return FSWritableFileOwnerWrapper::Sync(options, debug);
    }
    IOStatus Fsync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override {
      if (IOStatus status = fs_.sync(name_); !status.ok()) return status;
      return FSWritableFileOwnerWrapper::Fsync(options, debug);
    }

   private:
    FaultFs& fs_;
    std::string name_;
  };

  class Directory final : public rocksdb::FSDirectoryWrapper {
   public:
    Directory(std::unique_ptr<rocksdb::FSDirectory>&& directory, FaultFs& fs, std::string name)
        : FSDirectoryWrapper(std::move(directory)), fs_(fs), name_(std::move(name)) {}
    IOStatus Fsync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override {
      if (IOStatus status = fs_.sync_directory(name_); !status.ok()) return status;
      return FSDirectoryWrapper::Fsync(options, debug);
    }
    IOStatus FsyncWithDirOptions(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug,
                                 const rocksdb::DirFsyncOptions& how) override {
      if (IOStatus status = fs_.sync_directory(name_); !status.ok()) return status;
      return FSDirectoryWrapper::FsyncWithDirOptions(options, debug, how);
    }

   private:
    FaultFs& fs_;
    std::string name_;
  };

  // Counts one operation that changes the disk. Requires the lock.
  IOStatus step() {
    if (off_ || operations_left_ <= 0) {
      off_ = true;
      return IOStatus::IOError("the power is off");
    }
    --operations_left_;
    return IOStatus::OK();
  }
  IOStatus change() {
    const std::scoped_lock lock(mutex_);
    if (off_) return IOStatus::IOError("the power is off");
    return IOStatus::OK();
  }
  IOStatus write(const std::string& name, std::size_t bytes) {
    const std::scoped_lock lock(mutex_);
    if (IOStatus status = step(); !status.ok()) return status;
    if (bytes_left_ < static_cast<std::int64_t>(bytes)) {
      return IOStatus::NoSpace("the disk is full");
    }
    bytes_left_ -= static_cast<std::int64_t>(bytes);
    files_[name].size += bytes;
    return IOStatus::OK();
  }
  IOStatus sync(const std::string& name) {
    const std::scoped_lock lock(mutex_);
    if (IOStatus status = step(); !status.ok()) return status;
    files_[name].synced = files_[name].size;
    return IOStatus::OK();
  }
  IOStatus sync_directory(const std::string& directory) {
    const std::scoped_lock lock(mutex_);
    if (IOStatus status = step(); !status.ok()) return status;
    const auto is_in = [&directory](const std::string& name) {
      return std::filesystem::path(name).parent_path() == std::filesystem::path(directory);
    };
    std::erase_if(new_files_, is_in);
    std::erase_if(replaced_, [&is_in](const auto& entry) { return is_in(entry.first); });
    return IOStatus::OK();
  }

  std::mutex mutex_;
  std::map<std::string, FileState> files_;
  std::set<std::string> new_files_;              // directory entry not synced yet
  std::map<std::string, std::string> replaced_;  // by a rename not synced yet; what stood there
  std::int64_t operations_left_ = INT64_MAX;
  std::int64_t bytes_left_ = INT64_MAX / 2;
  bool off_ = false;
};

}  // namespace srsync::test
