#include "observe/preflight.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "ddl/version.h"
#include "observe/grants.h"
#include "observe/identify.h"
#include "observe/sweep.h"
#include "observe/target_rights.h"
#include "observe/url.h"

namespace srsync::observe {

namespace {

// What one side's checks found out for the others.
struct Known {
  FrontendList frontends;
  core::RunMode run_mode = core::RunMode::kUnknown;
  std::vector<core::Backend> backends;
  std::vector<DatabaseRow> databases;
};

class Checks {
 public:
  Checks(ClusterLink& source, ClusterLink& target, const core::Settings& settings)
      : source_(source), target_(target), settings_(settings) {}

  Preflight run() {
    const std::optional<Known> source = examine(source_);
    const std::optional<Known> target = examine(target_);
    if (target) check_target_version(*target);
    if (source) check_visible_tables();
    if (target) check_target_rights(*target);
    if (source && target) {
      check_same_cluster(*source, *target);
      check_run_modes(*source, *target);
    }
    if (source) check_token(*source);
    return std::move(out_);
  }

 private:
  void add(Severity severity, std::string where, std::string what, std::string what_to_do = {}) {
    out_.findings.push_back({severity, std::move(where), std::move(what), std::move(what_to_do)});
  }
  static std::string where(const ClusterLink& link) {
    return std::string(side_name(link.endpoint().side));
  }

  std::optional<Known> examine(ClusterLink& link);
  void refuse(ClusterLink& link, const Status& status);
  void check_rpc(ClusterLink& link);
  void check_target_version(const Known& target);
  void check_target_rights(const Known& target);
  void check_visible_tables();
  void check_same_cluster(const Known& source, const Known& target);
  void check_run_modes(const Known& source, const Known& target);
  void check_token(const Known& source);
  bool check_token_at_frontend();
  bool check_token_at_backend(const core::Backend& backend);

