// Field numbers of core/fact.h's structs, and each fact's number in the envelope. Numbers are
// journalled: never reuse or move one. What is new gets the next free number and a new
// kSchemaVersion.
#pragma once

#include "codec/catalog_fields.h"
#include "codec/wire.h"
#include "core/fact.h"

namespace srsync::codec {

template <typename Ar>
void fields(Ar& ar, core::SessionStarted& x) {
  ar(1, x.binary_version);
  ar(2, x.journal_id);
  ar(3, x.settings);
}

template <typename Ar>
void fields(Ar& ar, core::SessionEnded& x) {
  ar(1, x.reason);
}

template <typename Ar>
void fields(Ar& ar, core::SettingChanged& x) {
  ar(1, x.key);
  ar(2, x.value);
}

template <typename Ar>
void fields(Ar& ar, core::ClusterIdentified& x) {
  ar(1, x.side);
  ar(2, x.cluster_id);
  ar(3, x.version);
  ar(4, x.run_mode);
  ar(5, x.capabilities);
}

template <typename Ar>
void fields(Ar& ar, core::TopologyObserved& x) {
  ar(1, x.side);
  ar(2, x.frontends);
  ar(3, x.backends);
}

template <typename Ar>
void fields(Ar& ar, core::LimitsObserved& x) {
  ar(1, x.max_tables);
  ar(2, x.max_replicas);
  ar(3, x.max_data_mb);
}

template <typename Ar>
void fields(Ar& ar, core::DatabaseObserved& x) {
  ar(1, x.side);
  ar(2, x.id);
  ar(3, x.name);
}

template <typename Ar>
void fields(Ar& ar, core::DatabaseMissing& x) {
  ar(1, x.side);
  ar(2, x.name);
}

template <typename Ar>
void fields(Ar& ar, core::DatabaseListed& x) {
  ar(1, x.side);
  ar(2, x.name);
}

template <typename Ar>
void fields(Ar& ar, core::TableObserved& x) {
  ar(1, x.side);
  ar(2, x.name);
  ar(3, x.id);
  ar(4, x.kind);
  ar(5, x.state_normal);
}

template <typename Ar>
void fields(Ar& ar, core::TableRead& x) {
  ar(1, x.side);
  ar(2, x.name);
  ar(3, x.id);
  ar(4, x.create_sql);
  ar.fixed64(5, x.schema_hash);
  ar(6, x.unreadable);
  ar(7, x.partitions);
  ar(30, x.rollups);
  ar(77, x.kind);
  ar(260, x.schema_mark);
}

template <typename Ar>
void fields(Ar& ar, core::PartitionsMoved& x) {
  ar(1, x.side);
  ar(2, x.id);
  ar(3, x.versions);
}

template <typename Ar>
void fields(Ar& ar, core::TableRereadWanted& x) {
  ar(1, x.side);
  ar(2, x.id);
  ar(3, x.reason);
  ar(4, x.absent);
  ar(60, x.partitions_only);
}

template <typename Ar>
void fields(Ar& ar, core::TableMissing& x) {
  ar(1, x.side);
  ar(2, x.id);
}

template <typename Ar>
void fields(Ar& ar, core::TableUnreadable& x) {
  ar(1, x.side);
  ar(2, x.name);
  ar(3, x.id);
  ar(4, x.code);
  ar(5, x.message);
}

template <typename Ar>
void fields(Ar& ar, core::SweepCompleted& x) {
  ar(1, x.side);
  ar(2, x.complete);
  ar(3, x.tables);
  ar(4, x.partitions);
  ar(5, x.problem);
}

template <typename Ar>
void fields(Ar& ar, core::StrangerObserved& x) {
  ar(1, x.txn);
  ar(2, x.label);
  ar(3, x.table);
  ar(4, x.partitions);
}

template <typename Ar>
void fields(Ar& ar, core::FeedAdvanced& x) {
  ar(1, x.side);
  ar(2, x.db);
  ar(3, x.last);
}

template <typename Ar>
void fields(Ar& ar, core::TargetFeedGap& x) {
  ar(1, x.db);
  ar(2, x.why);
  ar(3, x.unproven);
}

template <typename Ar>
void fields(Ar& ar, core::DdlIntent& x) {
  ar(1, x.key);
  ar(2, x.kind);
  ar(3, x.name);
  ar(4, x.statements);
  ar(5, x.partitions);
  ar(6, x.partition_ids);
  ar(7, x.table);
  ar(8, x.reason);
  ar(240, x.call_values);
  ar(241, x.call_ranges);
  ar(242, x.call_db);
  ar(243, x.call_label);
  ar(244, x.call_name);
  ar(280, x.on_target);
}

template <typename Ar>
void fields(Ar& ar, core::DdlStarted& x) {
  ar(1, x.intent);
}

template <typename Ar>
void fields(Ar& ar, core::DdlSucceeded& x) {
  ar(1, x.key);
}

template <typename Ar>
void fields(Ar& ar, core::DdlFailed& x) {
  ar(1, x.key);
  ar(2, x.code);
  ar(3, x.message);
}

template <typename Ar>
void fields(Ar& ar, core::DdlVerified& x) {
  ar(1, x.key);
  ar(2, x.took_effect);
}

template <typename Ar>
void fields(Ar& ar, core::ReplicationGoal& x) {
  ar(1, x.source);
  ar(2, x.target);
  ar(3, x.version);
  ar(4, x.epoch);
  ar(5, x.base_version);
}

template <typename Ar>
void fields(Ar& ar, core::ReplicationIntent& x) {
  ar(1, x.job_id);
  ar(2, x.name);
  ar(3, x.source_table);
  ar(4, x.target_table);
  ar(5, x.target_db);
  ar(6, x.data_bytes);
  ar(7, x.replicas);
  ar(8, x.goals);
  ar(260, x.source_schema);
  ar(280, x.on_target);
}

template <typename Ar>
void fields(Ar& ar, core::ReplicationStarted& x) {
  ar(1, x.intent);
}

template <typename Ar>
void fields(Ar& ar, core::ReplicationAccepted& x) {
  ar(1, x.job_id);
}

template <typename Ar>
void fields(Ar& ar, core::ReplicationRejected& x) {
  ar(1, x.job_id);
  ar(2, x.reason);
  ar(3, x.message);
}

template <typename Ar>
void fields(Ar& ar, core::ReplicationProgressed& x) {
  ar(1, x.job_id);
  ar(2, x.stage);
  ar(3, x.txn);
}

template <typename Ar>
void fields(Ar& ar, core::ReplicationCommitted& x) {
  ar(1, x.job_id);
}

template <typename Ar>
void fields(Ar& ar, core::ReplicationAborted& x) {
  ar(1, x.job_id);
  ar(2, x.message);
}

template <typename Ar>
void fields(Ar& ar, core::ReplicationLost& x) {
  ar(1, x.job_id);
  ar(2, x.detail);
}

template <typename Ar>
void fields(Ar& ar, core::ReplicationFinished& x) {
  ar(1, x.job_id);
}

template <typename Ar>
void fields(Ar& ar, core::ReplicationFailed& x) {
  ar(1, x.job_id);
  ar(2, x.message);
}

template <typename Ar>
void fields(Ar& ar, core::Paused& x) {
  ar(1, x.by);
}

template <typename Ar>
void fields(Ar& ar, core::Resumed& x) {
  ar(1, x.by);
}

template <typename Ar>
void fields(Ar& ar, core::TableSkipped& x) {
  ar(1, x.name);
}

template <typename Ar>
void fields(Ar& ar, core::RetryRequested& x) {
  ar(1, x.name);
}

template <typename Ar>
void fields(Ar& ar, core::FrontendSettingChanged& x) {
  ar(1, x.side);
  ar(2, x.key);
  ar(3, x.before);
  ar(4, x.after);
}

template <typename Ar>
void fields(Ar& ar, core::FrontendSettingRestored& x) {
  ar(1, x.side);
  ar(2, x.key);
  ar(3, x.value);
}

template <typename Ar>
void fields(Ar& ar, core::HeldDrop& x) {
  ar(1, x.name);
  ar(2, x.id);
  ar(3, x.reason);
}

template <typename Ar>
void fields(Ar& ar, core::DropsHeld& x) {
  ar(1, x.token);
  ar(2, x.drops);
  ar(3, x.reason);
}

template <typename Ar>
void fields(Ar& ar, core::OperatorConfirmed& x) {
  ar(1, x.token);
  ar(2, x.by);
}

// The field of schema/journal.proto's Envelope that holds a fact of type T; 0 for a type without
// one.
template <typename T>
inline constexpr std::uint32_t kFactField = 0;
template <>
inline constexpr std::uint32_t kFactField<core::SessionStarted> = 16;
template <>
inline constexpr std::uint32_t kFactField<core::SessionEnded> = 17;
template <>
inline constexpr std::uint32_t kFactField<core::SettingChanged> = 18;
template <>
inline constexpr std::uint32_t kFactField<core::ClusterIdentified> = 19;
template <>
inline constexpr std::uint32_t kFactField<core::TopologyObserved> = 20;
template <>
inline constexpr std::uint32_t kFactField<core::LimitsObserved> = 21;
template <>
inline constexpr std::uint32_t kFactField<core::DatabaseObserved> = 22;
template <>
inline constexpr std::uint32_t kFactField<core::DatabaseMissing> = 23;
template <>
inline constexpr std::uint32_t kFactField<core::DatabaseListed> = 24;
template <>
inline constexpr std::uint32_t kFactField<core::TableObserved> = 25;
template <>
inline constexpr std::uint32_t kFactField<core::TableRead> = 26;
template <>
inline constexpr std::uint32_t kFactField<core::PartitionsMoved> = 27;
template <>
inline constexpr std::uint32_t kFactField<core::TableRereadWanted> = 28;
template <>
inline constexpr std::uint32_t kFactField<core::TableMissing> = 29;
template <>
inline constexpr std::uint32_t kFactField<core::TableUnreadable> = 30;
template <>
inline constexpr std::uint32_t kFactField<core::SweepCompleted> = 31;
template <>
inline constexpr std::uint32_t kFactField<core::StrangerObserved> = 32;
template <>
inline constexpr std::uint32_t kFactField<core::FeedAdvanced> = 33;
template <>
inline constexpr std::uint32_t kFactField<core::DdlStarted> = 34;
template <>
inline constexpr std::uint32_t kFactField<core::DdlSucceeded> = 35;
template <>
inline constexpr std::uint32_t kFactField<core::DdlFailed> = 36;
template <>
inline constexpr std::uint32_t kFactField<core::DdlVerified> = 37;
template <>
inline constexpr std::uint32_t kFactField<core::ReplicationStarted> = 38;
template <>
inline constexpr std::uint32_t kFactField<core::ReplicationAccepted> = 39;
template <>
inline constexpr std::uint32_t kFactField<core::ReplicationRejected> = 40;
template <>
inline constexpr std::uint32_t kFactField<core::ReplicationProgressed> = 41;
template <>
inline constexpr std::uint32_t kFactField<core::ReplicationCommitted> = 42;
template <>
inline constexpr std::uint32_t kFactField<core::ReplicationAborted> = 43;
template <>
inline constexpr std::uint32_t kFactField<core::ReplicationLost> = 44;
template <>
inline constexpr std::uint32_t kFactField<core::ReplicationFinished> = 45;
template <>
inline constexpr std::uint32_t kFactField<core::ReplicationFailed> = 46;
template <>
inline constexpr std::uint32_t kFactField<core::Paused> = 47;
template <>
inline constexpr std::uint32_t kFactField<core::Resumed> = 48;
template <>
inline constexpr std::uint32_t kFactField<core::TableSkipped> = 49;
template <>
inline constexpr std::uint32_t kFactField<core::RetryRequested> = 50;
template <>
inline constexpr std::uint32_t kFactField<core::FrontendSettingChanged> = 51;
template <>
inline constexpr std::uint32_t kFactField<core::FrontendSettingRestored> = 52;
template <>
inline constexpr std::uint32_t kFactField<core::TargetFeedGap> = 60;
template <>
inline constexpr std::uint32_t kFactField<core::DropsHeld> = 73;
template <>
inline constexpr std::uint32_t kFactField<core::OperatorConfirmed> = 74;

}  // namespace srsync::codec
