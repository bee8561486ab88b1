#include "config/options.h"

#include "config/keys.h"

namespace srsync::config {
namespace {

void add_pacing(const Pacing& pacing, const std::string& name,
                std::map<std::string, std::string>& out) {
  const auto text = [&](int number) { return pacing.is_limit ? std::to_string(number) : ""; };
  out[name + "_interval_seconds"] = text(pacing.interval_seconds);
  out[name + "_batch_size"] = text(pacing.batch_size);
}

}  // namespace

std::map<std::string, std::string> Options::behaviour_settings() const {
  Draft draft{*this, {}, {}};
  std::map<std::string, std::string> out;
  for (const auto& key : all_keys()) {
    if (key.has(kJournalled)) out.emplace(key.name, canonical_text(key, draft));
  }
  // Empty: no limit. Their defaults are not in force when the file does not set them.
  add_pacing(ddl_pacing, "ddl_job", out);
  add_pacing(replication_pacing, "replication_job", out);
  return out;
}

}  // namespace srsync::config
