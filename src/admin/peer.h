// Whose process is at the other end of a connection on this machine.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <optional>
#include <string>

namespace srsync::admin {

// The user that owns the socket at `peer` which is connected to `here`; nullopt when it is not on
// this machine (or in another network namespace), or gone. Linux tells it in /proc/net/tcp. Safe
// from any thread.
std::optional<uid_t> owner_of(const sockaddr_storage& peer, const sockaddr_storage& here);

// The same out of the text of that file.
std::optional<uid_t> find_owner(const std::string& table, const sockaddr_storage& peer,
                                const sockaddr_storage& here);

}  // namespace srsync::admin
