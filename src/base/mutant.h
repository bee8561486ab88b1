// Deliberate bugs, to show that the simulator finds such bugs. Compiled in only with
// SRSYNC_MUTANTS, which no build of the product sets; otherwise the macro is the constant false.
// tests/sim/mutants.txt says what each one breaks.
#pragma once

#ifdef SRSYNC_MUTANTS

namespace srsync {
// Whether the mutant called `name` was chosen. Safe from any thread once chosen.
bool is_mutant(const char* name);
// To be called before anything else runs. `name` must outlive the program; nullptr: none.
void choose_mutant(const char* name);
}  // namespace srsync

#define SRSYNC_MUTANT(name) ::srsync::is_mutant(name)

#else

#define SRSYNC_MUTANT(name) false

#endif
