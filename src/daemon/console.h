// What a person at the terminal sees: one line that is refreshed, or plain lines in a file or pipe.
#pragma once

#include <cstdio>
#include <string>

namespace srsync::daemon {

// Not thread-safe: the loop's thread uses it, and others before and after it runs.
class Console {
 public:
  explicit Console(std::FILE* out);

  // A line that stays.
  void line(const std::string& text);
  // Progress: refreshed in place on a terminal; elsewhere printed when it changed, at most once in
  // ten seconds. `now_ms`: milliseconds of any steady origin.
  void progress(const std::string& text, std::int64_t now_ms);
  // Ends the refreshed line, so that what follows starts on one of its own.
  void settle();

 private:
  std::size_t columns() const;

  std::FILE* out_;
  bool terminal_;
  bool open_ = false;  // a refreshed line stands
  std::string last_;
  std::int64_t printed_at_ = -1;
};

// `text` cut to `columns`.
std::string cut(const std::string& text, std::size_t columns);

}  // namespace srsync::daemon
