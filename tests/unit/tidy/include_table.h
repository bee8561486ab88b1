// The include table of the tree as data: which room may include which room and which outside
// headers. A room that is not listed here cannot be added by accident; edit the table in a commit
// of its own.
#pragma once

#include <string_view>
#include <vector>

namespace srsync::tidy {

// One room of src/. `rooms` are the neighbours it is built on; what those are built on is allowed
// as well. `outside` holds prefixes of headers that are neither ours nor C++'s own, and these are
// not inherited: a library stays inside the one room that wraps it.
struct Room {
  std::string_view name;
  std::vector<std::string_view> rooms;
  std::vector<std::string_view> outside;
};

const std::vector<Room>& include_table();

// Headers of the operating system; a prefix that ends in '/' stands for a folder.
const std::vector<std::string_view>& system_headers();

// In `Room::outside`: every header of system_headers().
inline constexpr std::string_view kSystem = "(system)";

// What tools/sandbox may include. It shares no reading of StarRocks with the product, so that one
// misreading cannot hide in both.
const Room& sandbox_row();

// The rooms whose results depend on their arguments only.
bool is_pure_room(std::string_view room);

// Headers and names that would bring time, chance, threads, files, the environment, or an
// unspecified order into a pure room.
const std::vector<std::string_view>& impure_headers();
const std::vector<std::string_view>& impure_names();

}  // namespace srsync::tidy
