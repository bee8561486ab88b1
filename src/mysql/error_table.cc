#include "mysql/error_table.h"

#include <errmsg.h>

#include <array>

#include "base/text.h"

namespace srsync::mysql {
namespace {

struct NumberRow {
  int number;
  Code code;
  std::string_view hint;
};

struct TextRow {
  std::string_view part;
  Code code;
  std::string_view hint;
};

constexpr std::string_view kGrant =
    "grant the account what the message asks for, or log in as another one";
constexpr std::string_view kLogIn = "check user and password in sync.properties";
constexpr std::string_view kConnections =
    "the frontend's or the account's limit of connections is reached";

// Numbers that mean one thing in every version that has them.
constexpr auto kNumbers = std::to_array<NumberRow>({
    {1007, Code::kAlreadyExists, ""},  // database exists
    {1008, Code::kNotFound, ""},       // drop of a missing database
    {1040, Code::kBusy, kConnections}, {1045, Code::kDenied, kLogIn},
    {1049, Code::kNotFound, ""},       // unknown database, up to 3.2
    {1050, Code::kAlreadyExists, ""},  // table or view exists
    {1051, Code::kNotFound, ""},       // unknown table, up to 3.2
    {1146, Code::kNotFound, ""},       // the same in MySQL's words
    {1203, Code::kBusy, kConnections}, {1227, Code::kDenied, kGrant},  // 2.5 and 3.0
    {1252, Code::kDenied, kGrant},                                     // 3.1 and 3.2
    {1507, Code::kNotFound, ""},       // drop of a missing partition
    {1517, Code::kAlreadyExists, ""},  // duplicate partition name
    {1735, Code::kNotFound, ""},       // unknown partition
    {5203, Code::kDenied, kGrant},     // from 3.3
    {5501, Code::kNotFound, ""},       // unknown database, from 3.3
    {5502, Code::kNotFound, ""},       // unknown table, from 3.3
    {5907, Code::kUnsupported, ""},    // statement of the other run mode, from 3.5
    {10007, Code::kUnsupported, ""},   // the same, 3.3 and 3.4
});

// For 1064 and whatever else has no row above. The first part that the text holds wins, so the
// parts whose objects' names are quoted from the statement stand behind those that are not.
constexpr auto kTexts = std::to_array<TextRow>({
    {"Getting syntax error", Code::kRejected,
     "this frontend's version does not know the statement"},
    // A follower could not reach the leader, or lost it after it had passed the statement on.
    {"java.net.ConnectException", Code::kUnavailable, "the frontends have no reachable leader"},
    {"java.net.NoRouteToHostException", Code::kUnavailable, ""},
    {"java.net.UnknownHostException", Code::kUnavailable, ""},
    {"java.net.SocketException", Code::kOutcomeUnknown, "the leader went away meanwhile"},
    {"java.net.SocketTimeoutException", Code::kOutcomeUnknown, ""},
    {"TTransportException", Code::kOutcomeUnknown, ""},
    {"Leader work admission is closed", Code::kBusy, ""},
    {"publish version not finished", Code::kBusy, ""},
    {"There are still some transactions in the COMMITTED state", Code::kBusy, ""},
    {"operation is in progress on the table", Code::kBusy, ""},
    {"is being created on the table", Code::kBusy, ""},
    {"Too many", Code::kBusy, ""},
    // Not an object that is missing: a setting that this version does not have.
    {"does not exist or is not mutable", Code::kRejected, ""},
    {"Unknown properties", Code::kRejected, ""},
    {"already exist", Code::kAlreadyExists, ""},
    {"is not found", Code::kNotFound, ""},
    {"does not exist", Code::kNotFound, ""},
    {"doesn't exist", Code::kNotFound, ""},
    {"in recycle bin that belongs to", Code::kNotFound, ""},
    {"timed out", Code::kOutcomeUnknown, ""},
});

constexpr std::string_view kCheckPort =
    "the query port (9030 unless changed) is meant, not the HTTP or RPC port";

}  // namespace

ErrorClass classify_server_error(int number, std::string_view text) {
  for (const auto& row : kNumbers) {
    if (row.number == number) return {row.code, row.hint};
  }
  for (const auto& row : kTexts) {
    if (contains(text, row.part)) return {row.code, row.hint};
  }
  return {};
}

bool is_client_error(int number) { return number >= CR_MIN_ERROR && number <= CR_MAX_ERROR; }

ConnectFailure classify_connect_error(int number, std::string_view text) {
  switch (number) {
    case CR_CONNECTION_ERROR:
    case CR_CONN_HOST_ERROR:
    case CR_IPSOCK_ERROR:
      return {Code::kUnavailable, "nothing answers at this address",
              "check host and query port, and that the frontend runs"};
    case CR_UNKNOWN_HOST:
      return {Code::kUnavailable, "the host name is not known here",
              "check the name, or map it in hosts.properties"};
    case CR_VERSION_ERROR:
    case CR_SERVER_HANDSHAKE_ERR:
    case CR_MALFORMED_PACKET:
    case CR_NET_PACKET_TOO_LARGE:
      return {Code::kUnavailable, "what listens there does not speak the MySQL protocol",
              kCheckPort};
    case CR_SSL_CONNECTION_ERROR:
      if (contains(text, "SSL is required")) {
        return {Code::kInvalidArgument, "TLS is required, and this server does not offer it",
                "enable TLS on the frontend, or set srsync_tls=auto"};
      }
      return {Code::kInvalidArgument, "TLS could not be set up with this server",
              "check srsync_tls_ca_file and the frontend's certificate, or set srsync_tls=off"};
    case CR_SERVER_GONE_ERROR:
    case CR_SERVER_LOST:
    case CR_SERVER_LOST_EXTENDED:
      return {
          Code::kUnavailable, "the server accepted the connection but did not complete the log-in",
          "check that the query port is meant; a frontend that starts up or hangs does this too"};
    case CR_AUTH_PLUGIN_CANNOT_LOAD:
    case CR_AUTH_PLUGIN_ERR:
      return {Code::kDenied, "the server asks for a kind of authentication that is not supported",
              "use an account with a native password"};
    default:
      return {Code::kUnavailable, "the connection could not be made", ""};
  }
}

}  // namespace srsync::mysql
