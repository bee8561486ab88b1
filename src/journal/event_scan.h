// Reading events in order, with every promise of the format checked on the way. Room-internal.
#pragma once

#include <functional>
#include <string_view>

#include "base/status.h"
#include "core/fact.h"
#include "journal/records.h"
#include "journal/store.h"

namespace srsync::journal {

// Called with each event, its envelope's bytes and the chain hash after it; all valid during the
// call.
using EnvelopeVisitor = std::function<Status(const core::Event& event, std::string_view envelope,
                                             const Hash128& chain)>;

// Visits first..last, cut to `head`. kNotFound when `first` was trimmed away. kCorruption names the
// first event that is missing, out of order, undecodable, or does not follow from the one before;
// when the last event is reached it must lead to head.chain. Safe from any thread.
Status scan_events(const Store& store, const Beginning& beginning, const Head& head, EventSeq first,
                   EventSeq last, const EnvelopeVisitor& visit);

// Checks the last `count` events, and that none stands behind `head`; the time of the last one.
Result<WallTime> check_end(const Store& store, const Beginning& beginning, const Head& head,
                           std::uint64_t count);

// The chain hash after event `seq`, from that event alone or, behind the beginning, from there.
Result<Hash128> chain_after(const Store& store, const Beginning& beginning, EventSeq seq);

}  // namespace srsync::journal
