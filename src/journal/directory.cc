#include "journal/directory.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.h"
#include "journal/high_water.h"
#include "journal/store.h"

namespace srsync::journal {
namespace {

constexpr std::string_view kOwnerFile = "OWNER";

bool ends_with(std::string_view name, std::string_view end) {
  return name.size() >= end.size() && name.substr(name.size() - end.size()) == end;
}

bool is_data_file(std::string_view name) {
  // The note of the end is made after the first of them.
  return ends_with(name, ".sst") || ends_with(name, ".log") || name == kHighWaterFile;
}

// What a creation that was interrupted may leave behind.
bool is_harmless(std::string_view name) {
  static constexpr std::array<std::string_view, 6> kStarts = {"LOCK",     "LOG",     "MANIFEST-",
                                                              "IDENTITY", "OPTIONS", kOwnerFile};
  if (name == "." || name == ".." || ends_with(name, ".dbtmp")) return true;
  return std::any_of(kStarts.begin(), kStarts.end(), [name](std::string_view start) {
    return name.substr(0, start.size()) == start;
  });
}

// What an operator can do about a missing CURRENT: it only names the newest MANIFEST.
std::string hint_for_lost_entry(const std::vector<std::string>& names) {
  std::string newest;
  for (const std::string& name : names) {
    if (name.rfind("MANIFEST-", 0) == 0) newest = std::max(newest, name);
  }
  const std::string restore = "restore the directory from a copy; nothing was changed in it";
  if (newest.empty()) return restore;
  return fmt::format(
      "{}. To look into what is there: write the line {} into a file CURRENT in a copy of it",
      restore, newest);
}

std::string path_of(const std::string& dir, std::string_view name) {
  return fmt::format("{}/{}", dir, name);
}

}  // namespace

Result<Contents> inspect_directory(const std::string& dir, rocksdb::Env& env) {
  std::vector<std::string> names;
  const rocksdb::Status listed = env.GetChildren(dir, &names);
  if (listed.IsNotFound()) return Contents::kNothing;
  if (!listed.ok()) return from_rocksdb(listed, dir, "listing the directory");
  if (std::find(names.begin(), names.end(), "CURRENT") != names.end()) return Contents::kJournal;
  for (const std::string& name : names) {
    if (is_data_file(name)) {
      return corruption(
          fmt::format("journal {}: the file CURRENT is missing while {} is there", dir, name),
          hint_for_lost_entry(names));
    }
    if (!is_harmless(name)) {
      return rejected(fmt::format("{} is not a journal: it holds {}", dir, name),
                      "give the journal a directory of its own");
    }
  }
  return Contents::kNothing;
}

Status check_log_is_there(const std::string& dir, rocksdb::Env& env) {
  std::vector<std::string> names;
  const rocksdb::Status listed = env.GetChildren(dir, &names);
  SRSYNC_RETURN_IF_ERROR(from_rocksdb(listed, dir, "listing the directory"));
  bool has_tables = false;
  for (const std::string& name : names) {
    if (ends_with(name, ".log")) return Status::ok();
    has_tables = has_tables || ends_with(name, ".sst");
  }
  // The identity is the first thing in a table: without one, creation was interrupted.
  if (!has_tables) return Status::ok();
  return corruption(
      fmt::format(
          "journal {}: its log (the file NNNNNN.log) is missing, and with it the last events", dir),
      "restore the directory from a copy; nothing was changed in it");
}

Status check_not_held(const std::string& dir, rocksdb::Env& env) {
  rocksdb::FileLock* lock = nullptr;
  const rocksdb::Status locked = env.LockFile(path_of(dir, "LOCK"), &lock);
  if (locked.ok()) {
    // RocksDB takes it again in a moment, and fails then if another one was faster.
    return from_rocksdb(env.UnlockFile(lock), dir, "trying the lock");
  }
  // Anything else (no right to write, a read-only disk) is not a holder.
  const std::string text = locked.ToString();
  if (!contains(text, "While lock file") && !contains(text, "lock hold by current process")) {
    return from_rocksdb(locked, dir, "trying the lock");
  }
  std::string note;
  if (!rocksdb::ReadFileToString(&env, path_of(dir, kOwnerFile), &note).ok() || note.empty()) {
    note = "another process";
  }
  return rejected(fmt::format("journal {} is in use by {}", dir, trim(note)),
                  "one journal has one writer: stop that process, or use another directory");
}

void write_owner_note(const std::string& dir, rocksdb::Env& env) {
  std::array<char, 256> host{};
  if (gethostname(host.data(), host.size() - 1) != 0) host[0] = '\0';
  std::int64_t now = 0;
  std::string since;
  if (env.GetCurrentTime(&now).ok()) since = env.TimeToString(static_cast<std::uint64_t>(now));
  const std::string note =
      fmt::format("pid {} on {} since {}\n", getpid(), host.data(), trim(since));
  rocksdb::WriteStringToFile(&env, note, path_of(dir, kOwnerFile), false)
      .PermitUncheckedError();  // the lock decides, the note only explains
}

std::vector<std::string> file_set(const std::string& dir, rocksdb::Env& env) {
  std::vector<std::string> names;
  std::vector<std::string> set;
  if (!env.GetChildren(dir, &names).ok()) return set;
  for (const std::string& name : names) {
    const bool manifest = name.rfind("MANIFEST-", 0) == 0;
    if (!manifest && !is_data_file(name)) continue;
    std::uint64_t size = 0;
    // Logs grow all the time; that a log vanished, or that the manifest says something new, counts.
    if (manifest && !env.GetFileSize(path_of(dir, name), &size).ok()) size = 0;
    set.push_back(fmt::format("{} {}", name, size));
  }
  std::sort(set.begin(), set.end());
  return set;
}

}  // namespace srsync::journal
