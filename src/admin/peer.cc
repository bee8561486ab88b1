#include "admin/peer.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <cstring>
#include <fstream>
#include <sstream>

#include "base/text.h"

namespace srsync::admin {
namespace {

// An address as /proc/net/tcp has it: words of the network's bytes, read as the machine's numbers.
std::string in_table(const sockaddr_storage& address) {
  if (address.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    return fmt::format("{:08X}:{:04X}", v4.sin_addr.s_addr, ntohs(v4.sin_port));
  }
  sockaddr_in6 v6{};
  std::memcpy(&v6, &address, sizeof v6);
  std::string text;
  for (std::size_t i = 0; i < 4; ++i) {
    std::uint32_t word = 0;
    std::memcpy(&word, v6.sin6_addr.s6_addr + 4 * i, sizeof word);
    text += fmt::format("{:08X}", word);
  }
  return text + fmt::format(":{:04X}", ntohs(v6.sin6_port));
}

}  // namespace

std::optional<uid_t> find_owner(const std::string& table, const sockaddr_storage& peer,
                                const sockaddr_storage& here) {
  const std::string local = in_table(peer);
  const std::string remote = in_table(here);
  std::istringstream lines(table);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string number, from, to, state, queues, timer, retransmits, user;
    if (!(words >> number >> from >> to >> state >> queues >> timer >> retransmits >> user))
      continue;
    if (from != local || to != remote) continue;
    // What is closed already belongs to nobody and is shown as root's.
    if (state != "01") return std::nullopt;
    const auto uid = parse_int64(user);
    if (!uid) return std::nullopt;
    return static_cast<uid_t>(*uid);
  }
  return std::nullopt;
}

std::optional<uid_t> owner_of(const sockaddr_storage& peer, const sockaddr_storage& here) {
  std::ifstream file(peer.ss_family == AF_INET ? "/proc/net/tcp" : "/proc/net/tcp6");
  std::ostringstream text;
  text << file.rdbuf();
  return find_owner(text.str(), peer, here);
}

}  // namespace srsync::admin
