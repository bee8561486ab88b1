#include "admin/api.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "admin/access.h"
#include "admin/json.h"
#include "admin/metrics.h"
#include "admin/page.h"
#include "base/text.h"

namespace srsync::admin {
namespace {

constexpr std::int64_t kPageMax = 10'000;
// A browser waits less for the page than a program for a list.
constexpr std::int64_t kPageWaitMs = 1'500;

struct CommandPath {
  std::string_view path;
  CommandKind kind;
};
constexpr std::array<CommandPath, 5> kCommands = {{{"/api/pause", CommandKind::kPause},
                                                   {"/api/resume", CommandKind::kResume},
                                                   {"/api/retry", CommandKind::kRetry},
                                                   {"/api/skip", CommandKind::kSkip},
                                                   {"/api/confirm", CommandKind::kConfirm}}};
constexpr std::array<std::string_view, 7> kReadings = {
    "/", "/healthz", "/metrics", "/api/status", "/api/tables", "/api/jobs", "/api/coverage"};

ApiResponse error(int status, const std::string& text, const std::string& hint = {}) {
  ApiResponse response;
  response.status = status;
  response.body = error_json(text, hint);
  return response;
}

ApiResponse json(std::string body) {
  ApiResponse response;
  response.body = std::move(body);
  return response;
}

std::string parameter(const ApiRequest& request, const std::string& name) {
  const auto at = request.query.find(name);
  return at == request.query.end() ? "" : at->second;
}

// nullopt: not a number, or out of range.
std::optional<std::size_t> number(const ApiRequest& request, const std::string& name,
                                  std::size_t otherwise, std::int64_t max) {
  const std::string text = parameter(request, name);
  if (text.empty()) return otherwise;
  const auto value = parse_int64(text);
  if (!value || *value < 0 || *value > max) return std::nullopt;
  return static_cast<std::size_t>(*value);
}

int http_status(Outcome outcome) {
  switch (outcome) {
    case Outcome::kDone:
      return 200;
    case Outcome::kAccepted:
      return 202;
    case Outcome::kUnknown:
      return 404;
    case Outcome::kBusy:
      break;
  }
  return 503;
}

bool takes_table(CommandKind kind) {
  return kind == CommandKind::kSkip || kind == CommandKind::kRetry;
}

// The parameters of a command; an answer when they are wrong.
std::optional<ApiResponse> read_parameters(const ApiRequest& request, Command& command) {
  const bool confirm = command.kind == CommandKind::kConfirm;
  for (const auto& [name, value] : request.query) {
    const bool known =
        (name == "table" && takes_table(command.kind)) || (name == "token" && confirm);
    if (!known) return error(400, "unknown parameter " + name);
  }
  command.token = parameter(request, "token");
  if (confirm && command.token.empty()) {
    return error(400, "token is missing", "the token of the drops that wait: see /api/status");
  }
  const std::string table = parameter(request, "table");
  if (table.empty()) {
    if (command.kind == CommandKind::kSkip) return error(400, "table is missing", "table=DB.TABLE");
    return std::nullopt;
  }
  const auto dot = table.find('.');
  if (dot == 0 || dot == std::string::npos || dot + 1 == table.size()) {
    return error(400, "table=" + table + ": DB.TABLE is wanted");
  }
  command.name = {table.substr(0, dot), table.substr(dot + 1)};
  return std::nullopt;
}

}  // namespace

const std::vector<std::pair<std::string, std::string>>& common_headers() {
  // No Access-Control-*: pages of other origins are not to read this.
  static const std::vector<std::pair<std::string, std::string>> headers = {
      {"Cache-Control", "no-store"},
      {"X-Content-Type-Options", "nosniff"},
      {"X-Frame-Options", "DENY"},
      {"Referrer-Policy", "no-referrer"},
      {"Content-Security-Policy",
       "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; form-action "
       "'none'"}};
  return headers;
}

std::optional<ApiResponse> Api::refuse(const ApiRequest& request) const {
  if (options_.token.empty()) {
    // A page from anywhere can make its own name mean 127.0.0.1 (DNS rebinding), and the browser of
    // somebody on this machine then takes us for that page's server. The Host header tells: it
    // holds the name that the page was opened under.
    if (is_loopback_host(request.host)) return std::nullopt;
    return error(421, "this port answers as localhost only",
                 "ask for http://127.0.0.1 or http://localhost, or set srsync_admin_token");
  }
  // Whether it runs is told to those who watch it, who need no more.
  if (request.path == "/healthz" || has_token(request.authorization, options_.token)) {
    return std::nullopt;
  }
  ApiResponse response = error(401, "srsync_admin_token is wanted",
                               "send it as 'Authorization: Bearer TOKEN', or as the password");
  response.headers = {{"WWW-Authenticate", "Basic realm=\"srsync\", charset=\"UTF-8\""}};
  return response;
}

std::optional<ApiResponse> Api::refuse_command(const ApiRequest& request) const {
  // A form on another site's page can send POST, with a log-in that the browser remembers, but no
  // header of its own; a script there would have to be allowed one, which we never do.
  if (operator_name(request.operator_name).empty()) {
    return error(403, "a command needs the header X-Srsync-Operator with the name of who gives it",
                 "srsyncctl sends it; with curl: -H \"X-Srsync-Operator: $USER\"");
  }
  if (!options_.token.empty()) return std::nullopt;
  const auto user = request.peer_user ? request.peer_user() : std::nullopt;
  if (user && (*user == 0 || *user == ::geteuid())) return std::nullopt;
  return error(403,
               "without srsync_admin_token, commands are taken from root and from the user "
               "that srsyncd runs as",
               "use sudo, or set srsync_admin_token");
}

ApiResponse Api::answer(const ApiRequest& request) const {
  if (auto no = refuse(request)) return *no;
  const auto command_at = std::find_if(kCommands.begin(), kCommands.end(),
                                       [&](const auto& c) { return c.path == request.path; });
  if (command_at != kCommands.end()) {
    if (request.method == "POST") {
      if (auto no = refuse_command(request)) return *no;
      return command(request, command_at->kind);
    }
    ApiResponse response = error(405, "this is a command: POST is wanted");
    response.headers = {{"Allow", "POST"}};
    return response;
  }
  if (std::find(kReadings.begin(), kReadings.end(), request.path) == kReadings.end()) {
    return error(404, "there is no such page",
                 "GET / /healthz /metrics /api/status /api/tables /api/jobs /api/coverage, POST "
                 "/api/pause /api/resume /api/retry /api/skip /api/confirm");
  }
  if (request.method == "GET" || request.method == "HEAD") return read(request);
  ApiResponse response = error(405, "this is for reading: GET is wanted");
  response.headers = {{"Allow", "GET, HEAD"}};
  return response;
}

ApiResponse Api::read(const ApiRequest& request) const {
  const Health health = board_.health();
  if (request.path == "/healthz") {
    ApiResponse response = json(health_json(health));
    response.status = health.ok ? 200 : 503;
    return response;
  }
  if (request.path == "/api/tables" || request.path == "/api/coverage") return list(request);
  const auto overview = board_.overview();
  if (request.path == "/") {
    ApiResponse response;
    response.type = "text/html; charset=utf-8";
    const auto detail = board_.detail(overview ? kPageWaitMs : 0);
    response.body = status_page(overview.get(), detail.get(), health, board_.troubles());
    return response;
  }
  if (!overview) return error(503, "srsyncd is starting");
  if (request.path == "/metrics") {
    ApiResponse response;
    response.type = "text/plain; version=0.0.4; charset=utf-8";
    response.body = metrics_text(*overview, health);
    return response;
  }
  if (request.path == "/api/jobs") return json(jobs_json(*overview));
  return json(status_json(*overview, health, board_.troubles()));
}

ApiResponse Api::list(const ApiRequest& request) const {
  const auto offset = number(request, "offset", 0, INT32_MAX);
  const auto limit = number(request, "limit", 100, kPageMax);
  if (!offset || !limit || *limit == 0) {
    return error(400, fmt::format("offset and limit: whole numbers are wanted, limit from 1 to {}",
                                  kPageMax));
  }
  const TableFilter filter{parameter(request, "status"), parameter(request, "db")};
  if (!filter.status.empty() && !is_status(filter.status)) {
    return error(
        400, "status=" + filter.status + ": one of pending, running, in_sync, blocked is wanted");
  }
  const auto detail = board_.detail(options_.detail_wait_ms);
  if (!detail) return error(503, "srsyncd has not looked at its tables yet", "ask again");
  const Page page{*offset, *limit};
  return json(request.path == "/api/tables" ? tables_json(*detail, filter, page)
                                            : coverage_json(*detail, page));
}

ApiResponse Api::command(const ApiRequest& request, CommandKind kind) const {
  Command command;
  command.kind = kind;
  command.by = operator_name(request.operator_name) + " over HTTP";
  if (auto wrong = read_parameters(request, command)) return *wrong;
  const Verdict verdict = board_.desk().carry_out(command, options_.command_wait_ms);
  ApiResponse response = json(verdict_json(verdict));
  response.status = http_status(verdict.outcome);
  return response;
}

}  // namespace srsync::admin
