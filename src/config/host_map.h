// conf/hosts.properties: where an address that a cluster prints about itself is reached from here.
#pragma once

#include <compare>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/side.h"
#include "base/status.h"

namespace srsync::config {

// IPv6 hosts stand without brackets.
struct Address {
  std::string host;
  int port = 0;
  friend bool operator==(const Address&, const Address&) = default;
};

// An immutable value once loaded; safe from any thread.
class HostMap {
 public:
  // The address to connect to for `host`:`port` of that cluster, or the same when no entry applies.
  // Names are compared without ASCII case and without a final dot; IPv6 with or without brackets.
  Address map(Side side, std::string_view host, int port) const;

  // Takes one entry `<SOURCE|TARGET>_<host>=<mappedHost>[;<port>:<mappedPort>,...]`.
  // kInvalidArgument says what is wrong with it; a later entry for the same host replaces the
  // earlier one.
  Status add(std::string_view key, std::string_view value);

  std::size_t size() const { return entries_.size(); }

 private:
  struct Key {
    Side side = Side::kSource;
    std::string host;
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  struct Entry {
    std::string host;
    std::map<int, int> ports;
  };
  std::map<Key, Entry> entries_;
};

}  // namespace srsync::config
