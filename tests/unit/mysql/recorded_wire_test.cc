// The packets of a real frontend, sent to our client byte for byte.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "base/bytes.h"
#include "mysql/session.h"
#include "support/fixture.h"
#include "unit/mysql/fake_server.h"

namespace srsync::mysql {
namespace {

struct Packet {
  bool from_server = false;
  int sequence = 0;
  std::string payload;
};
using Packets = std::vector<Packet>;

// The packets of the log-in, then each query with its answer; other commands are left out.
Packets log_in_and_queries(Packets packets) {
  // The recorder noted a log-in's packets as it saw them on two sockets, sometimes out of turn.
  const auto end =
      packets.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(3, packets.size()));
  std::sort(packets.begin(), end,
            [](const Packet& a, const Packet& b) { return a.sequence < b.sequence; });
  Packets out(packets.begin(), end);
  bool keep = true;
  for (auto at = end; at != packets.end(); ++at) {
    if (!at->from_server) keep = at->payload[0] == '\x03';
    if (keep) out.push_back(*at);
  }
  return out;
}

std::map<int, Packets> recorded_connections() {
  std::map<int, Packets> connections;
  for (const auto& line : test::load_jsonl(test::fixture_path("wire", "4.0.jsonl"))) {
    if (!line.contains("payload_hex")) continue;
    const auto payload = from_hex(line["payload_hex"].get<std::string>());
    connections[line["connection"].get<int>()].push_back(
        {line["from"] == "server", line["sequence"].get<int>(), *payload});
  }
  for (auto& [number, packets] : connections) packets = log_in_and_queries(std::move(packets));
  return connections;
}

// Says the server's part; the client's packets are only awaited.
Script replay(const Packets& packets) {
  return [packets](Peer& peer) {
    for (const auto& packet : packets) {
      if (packet.from_server) {
        peer.send(packet.payload);
      } else if (!peer.receive().has_value()) {
        return;
      }
    }
    peer.receive();
  };
}

bool logged_in(const Packets& packets) {
  return packets.size() > 2 && packets[2].from_server && packets[2].payload[0] == '\0';
}

std::vector<std::string> queries(const Packets& packets) {
  std::vector<std::string> texts;
  for (const auto& packet : packets) {
    if (!packet.from_server && packet.payload[0] == '\x03')
      texts.push_back(packet.payload.substr(1));
  }
  return texts;
}

// What the recorded server answered to each query: an error packet or something else.
std::vector<bool> refusals(const Packets& packets) {
  std::vector<bool> out;
  for (std::size_t i = 0; i + 1 < packets.size(); ++i) {
    if (packets[i].from_server || packets[i].payload[0] != '\x03') continue;
    out.push_back(packets[i + 1].payload[0] == '\xff');
  }
  return out;
}

ConnectOptions as_root(int port) {
  ConnectOptions options;
  options.host = "127.0.0.1";
  options.port = port;
  options.user = "root";
  return options;
}

TEST(RecordedWireTest, EveryRecordedQueryIsReadAsRecorded) {
  int conversations = 0;
  for (const auto& [number, packets] : recorded_connections()) {
    if (!logged_in(packets) || queries(packets).empty()) continue;
    ++conversations;
    FakeServer server({replay(packets)});
    const auto session = make_session(as_root(server.port()));
    const auto texts = queries(packets);
    const auto refused = refusals(packets);
    ASSERT_EQ(texts.size(), refused.size());
    for (std::size_t i = 0; i < texts.size(); ++i) {
      const auto result = session->query(texts[i]);
      EXPECT_EQ(result.is_ok(), !refused[i]) << texts[i] << ": " << result.status().to_string();
      EXPECT_NE(result.status().code(), Code::kOutcomeUnknown) << texts[i];
      EXPECT_EQ(session->last_error().code != 0, refused[i]) << texts[i];
    }
    EXPECT_EQ(session->connection_count(), 1u);
  }
  EXPECT_GE(conversations, 4);
}

TEST(RecordedWireTest, RefusedLogInsAreDenied) {
  int refused = 0;
  for (const auto& [number, packets] : recorded_connections()) {
    if (packets.size() < 3 || packets[2].payload[0] != '\xff') continue;
    ++refused;
    FakeServer server({replay(packets)});
    const Status status = probe(as_root(server.port()));
    EXPECT_TRUE(status.code() == Code::kDenied || status.code() == Code::kNotFound)
        << status.to_string();
  }
  EXPECT_GE(refused, 3);
}

}  // namespace
}  // namespace srsync::mysql
