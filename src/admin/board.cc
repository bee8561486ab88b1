#include "admin/board.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace srsync::admin {
namespace {

constexpr std::size_t kTroublesMax = 10;
// A status comes every second, and less often where making it takes long.
constexpr std::int64_t kStuckMs = 60'000;
// How old a detail may be that is given out.
constexpr std::int64_t kFreshMs = 5'000;
// Whoever asked this lately gets the next one too; after the second time its memory is given back.
constexpr std::int64_t kWantedMs = 15'000;
constexpr std::int64_t kForgottenMs = 60'000;
// Between two details.
constexpr std::int64_t kDetailMs = 2'000;

// Of a detail that shows what is no longer so.
constexpr std::int64_t kNever = INT64_MIN;

bool is_command(const core::Fact& fact) {
  return std::holds_alternative<core::Paused>(fact) ||
         std::holds_alternative<core::Resumed>(fact) ||
         std::holds_alternative<core::TableSkipped>(fact) ||
         std::holds_alternative<core::RetryRequested>(fact) ||
         std::holds_alternative<core::OperatorConfirmed>(fact);
}

std::int64_t steady_now() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace

Board::Board() : Board(&steady_now) {}
Board::Board(SteadyClock steady_ms) : steady_ms_(std::move(steady_ms)) {}

void Board::on_events(const std::vector<core::Event>& events, const core::State& after) {
  note_commands(events, after);
  desk_.saw(events, after);
}

// Whoever was told that a command is done must not be shown how things stood before it.
void Board::note_commands(const std::vector<core::Event>& events, const core::State& after) {
  const bool any = std::any_of(events.begin(), events.end(),
                               [](const core::Event& event) { return is_command(event.fact); });
  if (!any) return;
  const std::lock_guard<std::mutex> lock(mutex_);
  detail_at_ = kNever;
  detail_due_ = 0;
  if (!overview_) return;
  auto changed = std::make_shared<Overview>(*overview_);
  changed->paused = after.paused;
  if (!after.hold) changed->hold.reset();
  changed->applied = after.applied;
  overview_ = std::move(changed);
}

void Board::on_status(const core::State& state, const driver::Snapshot& snapshot) {
  desk_.judge(state);
  const auto last = overview();
  auto made = std::make_shared<const Overview>(make_overview(state, snapshot, last.get()));
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    const std::int64_t now = steady_ms_();
    overview_gap_ = overview_ ? now - overview_at_ : 0;
    overview_at_ = now;
    overview_ = std::move(made);
  }
  make_detail_when_wanted(state, snapshot.at);
}

// It takes as long as the driver's own look at every table, so it is made for those who ask only,
// and never more than a tenth of the time.
void Board::make_detail_when_wanted(const core::State& state, WallTime at) {
  const std::int64_t begin = steady_ms_();
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (wanted_at_ < 0 || begin - wanted_at_ > kForgottenMs) detail_.reset();
    const bool wanted = wanted_at_ >= 0 && begin - wanted_at_ <= kWantedMs;
    if (!wanted || begin < detail_due_) return;
  }
  auto made = std::make_shared<const Detail>(make_detail(state, at));
  const std::lock_guard<std::mutex> lock(mutex_);
  const std::int64_t end = steady_ms_();
  detail_ = std::move(made);
  detail_at_ = end;
  detail_due_ = end + std::max(kDetailMs, 9 * (end - begin));
  changed_.notify_all();
}

void Board::on_trouble(const Status& trouble) {
  const std::string text = trouble.to_string();
  const std::lock_guard<std::mutex> lock(mutex_);
  std::erase(troubles_, text);
  troubles_.push_front(text);
  if (troubles_.size() > kTroublesMax) troubles_.pop_back();
}

std::shared_ptr<const Overview> Board::overview() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return overview_;
}

Health Board::health() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!overview_) return {false, "starting"};
  const std::int64_t age = steady_ms_() - overview_at_;
  if (age > std::max(kStuckMs, 3 * overview_gap_)) {
    return {false, fmt::format("the loop has not moved for {} s", age / 1'000)};
  }
  if (overview_->stopping) return {false, "stopping"};
  for (const Side side : kSides) {
    if (!overview_->cluster(side).up) {
      return {false, fmt::format("the {} cluster does not answer", side_name(side))};
    }
  }
  return {true, {}};
}

std::shared_ptr<const Detail> Board::detail(std::int64_t wait_ms) {
  std::unique_lock<std::mutex> lock(mutex_);
  const std::int64_t now = steady_ms_();
  wanted_at_ = now;
  const auto fresh = [&] { return closed_ || (detail_ && detail_at_ >= now - kFreshMs); };
  changed_.wait_for(lock, std::chrono::milliseconds(wait_ms), fresh);
  return detail_;
}

std::vector<std::string> Board::troubles() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return {troubles_.begin(), troubles_.end()};
}

void Board::close() {
  desk_.close();
  const std::lock_guard<std::mutex> lock(mutex_);
  closed_ = true;
  changed_.notify_all();
}

}  // namespace srsync::admin
