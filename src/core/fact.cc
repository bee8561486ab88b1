#include "core/fact.h"

#include <array>

namespace srsync::core {
namespace {

// In the order of the variant's alternatives.
constexpr std::array<std::string_view, std::variant_size_v<Fact>> kNames = {
    "SessionStarted",
    "SessionEnded",
    "SettingChanged",
    "ClusterIdentified",
    "TopologyObserved",
    "LimitsObserved",
    "DatabaseObserved",
    "DatabaseMissing",
    "DatabaseListed",
    "TableObserved",
    "TableRead",
    "PartitionsMoved",
    "TableRereadWanted",
    "TableMissing",
    "TableUnreadable",
    "SweepCompleted",
    "StrangerObserved",
    "FeedAdvanced",
    "TargetFeedGap",
    "DdlStarted",
    "DdlSucceeded",
    "DdlFailed",
    "DdlVerified",
    "ReplicationStarted",
    "ReplicationAccepted",
    "ReplicationRejected",
    "ReplicationProgressed",
    "ReplicationCommitted",
    "ReplicationAborted",
    "ReplicationLost",
    "ReplicationFinished",
    "ReplicationFailed",
    "Paused",
    "Resumed",
    "TableSkipped",
    "RetryRequested",
    "FrontendSettingChanged",
    "FrontendSettingRestored",
    "DropsHeld",
    "OperatorConfirmed",
};

}  // namespace

std::string_view fact_name(const Fact& fact) { return kNames[fact.index()]; }

}  // namespace srsync::core
