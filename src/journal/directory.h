// The journal's directory: what stands in it before RocksDB is let near it, and who holds it.
// Room-internal.
#pragma once

#include <rocksdb/env.h>

#include <string>
#include <vector>

#include "base/status.h"

namespace srsync::journal {

enum class Contents {
  kNothing,  // no directory, or nothing of note in it: a journal may be created
  kJournal,  // RocksDB files with an entry point
};

// kRejected when the directory holds something else, kCorruption when it holds RocksDB files
// without their entry point: creating a journal there would bury the old one.
Result<Contents> inspect_directory(const std::string& dir, rocksdb::Env& env);

// kCorruption when the directory holds no log. RocksDB always keeps one, and would take its absence
// for a journal that ends earlier.
Status check_log_is_there(const std::string& dir, rocksdb::Env& env);

// kRejected, naming the holder, while another process (or this one) has the journal open for
// writing.
Status check_not_held(const std::string& dir, rocksdb::Env& env);

// Leaves the note that check_not_held() quotes: process id, host, start. Best effort, it decides
// nothing.
void write_owner_note(const std::string& dir, rocksdb::Env& env);

// The names and sizes that change when the writer moves events from one file to another: equal
// before and after an opening for reading, they prove that it saw one consistent set of files.
std::vector<std::string> file_set(const std::string& dir, rocksdb::Env& env);

}  // namespace srsync::journal
