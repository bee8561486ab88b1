#include "daemon/console.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace srsync::daemon {
namespace {

// A stream that is no terminal, and what was written to it.
class Captured {
 public:
  Captured() : stream_(::open_memstream(&bytes_, &size_)) {}
  ~Captured() {
    std::fclose(stream_);
    std::free(bytes_);
  }
  std::FILE* stream() { return stream_; }
  std::string text() {
    std::fflush(stream_);
    return {bytes_, size_};
  }

 private:
  char* bytes_ = nullptr;
  std::size_t size_ = 0;
  std::FILE* stream_;
};

TEST(ConsoleTest, PlainLinesAreFewAndHaveNoControlCodes) {
  Captured captured;
  Console console(captured.stream());
  console.progress("one", 0);
  console.progress("two", 5'000);
  console.progress("three", 10'000);
  console.progress("three", 30'000);
  console.settle();
  console.line("end");
  EXPECT_EQ(captured.text(), "one\nthree\nend\n");
}

TEST(ConsoleTest, Cuts) {
  EXPECT_EQ(cut("abc", 5), "abc");
  EXPECT_EQ(cut("abcdefgh", 6), "abc...");
  EXPECT_EQ(cut("abcdefgh", 2), "..");
}

}  // namespace
}  // namespace srsync::daemon
