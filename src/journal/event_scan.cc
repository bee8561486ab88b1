#include "journal/event_scan.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "codec/event_codec.h"

namespace srsync::journal {
namespace {

constexpr std::size_t kReadAheadBytes = 1 << 20;

// What the next event must fit.
struct Expected {
  EventSeq seq;
  Hash128 chain;
  WallTime not_before;
};

Status check_next(const core::Event& event, EventSeq key, const Hash128& previous,
                  const Expected& expected) {
  if (event.seq != key) {
    return corruption(
        fmt::format("event {} stands in the place of event {}", event.seq.value(), key.value()));
  }
  if (previous != expected.chain) {
    return corruption(fmt::format(
        "event {} does not follow from event {}: its chain hash is {}, not {}; one of the two was "
        "changed or replaced",
        key.value(), key.value() - 1, to_hex(previous), to_hex(expected.chain)));
  }
  if (event.at < expected.not_before) {
    return corruption(fmt::format("event {} is older than the event before it", key.value()));
  }
  return Status::ok();
}

Status missing(EventSeq expected, EventSeq found) {
  if (found.value() == expected.value() + 1) {
    return corruption(fmt::format("event {} is missing", expected.value()));
  }
  return corruption(
      fmt::format("events {} to {} are missing", expected.value(), found.value() - 1));
}

}  // namespace

Result<Hash128> chain_after(const Store& store, const Beginning& beginning, EventSeq seq) {
  if (seq == beginning.seq) return beginning.chain;
  if (seq < beginning.seq) return trimmed_away(beginning);
  std::optional<std::string> envelope;
  SRSYNC_ASSIGN_OR_RETURN(envelope, store.get(store.events(), big_endian_u64(seq.value())));
  if (!envelope.has_value()) return missing(seq, seq.next());
  core::Event event;
  Hash128 previous;
  SRSYNC_RETURN_IF_ERROR(codec::decode_event(*envelope, event, previous));
  return codec::chain_next(previous, *envelope);
}

Status scan_events(const Store& store, const Beginning& beginning, const Head& head, EventSeq first,
                   EventSeq last, const EnvelopeVisitor& visit) {
  first = std::max(first, EventSeq(1));
  if (first <= beginning.seq) return trimmed_away(beginning);
  last = std::min(last, head.seq);
  if (last < first) return Status::ok();
  const EventSeq before(first.value() - 1);
  Expected expected{first, {}, before == beginning.seq ? beginning.at : WallTime(INT64_MIN)};
  SRSYNC_ASSIGN_OR_RETURN(expected.chain, chain_after(store, beginning, before));
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  options.readahead_size = kReadAheadBytes;
  const std::unique_ptr<rocksdb::Iterator> at(store.db().NewIterator(options, store.events()));
  core::Event event;
  Hash128 previous;
  for (at->Seek(big_endian_u64(first.value())); at->Valid(); at->Next()) {
    std::uint64_t number = 0;
    SRSYNC_ASSIGN_OR_RETURN(number, parse_big_endian_u64(view(at->key())));
    const EventSeq key(number);
    if (key > last) break;
    if (key != expected.seq) return missing(expected.seq, key);
    const std::string_view envelope = view(at->value());
    const Status decoded = codec::decode_event(envelope, event, previous);
    if (!decoded.is_ok()) return decoded.with_context(fmt::format("reading event {}", number));
    SRSYNC_RETURN_IF_ERROR(check_next(event, key, previous, expected));
    expected = {key.next(), codec::chain_next(previous, envelope), event.at};
    SRSYNC_RETURN_IF_ERROR(visit(event, envelope, expected.chain));
  }
  SRSYNC_RETURN_IF_ERROR(
      store.status(at->status(), fmt::format("reading event {}", expected.seq.value())));
  if (expected.seq <= last) return missing(expected.seq, last.next());
  if (last == head.seq && expected.chain != head.chain) {
    return corruption(
        fmt::format("event {}, the last one, is not the one that was written: it leads to chain "
                    "hash {}, not {}",
                    last.value(), to_hex(expected.chain), to_hex(head.chain)));
  }
  return Status::ok();
}

Result<WallTime> check_end(const Store& store, const Beginning& beginning, const Head& head,
                           std::uint64_t count) {
  const std::string where = fmt::format("journal {}", store.dir());
  count = std::max<std::uint64_t>(count, 1);
  const std::uint64_t first = head.seq.value() > count ? head.seq.value() - count + 1 : 1;
  WallTime last_at = beginning.at;
  const Status sound =
      scan_events(store, beginning, head, std::max(EventSeq(first), beginning.seq.next()), head.seq,
                  [&last_at](const core::Event& event, std::string_view /*envelope*/,
                             const Hash128& /*chain*/) {
                    last_at = event.at;
                    return Status::ok();
                  });
  if (!sound.is_ok()) return sound.with_context(where);
  if (head.seq < beginning.seq || (head.seq == beginning.seq && head.chain != beginning.chain)) {
    return corruption(
        fmt::format("{} was trimmed up to event {}, but says that it ends at another event {}",
                    where, beginning.seq.value(), head.seq.value()));
  }
  Result<std::optional<std::string>> beyond =
      store.get(store.events(), big_endian_u64(head.seq.next().value()));
  SRSYNC_RETURN_IF_ERROR(beyond.status());
  if (!beyond->has_value()) return last_at;
  return corruption(fmt::format("{} holds event {} but says that it ends at {}", where,
                                head.seq.next().value(), head.seq.value()));
}

}  // namespace srsync::journal
