#include "daemon/console.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>

namespace srsync::daemon {
namespace {
constexpr std::int64_t kPlainIntervalMs = 10'000;
}

Console::Console(std::FILE* out) : out_(out), terminal_(::isatty(::fileno(out)) == 1) {}

void Console::line(const std::string& text) {
  settle();
  std::fprintf(out_, "%s\n", text.c_str());
  std::fflush(out_);
}

void Console::progress(const std::string& text, std::int64_t now_ms) {
  if (text == last_) return;
  if (!terminal_) {
    if (printed_at_ >= 0 && now_ms - printed_at_ < kPlainIntervalMs) return;
    printed_at_ = now_ms;
    last_ = text;
    std::fprintf(out_, "%s\n", text.c_str());
    std::fflush(out_);
    return;
  }
  last_ = text;
  open_ = true;
  std::fprintf(out_, "\r\033[K%s", cut(text, columns()).c_str());
  std::fflush(out_);
}

void Console::settle() {
  if (!open_) return;
  open_ = false;
  std::fprintf(out_, "\n");
  std::fflush(out_);
}

std::size_t Console::columns() const {
  winsize size{};
  if (::ioctl(::fileno(out_), TIOCGWINSZ, &size) != 0 || size.ws_col < 20) return 79;
  return size.ws_col - 1U;
}

std::string cut(const std::string& text, std::size_t columns) {
  if (text.size() <= columns) return text;
  return text.substr(0, columns - std::min<std::size_t>(3, columns)) +
         std::string("...").substr(0, std::min<std::size_t>(3, columns));
}

}  // namespace srsync::daemon