  ClusterLink& source_;
  ClusterLink& target_;
  const core::Settings& settings_;
  core::Sweep source_sweep_;  // empty when the source could not be read
  Preflight out_;
};

void Checks::refuse(ClusterLink& link, const Status& status) {
  std::string hint = status.hint();
  if (status.code() == Code::kDenied && contains(status.message(), "privilege")) {
    hint = fmt::format("GRANT OPERATE ON SYSTEM TO USER '{}'@'%';", link.endpoint().user);
  }
  if (hint.empty()) hint = "check host, ports, user and password in sync.properties";
  add(Severity::kRefusal, where(link), status.message(), hint);
}

// Reachable, logged in, and OPERATE on SYSTEM: SHOW PROC and ADMIN SHOW need no other privilege.
std::optional<Known> Checks::examine(ClusterLink& link) {
  Known known;
  Result<FrontendList> list = link.refresh();
  if (!list.is_ok()) {
    refuse(link, list.status());
    return std::nullopt;
  }
  known.frontends = std::move(*list);
  const Result<core::RunMode> run_mode = read_run_mode(link);
  const Result<std::vector<DatabaseRow>> databases = list_databases(link);
  for (const Status& status : {run_mode.status(), databases.status()}) {
    if (status.is_ok()) continue;
    refuse(link, status);
    return std::nullopt;
  }
  known.run_mode = *run_mode;
  known.databases = *databases;
  if (const auto rows = link.read("SHOW BACKENDS"); rows.is_ok()) {
    if (auto backends = read_backends(*rows); backends.is_ok()) known.backends = *backends;
  }
  check_rpc(link);
  return known;
}

void Checks::check_rpc(ClusterLink& link) {
  const auto page = link.read_rpc([&link](io::FrontendRpc& rpc) {
    return rpc.get_partitions_meta({link.endpoint().user, "%"}, "_statistics_", 0);
  });
  if (page.is_ok() || page.status().code() == Code::kUnsupported) return;
  add(Severity::kRefusal, where(link),
      fmt::format("the leader's RPC port does not answer: {}", page.status().message()),
      "open the RPC port (9020 unless changed) to this machine, or map it in hosts.properties");
}

void Checks::check_target_version(const Known& target) {
  const auto version = ddl::parse_version(target.frontends.version);
  if (!version) {
    add(Severity::kWarning, "target",
        fmt::format("its version '{}' holds no number", target.frontends.version),
        "make sure that it is at least 3.1.8, 3.2.3 or 3.3.0");
    return;
  }
  const bool too_old = *version < ddl::Version{3, 1, 8} ||
                       (*version >= ddl::Version{3, 2, 0} && *version < ddl::Version{3, 2, 3});
  if (too_old) {
    add(Severity::kRefusal, "target",
        fmt::format("version {} cannot replicate between clusters", target.frontends.version),
        "upgrade the target to 3.1.8, 3.2.3, 3.3.0 or later");
  } else if (*version < ddl::Version{3, 3, 2}) {
    add(Severity::kWarning, "target",
        fmt::format("version {} has no version epochs: rows that somebody writes into the target "
                    "are noticed less surely",
                    target.frontends.version),
        "upgrade the target to 3.3.2 or later, and write nothing into it");
  }
}

void Checks::check_target_rights(const Known& target) {
  const Result<AccountRights> account = read_rights(target_);
  if (!account.is_ok()) {
    add(Severity::kNote, "target",
        fmt::format("the account's privileges could not be read: {}", account.status().message()));
    return;
  }
  TargetWork work;
  work.settings = &settings_;
  work.source = &source_sweep_;
  for (const DatabaseRow& db : target.databases) work.target_databases.insert(db.name);
  for (Finding& finding : missing_rights(*account, work)) {
    out_.findings.push_back(std::move(finding));
  }
}

// Answers of an account without privileges are empty, not errors: SHOW PROC tells what is there.
void Checks::check_visible_tables() {
  SweepLessons lessons;
  const Result<core::Sweep> sweep = sweep_cluster(source_, lessons);
  if (!sweep.is_ok()) return refuse(source_, sweep.status());
  source_sweep_ = *sweep;
  if (sweep->complete) return;
  add(Severity::kRefusal, "source", sweep->problem,
      fmt::format("GRANT SELECT ON ALL TABLES IN ALL DATABASES TO USER '{}'@'%';",
                  source_.endpoint().user));
}

void Checks::check_same_cluster(const Known& source, const Known& target) {
  if (source.frontends.cluster_id != target.frontends.cluster_id) return;
  // A frontend's name holds the time of its making, so two clusters never share one.
  for (const core::Frontend& a : source.frontends.frontends) {
    for (const core::Frontend& b : target.frontends.frontends) {
      if (a.name != b.name) continue;
      add(Severity::kRefusal, "source and target",
          fmt::format("they are the same cluster (id {}, frontend {})", source.frontends.cluster_id,
                      a.name),
          "check source_fe_host and target_fe_host in sync.properties");
      return;
    }
  }
  add(Severity::kRefusal, "source and target",
      fmt::format("both clusters have the id {}, so a journal cannot tell them apart",
                  source.frontends.cluster_id),
      "check that they are two clusters; one of them must be made anew with another cluster_id");
}

void Checks::check_run_modes(const Known& source, const Known& target) {
  if (source.run_mode != core::RunMode::kSharedData) return;
  if (target.run_mode != core::RunMode::kSharedData) {
    add(Severity::kRefusal, "source and target",
        "a shared-data source cannot be replicated to a shared-nothing target",
        "choose a shared-data target");
    return;
  }
  if (!is_at_least(target.frontends.version, 4, 1, 0)) {
    add(Severity::kRefusal, "target",
        fmt::format("version {} cannot take data from a shared-data source",
                    target.frontends.version),
        "upgrade the target to 4.1 or later");
  }
  add(Severity::kRefusal, "source",
      "this version of srsync does not carry the data of a shared-data source",
      "choose a shared-nothing source");
}

// A frontend's /api/bootstrap refuses a wrong token; an empty one it always takes.
bool Checks::check_token_at_frontend() {
  const core::Frontend* leader = source_.frontends().leader();
  if (leader == nullptr) return false;
  const auto reply = source_.connector().http_get(
      Side::kSource, {leader->host, leader->http_port},
      "/api/bootstrap?token=" + percent_encode(source_.endpoint().token.reveal()), false);
  if (!reply.is_ok() || reply->status != 200) return false;
  if (contains(reply->body, "\"OK\"")) return true;
  if (!contains(reply->body, "FAILED")) return false;
  add(Severity::kRefusal, "source", "the source frontend does not accept the configured token",
      "set source_cluster_token to the token in fe/meta/image/VERSION of a source frontend");
  return true;
}

// Backends answer a wrong token with 200 and this text.
bool Checks::check_token_at_backend(const core::Backend& backend) {
  const Address address{backend.host, backend.http_port};
  const auto reply = source_.connector().http_get(
      Side::kSource, address,
      "/api/_tablet/_download?token=" + percent_encode(source_.endpoint().token.reveal()), false);
  if (!reply.is_ok()) return false;
  if (contains(reply->body, "invalid token")) {
    add(Severity::kRefusal, "source backend " + to_string(address),
        "it does not accept the configured token",
        "set source_cluster_token to the token in fe/meta/image/VERSION of a source frontend");
  }
  return true;
}

void Checks::check_token(const Known& source) {
  if (source.run_mode == core::RunMode::kSharedData) return;
  if (source_.endpoint().token.empty()) {
    add(Severity::kRefusal, "source", "no token of the source cluster is configured",
        "set source_cluster_token to the token in fe/meta/image/VERSION of a source frontend");
    return;
  }
  const bool answered = check_token_at_frontend();
  if (!out_.may_start() && answered) return;
  for (const core::Backend& backend : source.backends) {
    if (backend.alive && check_token_at_backend(backend)) return;
  }
  if (answered) return;
  add(Severity::kNote, "source",
      "the token could not be tried: no HTTP port of the source answers from here",
      "a wrong token shows as a failed first job");
}

}  // namespace

bool Preflight::may_start() const {
  return std::none_of(findings.begin(), findings.end(), [](const Finding& finding) {
    return finding.severity == Severity::kRefusal;
  });
}

Preflight run_preflight(ClusterLink& source, ClusterLink& target, const core::Settings& settings) {
  return Checks(source, target, settings).run();
}

std::string to_string(const Finding& finding) {
  static constexpr const char* kNames[] = {"note", "warning", "refusal"};
  std::string out = fmt::format("{}: {}: {}", kNames[static_cast<std::size_t>(finding.severity)],
                                finding.where, finding.what);
  if (!finding.what_to_do.empty()) out += fmt::format(" ({})", finding.what_to_do);
  return out;
}

}  // namespace srsync::observe
