// Status and Result: how every room reports failure.
//
// No exception crosses a room's edge. The code answers the one question a caller has: did it
// happen, and who acts now? Values are immutable after construction and may be shared between
// threads like any other value.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace srsync {

// Chosen by what the caller does next. Numbers are journalled: never reuse one.
enum class Code : int {
  kOk = 0,
  // The request or the configuration is wrong; repeating it unchanged cannot succeed.
  kInvalidArgument = 1,
  // Nothing happened, the other side could not be reached; repeat after a back-off.
  kUnavailable = 2,
  // It may or may not have happened (reply lost, connection broken after sending); ask, then
  // decide.
  kOutcomeUnknown = 3,
  // The other side refused for now and nothing happened (slots taken, publish not finished).
  kBusy = 4,
  // The object named does not exist there (any more); read again before deciding.
  kNotFound = 5,
  // The object exists already.
  kAlreadyExists = 6,
  // The other side understood and refuses for good; an operator must act.
  kRejected = 7,
  // Log-in or privileges do not suffice.
  kDenied = 8,
  // Our own data is damaged or contradicts itself; stop, keep the evidence.
  kCorruption = 9,
  // Valid, but this version cannot carry it.
  kUnsupported = 10,
};

// Stable lower-case name, as printed and journalled ("outcome_unknown").
std::string_view code_name(Code code);

// The code of a name that code_name() printed; nullopt for another text.
std::optional<Code> code_from_name(std::string_view name);

// The outcome of an operation. A non-OK Status holds one sentence for people and, where a person
// must act, a hint that says what to do. It never holds a secret.
class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(Code code, std::string message, std::string hint = {})
      : code_(code), message_(std::move(message)), hint_(std::move(hint)) {}

  static Status ok() { return {}; }

  bool is_ok() const { return code_ == Code::kOk; }
  Code code() const { return code_; }
  const std::string& message() const { return message_; }
  const std::string& hint() const { return hint_; }

  // The same failure seen from further out: "<context>: <message>". OK stays OK.
  Status with_context(std::string_view context) const;

  // "code: message (hint)"; "ok" when OK.
  std::string to_string() const;

  friend bool operator==(const Status&, const Status&) = default;

 private:
  Code code_ = Code::kOk;
  std::string message_;
  std::string hint_;
};

Status invalid_argument(std::string message, std::string hint = {});
Status unavailable(std::string message, std::string hint = {});
Status outcome_unknown(std::string message, std::string hint = {});
Status busy(std::string message, std::string hint = {});
Status not_found(std::string message, std::string hint = {});
Status rejected(std::string message, std::string hint = {});
Status denied(std::string message, std::string hint = {});
Status corruption(std::string message, std::string hint = {});
Status unsupported(std::string message, std::string hint = {});

// A value or the Status that says why there is none. value() requires is_ok().
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT(*-explicit-*)
  Result(Status status) : state_(std::in_place_index<1>, std::move(status)) {}  // NOLINT

  bool is_ok() const { return state_.index() == 0; }
  Status status() const { return is_ok() ? Status::ok() : std::get<1>(state_); }

  T& value() & { return std::get<0>(state_); }
  const T& value() const& { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }

  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }

 private:
  std::variant<T, Status> state_;
};

}  // namespace srsync

#define SRSYNC_CONCAT_INNER(a, b) a##b
#define SRSYNC_CONCAT(a, b) SRSYNC_CONCAT_INNER(a, b)

// Returns the Status of `expr` from the enclosing function unless it is OK.
#define SRSYNC_RETURN_IF_ERROR(expr)                    \
  do {                                                  \
    ::srsync::Status srsync_status_ = (expr);           \
    if (!srsync_status_.is_ok()) return srsync_status_; \
  } while (false)

// Declares or assigns `lhs` from the Result `expr`, or returns its Status.
#define SRSYNC_ASSIGN_OR_RETURN(lhs, expr) \
  SRSYNC_ASSIGN_OR_RETURN_IMPL(SRSYNC_CONCAT(srsync_result_, __LINE__), lhs, expr)
#define SRSYNC_ASSIGN_OR_RETURN_IMPL(tmp, lhs, expr) \
  auto tmp = (expr);                                 \
  if (!tmp.is_ok()) return tmp.status();             \
  lhs = std::move(tmp).value()
