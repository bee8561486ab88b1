#include "config/host_map.h"

#include <fmt/format.h>

#include <optional>

#include "base/text.h"

namespace srsync::config {
namespace {

std::string_view without_brackets(std::string_view host) {
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    return host.substr(1, host.size() - 2);
  }
  return host;
}

// One spelling per host, to compare by.
std::string comparable(std::string_view host) {
  host = without_brackets(trim(host));
  if (host.size() > 1 && host.back() == '.') host.remove_suffix(1);
  return to_lower(host);
}

std::optional<int> parse_port(std::string_view text) {
  const auto number = parse_int64(trim(text));
  if (!number.has_value() || *number < 1 || *number > 65535) return std::nullopt;
  return static_cast<int>(*number);
}

bool is_host(std::string_view host) {
  return !host.empty() && host.find_first_of(" \t/,;=") == std::string_view::npos;
}

// "8030:38030, 9030:39030"; an empty part is skipped, so a final comma does no harm.
Result<std::map<int, int>> parse_ports(std::string_view text) {
  std::map<int, int> ports;
  for (const auto part : split(text, ',')) {
    const auto pair = trim(part);
    if (pair.empty()) continue;
    const auto colon = pair.find(':');
    const auto from = parse_port(pair.substr(0, colon));
    const auto to =
        colon == std::string_view::npos ? std::nullopt : parse_port(pair.substr(colon + 1));
    if (!from.has_value() || !to.has_value()) {
      return invalid_argument(
          fmt::format("'{}' is not <port>:<mappedPort>, both from 1 to 65535", pair));
    }
    ports[*from] = *to;
  }
  return ports;
}

}  // namespace

Status HostMap::add(std::string_view key, std::string_view value) {
  Key entry_key;
  if (key.substr(0, 7) == "SOURCE_") {
    entry_key.side = Side::kSource;
  } else if (key.substr(0, 7) == "TARGET_") {
    entry_key.side = Side::kTarget;
  } else {
    return invalid_argument("the key must begin with SOURCE_ or TARGET_");
  }
  entry_key.host = comparable(key.substr(7));
  if (!is_host(entry_key.host)) {
    return invalid_argument("after SOURCE_ or TARGET_ a host name or address is wanted");
  }
  const auto semicolon = value.find(';');
  Entry entry;
  entry.host = std::string(without_brackets(trim(value.substr(0, semicolon))));
  if (!is_host(entry.host)) {
    return invalid_argument("<mappedHost>[;<port>:<mappedPort>,...] is wanted");
  }
  const bool is_name_with_port =
      entry.host.find(':') == entry.host.rfind(':') && entry.host.find(':') != std::string::npos;
  if (is_name_with_port) {
    return invalid_argument("a port belongs behind the host as ;<port>:<mappedPort>");
  }
  if (semicolon != std::string_view::npos) {
    SRSYNC_ASSIGN_OR_RETURN(entry.ports, parse_ports(value.substr(semicolon + 1)));
  }
  entries_[entry_key] = std::move(entry);
  return Status::ok();
}

Address HostMap::map(Side side, std::string_view host, int port) const {
  const auto found = entries_.find({side, comparable(host)});
  if (found == entries_.end()) return {std::string(without_brackets(trim(host))), port};
  const auto& ports = found->second.ports;
  const auto mapped = ports.find(port);
  return {found->second.host, mapped == ports.end() ? port : mapped->second};
}

}  // namespace srsync::config
