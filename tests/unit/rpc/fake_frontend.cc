#include "unit/rpc/fake_frontend.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <utility>

namespace srsync::rpc {

namespace {

int listen_on_loopback(std::uint16_t& port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (fd < 0 || ::bind(fd, generic, size) != 0 || ::listen(fd, 16) != 0 ||
      ::getsockname(fd, generic, &size) != 0) {
    std::abort();
  }
  port = ::ntohs(address.sin_port);
  return fd;
}

}  // namespace

FakeFrontend::FakeFrontend(std::vector<Step> steps) : steps_(std::move(steps)) {
  listener_ = listen_on_loopback(port_);
  thread_ = std::thread([this] { serve(); });
}

FakeFrontend::~FakeFrontend() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    if (current_ >= 0) ::shutdown(current_, SHUT_RDWR);
  }
  ::shutdown(listener_, SHUT_RDWR);
  thread_.join();
  ::close(listener_);
}

std::vector<std::string> FakeFrontend::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

int FakeFrontend::closed() const {
  const std::lock_guard lock(mutex_);
  return closed_;
}

int FakeFrontend::connections() const {
  const std::lock_guard lock(mutex_);
  return connections_;
}

void FakeFrontend::serve() {
  std::size_t next = 0;
  while (true) {
    const int fd = ::accept(listener_, nullptr, nullptr);
    if (fd < 0) return;
    {
      const std::lock_guard lock(mutex_);
      current_ = fd;
      ++connections_;
      if (stopping_) ::shutdown(fd, SHUT_RDWR);
    }
    bool open = true;
    while (open && next < steps_.size()) {
      const std::size_t before = requests().size();
      open = run_step(fd, steps_[next]);
      if (requests().size() > before) ++next;  // else the client left: the step is still to come
    }
    if (open) drain(fd);
    const std::lock_guard lock(mutex_);
    current_ = -1;
    ::close(fd);
    ++closed_;
  }
}

bool FakeFrontend::run_step(int fd, const Step& step) {
  std::string request(step.request_bytes, '\0');
  std::size_t got = 0;
  while (got < request.size()) {
    const ssize_t n = ::recv(fd, request.data() + got, request.size() - got, 0);
    if (n <= 0) return false;
    got += static_cast<std::size_t>(n);
  }
  {
    const std::lock_guard lock(mutex_);
    requests_.push_back(std::move(request));
  }
  std::size_t sent = 0;
  while (sent < step.reply.size()) {
    const ssize_t n = ::send(fd, step.reply.data() + sent, step.reply.size() - sent, MSG_NOSIGNAL);
    if (n <= 0) return false;
    sent += static_cast<std::size_t>(n);
  }
  return !step.close_after;
}

void FakeFrontend::drain(int fd) {
  char buffer[4096];
  while (::recv(fd, buffer, sizeof(buffer), 0) > 0) {
  }
}

std::uint16_t closed_port() {
  std::uint16_t port = 0;
  ::close(listen_on_loopback(port));
  return port;
}

}  // namespace srsync::rpc
