// Field numbers of core/catalog.h's structs. Numbers are journalled: never reuse or move one.
#pragma once

#include "codec/wire.h"
#include "core/catalog.h"

namespace srsync::codec {

template <typename Ar>
void fields(Ar& ar, core::TableName& x) {
  ar(1, x.db);
  ar(2, x.table);
}

template <typename Ar>
void fields(Ar& ar, core::Partition& x) {
  ar(1, x.id);
  ar(2, x.name);
  ar(3, x.values);
  ar(4, x.visible_version);
  ar(5, x.data_version);
  ar(6, x.epoch);
  ar(7, x.data_bytes);
  ar(8, x.buckets);
  ar(9, x.txn_type);
  ar(10, x.missing_reads);
  ar(11, x.spoiled);
  ar(12, x.copied_from);
  ar(13, x.copied_version);
}

template <typename Ar>
void fields(Ar& ar, core::Rollup& x) {
  ar(1, x.name);
  ar(2, x.definition);
  ar(3, x.columns);
  ar(4, x.view_sql);
}

template <typename Ar>
void fields(Ar& ar, core::PartitionVersion& x) {
  ar(1, x.id);
  ar(2, x.visible_version);
  ar(3, x.data_version);
  ar(4, x.epoch);
  ar(5, x.data_bytes);
  ar(6, x.txn_type);
}

template <typename Ar>
void fields(Ar& ar, core::SchemaMark& x) {
  ar(1, x.index);
  ar(2, x.version);
}

template <typename Ar>
void fields(Ar& ar, core::Table& x) {
  ar(1, x.id);
  ar(2, x.kind);
  ar(3, x.state_normal);
  ar(4, x.read_in_full);
  ar(5, x.reread_wanted);
  ar(6, x.reread_not_before);
  ar(7, x.create_sql);
  ar.fixed64(8, x.schema_hash);
  ar(9, x.unreadable);
  ar(10, x.partitions);
  ar(11, x.missing_reads);
  ar(12, x.moved_since_read);
  ar(13, x.read_at);
  ar(30, x.rollups);
  ar(60, x.partitions_wanted);
  ar(260, x.schema_mark);
  ar(261, x.schema_settled);
}

template <typename Ar>
void fields(Ar& ar, core::Frontend& x) {
  ar(1, x.name);
  ar(2, x.host);
  ar(3, x.query_port);
  ar(4, x.rpc_port);
  ar(5, x.http_port);
  ar(6, x.leader);
  ar(7, x.alive);
}

template <typename Ar>
void fields(Ar& ar, core::Backend& x) {
  ar(1, x.id);
  ar(2, x.host);
  ar(3, x.be_port);
  ar(4, x.http_port);
  ar(5, x.alive);
  ar(6, x.compute_node);
  ar(7, x.disk_used_permille);
}

template <typename Ar>
void fields(Ar& ar, core::Capabilities& x) {
  ar(1, x.version_epochs);
  ar(2, x.replications_proc);
  ar(3, x.partitions_meta);
}

}  // namespace srsync::codec
