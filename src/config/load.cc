#include "config/load.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "base/text.h"
#include "config/keys.h"
#include "config/password.h"
#include "config/properties.h"

namespace srsync::config {
namespace {

// Collects what there is to say about both files, so that one start shows all of it.
struct Findings {
  std::vector<std::string> errors;
  std::vector<std::string> warnings;
};

std::string place(std::string_view file, int line) { return fmt::format("{} line {}", file, line); }

// Warns of keys that stand twice; Java's rule is that the later one counts.
void warn_of_repeated(const PropertiesFile& file, std::string_view name, Findings& findings) {
  std::map<std::string, int> lines;
  for (const auto& property : file.properties) {
    const auto [at, is_first] = lines.emplace(property.key, property.line);
    if (is_first) continue;
    findings.warnings.push_back(fmt::format("{}: {} is set again, line {} no longer counts",
                                            place(name, property.line), property.key, at->second));
    at->second = property.line;
  }
}

void report_syntax(const PropertiesFile& file, std::string_view name, Findings& findings) {
  for (const auto& error : file.errors) {
    findings.errors.push_back(fmt::format("{}: {}", place(name, error.line), error.what));
  }
}

// Reads sync.properties into a Draft.
class SyncReader {
 public:
  SyncReader(std::string_view file_name, Findings& findings)
      : file_(file_name), findings_(findings) {}

  void read(const PropertiesFile& file) {
    for (const auto& property : file.properties) take(property);
    for (const auto& [key, property] : last_) assign_value(*key, *property);
    check_required();
    apply_set_keys();
    decrypt("source", draft_.source_secret_key, draft_.options.source.password);
    decrypt("target", draft_.target_secret_key, draft_.options.target.password);
  }

  const Options& options() const { return draft_.options; }
  std::vector<std::string> notes();

 private:
  void take(const Property& property) {
    const KeySpec* key = find_key(property.key);
    if (key != nullptr) {
      last_[key] = &property;
      return;
    }
    findings_.warnings.push_back(fmt::format("{}: unknown key {} is ignored; the nearest is {}",
                                             place(file_, property.line), property.key,
                                             nearest_key(property.key)));
  }

  void assign_value(const KeySpec& key, const Property& property) {
    if (!trim(property.value).empty()) set_.insert(key.name);
    if (!assign(key, property.value, draft_)) {
      const std::string fault = fault_of(key, property.value);
      const auto where = place(file_, property.line);
      findings_.errors.push_back(fault.empty()
                                     ? fmt::format("{}: {}={}: {} is wanted", where, key.name,
                                                   trim(property.value), allowed_values(key))
                                     : fmt::format("{}: {}: {}", where, key.name, fault));
    }
    if (key.is_secret() && trim(property.value).size() != property.value.size()) {
      findings_.warnings.push_back(
          fmt::format("{}: the value of {} ends in a blank, which is taken as a part of it",
                      place(file_, property.line), key.name));
    }
  }

  void check_required() {
    for (const auto& key : all_keys()) {
      if (!key.has(kRequired) || is_set(key.name)) continue;
      findings_.errors.push_back(
          fmt::format("{}: {} is missing: {} is wanted", file_, key.name, allowed_values(key)));
    }
  }

  void apply_set_keys() {
    auto& options = draft_.options;
    options.meta_job_interval_is_set = is_set("meta_job_interval_seconds");
    options.meta_job_threads_is_set = is_set("meta_job_threads");
    options.ddl_pacing.is_limit =
        is_set("ddl_job_interval_seconds") || is_set("ddl_job_batch_size");
    options.replication_pacing.is_limit =
        is_set("replication_job_interval_seconds") || is_set("replication_job_batch_size");
  }

  void decrypt(std::string_view side, const Secret& secret_key, Secret& password) {
    if (secret_key.empty() || password.empty()) return;
    auto plain = decrypt_password(password.reveal(), secret_key);
    if (plain.is_ok()) {
      password = std::move(plain).value();
      return;
    }
    findings_.errors.push_back(
        fmt::format("{}: {}_cluster_password: {}", file_, side, plain.status().message()));
    password = Secret();
  }

  bool is_set(std::string_view name) const { return set_.contains(name); }

