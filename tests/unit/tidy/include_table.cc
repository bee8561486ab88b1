#include "unit/tidy/include_table.h"

namespace srsync::tidy {

const std::vector<Room>& include_table() {
  static const std::vector<Room> table = {
      {"base", {}, {"fmt/", "xxhash.h"}},
      {"ddl", {"base"}, {"fmt/"}},
      {"core", {"base", "ddl"}, {"fmt/"}},
      {"codec",
       {"base", "core"},
       {"fmt/", "google/protobuf/", "journal.pb.h", "schema/journal.pb.h"}},
      {"io", {"base", "core"}, {"fmt/"}},
      {"journal", {"io", "codec"}, {"fmt/", "rocksdb/", kSystem}},
      {"mysql", {"io"}, {"fmt/", "mysql", "mariadb", "errmsg.h", kSystem}},
      {"rpc", {"io"}, {"fmt/", "thrift/", "frontend/", kSystem}},
      {"observe", {"io", "core", "ddl"}, {"fmt/"}},
      {"driver", {"io", "core"}, {"fmt/"}},
      {"http", {"base"}, {"fmt/", kSystem}},
      {"admin", {"driver", "http"}, {"fmt/", "nlohmann/", "microhttpd.h", kSystem}},
      {"inspect", {"core", "codec", "journal"}, {"fmt/", "nlohmann/"}},
      {"config", {"base", "ddl"}, {"fmt/", "openssl/", kSystem}},
      {"daemon",
       {"base", "ddl", "core", "codec", "io", "journal", "mysql", "rpc", "observe", "driver",
        "http", "admin", "inspect", "config"},
       {"fmt/", "spdlog/", "CLI/", "nlohmann/", kSystem}},
  };
  return table;
}

const std::vector<std::string_view>& system_headers() {
  static const std::vector<std::string_view> headers = {
      "arpa/",  "endian.h", "errno.h",  "fcntl.h", "net/",   "netdb.h",   "netinet/",
      "poll.h", "signal.h", "stdlib.h", "sys/",    "time.h", "termios.h", "unistd.h"};
  return headers;
}

const Room& sandbox_row() {
  static const Room row = {
      "sandbox",
      {"base"},
      {"fmt/", "thrift/", "frontend/", "nlohmann/", "CLI/", "openssl/", kSystem}};
  return row;
}

bool is_pure_room(std::string_view room) { return room == "core" || room == "ddl"; }

const std::vector<std::string_view>& impure_headers() {
  static const std::vector<std::string_view> headers = {"atomic",        "condition_variable",
                                                        "ctime",         "filesystem",
                                                        "fstream",       "future",
                                                        "iostream",      "mutex",
                                                        "random",        "shared_mutex",
                                                        "stop_token",    "thread",
                                                        "unordered_map", "unordered_set"};
  return headers;
}

const std::vector<std::string_view>& impure_names() {
  static const std::vector<std::string_view> names = {
      "system_clock",  "steady_clock",  "high_resolution_clock",
      "getenv",        "rand",          "srand",
      "random_device", "unordered_map", "unordered_set",
      "mutex",         "thread",        "jthread",
      "ifstream",      "ofstream",      "fopen",
      "cout",          "cerr",          "thread_local"};
  return names;
}

}  // namespace srsync::tidy
