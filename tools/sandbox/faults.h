// Faults that a test orders: the n-th call that matches is refused, delayed, done without an
// answer, left hanging or cut off before it begins. One table per cluster, consulted by the SQL,
// RPC and HTTP servers before they carry a call out.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace srsync::sandbox {

// Where a call comes in. A rule names one.
enum class Surface : std::uint8_t { kSql, kRpc, kHttp };

enum class FaultAction : std::uint8_t {
  kNone,
  kFail,         // not carried out; an error answer
  kDelay,        // waits, then carries it out and answers
  kDropReply,    // carries it out, then closes the connection without an answer
  kHang,         // not carried out; no answer and no close until the fault is lifted
  kCloseBefore,  // not carried out; closes the connection
};

struct FaultRule {
  Surface surface = Surface::kSql;
  // Part of the statement, "method detail" of an RPC, or the path of an HTTP request; compared
  // without regard to case. Empty matches everything.
  std::string pattern;
  // Name of the frontend ("fe1"); empty for any.
  std::string frontend;
  FaultAction action = FaultAction::kFail;
  int skip = 0;   // matches to let pass before the first one is hit
  int count = 1;  // matches to hit; negative: all
  int delay_ms = 0;
  int error_code = 1064;  // SQL: MySQL's error number
  std::string message = "fault ordered by a test";
};

// What to do with the call at hand. kNone: carry on.
struct Fault {
  FaultAction action = FaultAction::kNone;
  int delay_ms = 0;
  int error_code = 0;
  std::string message;
  std::int64_t rule_id = 0;
};

// Thread-safe.
class FaultTable {
 public:
  // The id can be given to lift().
  std::int64_t add(FaultRule rule);
  void lift(std::int64_t id);
  void lift_all();

  // Counts the call against the first rule that matches it and is not used up.
  Fault take(Surface surface, std::string_view frontend, std::string_view call);

  // How many calls of this surface have come in, whatever became of them.
  std::uint64_t asked(Surface surface) const;

  // How often a rule has hit so far; 0 for an id that was never given out.
  int hits(std::int64_t id) const;

  // Blocks a call that hangs until its rule is lifted or the connection `fd` is cut.
  void hang(const Fault& fault, int fd) const;

 private:
  std::array<std::uint64_t, 3> asked_{};  // by Surface; guarded by mutex_
  struct Entry {
    std::int64_t id = 0;
    FaultRule rule;
    int seen = 0;
    int hit = 0;
    bool lifted = false;
  };
  const Entry* find(std::int64_t id) const;

  mutable std::mutex mutex_;
  std::vector<Entry> entries_;
  std::int64_t next_id_ = 1;
};

// Waits, but no longer than the connection stands. False: it was cut.
bool wait_on(int fd, int ms);

// "fail", "delay", "drop_reply", "hang", "close_before"; nullopt for another text.
std::optional<FaultAction> fault_action_from(std::string_view text);
// "sql", "rpc", "http"; nullopt for another text.
std::optional<Surface> surface_from(std::string_view text);

}  // namespace srsync::sandbox