  std::string_view file_;
  Findings& findings_;
  Draft draft_;
  std::map<const KeySpec*, const Property*> last_;  // all_keys() is a vector: the file's order
  std::set<std::string_view> set_;                  // keys with a value of their own
};

std::vector<std::string> SyncReader::notes() {
  std::vector<std::string> notes;
  for (const auto& key : all_keys()) {
    if (!key.has(kNoEffectYet)) continue;
    const bool asks_for_work =
        key.name.substr(0, 7) == "enable_" && canonical_text(key, draft_) == "true";
    if (is_set(key.name)) {
      notes.push_back(fmt::format("{} has no effect in this version", key.name));
    } else if (asks_for_work) {
      notes.push_back(
          fmt::format("{} is on by default but has no effect in this version", key.name));
    }
  }
  return notes;
}

HostMap read_hosts(std::string_view text, std::string_view name, Findings& findings) {
  const auto file = parse_properties(text, Separators::kEqualsOnly);
  report_syntax(file, name, findings);
  warn_of_repeated(file, name, findings);
  HostMap hosts;
  for (const auto& property : file.properties) {
    const Status added = hosts.add(property.key, property.value);
    if (added.is_ok()) continue;
    findings.errors.push_back(fmt::format("{}: {}={}: {}", place(name, property.line), property.key,
                                          trim(property.value), added.message()));
  }
  return hosts;
}

// Copying a cluster onto itself would drop what is being copied.
void check_two_clusters(const Options& options, const HostMap& hosts, std::string_view name,
                        Findings& findings) {
  if (options.source.fe_host.empty()) return;
  const ClusterOptions& source = options.source;
  const ClusterOptions& target = options.target;
  const Address from = hosts.map(Side::kSource, source.fe_host, source.query_port);
  const Address to = hosts.map(Side::kTarget, target.fe_host, target.query_port);
  if (equals_ignore_case(from.host, to.host) && from.port == to.port) {
    findings.errors.push_back(
        fmt::format("{}: source_fe_host and target_fe_host are the same frontend ({}:{}); two "
                    "clusters are wanted",
                    name, source.fe_host, source.query_port));
  }
}

// A port that others can reach says everything and takes commands: not without a token.
void check_admin(const Options& options, std::string_view name, Findings& findings) {
  constexpr std::size_t kTokenMin = 16;
  if (options.admin_port == 0) return;
  const std::string& token = options.admin_token.reveal();
  if (token.empty() && !is_loopback_name(options.admin_host)) {
    findings.errors.push_back(
        fmt::format("{}: srsync_admin_host={}: an address that others can reach needs "
                    "srsync_admin_token; or use 127.0.0.1",
                    name, options.admin_host));
  }
  const bool printable =
      std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c < 127; });
  if (!token.empty() && (token.size() < kTokenMin || !printable)) {
    findings.errors.push_back(fmt::format(
        "{}: srsync_admin_token: at least {} printable characters without blanks are wanted; "
        "openssl rand -hex 16 makes one",
        name, kTokenMin));
  }
}

Result<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return invalid_argument(fmt::format("cannot read {}: {}", path, std::strerror(errno)));
  }
  std::ostringstream text;
  text << file.rdbuf();
  if (file.bad()) return invalid_argument(fmt::format("cannot read {}", path));
  return text.str();
}

}  // namespace

Result<LoadedConfig> parse_config(std::string_view sync_text, std::string_view sync_name,
                                  std::string_view hosts_text, std::string_view hosts_name) {
  Findings findings;
  const auto sync = parse_properties(sync_text, Separators::kEqualsOrColon);
  report_syntax(sync, sync_name, findings);
  warn_of_repeated(sync, sync_name, findings);
  SyncReader reader(sync_name, findings);
  reader.read(sync);
  HostMap hosts = read_hosts(hosts_text, hosts_name, findings);
  check_two_clusters(reader.options(), hosts, sync_name, findings);
  check_admin(reader.options(), sync_name, findings);
  if (!findings.errors.empty()) {
    return invalid_argument(fmt::to_string(fmt::join(findings.errors, "\n")));
  }
  return LoadedConfig{reader.options(), std::move(hosts), std::move(findings.warnings),
                      reader.notes()};
}

Result<LoadedConfig> load_config(const std::string& conf_dir) {
  const std::string sync_path = conf_dir + "/sync.properties";
  const std::string hosts_path = conf_dir + "/hosts.properties";
  SRSYNC_ASSIGN_OR_RETURN(const std::string sync_text, read_file(sync_path));
  std::string hosts_text;
  std::error_code ignored;
  if (std::filesystem::exists(hosts_path, ignored)) {
    SRSYNC_ASSIGN_OR_RETURN(hosts_text, read_file(hosts_path));
  }
  return parse_config(sync_text, sync_path, hosts_text, hosts_path);
}

}  // namespace srsync::config
