// The commit that the simulator was built from: a seed means the same run only with the same code.
#pragma once

namespace srsync::sim {

// "abf1266d0c11", "-dirty" after it when sources were changed since, "unknown" outside a
// repository.
const char* commit();

}  // namespace srsync::sim
