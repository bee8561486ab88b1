// What srsyncctl says about itself.
#pragma once

namespace srsync::help {

inline constexpr const char* kProgram =
    "Asks a running srsyncd how things stand, and gives it an operator's commands.";

inline constexpr const char* kProgramFooter = R"(
WHERE IT ASKS
  srsync_admin_host, srsync_admin_port and srsync_admin_token of DIR/sync.properties, where DIR is
  --conf, or conf/ beside the program's folder. --url asks elsewhere; without --conf it sends no
  token. There is no option for the token: every user of a machine can read command lines.

COMMANDS
  pause, resume, retry, skip and confirm become facts in srsyncd's journal. They are answered when
  they are on disk, and hold across restarts and crashes. Without srsync_admin_token they are taken
  from root and from the user that srsyncd runs as.

EXIT STATUS
  0  done; for health: healthy
  1  srsyncd was not reached, refused, or has not made it durable in time; for health: not healthy
  2  wrong usage, or settings that cannot be read

EXAMPLES
  srsyncctl status --watch              every 2 seconds, until interrupted
  srsyncctl tables --status blocked     what will not move by itself, and why
  srsyncctl pause                       nothing new starts; what is under way comes to its end
  srsyncctl skip shop.orders            leave this table alone; retry shop.orders undoes it
  srsyncctl confirm 1a2b3c4d            allow the drops that the status lists under this token
  srsyncctl tables --json | jq -r '.tables[] | select(.behind) | .name'
)";

inline constexpr const char* kStatus =
    "Health, clusters, counts, lag, troubles, and drops that wait for you";
inline constexpr const char* kTables = "Every table and view in scope: status, how far, why not";
inline constexpr const char* kJobs = "DDL and replication jobs under way";
inline constexpr const char* kCoverage =
    "Every object of the source that is not synchronised as things are: kind, name, reason";
inline constexpr const char* kHealth =
    "Whether its loop moves and both clusters answer (exit status 0 or 1)";
inline constexpr const char* kPause =
    "Start no DDL and no replication job until resumed; reading goes on";
inline constexpr const char* kResume = "End the pause";
inline constexpr const char* kRetry =
    "Forget failures, stops and skips of a table, or of all, read it anew and try again at once";
inline constexpr const char* kSkip = "Leave a table alone until it is retried";
inline constexpr const char* kConfirm =
    "Allow exactly the drops that wait under this token (see status)";

}  // namespace srsync::help
