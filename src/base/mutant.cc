#include "base/mutant.h"

#ifdef SRSYNC_MUTANTS

#include <cstring>

namespace srsync {
namespace {
const char* chosen = nullptr;
}

bool is_mutant(const char* name) { return chosen != nullptr && std::strcmp(chosen, name) == 0; }

void choose_mutant(const char* name) { chosen = name; }

}  // namespace srsync

#endif
