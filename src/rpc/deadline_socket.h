// A TCP client socket with one deadline for everything that happens until the next one is set, so
// that a peer which sends a byte now and then cannot hold a call for ever. Thrift's own TSocket
// only limits each single read, and it prints to stderr.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include <thrift/transport/TVirtualTransport.h>

namespace srsync::rpc {

// Throws apache::thrift::transport::TTransportException (TIMED_OUT, END_OF_FILE, NOT_OPEN) as
// Thrift expects of a transport. Not thread-safe.
class DeadlineSocket : public apache::thrift::transport::TVirtualTransport<DeadlineSocket> {
 public:
  using Clock = std::chrono::steady_clock;

  DeadlineSocket(std::string host, std::uint16_t port);
  ~DeadlineSocket() override;
  DeadlineSocket(const DeadlineSocket&) = delete;
  DeadlineSocket& operator=(const DeadlineSocket&) = delete;

  // Applies to every later open, read and write.
  void set_deadline(Clock::time_point deadline) { deadline_ = deadline; }

  bool isOpen() const override { return fd_ >= 0; }
  // Tries every address of the host name within the deadline.
  void open() override;
  void close() override;

  // True when the peer has closed, or has sent something nobody asked for: not usable any more.
  bool is_stale() const;

  std::uint32_t read(std::uint8_t* buffer, std::uint32_t length);
  void write(const std::uint8_t* buffer, std::uint32_t length);

 private:
  // Waits for `events` (poll) or throws TIMED_OUT.
  void await(short events, const char* what) const;

  std::string host_;
  std::uint16_t port_;
  int fd_ = -1;
  Clock::time_point deadline_{};
};

}  // namespace srsync::rpc
