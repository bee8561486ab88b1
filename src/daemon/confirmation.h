// How an operator allows the drops that wait: by a file in the journal's directory that names the
// token of what waits. Anybody who may write there may do it, also while the daemon is not running.
//
// The file is removed once the confirmation is on disk. If the process dies before that, the file
// is read again, and a token that was confirmed already confirms nothing more.
#pragma once

#include <optional>
#include <string>

#include "core/state.h"

namespace srsync::daemon {

// Used by one thread.
class Confirmation {
 public:
  explicit Confirmation(const std::string& journal_dir);

  // Looks for the file. Returns the fact to journal when it names the token of what waits in
  // `state`; says in `warning` what is wrong with one that does not, once per content.
  std::optional<core::OperatorConfirmed> look(const core::State& state, std::string* warning);
  // The confirmation is on disk.
  void done();

  // "echo 1a2b3c4d > DIR/confirm-drops"
  std::string command(const std::string& token) const;

 private:
  std::string path_;
  std::string refused_;  // the content that was warned of
};

}  // namespace srsync::daemon
