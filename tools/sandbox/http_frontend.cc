#include "sandbox/http_frontend.h"

#include <string_view>

#include <fmt/format.h>

#include "base/text.h"

namespace srsync::sandbox {

namespace {

constexpr std::string_view kOk = R"("status":"OK","code":"0","msg":"Success","message":"OK"})";

std::string value_of(const HttpRequest& request, const std::string& name) {
  const auto at = request.query.find(name);
  return at == request.query.end() ? std::string() : at->second;
}

// As Gson writes text: quotes, = < > & and ' as \u00xx.
std::string gson_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (std::string_view("'=<>&").find(c) != std::string_view::npos || (c >= 0 && c < ' ')) {
      out += fmt::format("\\u{:04x}", static_cast<int>(c));
    } else {
      out += c;
    }
  }
  return out;
}

bool knows(const Catalog& catalog, const HttpRequest& request) {
  const User* user = catalog.find_user(request.user);
  return request.has_credentials && user != nullptr && user->password == request.password;
}

HttpResponse unauthorized() {
  HttpResponse out;
  out.status = 401;
  out.headers["WWW-Authenticate"] = "Basic realm=\"\"";
  out.body =
      R"({"status":"FAILED","code":"1","msg":"Access denied for user","message":"Access denied"})";
  return out;
}

HttpResponse load_state(const Catalog& catalog, const HttpRequest& request, std::string_view db) {
  if (!knows(catalog, request)) return unauthorized();
  HttpResponse out;
  const Database* database = catalog.find_database(db);
  if (database == nullptr) {
    out.body = fmt::format(
        R"({{"status":"FAILED","code":"1","msg":"unknown database, database={}","message":""}})",
        gson_text(db));
    return out;
  }
  const Transaction* txn = find_label(catalog, database->id, value_of(request, "label"));
  if (txn == nullptr) {
    out.body = fmt::format(R"({{"state":"UNKNOWN",{})", kOk);
  } else if (catalog.version == Version::k3_3) {
    out.body = fmt::format(R"({{"state":"{}",{})", txn_status_name(txn->status), kOk);
  } else {
    out.body = fmt::format(R"({{"state":"{}","reason":"{}",{})", txn_status_name(txn->status),
                           gson_text(txn->reason), kOk);
  }
  return out;
}

// A missing or empty token is answered as a right one.
HttpResponse bootstrap(const Catalog& catalog, const HttpRequest& request) {
  const std::string token = value_of(request, "token");
  HttpResponse out;
  if (token.empty() || token == catalog.token) {
    const Frontend* leader = catalog.leader();
    out.body = fmt::format(
        R"({{"feVersion":"{}","queryPort":{},"rpcPort":{},{})", version_name(catalog.version),
        leader == nullptr ? 0 : leader->query_port, leader == nullptr ? 0 : leader->rpc_port, kOk);
  } else {
    out.body = R"({"status":"FAILED","code":"1","msg":"invalid parameter","message":""})";
  }
  return out;
}

}  // namespace

HttpResponse frontend_http(Cluster& cluster, const HttpRequest& request) {
  return cluster.with([&](const Catalog& catalog) {
    const auto parts = split(request.path, '/');  // "", "api", ...
    if (parts.size() == 3 && parts[1] == "api" && parts[2] == "bootstrap") {
      return bootstrap(catalog, request);
    }
    if (parts.size() == 4 && parts[1] == "api" && parts[3] == "get_load_state") {
      return load_state(catalog, request, parts[2]);
    }
    return HttpResponse{404, "not found", "text/plain", {}};
  });
}

HttpResponse backend_http(Cluster& cluster, const HttpRequest& request) {
  if (request.path != "/api/_tablet/_download") return {404, "not found", "text/plain", {}};
  const std::string token = value_of(request, "token");
  const bool is_right =
      cluster.with([&](const Catalog& catalog) { return catalog.token == token; });
  if (!is_right) return {200, "invalid token.", "text/plain", {}};
  return {404, "file not found", "text/plain", {}};
}

}  // namespace srsync::sandbox
