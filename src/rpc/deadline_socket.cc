#include "rpc/deadline_socket.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <memory>
#include <system_error>
#include <utility>

namespace srsync::rpc {

using apache::thrift::transport::TTransportException;

namespace {

std::string error_text(int error) { return std::generic_category().message(error); }

struct FreeAddresses {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

Addresses resolve(const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  const int rc = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list);
  if (rc != 0) {
    throw TTransportException(TTransportException::NOT_OPEN,
                              std::string("host name cannot be resolved: ") + ::gai_strerror(rc));
  }
  return Addresses(list);
}

}  // namespace

DeadlineSocket::DeadlineSocket(std::string host, std::uint16_t port)
    : host_(std::move(host)), port_(port) {}

DeadlineSocket::~DeadlineSocket() { DeadlineSocket::close(); }

void DeadlineSocket::open() {
  const Addresses addresses = resolve(host_, port_);
  std::string last_error = "no address";
  for (const addrinfo* a = addresses.get(); a != nullptr; a = a->ai_next) {
    fd_ = ::socket(a->ai_family, a->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, a->ai_protocol);
    if (fd_ < 0) {
      last_error = error_text(errno);
      continue;
    }
    int error = ::connect(fd_, a->ai_addr, a->ai_addrlen) == 0 ? 0 : errno;
    if (error == EINPROGRESS) {
      try {
        await(POLLOUT, "connect");
      } catch (...) {
        close();
        throw;
      }
      socklen_t size = sizeof(error);
      ::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size);
    }
    if (error == 0) {
      const int on = 1;
      ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
      return;
    }
    last_error = error_text(error);
    close();
  }
  throw TTransportException(TTransportException::NOT_OPEN, last_error);
}

void DeadlineSocket::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

bool DeadlineSocket::is_stale() const {
  std::uint8_t byte = 0;
  const ssize_t n = ::recv(fd_, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return n >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

std::uint32_t DeadlineSocket::read(std::uint8_t* buffer, std::uint32_t length) {
  while (true) {
    const ssize_t n = ::recv(fd_, buffer, length, 0);
    if (n >= 0) return static_cast<std::uint32_t>(n);  // 0 is the end, as Thrift expects
    if (errno == EINTR) continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK) {
      throw TTransportException(TTransportException::NOT_OPEN, error_text(errno));
    }
    await(POLLIN, "read");
  }
}

void DeadlineSocket::write(const std::uint8_t* buffer, std::uint32_t length) {
  while (length > 0) {
    const ssize_t n = ::send(fd_, buffer, length, MSG_NOSIGNAL);
    if (n > 0) {
      buffer += n;
      length -= static_cast<std::uint32_t>(n);
    } else if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      await(POLLOUT, "write");
    } else if (n == 0 || errno != EINTR) {
      throw TTransportException(TTransportException::NOT_OPEN, error_text(errno));
    }
  }
}

void DeadlineSocket::await(short events, const char* what) const {
  while (true) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline_ - Clock::now()).count();
    const auto wait_ms = std::clamp<std::int64_t>(left, 0, std::numeric_limits<int>::max());
    pollfd entry{fd_, events, 0};
    const int n = ::poll(&entry, 1, static_cast<int>(wait_ms));
    if (n > 0) return;  // errors show in the call that follows
    if (n < 0 && errno != EINTR) {
      throw TTransportException(TTransportException::NOT_OPEN, error_text(errno));
    }
    if (n == 0 && Clock::now() >= deadline_) {
      throw TTransportException(TTransportException::TIMED_OUT, std::string(what) + " timed out");
    }
  }
}

}  // namespace srsync::rpc
