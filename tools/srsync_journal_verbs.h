// What the verbs of srsync-journal do; srsync_journal.cc reads the command line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace srsync {

inline constexpr int kExitOk = 0;
inline constexpr int kExitFound = 1;    // the journal is damaged or not sound
inline constexpr int kExitRefused = 2;  // wrong usage, or nothing to look into

struct Arguments {
  std::string dir;
  bool json = false;
  std::string from;
  std::string to;
  std::string at;
  std::string table;
  std::string kind;
  std::uint64_t lines = 20;
  bool follow = false;
  std::size_t links = 40;
  double speed = 0;
  std::vector<std::string> set;
  bool redact = false;
  std::string file;
  std::optional<double> older_than;  // days
  std::optional<std::uint64_t> keep_size;
  bool dry_run = false;
};

// Prints the answer of `verb` to standard output and what is wrong to standard error; the exit
// code.
int run_verb(const std::string& verb, const Arguments& arguments);

}  // namespace srsync
