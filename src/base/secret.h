// A text that must not be printed: passwords and cluster tokens.
#pragma once

#include <string>
#include <utility>

namespace srsync {

// Prints as "***" wherever it is formatted. reveal() is the only way to the text; call it where the
// text leaves the process (a log-in, a request) and nowhere else.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}
  const std::string& reveal() const { return text_; }
  bool empty() const { return text_.empty(); }
  friend bool operator==(const Secret&, const Secret&) = default;

 private:
  std::string text_;
};

inline const char* to_string(const Secret& secret) { return secret.empty() ? "" : "***"; }

}  // namespace srsync
