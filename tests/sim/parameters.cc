#include "sim/parameters.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/bytes.h"
#include "base/text.h"
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
                                                     "busy-target",
                                                     "operator",
                                                     "two-daemons",
                                                     "backend-change",
                                                     "replica-behind",
                                                     "compaction",
                                                     "split",
                                                     "database-churn",
                                                     "rename",
                                                     "comment-change",
                                                     "rollup-change",
                                                     "view-change"};

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
    // Of every object of every answer.
    case Fault::kTruncatedListing:
      return random.between(5, 80);
    case Fault::kSourceChurn:
    case Fault::kSchemaChange:
    case Fault::kStranger:
    case Fault::kTargetMeddling:
    case Fault::kOperator:
    case Fault::kTwoDaemons:
    case Fault::kCompaction:
    case Fault::kSplit:
    case Fault::kRename:
    case Fault::kCommentChange:
    case Fault::kRollupChange:
    case Fault::kViewChange:
      return random.between(100, 500);
    default:
      return random.between(20, 200);
  }
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void draw_faults(const Wishes& wishes, Parameters& p) {
  for (int i = 0; i < kFaults; ++i) {
    const auto fault = static_cast<Fault>(i);
    const std::string name = fault_name(fault);
    Random random(p.seed ^ hash64(name));
    const bool on = random.chance(300);
    const std::int64_t permille = rate(fault, random);
    const bool wanted = wishes.only.empty() ? on : contains(wishes.only, name);
    if (wanted && !contains(wishes.without, name)) p.fault_permille[fault] = permille;
  }
}

// Some runs look closely at an hour, some lightly at weeks.
void draw_pace(Random& random, bool short_day, Parameters& p) {
  const std::int64_t hour = 3'600'000;
  const std::int64_t drawn = random.pick(std::vector<std::int64_t>{1, 1, 1, 10, 60});
  const std::int64_t hours = random.between(1, 12);
  const std::int64_t scale = short_day ? 1 : drawn;
  p.busy_ms = short_day ? hour / 2 + hours * hour / 8 : hour * scale * hours / 2;
  p.quiet_ms = 24 * hour * std::max<std::int64_t>(1, scale / 5);
  p.feed_interval_ms = 1'000 * scale;
  p.sweep_interval_ms = 10'000 * scale;
  p.load_every_ms = random.between(2'000, 60'000) * scale;
  p.change_every_ms = random.between(60'000, 1'200'000) * scale / (short_day ? 4 : 1);
  p.occasion_every_ms = random.between(20'000, 300'000) * scale / (short_day ? 2 : 1);
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
  // Not drawn: what else a seed means stays. Drops that count against the limit are rare beside.
  const bool drop_first = p.seed % 4 == 0 || s["srsync_max_drops_per_hour"] == "2";
  s["srsync_recreate"] = drop_first ? "drop-first" : "beside";
  s["srsync_max_drop_percent"] = random.chance(500) ? "0" : "10";
}

}  // namespace

std::string fault_name(Fault fault) { return kNames[static_cast<std::size_t>(fault)]; }

std::vector<std::string> fault_names() { return {kNames.begin(), kNames.end()}; }

Parameters draw_parameters(std::uint64_t seed, const Wishes& wishes) {
  Random random(seed);
  Parameters p;
  p.seed = seed;
  draw_faults(wishes, p);
  draw_pace(random, wishes.short_day, p);
  p.databases = static_cast<int>(random.between(1, 3));
  p.tables = static_cast<int>(random.between(1, 6));
  p.partitions = static_cast<int>(random.between(1, 6));
  p.source_epochs = random.chance(900);
  p.target_epochs = p.source_epochs || random.chance(500);
  p.target_strict = random.chance(300);
  p.target_lake = random.chance(400);
  p.source_lake = p.target_lake && p.target_strict;
  p.replications_proc = random.chance(900);
  // Without that list a stuck job's transaction is not known: only the frontend's own limit of a
  // day ends it.
  if (!p.replications_proc && p.permille(Fault::kStuckJob) > 0) p.quiet_ms += 24 * 3'600'000LL;
  p.latency_ms = random.between(1, 200);
  p.job_ms = random.between(500, 60'000);
  if (p.permille(Fault::kFeedForgets) > 0) p.feed_keeps = random.index(20) + 2;
  p.checkpoint_every = static_cast<std::uint64_t>(random.between(50, 3'000));
  draw_settings(random, p);
  return p;
}

std::string to_text(const Wishes& wishes) {
  std::string text = wishes.short_day ? " --short" : "";
  for (const auto& fault : wishes.only) text += " --fault " + fault;
  for (const auto& fault : wishes.without) text += " --without " + fault;
  return text;
}

std::vector<std::string> read_faults(const std::string& text) {
  std::vector<std::string> faults;
  if (text == "-") return faults;
  for (const auto part : split(text, ',')) faults.emplace_back(part);
  return faults;
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
      "change every {} ms, feed every {} ms, latency {} ms, jobs {} ms, epochs {}/{}, {}{} to {}; "
      "faults:{}; settings:{}",
      p.busy_ms / 3'600'000, p.quiet_ms / 3'600'000, p.databases, p.tables, p.partitions,
      p.load_every_ms, p.change_every_ms, p.feed_interval_ms, p.latency_ms, p.job_ms,
      p.source_epochs, p.target_epochs, p.target_strict ? "strict, " : "",
      p.source_lake ? "shared-data" : "shared-nothing",
      p.target_lake ? "shared-data" : "shared-nothing", faults, settings);
}

}  // namespace srsync::sim
