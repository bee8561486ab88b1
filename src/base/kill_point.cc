#include "base/kill_point.h"

#ifdef SRSYNC_KILL_POINTS

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include "base/text.h"

namespace srsync {
namespace {

struct Target {
  std::string name;
  std::int64_t count = 0;
};

Target read_target() {
  const char* text = std::getenv("SRSYNC_KILL_AT");
  if (text == nullptr) return {};
  const std::string_view setting(text);
  const std::size_t colon = setting.rfind(':');
  if (colon == std::string_view::npos) return {std::string(setting), 1};
  return {std::string(setting.substr(0, colon)),
          parse_int64(setting.substr(colon + 1)).value_or(1)};
}

void list_point(const char* name) {
  static const char* const kFile = std::getenv("SRSYNC_KILL_LIST");
  if (kFile == nullptr) return;
  static std::set<std::string_view> seen;
  if (!seen.insert(name).second) return;
  if (std::FILE* file = std::fopen(kFile, "a")) {
    std::fprintf(file, "%s\n", name);
    std::fclose(file);
  }
}

}  // namespace

void pass_kill_point(const char* name) {
  static std::mutex mutex;
  static Target target = read_target();
  const std::scoped_lock lock(mutex);
  list_point(name);
  if (target.name != name) return;
  if (--target.count == 0) std::raise(SIGKILL);
}

}  // namespace srsync

#endif
