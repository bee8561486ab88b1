#include "driver/effects.h"

#include <algorithm>

#include "base/kill_point.h"
#include "core/beside.h"
#include "core/names.h"

namespace srsync::driver {
namespace {

std::string resource(Side side, const core::TableName& name) {
  return std::string(side_name(side)) + "/" + core::to_string(name);
}

Outcome read_table(const core::ReadTable& asked, WallTime started, io::Ports& ports) {
  auto& reader = ports.reader(asked.side);
  return TableOutcome{asked, started,
                      asked.partitions_only ? reader.read_partitions(asked.name, asked.id)
                                            : reader.read_table(asked.name, asked.id)};
}

Outcome run_ddl(const core::DdlIntent& intent, io::Ports& ports) {
  DdlOutcome outcome{intent, Status::ok(), std::nullopt};
  if (intent.kind == core::DdlKind::kCreatePartitions) {
    SRSYNC_KILL_POINT("driver.effect.before");
    outcome.status = ports.writer().create_partitions(intent);
    SRSYNC_KILL_POINT("driver.effect.after");
    return outcome;
  }
  for (const auto& statement : intent.statements) {
    SRSYNC_KILL_POINT("driver.effect.before");
    outcome.status = ports.writer().run_ddl(statement);
    SRSYNC_KILL_POINT("driver.effect.after");
    if (!outcome.status.is_ok()) return outcome;
  }
  if (intent.kind == core::DdlKind::kCreateDatabase) {
    outcome.listing = ports.reader(Side::kTarget).list_database(intent.name.db);
  }
  return outcome;
}

Outcome verify_ddl(const core::DdlIntent& intent, WallTime started, io::Ports& ports) {
  auto& reader = ports.reader(Side::kTarget);
  VerifyOutcome outcome{intent, started, reader.list_database(intent.name.db), std::nullopt};
  if (!outcome.listing.is_ok() || intent.name.table.empty()) return outcome;
  // Ids alone tell which table bears which name.
  if (core::is_beside_ddl(intent.kind)) return outcome;
  const core::TableName& name = core::seen_name(intent);
  const auto& tables = outcome.listing->tables;
  const auto at = std::find_if(tables.begin(), tables.end(),
                               [&](const auto& t) { return t.name == name.table; });
  if (at != tables.end() && at->kind != core::TableKind::kOther) {
    outcome.read = reader.read_table(name, at->id);
  }
  return outcome;
}

Outcome submit(const core::ReplicationIntent& intent, io::Ports& ports) {
  SRSYNC_KILL_POINT("driver.effect.before");
  SubmitOutcome outcome{intent, ports.writer().submit(intent)};
  SRSYNC_KILL_POINT("driver.effect.after");
  return outcome;
}

Outcome probe(const core::ReplicationIntent& intent, WallTime started, io::Ports& ports) {
  ProbeOutcome outcome{intent, started, ports.writer().list_jobs(), std::nullopt};
  // A cluster without the list says so; its labels still tell.
  const bool listed = outcome.jobs.is_ok();
  if (!listed && outcome.jobs.status().code() != Code::kUnsupported) return outcome;
  const bool found =
      listed && std::any_of(outcome.jobs->begin(), outcome.jobs->end(),
                            [&](const auto& job) { return job.job_id == intent.job_id; });
  if (!found) outcome.label = ports.writer().label_state(intent);
  return outcome;
}

Outcome cancel(const core::CancelJob& job, io::Ports& ports) {
  if (!job.txn.is_set()) {
    return CancelOutcome{job.intent, unsupported("its transaction is not known")};
  }
  SRSYNC_KILL_POINT("driver.effect.before");
  CancelOutcome outcome{
      job.intent, ports.writer().cancel(job.intent, job.txn, "srsync: no progress for too long")};
  SRSYNC_KILL_POINT("driver.effect.after");
  return outcome;
}

}  // namespace

WorkKind kind_of(const core::Action& action) {
  if (std::holds_alternative<core::ReadTable>(action.effect)) return WorkKind::kRead;
  if (std::holds_alternative<core::RunDdl>(action.effect)) return WorkKind::kDdl;
  if (std::holds_alternative<core::StartReplication>(action.effect)) return WorkKind::kSubmit;
  if (std::holds_alternative<core::Conclude>(action.effect)) return WorkKind::kNone;
  return WorkKind::kOther;
}

std::vector<std::string> resources_of(const core::Action& action) {
  if (const auto* read = std::get_if<core::ReadTable>(&action.effect)) {
    return {resource(read->side, core::pair_name(read->side, read->name))};
  }
  if (const auto* list = std::get_if<core::ListDatabase>(&action.effect)) {
    return {"list/" + list->db};
  }
  const auto on_target = [](const core::TableName& name) {
    return std::vector<std::string>{resource(Side::kTarget, name)};
  };
  if (const auto* ddl = std::get_if<core::RunDdl>(&action.effect)) {
    return on_target(ddl->intent.name);
  }
  if (const auto* verify = std::get_if<core::VerifyDdl>(&action.effect)) {
    return on_target(verify->intent.name);
  }
  if (const auto* start = std::get_if<core::StartReplication>(&action.effect)) {
    return on_target(start->intent.name);
  }
  if (const auto* probe = std::get_if<core::ProbeJob>(&action.effect)) {
    return {"job/" + probe->intent.job_id};
  }
  if (const auto* cancel = std::get_if<core::CancelJob>(&action.effect)) {
    return {"job/" + cancel->intent.job_id};
  }
  return {};
}

bool needs(const core::Action& action, Side side) {
  if (std::holds_alternative<core::Conclude>(action.effect)) return false;
  if (const auto* read = std::get_if<core::ReadTable>(&action.effect)) return read->side == side;
  if (std::holds_alternative<core::StartReplication>(action.effect)) return true;
  return side == Side::kTarget;
}

Task make_task(const core::Action& action, WallTime started) {
  Task task;
  task.key = action.key;
  if (const auto* read = std::get_if<core::ReadTable>(&action.effect)) {
    task.run = [asked = *read, started](io::Ports& ports) {
      return read_table(asked, started, ports);
    };
  } else if (const auto* list = std::get_if<core::ListDatabase>(&action.effect)) {
    task.run = [db = list->db, started](io::Ports& ports) -> Outcome {
      return ListingOutcome{db, started, ports.reader(Side::kTarget).list_database(db)};
    };
  } else if (const auto* ddl = std::get_if<core::RunDdl>(&action.effect)) {
    task.run = [intent = ddl->intent](io::Ports& ports) { return run_ddl(intent, ports); };
  } else if (const auto* verify = std::get_if<core::VerifyDdl>(&action.effect)) {
    task.run = [intent = verify->intent, started](io::Ports& ports) {
      return verify_ddl(intent, started, ports);
    };
  } else if (const auto* start = std::get_if<core::StartReplication>(&action.effect)) {
    task.run = [intent = start->intent](io::Ports& ports) { return submit(intent, ports); };
  } else if (const auto* job = std::get_if<core::ProbeJob>(&action.effect)) {
    return probe_task(action.key, job->intent, started);
  } else if (const auto* stalled = std::get_if<core::CancelJob>(&action.effect)) {
    task.run = [asked = *stalled](io::Ports& ports) { return cancel(asked, ports); };
  }
  return task;
}

Task probe_task(std::string key, core::ReplicationIntent intent, WallTime started) {
  return {std::move(key),
          [intent = std::move(intent), started](io::Ports& ports) {
            return probe(intent, started, ports);
          },
          false};
}

Task identify_task(std::string key, Side side) {
  return {std::move(key),
          [side](io::Ports& ports) -> Outcome {
            return IdentifyOutcome{side, ports.reader(side).identify()};
          },
          false};
}

Task sweep_task(std::string key, Side side, WallTime started) {
  return {std::move(key),
          [side, started](io::Ports& ports) -> Outcome {
            // Stamped before reading: what changes from then on is newer than the answer.
            auto sweep = ports.reader(side).sweep();
            if (sweep.is_ok()) sweep->started = started;
            return SweepOutcome{side, started, std::move(sweep)};
          },
          false};
}

Task jobs_task(std::string key, WallTime started) {
  return {std::move(key),
          [started](io::Ports& ports) -> Outcome {
            return JobsOutcome{started, ports.writer().list_jobs()};
          },
          true};
}

Task feed_task(std::string key, Side side, std::vector<FeedPosition> positions) {
  return {std::move(key),
          [side, positions = std::move(positions)](io::Ports& ports) -> Outcome {
            FeedOutcome outcome{side, {}};
            for (const auto& position : positions) {
              auto feed = ports.reader(side).read_feed(position.db, position.after);
              const bool lost = feed.status().code() == Code::kUnavailable;
              outcome.parts.push_back({position.db, position.after, std::move(feed)});
              if (lost) break;
            }
            return outcome;
          },
          true};
}

}  // namespace srsync::driver
