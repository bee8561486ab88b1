// Statements about the cluster itself: frontends, backends, settings, variables, grants.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "sandbox/dates.h"
#include "sandbox/profile.h"
#include "sandbox/session.h"

namespace srsync::sandbox {
namespace {

constexpr double kGiB = 1024.0 * 1024 * 1024;
constexpr double kDiskBytes = 100e9;

std::string port_text(int port) { return std::to_string(port); }

std::string frontend_name(const Frontend& frontend) {
  return frontend.ip + "_" + std::to_string(frontend.edit_log_port) + "_" +
         std::to_string(frontend.start_ms);
}

std::int64_t tablets_on(const Catalog& catalog, std::int64_t backend_id) {
  std::int64_t count = 0;
  for (const auto& [db_id, database] : catalog.databases) {
    for (const auto& [table_id, table] : database.tables) {
      for (const Partition& partition : table.partitions) {
        for (const PartitionIndex& index : partition.indexes) {
          for (const Tablet& tablet : index.tablets) {
            count += std::ranges::count(tablet.replicas, backend_id, &Replica::backend_id);
          }
        }
      }
    }
  }
  return count;
}

Row backend_row(const Catalog& catalog, const Backend& backend, std::int64_t now_ms) {
  const double used = kDiskBytes * backend.disk_used_percent / 100;
  const std::string percent = fmt::format("{:.2f} %", backend.disk_used_percent);
  Row row = {std::to_string(backend.id),
             backend.host,
             port_text(backend.heartbeat_port),
             port_text(backend.be_port),
             port_text(backend.http_port),
             port_text(backend.brpc_port),
             std::nullopt,
             shown_time(catalog.version, now_ms),
             backend.is_alive ? "true" : "false",
             "false",
             "false",
             std::to_string(tablets_on(catalog, backend.id)),
             capacity_text(used * 0.4),
             capacity_text(kDiskBytes - used),
             capacity_text(kDiskBytes),
             percent,
             percent,
             "",
             std::string(build_version(catalog.version)),
             "{\"lastSuccessReportTabletsTime\":\"" + shown_time(catalog.version, now_ms) + "\"}",
             capacity_text(kDiskBytes - used + used * 0.4),
             fmt::format("{:.2f} %", 40 * used / (kDiskBytes - used * 0.6)),
             "0",
             "0.000B",
             "0",
             "0.00 %",
             "0.0 %",
             "N/A",
             ""};
  if (catalog.version != Version::k3_3) row.emplace_back("OK");
  return row;
}

Answer show_compute_nodes(Session& session) { return rows(compute_node_fields(session.version())); }

std::optional<std::string> read_like(Reader& reader) {
  if (!reader.accept("LIKE")) return std::nullopt;
  return reader.string();
}

Answer show_variables(Session& session, Reader& reader) {
  const auto pattern = read_like(reader);
  if (!reader.at_end()) return syntax_error(session, reader);
  Answer answer = rows(fields("Variable_name Value", 60));
  for (const auto& [name, value] : session.variables()) answer.rows.push_back({name, value});
  if (pattern) keep_like(answer, 0, *pattern);
  return answer;
}

Answer show_config(Session& session, Reader& reader) {
  const auto pattern = read_like(reader);
  if (!reader.at_end()) return syntax_error(session, reader);
  if (!session.user().operate) return access_denied(session, "OPERATE", "SYSTEM");
  Answer answer = rows(fields("Key AliasNames Value Type IsMutable Comment"));
  session.cluster().with([&](const Catalog& catalog) {
    for (const auto& [key, entry] : catalog.config) {
      if (pattern && !like(key, *pattern, true) && !like(entry.aliases, *pattern, true)) continue;
      answer.rows.push_back({key, entry.aliases, entry.value, entry.type,
                             entry.is_mutable ? "true" : "false", entry.comment});
    }
  });
  return answer;
}

Answer set_config(Session& session, Reader& reader) {
  reader.expect("(");
  const std::string key = reader.string();
  reader.expect("=");
  const std::string value = reader.string();
  reader.expect(")");
  if (session.version() >= Version::k3_5) reader.accept("WITH PERSISTENT");
  if (!reader.ok() || !reader.at_end()) return syntax_error(session, reader);
  if (!session.user().operate) return access_denied(session, "OPERATE", "SYSTEM");
  return session.cluster().with([&](Catalog& catalog) {
    const auto found = catalog.config.find(key);
    if (found == catalog.config.end() || !found->second.is_mutable) {
      return error(1064, "Config '" + key + "' does not exist or is not mutable");
    }
    found->second.value = value;
    return ok(true);
  });
}

Answer show_grants(Session& session) {
  Answer answer = rows(fields("UserIdentity Catalog Grants", 1200));
  answer.fields[0].length = 300;
  const User& user = session.user();
  const std::string identity = "'" + user.name + "'@'%'";
  const std::string role = user.all && user.role.empty() ? "root" : user.role;
  if (!role.empty()) {
    answer.rows.push_back({identity, std::nullopt, "GRANT '" + role + "' TO " + identity});
  }
  for (const std::string& right : user.rights) {
    answer.rows.push_back({identity, "default_catalog", "GRANT " + right + " TO USER " + identity});
  }
  if (user.operate && !user.all) {
    answer.rows.push_back(
        {identity, "default_catalog", "GRANT OPERATE ON SYSTEM TO USER " + identity});
  }
  for (const std::string& table : user.readable_tables) {
    answer.rows.push_back(
        {identity, "default_catalog", "GRANT SELECT ON TABLE " + table + " TO USER " + identity});
  }
  return answer;
}

// SHOW GRANTS FOR ROLE r: what the users of that role may do.
Answer show_role_grants(Session& session, Reader& reader) {
  const std::string role = reader.name();
  if (!reader.ok() || !reader.at_end()) return syntax_error(session, reader);
  Answer answer = rows(fields("UserIdentity Catalog Grants", 1200));
  answer.fields[0].length = 300;
  const bool known = session.cluster().with([&](const Catalog& catalog) {
    const auto user = std::ranges::find(catalog.users, role, &User::role);
    if (role.empty() || user == catalog.users.end()) return false;
    for (const std::string& table : user->readable_tables) {
      answer.rows.push_back(
          {role, "default_catalog", "GRANT SELECT ON TABLE " + table + " TO ROLE '" + role + "'"});
    }
    if (user->operate) {
      answer.rows.push_back(
          {role, "default_catalog", "GRANT OPERATE ON SYSTEM TO ROLE '" + role + "'"});
    }
    return true;
  });
  if (known) return answer;
  return analyze_error(
      1064, "There is no such grant defined for role " + role + ": cannot find role " + role + "!");
}

std::optional<Answer> show_small(Session& session, Reader& reader) {
  if (reader.accept("STATUS")) return rows(fields("Variable_name Value", 60));
  if (reader.accept("WARNINGS")) return rows(fields("Level Code Message", 60));
  if (reader.accept("CATALOGS")) {
    Answer answer = rows(fields("Catalog Type Comment"));
    answer.fields[0].length = 768;
    answer.fields[1].length = 60;
    answer.rows.push_back({"default_catalog", "Internal",
                           "An internal catalog contains this cluster's self-managed tables."});
    return answer;
  }
  if (reader.accept("STORAGE VOLUMES")) return rows({{"Storage Volume", 768}});
  if (reader.accept("WAREHOUSES")) {
    return error(session.version() < Version::k3_5 ? 10007 : 5907,
                 "unsupported statement in shared_nothing mode");
  }
  if (reader.accept("GRANTS")) {
    if (reader.at_end()) return show_grants(session);
    if (reader.accept("FOR ROLE")) return show_role_grants(session, reader);
    return std::nullopt;
  }
  if (reader.accept("RESOURCES")) return rows(fields("Name ResourceType Key Value"));
  if (reader.accept("GLOBAL FUNCTIONS")) return rows({{"Function Name", 768}});
  return std::nullopt;
}

}  // namespace

std::string capacity_text(double bytes) {
  static constexpr std::string_view kUnits[] = {"", "KB", "MB", "GB", "TB"};
  std::size_t unit = 0;
  while (bytes >= 1024 && unit + 1 < std::size(kUnits)) {
    bytes /= 1024;
    ++unit;
  }
  return fmt::format("{:.3f} {}", bytes, kUnits[unit]);
}

std::string byte_size_text(std::int64_t bytes) {
  static constexpr std::string_view kUnits[] = {"B", "KB", "MB", "GB", "TB", "PB"};
  std::size_t unit = 0;
  double value = static_cast<double>(bytes);
  while (value >= 1024 && unit + 1 < std::size(kUnits)) {
    value /= 1024;
    ++unit;
  }
  const auto tenths = static_cast<std::int64_t>(value * 10);  // truncated, ".0" dropped
  std::string text = std::to_string(tenths / 10);
  if (tenths % 10 != 0) text += "." + std::to_string(tenths % 10);
  return text + std::string(kUnits[unit]);
}

Answer show_frontends(Session& session) {
  Answer answer = rows(frontend_fields(session.version()));
  const std::int64_t now = session.cluster().now_ms();
  session.cluster().with([&](const Catalog& catalog) {
    for (const Frontend& frontend : catalog.frontends) {
      Row row = {std::to_string(frontend.number),
                 frontend_name(frontend),
                 frontend.ip,
                 port_text(frontend.edit_log_port),
                 port_text(frontend.http_port),
                 port_text(frontend.query_port),
                 port_text(frontend.rpc_port),
                 frontend.is_leader ? "LEADER" : "FOLLOWER",
                 std::to_string(catalog.cluster_id),
                 "true",
                 frontend.is_alive ? "true" : "false",
                 std::to_string(catalog.next_id - 10000),
                 shown_time(session.version(), now),
                 "true",
                 "",
                 frontend.is_alive ? shown_time(session.version(), frontend.start_ms) : "NULL",
                 std::string(build_version(catalog.version))};
      if (session.version() < Version::k3_5) row.erase(row.begin());
      answer.rows.push_back(std::move(row));
    }
  });
  return answer;
}

Answer show_backends(Session& session) {
  Answer answer = rows(backend_fields(session.version()));
  const std::int64_t now = session.cluster().now_ms();
  session.cluster().with([&](const Catalog& catalog) {
    for (const Backend& backend : catalog.backends) {
      answer.rows.push_back(backend_row(catalog, backend, now));
    }
  });
  return answer;
}

std::optional<Answer> show_cluster_statement(Session& session, Reader& reader) {
  if (reader.accept("ADMIN SHOW FRONTEND CONFIG")) return show_config(session, reader);
  if (reader.accept("ADMIN SET FRONTEND CONFIG")) return set_config(session, reader);
  if (!reader.accept("SHOW")) return std::nullopt;
  const bool nodes = reader.is("FRONTENDS") || reader.is("BACKENDS") ||
                     (reader.is("COMPUTE") && reader.is("NODES", 1));
  if (nodes && !session.user().operate) {
    return access_denied(session, "OPERATE OR NODE", "SYSTEM");
  }
  if (reader.accept("FRONTENDS") && reader.at_end()) return show_frontends(session);
  if (reader.accept("BACKENDS") && reader.at_end()) return show_backends(session);
  if (reader.accept("COMPUTE NODES") && reader.at_end()) return show_compute_nodes(session);
  const std::size_t start = reader.position();
  if (!reader.accept("GLOBAL")) reader.accept("SESSION");
  if (reader.accept("VARIABLES")) return show_variables(session, reader);
  reader.rewind(start);
  return show_small(session, reader);
}

}  // namespace srsync::sandbox
