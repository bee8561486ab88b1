#include "admin/ctl.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "admin/ctl_text.h"
#include "base/text.h"

namespace srsync::admin {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kPage = 1'000;

CtlResult failed(const std::string& text) { return {kCtlFailed, {}, "srsyncctl: " + text + "\n"}; }

// An answer that is no JSON comes from something else than srsyncd.
Result<Json> parse(const http::Response& response) {
  Json json = Json::parse(response.body, nullptr, false);
  if (json.is_discarded() || !json.is_object()) {
    return rejected(fmt::format("the answer (HTTP {}) is not srsyncd's", response.status),
                    "see srsync_admin_host and srsync_admin_port, or --url");
  }
  return json;
}

std::string text_at(const Json& json, const char* key) {
  const auto at = json.find(key);
  return at != json.end() && at->is_string() ? at->get<std::string>() : "";
}

std::string explain(const Json& json, int status) {
  std::string text = text_at(json, "error");
  if (text.empty()) text = fmt::format("HTTP {}", status);
  const std::string hint = text_at(json, "hint");
  return hint.empty() ? text : text + "\n  -> " + hint;
}

std::string dump(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<Json> get(const Ask& ask, const std::string& path) {
  SRSYNC_ASSIGN_OR_RETURN(const http::Response response, ask("GET", path));
  SRSYNC_ASSIGN_OR_RETURN(Json json, parse(response));
  if (response.status != 200) return rejected(explain(json, response.status));
  return json;
}

// All pages of a list, as one answer.
Result<Json> get_all(const Ask& ask, const std::string& path, const char* rows) {
  Json all;
  std::size_t offset = 0;
  while (true) {
    SRSYNC_ASSIGN_OR_RETURN(
        Json page,
        get(ask, fmt::format("{}{}offset={}&limit={}", path,
                             path.find('?') == std::string::npos ? '?' : '&', offset, kPage)));
    const auto next = page.find("next_offset");
    const bool more =
        next != page.end() && next->is_number_unsigned() && next->get<std::size_t>() > offset;
    if (more) offset = next->get<std::size_t>();
    page.erase("next_offset");
    page.erase("offset");
    if (all.is_null()) {
      all = std::move(page);
    } else {
      for (auto& row : page[rows]) all[rows].push_back(std::move(row));
    }
    if (!more) return all;
  }
}

CtlResult show(const Result<Json>& answer, const CtlCommand& command,
               std::string (*text)(const Json&, bool)) {
  if (!answer.is_ok()) {
    const Status status = answer.status();
    return failed(status.hint().empty() ? status.message()
                                        : status.message() + "\n  -> " + status.hint());
  }
  // Members that are missing or of another type come from another version.
  try {
    return {kCtlDone, command.json ? dump(*answer) : text(*answer, command.colours), {}};
  } catch (const Json::exception&) {
    return failed("the answer is of another version of srsyncd: --json shows it as it is");
  }
}

CtlResult health(const CtlCommand& command, const Ask& ask) {
  const auto response = ask("GET", "/healthz");
  if (!response.is_ok()) return failed(response.status().message());
  const auto json = parse(*response);
  if (!json.is_ok()) return failed(json.status().message());
  const bool ok = response->status == 200;
  const std::string reason = text_at(*json, "reason");
  return {ok ? kCtlDone : kCtlFailed,
          command.json ? dump(*json)
                       : (ok ? std::string("healthy\n") : "not healthy: " + reason + "\n"),
          {}};
}

CtlResult order(const CtlCommand& command, const Ask& ask) {
  std::string path = "/api/" + command.verb;
  if (!command.table.empty()) path += "?table=" + url_encode(command.table);
  if (!command.token.empty()) path += "?token=" + url_encode(command.token);
  const auto response = ask("POST", path);
  if (!response.is_ok()) return failed(response.status().message());
  const auto json = parse(*response);
  if (!json.is_ok()) return failed(json.status().message());
  const bool done = response->status == 200;
  if (command.json) return {done ? kCtlDone : kCtlFailed, dump(*json), {}};
  if (done) return {kCtlDone, text_at(*json, "message") + "\n", {}};
  if (response->status == 202) return failed(text_at(*json, "message"));
  return failed(explain(*json, response->status));
}

}  // namespace

Status parse_url(const std::string& url, Endpoint& endpoint) {
  constexpr std::string_view kScheme = "http://";
  const auto wrong = [&] {
    return invalid_argument(fmt::format("--url {}: http://HOST[:PORT] is wanted", url));
  };
  if (!url.starts_with(kScheme)) return wrong();
  std::string_view rest = std::string_view(url).substr(kScheme.size());
  if (rest.ends_with('/')) rest.remove_suffix(1);
  if (rest.empty() || rest.find_first_of("/?#@ ") != std::string_view::npos) return wrong();
  const auto bracket = rest.rfind(']');
  const auto colon = rest.rfind(':');
  const bool has_port =
      colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
  std::string_view host = rest.substr(0, has_port ? colon : rest.size());
  endpoint.port = 80;
  if (has_port) {
    const auto port = parse_int64(rest.substr(colon + 1));
    if (!port || *port < 1 || *port > 65'535) return wrong();
    endpoint.port = static_cast<int>(*port);
  }
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host.empty()) return wrong();
  endpoint.host = host;
  return Status::ok();
}

std::string reachable_host(const std::string& host) {
  if (host == "0.0.0.0") return "127.0.0.1";
  return host == "::" ? "::1" : host;
}

Ask ask_over_http(Endpoint endpoint) {
  return [endpoint = std::move(endpoint)](const std::string& method, const std::string& path) {
    http::Request request;
    request.method = method;
    request.host = endpoint.host;
    request.port = endpoint.port;
    request.path = path;
    request.bearer = endpoint.token;
    request.headers = {{"X-Srsync-Operator", endpoint.operator_name}};
    request.read_timeout_ms = 20'000;
    auto response = http::exchange(request);
    if (response.is_ok()) return response;
    return Result<http::Response>(
        unavailable(fmt::format("srsyncd does not answer: {}", response.status().message())));
  };
}

CtlResult run_ctl(const CtlCommand& command, const Ask& ask) {
  const std::string& verb = command.verb;
  if (verb == "health") return health(command, ask);
  if (verb == "status") return show(get(ask, "/api/status"), command, &status_text);
  if (verb == "jobs") return show(get(ask, "/api/jobs"), command, &jobs_text);
  if (verb == "coverage") {
    return show(get_all(ask, "/api/coverage", "objects"), command, &coverage_text);
  }
  if (verb != "tables") return order(command, ask);
  std::string path = "/api/tables";
  char separator = '?';
  for (const auto& [name, value] : {std::pair{"status", command.status}, {"db", command.db}}) {
    if (value.empty()) continue;
    path += fmt::format("{}{}={}", separator, name, url_encode(value));
    separator = '&';
  }
  return show(get_all(ask, path, "tables"), command, &tables_text);
}

std::string url_encode(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.' || c == '~';
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

}  // namespace srsync::admin
