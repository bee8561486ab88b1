// From an assessment to the statements and the job that carry it out. Identities come from State.
#pragma once

#include "base/status.h"
#include "core/assess.h"
#include "core/fact.h"
#include "core/state.h"
#include "ddl/partition_statements.h"
#include "ddl/write_create_table.h"

namespace srsync::core {

// The next piece of DDL of a pair whose assessment wants DDL. kUnsupported or kInvalidArgument: the
// target cannot hold it; the message says why.
Result<DdlIntent> ddl_intent(const State& state, const TablePair& pair, const Assessment& wanted);
// How a table of this pair is written for the target.
ddl::TargetOptions target_options(const State& state, const TablePair& pair,
                                  const ddl::TableModel& model);

DdlIntent database_intent(const State& state, const DbPair& db, const Assessment& wanted);

// The source table's definition, read as its release prints it.
Result<ddl::TableModel> source_model(const State& state, const TablePair& pair);
// A source partition as ADD PARTITION takes it.
Result<ddl::PartitionSpec> partition_spec(const Partition& source);

// The next job of a pair whose assessment wants replication: as many partitions as fit one job.
ReplicationIntent replication_intent(const State& state, const TablePair& pair,
                                     const Assessment& wanted);

}  // namespace srsync::core
