// One replication job of the target's leader, and how a request becomes one.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "frontend/frontend_types.h"
#include "sandbox/model.h"

namespace srsync::sandbox {

enum class JobState : std::uint8_t {
  kInitializing,
  kSnapshoting,
  kReplicating,
  kCommitted,
  kAborted,
};
// As SHOW PROC '/replications' prints it ("SNAPSHOTING").
std::string_view job_state_name(JobState state);

struct JobTablet {
  std::int64_t tablet_id = 0;  // target
  int bucket = 0;              // position of the target tablet in its index
  std::int64_t index_id = 0;
  std::int32_t source_schema_hash = 0;
  std::int64_t source_tablet_id = 0;
  std::vector<frontend::TBackend> source_backends;
  int target_replicas = 0;
};

struct JobPartition {
  std::int64_t physical_id = 0;
  std::int64_t source_version = 0;
  std::int64_t source_version_epoch = 0;
  std::int64_t data_version = 1;  // of the target when the job was accepted
  std::vector<JobTablet> tablets;

  // Filled when the snapshots are made; what the target's backends have fetched.
  bool is_full_copy = false;
  std::vector<Batch> batches;
  std::int64_t rows = 0;
  std::int64_t bytes = 0;
};

struct ReplicationJob {
  std::string job_id;
  std::int64_t db_id = 0;
  std::int64_t table_id = 0;
  std::string table_name;
  std::string token;
  std::int64_t txn_id = 0;
  JobState state = JobState::kInitializing;
  std::string error;
  std::int64_t created_ms = 0;
  std::int64_t stage_ms = 0;  // when the present state began
  std::int64_t finished_ms = 0;
  std::int64_t data_size = 0;  // bytes; may be negative
  int replicas = 0;            // of the target, in all tablets
  bool leader_was_lost = false;
  bool token_is_wrong = false;
  std::vector<JobPartition> partitions;

  bool is_final() const { return state == JobState::kCommitted || state == JobState::kAborted; }
};

// Why a request is not accepted: an error text, or an exception without one, which a real frontend
// cannot even write into its answer (it drops the connection).
struct JobRefusal {
  bool drops_connection = false;
  std::string text;
};

// The checks of a target's leader in its order, up to and excluding the slot limits.
std::variant<ReplicationJob, JobRefusal> build_job(
    Catalog& target, const frontend::TTableReplicationRequest& request);

// True for what may stand in a transaction's label.
bool is_valid_label(std::string_view label);

}  // namespace srsync::sandbox
