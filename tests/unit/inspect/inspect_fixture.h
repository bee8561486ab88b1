// A small journal about one database with two tables, and lines caught instead of printed.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "codec/event_codec.h"
#include "inspect/inspect.h"
#include "journal/store.h"
#include "unit/journal/journal_fixture.h"

namespace srsync::test {

class InspectTest : public JournalTest {
 protected:
  void SetUp() override {
    clock_.set(1'764'000'000'123);
    journal_ = open();
    append({core::SessionStarted{"1.2.3", journal_->identity().journal_id, {}}});
    append(
        {core::DatabaseObserved{Side::kSource, core::DbId(7), "shop"},
         core::TableObserved{
             Side::kSource, {"shop", "orders"}, core::TableId(11), core::TableKind::kTable, true},
         core::TableObserved{
             Side::kSource, {"shop", "items"}, core::TableId(12), core::TableKind::kTable, true}});
    append({core::TableRereadWanted{Side::kSource, core::TableId(11), "a version moved"}});
  }
  void append(std::vector<core::Fact> facts) {
    const auto events = journal_->append(std::move(facts));
    ASSERT_TRUE(events.is_ok()) << events.status().to_string();
    for (const core::Event& event : *events) {
      ASSERT_TRUE(core::apply(state_, event).is_ok());
    }
  }
  std::unique_ptr<journal::JournalReader> reader() const {
    auto opened = journal::JournalReader::open(dir());
    EXPECT_TRUE(opened.is_ok()) << opened.status().to_string();
    return std::move(opened).value();
  }
  inspect::Output output(inspect::Format format = inspect::Format::kText) {
    lines_.clear();
    return {format, false, [this](std::string_view line) { lines_.emplace_back(line); }};
  }
  std::vector<nlohmann::json> json() const {
    std::vector<nlohmann::json> objects;
    for (const std::string& line : lines_) objects.push_back(nlohmann::json::parse(line));
    return objects;
  }
  // Rewrites event `seq` of the closed journal so that it still decodes.
  void forge(std::uint64_t seq, const core::Fact& fact) {
    journal_.reset();
    auto store = journal::Store::open(dir(), journal::Access::kWrite, nullptr);
    ASSERT_TRUE(store.is_ok());
    const std::string key = big_endian_u64(seq);
    const auto old = (*store)->get((*store)->events(), key);
    core::Event event;
    Hash128 previous;
    ASSERT_TRUE(codec::decode_event(old->value(), event, previous).is_ok());
    event.fact = fact;
    std::string bytes;
    codec::encode_event(event, previous, bytes);
    ASSERT_TRUE((*store)->db().Put({}, (*store)->events(), key, bytes).ok());
  }

  std::unique_ptr<io::Journal> journal_;
  core::State state_;
  std::vector<std::string> lines_;
};

}  // namespace srsync::test
