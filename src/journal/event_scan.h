// Reading events in order, with every promise of the format checked on the way. Room-internal.
#pragma once

#include <functional>
#include <string>
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

// Visits first..last, cut to `head`. kCorruption names the first event that is missing, out of
// order, undecodable, or does not follow from the one before; when the last event is reached it
// must lead to head.chain. Safe from any thread.
Status scan_events(const Store& store, const std::string& journal_id, const Head& head,
                   EventSeq first, EventSeq last, const EnvelopeVisitor& visit);

// The chain hash after event `seq` (genesis for 0), from that event alone.
Result<Hash128> chain_after(const Store& store, const std::string& journal_id, EventSeq seq);

}  // namespace srsync::journal
