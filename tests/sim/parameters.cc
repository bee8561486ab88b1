#include "sim/parameters.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sim/random.h"

namespace srsync::sim {
namespace {

constexpr std::array<const char*, kFaults> kNames = {"crash",
                                                     "reply-lost",
                                                     "refused",
                                                     "outage",
                                                     "late-reply",
                                                     "duplicate-reply",
                                                     "leader-change",
                                                     "slow-job",
                                                     "stuck-job",
                                                     "aborted-job",
                                                     "partial-commit",
                                                     "aborted-but-done",
                                                     "version-collected",
                                                     "truncated-listing",
                                                     "stranger",
                                                     "target-meddling",
                                                     "source-churn",
                                                     "schema-change",
                                                     "clock-jump",
                                                     "disk-full",
                                                     "target-disk-full",
                                                     "feed-forgets",
                                                     "busy-target"};

// Per occasion, in thousandths, when the fault is on.
std::int64_t rate(Fault fault, Random& random) {
  switch (fault) {
    case Fault::kCrash:
    case Fault::kDiskFull:
      return random.between(1, 4);
    case Fault::kReplyLost:
    case Fault::kRefused:
    case Fault::kDuplicateReply:
      return random.between(5, 100);
    case Fault::kFeedForgets:
      return 1000;
    case Fault::kSourceChurn:
    case Fault::kSchemaChange:
    case Fault::kStranger:
    case Fault::kTargetMeddling:
      return random.between(100, 500);
    default:
      return random.between(20, 200);
  }
}

void draw_settings(Random& random, Parameters& p) {
  auto& s = p.settings;
  s["ddl_job_allow_drop_target_only"] = random.chance(500) ? "true" : "false";
  // The other switches are on in most runs: a run that may not drop cannot always converge.
  for (const char* key :
       {"ddl_job_allow_drop_schema_change_table", "ddl_job_allow_drop_inconsistent_partition",
        "ddl_job_allow_drop_inconsistent_time_partition",
        "ddl_job_allow_drop_partition_target_only"}) {
    s[key] = random.chance(900) ? "true" : "false";
  }
  s["srsync_max_drops_per_hour"] = random.chance(800) ? "100000" : "2";
  // Not drawn: what else a seed means stays.
  s["srsync_recreate"] = p.seed % 4 == 0 ? "drop-first" : "beside";
  s["srsync_max_drop_percent"] = random.chance(500) ? "0" : "10";
}

}  // namespace

std::string fault_name(Fault fault) { return kNames[static_cast<std::size_t>(fault)]; }

std::vector<std::string> fault_names() { return {kNames.begin(), kNames.end()}; }

Parameters draw_parameters(std::uint64_t seed, const std::vector<std::string>& only) {
  Random random(seed);
  Parameters p;
  p.seed = seed;
  // Some runs look closely at an hour, some lightly at weeks.
  const std::int64_t hour = 3'600'000;
  const std::int64_t scale = random.pick(std::vector<std::int64_t>{1, 1, 1, 10, 60});
  p.busy_ms = hour * scale * random.between(1, 12) / 2;
  p.quiet_ms = 24 * hour * std::max<std::int64_t>(1, scale / 5);
  p.feed_interval_ms = 1'000 * scale;
  p.sweep_interval_ms = 10'000 * scale;
  p.load_every_ms = random.between(2'000, 60'000) * scale;
  p.change_every_ms = random.between(60'000, 1'200'000) * scale;
  p.occasion_every_ms = random.between(20'000, 300'000) * scale;
  for (int i = 0; i < kFaults; ++i) {
    const auto fault = static_cast<Fault>(i);
    const bool on = random.chance(300);
    const std::int64_t permille = rate(fault, random);
    const bool may =
        only.empty() || std::find(only.begin(), only.end(), fault_name(fault)) != only.end();
    if ((on || !only.empty()) && may) p.fault_permille[fault] = permille;
  }
  p.databases = static_cast<int>(random.between(1, 3));
  p.tables = static_cast<int>(random.between(1, 6));
  p.partitions = static_cast<int>(random.between(1, 6));
  p.source_epochs = random.chance(900);
  p.target_epochs = p.source_epochs || random.chance(500);
  p.target_strict = random.chance(300);
  p.replications_proc = random.chance(900);
  p.latency_ms = random.between(1, 200);
  p.job_ms = random.between(500, 60'000);
  if (p.permille(Fault::kFeedForgets) > 0) p.feed_keeps = random.index(20) + 2;
  p.checkpoint_every = static_cast<std::uint64_t>(random.between(50, 3'000));
  draw_settings(random, p);
  return p;
}

std::string to_text(const Parameters& p) {
  std::string faults;
  for (const auto& [fault, permille] : p.fault_permille) {
    faults += fmt::format(" {}={}", fault_name(fault), permille);
  }
  std::string settings;
  for (const auto& [key, value] : p.settings) settings += fmt::format(" {}={}", key, value);
  return fmt::format(
      "busy {} h, quiet {} h, {} databases of {} tables of up to {} partitions, load every {} ms, "
      "change every {} ms, feed every {} ms, latency {} ms, jobs {} ms, epochs {}/{}, {}target; "
      "faults:{}; settings:{}",
      p.busy_ms / 3'600'000, p.quiet_ms / 3'600'000, p.databases, p.tables, p.partitions,
      p.load_every_ms, p.change_every_ms, p.feed_interval_ms, p.latency_ms, p.job_ms,
      p.source_epochs, p.target_epochs, p.target_strict ? "strict " : "", faults, settings);
}

}  // namespace srsync::sim
