#include "core/names.h"

namespace srsync::core {

TableName target_name(const State&, const TablePair& pair) { return pair.name; }

}  // namespace srsync::core
