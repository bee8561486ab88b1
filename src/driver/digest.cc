#include "driver/digest.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/mutant.h"
#include "core/beside.h"
#include "core/names.h"
#include "core/plan.h"

namespace srsync::driver {
namespace {

using core::Fact;

// A position before every transaction: the feed was read and had nothing. (0 means never read.)
constexpr std::int64_t kFeedStart = -1;

Digest trouble(const Status& status, std::string_view context) {
  Digest digest;
  digest.trouble = status.with_context(context);
  return digest;
}

bool known_already(const core::State& state, const Fact& fact) {
  if (const auto* identity = std::get_if<core::ClusterIdentified>(&fact)) {
    const auto& cluster = state.cluster(identity->side);
    return cluster.cluster_id == identity->cluster_id && cluster.version == identity->version &&
           cluster.run_mode == identity->run_mode && cluster.capabilities == identity->capabilities;
  }
  if (const auto* topology = std::get_if<core::TopologyObserved>(&fact)) {
    const auto& cluster = state.cluster(topology->side);
    return cluster.frontends == topology->frontends && cluster.backends == topology->backends;
  }
  if (const auto* limits = std::get_if<core::LimitsObserved>(&fact)) {
    return state.limits.has_value() && *state.limits == *limits;
  }
  return false;
}

Status check_identity(const core::State& state, const core::ClusterIdentified& seen) {
  const auto& known = state.cluster(seen.side).cluster_id;
  if (!known.empty() && known != seen.cluster_id) {
    return rejected(fmt::format("the {} is another cluster than before (id {}, was {})",
                                side_name(seen.side), seen.cluster_id, known),
                    "check the addresses in sync.properties and hosts.properties; another pair of "
                    "clusters needs a journal of its own");
  }
  const Side other = seen.side == Side::kSource ? Side::kTarget : Side::kSource;
  if (!seen.cluster_id.empty() && state.cluster(other).cluster_id == seen.cluster_id) {
    return rejected("source and target are the same cluster (id " + seen.cluster_id + ")");
  }
  return Status::ok();
}

// Facts that say that something of the target is gone, seen by a reading that began before we made
// it.
bool is_outdated(const core::State& state, const Fact& fact, WallTime started,
                 const RecentDdl& recent) {
  if (const auto* table = std::get_if<core::TableMissing>(&fact)) {
    if (table->side != Side::kTarget) return false;
    const auto* pair = state.find(Side::kTarget, table->id);
    if (pair == nullptr) pair = state.find_other(table->id);
    return pair != nullptr && recent.changed_since(pair->name, started);
  }
  if (const auto* db = std::get_if<core::DatabaseMissing>(&fact)) {
    return db->side == Side::kTarget && recent.changed_since({db->name, ""}, started);
  }
  // The other way round: the reading shows what we dropped meanwhile.
  if (const auto* table = std::get_if<core::TableObserved>(&fact)) {
    const core::TableName name = core::pair_name(table->side, table->name);
    if (table->side != Side::kTarget || !recent.changed_since(name, started)) return false;
    const auto* pair = state.find(name);
    return pair != nullptr && core::id_under(*pair, core::is_reserved(table->name)) != table->id;
  }
  if (const auto* db = std::get_if<core::DatabaseObserved>(&fact)) {
    return db->side == Side::kTarget && recent.changed_since({db->name, ""}, started);
  }
  return false;
}

void drop_outdated(const core::State& state, std::vector<Fact>& facts, WallTime started,
                   const RecentDdl& recent) {
  std::erase_if(facts, [&](const Fact& f) { return is_outdated(state, f, started, recent); });
}

// Whether a reading takes a version of the same partition back although something newer was read
// meanwhile: the answer came late. Versions do go back when a backup is restored; a reading that
// began later is believed.
bool came_late(const core::Table& known, const core::TableRead& read, WallTime started) {
  if (started > known.read_at) return false;
  return std::any_of(read.partitions.begin(), read.partitions.end(), [&](const auto& partition) {
    const core::Partition* before = known.find(partition.id);
    return before != nullptr && partition.visible_version < before->visible_version;
  });
}

}  // namespace

bool RecentDdl::changed_since(const core::TableName& name, WallTime moment) const {
  const auto at = changed_.find(name);
  return at != changed_.end() && at->second >= moment;
}

bool RecentDdl::any_since(const std::string& db, WallTime moment) const {
  for (auto at = changed_.lower_bound({db, ""}); at != changed_.end() && at->first.db == db; ++at) {
    if (at->second >= moment) return true;
  }
  return false;
}

void RecentDdl::forget_before(WallTime moment) {
  std::erase_if(changed_, [&](const auto& entry) { return entry.second < moment; });
}

Digest digest_identity(const core::State& state, const IdentifyOutcome& outcome) {
  if (!outcome.facts.is_ok()) {
    return trouble(outcome.facts.status(), fmt::format("reading the {}", side_name(outcome.side)));
  }
  Digest digest;
  for (const auto& fact : *outcome.facts) {
    if (const auto* seen = std::get_if<core::ClusterIdentified>(&fact)) {
      digest.trouble = check_identity(state, *seen);
      if (!digest.trouble.is_ok()) return digest;
    }
    if (!known_already(state, fact)) digest.facts.push_back(fact);
  }
  return digest;
}

Digest digest_table(const core::State& state, const TableOutcome& outcome) {
  Digest digest;
  const auto& asked = outcome.asked;
  if (outcome.read.is_ok()) {
    // Recreated or dropped while it was read: the answer belongs to an id that is not there now.
    const auto* pair = core::find_seen(state, asked.side, asked.name);
    if (pair == nullptr) return digest;
    const auto& known = core::table_of(*pair, asked.side);
    if (!known || known->id != asked.id) return digest;
    if (came_late(*known, *outcome.read, outcome.started)) {
      digest.facts.emplace_back(core::TableRereadWanted{
          asked.side, asked.id, "an answer came late, and shows less than is known"});
      return digest;
    }
    const bool in_full = !asked.partitions_only || !outcome.read->create_sql.empty();
    digest.facts = in_full ? core::diff_table(state, *outcome.read)
                           : core::diff_partitions(state, *outcome.read);
    return digest;
  }
  const Status status = outcome.read.status();
  if (status.code() == Code::kNotFound && asked.side == Side::kTarget) {
    digest.facts.emplace_back(core::TableMissing{asked.side, asked.id});
  } else {
    // On the source, one statement is never enough to take a table for gone: sweeps decide that.
    digest.facts.emplace_back(
        core::TableUnreadable{asked.side, asked.name, asked.id, status.code(), status.message()});
  }
  return digest;
}

Digest digest_listing(const core::State& state, const ListingOutcome& outcome,
                      const RecentDdl& recent) {
  Digest digest;
  if (outcome.listing.is_ok()) {
    digest.facts = core::diff_listing(state, Side::kTarget, *outcome.listing);
    drop_outdated(state, digest.facts, outcome.started, recent);
    // A table made after the listing began may be missing from it: it does not count as listed, and
    // is asked for again.
    if (recent.any_since(outcome.db, outcome.started) && !digest.facts.empty()) {
      digest.facts.pop_back();
    }
    return digest;
  }
  if (outcome.listing.status().code() == Code::kNotFound) {
    digest.facts.emplace_back(core::DatabaseMissing{Side::kTarget, outcome.db});
    digest.facts.emplace_back(core::DatabaseListed{Side::kTarget, outcome.db});
    return digest;
  }
  return trouble(outcome.listing.status(), "listing target database " + outcome.db);
}

Digest digest_sweep(const core::State& state, const SweepOutcome& outcome,
                    const RecentDdl& recent) {
  if (!outcome.sweep.is_ok()) {
    return trouble(outcome.sweep.status(), fmt::format("reading the {}", side_name(outcome.side)));
  }
  Digest digest;
  digest.facts = core::diff_sweep(state, outcome.side, *outcome.sweep);
  if (outcome.side == Side::kTarget) drop_outdated(state, digest.facts, outcome.started, recent);
  return digest;
}

Digest digest_ddl(const core::State& state, const DdlOutcome& outcome) {
  Digest digest;
  const auto& intent = outcome.intent;
  if (!outcome.status.is_ok()) {
    digest.facts.emplace_back(
        core::DdlFailed{intent.key, outcome.status.code(), outcome.status.message()});
    return digest;
  }
  if (outcome.listing.has_value()) {
    if (!outcome.listing->is_ok()) {
      // Made, but its id is not known: looked up before anything else is done in it.
      digest.facts.emplace_back(
          core::DdlFailed{intent.key, Code::kOutcomeUnknown,
                          "made, but not seen yet: " + outcome.listing->status().message()});
      return digest;
    }
    digest.facts = core::diff_listing(state, Side::kTarget, outcome.listing->value());
  }
  if (intent.kind == core::DdlKind::kDropDatabase) {
    digest.facts.emplace_back(core::DatabaseMissing{Side::kTarget, intent.name.db});
  }
  digest.facts.emplace_back(core::DdlSucceeded{intent.key});
  return digest;
}

namespace {

// What was asked for one table's sake shows the others as they were when it was asked.
void drop_outdated_others(const core::State& state, const VerifyOutcome& outcome,
                          std::vector<Fact>& facts, const RecentDdl& recent) {
  const core::TablePair* own = state.find(outcome.intent.name);
  const auto is_own = [&](const Fact& fact) {
    if (const auto* seen = std::get_if<core::TableObserved>(&fact)) {
      return core::pair_name(seen->side, seen->name) == outcome.intent.name;
    }
    const auto* gone = std::get_if<core::TableMissing>(&fact);
    if (gone == nullptr || own == nullptr) return false;
    return state.find(gone->side, gone->id) == own || state.find_other(gone->id) == own;
  };
  std::erase_if(facts, [&](const Fact& fact) {
    return !is_own(fact) && is_outdated(state, fact, outcome.started, recent);
  });
  if (recent.any_since(outcome.intent.name.db, outcome.started) && !facts.empty()) {
    facts.pop_back();
  }
}

}  // namespace

Digest digest_verify(const core::State& state, const VerifyOutcome& outcome,
                     const RecentDdl& recent) {
  Digest digest;
  const auto& intent = outcome.intent;
  if (outcome.listing.is_ok()) {
    digest.facts = core::diff_listing(state, Side::kTarget, *outcome.listing);
    if (!intent.name.table.empty()) drop_outdated_others(state, outcome, digest.facts, recent);
  } else if (outcome.listing.status().code() == Code::kNotFound) {
    digest.facts.emplace_back(core::DatabaseMissing{Side::kTarget, intent.name.db});
  } else {
    return trouble(outcome.listing.status(), "looking for what " + intent.key + " did");
  }
  if (outcome.read.has_value()) {
    if (!outcome.read->is_ok()) {
      return trouble(outcome.read->status(), "looking for what " + intent.key + " did");
    }
    for (auto& fact : core::diff_table(state, outcome.read->value())) {
      digest.facts.push_back(std::move(fact));
    }
  }
  digest.verify = intent;
  return digest;
}

namespace {

// The proof's reading of a table whose definition State does not have yet.
void add_reading(const core::State& state, const core::TableRead& read, std::vector<Fact>& facts) {
  const auto* pair = state.find(Side::kTarget, read.id);
  if (pair == nullptr || core::find_seen(state, Side::kTarget, read.name) != pair) return;
  if (pair->target->create_sql != read.create_sql) facts.emplace_back(read);
}

}  // namespace

Digest digest_submit(const core::State& state, const SubmitOutcome& outcome) {
  Digest digest;
  if (outcome.outcome.target_read) add_reading(state, *outcome.outcome.target_read, digest.facts);
  const auto& id = outcome.intent.job_id;
  const Status& status = outcome.outcome.status;
  if (status.is_ok()) {
    digest.facts.emplace_back(core::ReplicationAccepted{id});
  } else if (status.code() == Code::kOutcomeUnknown) {
    // No fact: nobody knows. The job is asked about until it is found or surely is nowhere.
    digest.trouble = status.with_context("submitting " + id);
  } else {
    digest.facts.emplace_back(
        core::ReplicationRejected{id, outcome.outcome.reason, status.message()});
  }
  return digest;
}

namespace {

// A shared-data cluster compacts in transactions: they change no rows.
bool is_compaction(const io::FeedTransaction& txn) {
  return txn.source_type == "LAKE_COMPACTION" && !SRSYNC_MUTANT("compaction-writes");
}

bool is_stranger(const io::FeedTransaction& txn) {
  return txn.visible && txn.source_type != "REPLICATION" && !is_compaction(txn);
}

void add_strangers(const core::State& state, const io::FeedTransaction& txn,
                   std::vector<Fact>& facts) {
  if (!is_stranger(txn) || SRSYNC_MUTANT("feed-deaf")) return;
  for (const auto& touched : txn.touched) {
    const auto* pair = state.find(Side::kTarget, touched.table);
    // An old table beside a new one is given up anyway.
    if (pair == nullptr && state.find_other(touched.table) != nullptr) continue;
    // A table that is not known may be one that a listing did not show.
    if (pair != nullptr && !state.settings.in_scope(pair->name)) continue;
    if (pair == nullptr && touched.partitions.empty()) continue;
    // A materialized view is filled by the target itself.
    if (pair != nullptr && pair->target->kind == core::TableKind::kMaterializedView) continue;
    facts.emplace_back(
        core::StrangerObserved{txn.id, txn.label, touched.table, touched.partitions});
  }
}

// Whether all that a transaction touched is known, so that reading versions is enough.
bool knows_partitions(const core::Table& table, const io::FeedTransaction::Touched& touched) {
  return table.read_in_full && !touched.partitions.empty() &&
         std::all_of(touched.partitions.begin(), touched.partitions.end(),
                     [&](core::PartitionId id) { return table.find(id) != nullptr; });
}

void add_changed(const core::State& state, const io::Feed& feed, std::vector<Fact>& facts) {
  std::map<core::TableId, core::TableRereadWanted> wanted;
  for (const auto& txn : feed.transactions) {
    if (!txn.visible) continue;
    for (const auto& touched : txn.touched) {
      const auto* pair = state.find(Side::kSource, touched.table);
      if (pair == nullptr || !state.settings.in_scope(pair->name)) continue;
      if (pair->source->kind != core::TableKind::kTable) continue;
      if (pair->source->reread_wanted) continue;
      const bool versions_only = knows_partitions(*pair->source, touched);
      if (versions_only && pair->source->partitions_wanted) continue;
      auto [at, is_new] = wanted.try_emplace(touched.table);
      if (is_new) {
        at->second = {Side::kSource, touched.table, fmt::format("transaction {}", txn.id.value())};
        at->second.partitions_only = true;
      }
      at->second.partitions_only = at->second.partitions_only && versions_only;
    }
  }
  for (auto& [table, fact] : wanted) facts.emplace_back(std::move(fact));
}

core::TxnId known_position(const core::State& state, Side side, const std::string& db) {
  const auto at = state.databases.find(db);
  if (at == state.databases.end()) return {};
  return side == Side::kSource ? at->second.source_feed : at->second.target_feed;
}

}  // namespace

Digest digest_feed(const core::State& state, const FeedOutcome& outcome, bool* gap) {
  Digest digest;
  for (const auto& part : outcome.parts) {
    if (!part.feed.is_ok()) {
      // A database that is gone is the sweep's to notice.
      if (part.feed.status().code() == Code::kNotFound) continue;
      digest.trouble = part.feed.status().with_context("reading changes of " + part.db);
      continue;
    }
    const io::Feed& feed = part.feed.value();
    if (feed.gap) {
      *gap = true;
      if (outcome.side == Side::kTarget) {
        if (auto fact = core::diff_feed_gap(state, part.db, feed.why)) {
          digest.facts.push_back(std::move(*fact));
        }
      }
    }
    for (const auto& txn : feed.transactions) {
      if (outcome.side == Side::kTarget) add_strangers(state, txn, digest.facts);
    }
    if (outcome.side == Side::kSource) add_changed(state, feed, digest.facts);
    const core::TxnId last = feed.last.is_set() ? feed.last : core::TxnId(kFeedStart);
    if (last > part.after || !part.after.is_set()) {
      if (known_position(state, outcome.side, part.db) != last) {
        digest.facts.emplace_back(core::FeedAdvanced{outcome.side, part.db, last});
      }
    }
  }
  return digest;
}

std::vector<core::Fact> digest_job(const core::Replicating& job, const io::JobStatus& row) {
  using core::JobPhase;
  std::vector<Fact> facts;
  const std::string& id = job.intent.job_id;
  if (row.state == "COMMITTED") {
    if (job.phase != JobPhase::kCommitted) facts.emplace_back(core::ReplicationCommitted{id});
    return facts;
  }
  if (job.phase != JobPhase::kSubmitting && job.phase != JobPhase::kRunning) return facts;
  if (row.state == "ABORTED") {
    facts.emplace_back(core::ReplicationAborted{id, row.error});
    return facts;
  }
  if (job.phase == JobPhase::kSubmitting) facts.emplace_back(core::ReplicationAccepted{id});
  const bool new_stage =
      job.phase == JobPhase::kSubmitting ? row.state != "INITIALIZING" : row.state != job.stage;
  if (new_stage || (row.txn.is_set() && row.txn != job.txn)) {
    facts.emplace_back(core::ReplicationProgressed{id, row.state, row.txn});
  }
  return facts;
}

namespace {

Digest digest_label(const core::State& state, const core::Replicating& job,
                    const ProbeOutcome& outcome) {
  Digest digest;
  const std::string& id = job.intent.job_id;
  const bool open =
      job.phase == core::JobPhase::kSubmitting || job.phase == core::JobPhase::kRunning;
  switch (outcome.label->value()) {
    case io::LabelState::kRunning:
      if (job.phase == core::JobPhase::kSubmitting) {
        digest.facts.emplace_back(core::ReplicationAccepted{id});
      }
      break;
    case io::LabelState::kCommitted:
    case io::LabelState::kVisible:
      if (job.phase != core::JobPhase::kCommitted) {
        digest.facts.emplace_back(core::ReplicationCommitted{id});
      }
      break;
    case io::LabelState::kAborted:
      if (open) digest.facts.emplace_back(core::ReplicationAborted{id, "its label says so"});
      break;
    case io::LabelState::kUnknown:
      if (!open) break;
      // A frontend that forwards may still be at work on the request.
      if (outcome.started < job.since.plus_ms(state.settings.lost_grace_ms)) {
        digest.trouble = unavailable("job " + id + " is not to be seen yet");
      } else {
        digest.facts.emplace_back(
            core::ReplicationLost{id, "not listed, and its label is not known"});
      }
      break;
  }
  return digest;
}

}  // namespace

Digest digest_probe(const core::State& state, const ProbeOutcome& outcome) {
  const std::string& id = outcome.intent.job_id;
  const auto slot = state.jobs.find(id);
  if (slot == state.jobs.end()) return {};
  const auto* job = std::get_if<core::Replicating>(&state.tables[slot->second].stage);
  if (job == nullptr) return {};
  if (!outcome.label.has_value()) {
    if (!outcome.jobs.is_ok()) return trouble(outcome.jobs.status(), "asking about job " + id);
    for (const auto& row : *outcome.jobs) {
      if (row.job_id == id) return {digest_job(*job, row), Status::ok(), std::nullopt};
    }
    return {};
  }
  if (!outcome.label->is_ok()) {
    return trouble(outcome.label->status(), "asking about job " + id);
  }
  return digest_label(state, *job, outcome);
}

}  // namespace srsync::driver
