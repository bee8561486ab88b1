#include "base/status.h"

#include <fmt/format.h>

#include <array>

namespace srsync {
namespace {

struct Named {
  Code code;
  std::string_view name;
};

constexpr std::array kNames = {
    Named{Code::kOk, "ok"},
    Named{Code::kInvalidArgument, "invalid_argument"},
    Named{Code::kUnavailable, "unavailable"},
    Named{Code::kOutcomeUnknown, "outcome_unknown"},
    Named{Code::kBusy, "busy"},
    Named{Code::kNotFound, "not_found"},
    Named{Code::kAlreadyExists, "already_exists"},
    Named{Code::kRejected, "rejected"},
    Named{Code::kDenied, "denied"},
    Named{Code::kCorruption, "corruption"},
    Named{Code::kUnsupported, "unsupported"},
};

}  // namespace

std::string_view code_name(Code code) {
  for (const auto& named : kNames) {
    if (named.code == code) return named.name;
  }
  return "unknown";
}

std::optional<Code> code_from_name(std::string_view name) {
  for (const auto& named : kNames) {
    if (named.name == name) return named.code;
  }
  return std::nullopt;
}

Status Status::with_context(std::string_view context) const {
  if (is_ok()) return *this;
  return {code_, fmt::format("{}: {}", context, message_), hint_};
}

std::string Status::to_string() const {
  if (is_ok()) return "ok";
  if (hint_.empty()) return fmt::format("{}: {}", code_name(code_), message_);
  return fmt::format("{}: {} ({})", code_name(code_), message_, hint_);
}

Status invalid_argument(std::string message, std::string hint) {
  return {Code::kInvalidArgument, std::move(message), std::move(hint)};
}
Status unavailable(std::string message, std::string hint) {
  return {Code::kUnavailable, std::move(message), std::move(hint)};
}
Status outcome_unknown(std::string message, std::string hint) {
  return {Code::kOutcomeUnknown, std::move(message), std::move(hint)};
}
Status busy(std::string message, std::string hint) {
  return {Code::kBusy, std::move(message), std::move(hint)};
}
Status not_found(std::string message, std::string hint) {
  return {Code::kNotFound, std::move(message), std::move(hint)};
}
Status rejected(std::string message, std::string hint) {
  return {Code::kRejected, std::move(message), std::move(hint)};
}
Status denied(std::string message, std::string hint) {
  return {Code::kDenied, std::move(message), std::move(hint)};
}
Status corruption(std::string message, std::string hint) {
  return {Code::kCorruption, std::move(message), std::move(hint)};
}
Status unsupported(std::string message, std::string hint) {
  return {Code::kUnsupported, std::move(message), std::move(hint)};
}

}  // namespace srsync
