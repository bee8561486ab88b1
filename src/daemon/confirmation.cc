#include "daemon/confirmation.h"

#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <system_error>

#include "base/text.h"

namespace srsync::daemon {
namespace {

// Far more than a token: what is longer is something else.
constexpr std::size_t kTextMax = 200;

std::optional<std::string> text_of(const std::string& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "re"),
                                                             &std::fclose);
  if (!file) return std::nullopt;
  std::array<char, kTextMax> buffer{};
  const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), file.get());
  return std::string(trim(std::string_view(buffer.data(), size)));
}

}  // namespace

Confirmation::Confirmation(const std::string& journal_dir)
    : path_((std::filesystem::path(journal_dir) / "confirm-drops").string()) {}

std::optional<core::OperatorConfirmed> Confirmation::look(const core::State& state,
                                                          std::string* warning) {
  const auto text = text_of(path_);
  // An empty one is being written.
  if (!text || text->empty()) return std::nullopt;
  if (state.hold && *text == state.hold->token) {
    return core::OperatorConfirmed{*text, "the file confirm-drops"};
  }
  if (*text == refused_) return std::nullopt;
  refused_ = *text;
  *warning = state.hold ? fmt::format(
                              "{} does not name what waits now: read the list again and, to allow "
                              "those drops, run: {}",
                              path_, command(state.hold->token))
                        : fmt::format("{} is there, and no drop waits: remove it", path_);
  return std::nullopt;
}

void Confirmation::done() {
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
  refused_.clear();
}

std::string Confirmation::command(const std::string& token) const {
  return fmt::format("echo {} > {}", token, path_);
}

}  // namespace srsync::daemon
