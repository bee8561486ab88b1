#include "admin/peer.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstring>

namespace srsync::admin {
namespace {

sockaddr_storage v4(const char* ip, std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  ::inet_pton(AF_INET, ip, &address.sin_addr);
  sockaddr_storage storage{};
  std::memcpy(&storage, &address, sizeof address);
  return storage;
}

sockaddr_storage name_of(int socket, int (*ask)(int, sockaddr*, socklen_t*)) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  ask(socket, reinterpret_cast<sockaddr*>(&storage), &size);
  return storage;
}

const char* const kTable =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout\n"
    "   0: 0100007F:22F6 00000000:0000 0A 00000000:00000000 00:00000000 00000000     7        0 1\n"
    "   1: 0100007F:C001 0100007F:22F6 01 00000000:00000000 00:00000000 00000000  1000        0 2\n"
    "   2: 0200007F:C001 0100007F:22F6 01 00000000:00000000 00:00000000 00000000    33        0 3\n"
    "   3: 0100007F:C002 0100007F:22F6 06 00000000:00000000 00:00000000 00000000     0        0 "
    "4\n";

TEST(PeerTest, TheSocketAtTheOtherEnd) {
  const auto here = v4("127.0.0.1", 0x22F6);
  EXPECT_EQ(find_owner(kTable, v4("127.0.0.1", 0xC001), here), uid_t{1000});
  EXPECT_EQ(find_owner(kTable, v4("127.0.0.2", 0xC001), here), uid_t{33}) << "not the port alone";
  EXPECT_EQ(find_owner(kTable, v4("127.0.0.1", 0xC002), here), std::nullopt)
      << "what is closed is shown as root's";
  EXPECT_EQ(find_owner(kTable, v4("127.0.0.1", 0xC003), here), std::nullopt);
  EXPECT_EQ(find_owner("", v4("127.0.0.1", 0xC001), here), std::nullopt);
}

TEST(PeerTest, ARealConnectionIsThisUsers) {
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  auto address = v4("127.0.0.1", 0);
  ASSERT_EQ(::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof(sockaddr_in)), 0);
  ::listen(listener, 1);
  address = name_of(listener, &::getsockname);
  const int client = ::socket(AF_INET, SOCK_STREAM, 0);
  ASSERT_EQ(::connect(client, reinterpret_cast<sockaddr*>(&address), sizeof(sockaddr_in)), 0);
  const int server = ::accept(listener, nullptr, nullptr);
  EXPECT_EQ(owner_of(name_of(server, &::getpeername), name_of(server, &::getsockname)),
            ::geteuid());
  for (const int socket : {listener, client, server}) ::close(socket);
}

}  // namespace
}  // namespace srsync::admin
