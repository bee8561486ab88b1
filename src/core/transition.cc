#include "core/transition.h"

namespace srsync::core {
namespace {

struct Row {
  Move resting;
  Move running_ddl;
  Move replicating;
};

constexpr Row kStartsWork = {Move::kMove, Move::kInvalid, Move::kInvalid};
constexpr Row kEndsDdl = {Move::kLate, Move::kMove, Move::kLate};
constexpr Row kMovesJob = {Move::kLate, Move::kLate, Move::kMove};

// One overload per fact about work; the generic one answers for all others.
template <typename F>
constexpr std::optional<Row> row_of(const F&) {
  return std::nullopt;
}
constexpr std::optional<Row> row_of(const DdlStarted&) { return kStartsWork; }
constexpr std::optional<Row> row_of(const ReplicationStarted&) { return kStartsWork; }
constexpr std::optional<Row> row_of(const DdlSucceeded&) { return kEndsDdl; }
constexpr std::optional<Row> row_of(const DdlFailed&) { return kEndsDdl; }
constexpr std::optional<Row> row_of(const DdlVerified&) { return kEndsDdl; }
constexpr std::optional<Row> row_of(const ReplicationAccepted&) { return kMovesJob; }
constexpr std::optional<Row> row_of(const ReplicationRejected&) { return kMovesJob; }
constexpr std::optional<Row> row_of(const ReplicationProgressed&) { return kMovesJob; }
constexpr std::optional<Row> row_of(const ReplicationCommitted&) { return kMovesJob; }
constexpr std::optional<Row> row_of(const ReplicationAborted&) { return kMovesJob; }
constexpr std::optional<Row> row_of(const ReplicationLost&) { return kMovesJob; }
constexpr std::optional<Row> row_of(const ReplicationFinished&) { return kMovesJob; }
constexpr std::optional<Row> row_of(const ReplicationFailed&) { return kMovesJob; }

}  // namespace

std::optional<Move> transition(const Stage& stage, const Fact& fact) {
  const auto row = std::visit([](const auto& f) { return row_of(f); }, fact);
  if (!row) return std::nullopt;
  if (std::holds_alternative<RunningDdl>(stage)) return row->running_ddl;
  if (std::holds_alternative<Replicating>(stage)) return row->replicating;
  return row->resting;
}

}  // namespace srsync::core
