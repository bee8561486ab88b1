// Named places at which a test can kill the process, to show that every crash is survived.
//
// Compiled in only with SRSYNC_KILL_POINTS; otherwise the macro is nothing at all. With it, the
// environment variable SRSYNC_KILL_AT="<name>:<count>" (read once) raises SIGKILL at the count-th
// pass of that point, counted from 1: no destructor, no flush, no goodbye. SRSYNC_KILL_LIST=<file>
// appends the name of every point at its first pass, for tests that want to visit each.
#pragma once

#ifdef SRSYNC_KILL_POINTS

namespace srsync {
// Safe from any thread. `name` must be a literal.
void pass_kill_point(const char* name);
}  // namespace srsync

#define SRSYNC_KILL_POINT(name) ::srsync::pass_kill_point(name)

#else

#define SRSYNC_KILL_POINT(name) static_cast<void>(0)

#endif
