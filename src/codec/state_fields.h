// Field numbers of core/state.h's structs. Numbers are journalled: never reuse or move one.
#pragma once

#include <utility>

#include "codec/catalog_fields.h"
#include "codec/fact_fields.h"
#include "codec/wire.h"
#include "core/state.h"

namespace srsync::codec {

template <typename Ar>
void fields(Ar& ar, core::RunningDdl& x) {
  ar(1, x.intent);
  ar(2, x.since);
  ar(3, x.in_doubt);
}

template <typename Ar>
void fields(Ar& ar, core::Replicating& x) {
  ar(1, x.intent);
  ar(2, x.phase);
  ar(3, x.in_doubt);
  ar(4, x.stage);
  ar(5, x.txn);
  ar(6, x.since);
  ar(7, x.stage_since);
  ar(8, x.checks);
  ar(9, x.outcome);
}

template <typename Ar>
void fields(Ar& ar, core::Retry& x) {
  ar(1, x.failures);
  ar(2, x.not_before);
  ar(3, x.last_error);
}

template <typename Ar>
void fields(Ar& ar, core::ViewMade& x) {
  ar(1, x.source);
  ar(2, x.target);
  ar.fixed64(3, x.source_hash);
  ar.fixed64(4, x.target_hash);
  ar(5, x.pending);
}

template <typename Ar>
void fields(Ar& ar, core::SchemaFit& x) {
  ar(1, x.source);
  ar(2, x.target);
  ar(3, x.mark);
  ar.fixed64(4, x.target_schema);
}

template <typename Ar>
void fields(Ar& ar, core::Beside& x) {
  ar(1, x.phase);
  ar(2, x.cause);
  ar(3, x.other);
  ar(4, x.other_missing);
  ar(5, x.listed);
  ar(6, x.reason);
  ar(7, x.spoiled);
  ar.fixed64(8, x.made_from);
  ar(9, x.fit);
}

template <typename Ar>
void fields(Ar& ar, core::TablePair& x) {
  ar(1, x.name);
  ar(2, x.source);
  ar(3, x.target);
  ar(4, x.target_listing_due);
  // A oneof; neither means Resting.
  ar.template alternative<core::RunningDdl>(5, x.stage);
  ar.template alternative<core::Replicating>(6, x.stage);
  ar(7, x.ddl_attempt);
  ar(8, x.job_attempt);
  ar(9, x.retry);
  ar(10, x.skipped);
  ar(11, x.stopped);
  ar(12, x.synced_once);
  ar(13, x.behind_since);
  ar(14, x.last_synced);
  ar.fixed64(15, x.recreated_for);
  ar(30, x.confirmed_drop);
  ar.fixed64(31, x.altered_for);
  ar(32, x.alter_tries);
  ar(33, x.given_up);
  ar(60, x.job_ended);
  ar(61, x.base_unproven);
  ar(77, x.view_made);
  ar(260, x.schema_fit);
  ar(280, x.beside);
}

template <typename Ar>
void fields(Ar& ar, core::DbPair& x) {
  ar(1, x.name);
  ar(2, x.source);
  ar(3, x.target);
  ar(4, x.source_missing_reads);
  ar(5, x.target_missing_reads);
  ar(6, x.target_listing_due);
  ar(7, x.target_listed_at);
  ar(8, x.ddl);
  ar(9, x.ddl_attempt);
  ar(10, x.retry);
  ar(11, x.target_feed);
  ar(12, x.source_feed);
  ar(30, x.confirmed_drop);
  ar(60, x.target_feed_at);
  ar(61, x.target_tables);
}

template <typename Ar>
void fields(Ar& ar, core::Drop& x) {
  ar(1, x.name);
  ar(2, x.at);
}

template <typename Ar>
void fields(Ar& ar, core::ClusterView& x) {
  ar(1, x.cluster_id);
  ar(2, x.version);
  ar(3, x.run_mode);
  ar(4, x.capabilities);
  ar(5, x.frontends);
  ar(6, x.backends);
  ar(7, x.complete_sweeps);
  ar(8, x.session_sweeps);
  ar(9, x.last_sweep_tables);
  ar(10, x.last_sweep_at);
  ar(11, x.suspicious);
}

// Tables stand last and are written one by one, so that a checkpoint can be cut between any two.
inline constexpr std::uint32_t kStateTablesField = 1000;

// All journalled fields but the tables; what is derived is left out.
template <typename Ar>
void state_head_fields(Ar& ar, core::State& x) {
  ar(2, x.applied);
  ar(3, x.now);
  ar(4, x.journal_id);
  ar(5, x.binary_version);
  ar(6, x.sessions);
  ar(7, x.session_open);
  ar(8, x.settings_text);
  ar(9, x.paused);
  ar(10, x.clusters[0]);
  ar(11, x.clusters[1]);
  ar(12, x.limits);
  ar.keyed(13, x.databases, [](const core::DbPair& pair) { return pair.name; });
  ar(14, x.drops);
  ar.keyed(15, x.leases, [](const core::FrontendSettingChanged& lease) {
    return std::pair<int, std::string>(static_cast<int>(lease.side), lease.key);
  });
  ar(16, x.jobs_finished);
  ar(17, x.jobs_failed);
  ar(18, x.spoiled);
  ar(30, x.unredeemed);
  ar(31, x.hold);
  ar(32, x.held_at);
  ar(33, x.holds);
}

}  // namespace srsync::codec
