#include "sandbox/rpc_server.h"

#include <sys/socket.h>
#include <sys/time.h>

#include <cerrno>
#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <thrift/TApplicationException.h>
#include <thrift/protocol/TBinaryProtocol.h>
#include <thrift/transport/TBufferTransports.h>
#include <thrift/transport/TVirtualTransport.h>

#include "frontend/FrontendService.h"
#include "sandbox/faults.h"

namespace srsync::sandbox {

namespace {

using apache::thrift::TApplicationException;
using apache::thrift::protocol::TBinaryProtocol;
using apache::thrift::protocol::TMessageType;
using apache::thrift::protocol::TProtocol;
using apache::thrift::transport::TBufferedTransport;
using apache::thrift::transport::TTransportException;

constexpr int kMaxRequestBytes = 1 << 30;

// The listener's socket as a Thrift transport; it does not own the descriptor.
class PlainSocket : public apache::thrift::transport::TVirtualTransport<PlainSocket> {
 public:
  explicit PlainSocket(int fd) : fd_(fd) {}
  bool isOpen() const override { return true; }
  void close() override {}

  std::uint32_t read(std::uint8_t* buffer, std::uint32_t length) {
    while (true) {
      const ssize_t n = ::recv(fd_, buffer, length, 0);
      if (n >= 0) return static_cast<std::uint32_t>(n);
      if (errno != EINTR) throw TTransportException(TTransportException::TIMED_OUT, "idle");
    }
  }

  void write(const std::uint8_t* buffer, std::uint32_t length) {
    while (length > 0) {
      const ssize_t n = ::send(fd_, buffer, length, MSG_NOSIGNAL);
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) throw TTransportException(TTransportException::NOT_OPEN, "peer has gone");
      buffer += n;
      length -= static_cast<std::uint32_t>(n);
    }
  }

 private:
  int fd_;
};

void write_exception(TProtocol& protocol, const std::string& method, std::int32_t sequence,
                     TApplicationException::TApplicationExceptionType type,
                     const std::string& text) {
  TApplicationException exception(type, text);
  protocol.writeMessageBegin(method, apache::thrift::protocol::T_EXCEPTION, sequence);
  exception.write(&protocol);
  protocol.writeMessageEnd();
  protocol.getTransport()->flush();
}

// False: closed instead of answered.
template <typename Result, typename Reply>
bool write_answer(TProtocol& protocol, const std::string& method, std::int32_t sequence,
                  const RpcAnswer<Reply>& answer) {
  if (std::holds_alternative<CloseConnection>(answer)) return false;
  if (std::holds_alternative<InternalError>(answer)) {
    write_exception(protocol, method, sequence, TApplicationException::INTERNAL_ERROR,
                    "Internal error processing " + method);
    return true;
  }
  Result result;
  if (const Reply* reply = std::get_if<Reply>(&answer)) {
    result.success = *reply;
    result.__isset.success = true;
  }
  protocol.writeMessageBegin(method, apache::thrift::protocol::T_REPLY, sequence);
  result.write(&protocol);
  protocol.writeMessageEnd();
  protocol.getTransport()->flush();
  return true;
}

struct Call {
  FaultTable* faults;
  const std::string& frontend;
  int fd;
  TProtocol& protocol;
  const std::string& method;
  std::int32_t sequence;
};

// Decodes the arguments, lets the fault table have its say, carries the call out and answers.
template <typename Args, typename Result, typename Detail, typename Work>
bool carry_out(const Call& call, Detail detail, Work work) {
  Args args;
  args.read(&call.protocol);
  call.protocol.readMessageEnd();
  Fault fault;
  if (call.faults != nullptr) {
    fault =
        call.faults->take(Surface::kRpc, call.frontend, call.method + " " + detail(args.request));
  }
  if (fault.action == FaultAction::kCloseBefore) return false;
  if (fault.action == FaultAction::kHang) {
    call.faults->hang(fault, call.fd);
    return false;
  }
  if (fault.action == FaultAction::kFail) {
    write_exception(call.protocol, call.method, call.sequence,
                    TApplicationException::INTERNAL_ERROR,
                    "Internal error processing " + call.method);
    return true;
  }
  if (fault.action == FaultAction::kDelay && !wait_on(call.fd, fault.delay_ms)) return false;
  const auto answer = work(args.request);
  if (fault.action == FaultAction::kDropReply) return false;
  return write_answer<Result>(call.protocol, call.method, call.sequence, answer);
}

// What loads ask; nullopt: another method.
std::optional<bool> carry_out_load(const Call& call, FrontendHandler& handler) {
  if (call.method == "loadTxnBegin") {
    return carry_out<frontend::FrontendService_loadTxnBegin_args,
                     frontend::FrontendService_loadTxnBegin_result>(
        call, [](const auto& r) { return r.db + "." + r.tbl + " " + r.label; },
        [&](const auto& r) { return handler.load_txn_begin(r); });
  }
  if (call.method == "loadTxnRollback") {
    return carry_out<frontend::FrontendService_loadTxnRollback_args,
                     frontend::FrontendService_loadTxnRollback_result>(
        call, [](const auto& r) { return fmt::format("{}", r.txnId); },
        [&](const auto& r) { return handler.load_txn_rollback(r); });
  }
  if (call.method == "createPartition") {
    return carry_out<frontend::FrontendService_createPartition_args,
                     frontend::FrontendService_createPartition_result>(
        call, [](const auto& r) { return fmt::format("{}", r.table_id); },
        [&](const auto& r) { return handler.create_partition(r); });
  }
  return std::nullopt;
}

}  // namespace

RpcServer::RpcServer(FaultTable* faults, std::string frontend, FrontendHandler* handler)
    : faults_(faults), frontend_(std::move(frontend)), handler_(handler) {}

Status RpcServer::start(const std::string& host, std::uint16_t port) {
  return listener_.start(host, port, [this](int fd) { serve(fd); });
}

void RpcServer::serve(int fd) {
  timeval limit{};
  limit.tv_sec = idle_ms_ / 1000;
  limit.tv_usec = (idle_ms_ % 1000) * 1000;
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
  auto socket = std::make_shared<PlainSocket>(fd);
  auto limits = std::make_shared<apache::thrift::TConfiguration>(kMaxRequestBytes);
  try {
    // The input is buffered across calls (a client may send the next one early), so the transport
    // lives as long as the connection.
    auto buffered = std::make_shared<TBufferedTransport>(socket, 64 << 10, limits);
    TBinaryProtocol protocol(buffered, 0, 0, true, true);
    while (serve_one(fd, protocol)) {
    }
  } catch (const std::exception&) {
    // Idle, gone, or not speaking this protocol: the real frontend closes without a word, too.
  }
}

bool RpcServer::serve_one(int fd, Protocol& protocol) {
  std::string method;
  TMessageType type{};
  std::int32_t sequence = 0;
  protocol.readMessageBegin(method, type, sequence);
  const Call call{faults_, frontend_, fd, protocol, method, sequence};
  if (method == "startTableReplication") {
    return carry_out<frontend::FrontendService_startTableReplication_args,
                     frontend::FrontendService_startTableReplication_result>(
        call, [](const auto& r) { return fmt::format("{} {}", r.table_id, r.job_id); },
        [this](const auto& r) { return handler_->start_table_replication(r); });
  }
  if (method == "abortRemoteTxn") {
    return carry_out<frontend::FrontendService_abortRemoteTxn_args,
                     frontend::FrontendService_abortRemoteTxn_result>(
        call, [](const auto& r) { return fmt::format("{}", r.txn_id); },
        [this](const auto& r) { return handler_->abort_remote_txn(r); });
  }
  if (method == "getPartitionsMeta") {
    return carry_out<frontend::FrontendService_getPartitionsMeta_args,
                     frontend::FrontendService_getPartitionsMeta_result>(
        call, [](const auto& r) { return r.auth_info.pattern; },
        [this](const auto& r) { return handler_->get_partitions_meta(r); });
  }
  if (method == "getTableMeta") {
    return carry_out<frontend::FrontendService_getTableMeta_args,
                     frontend::FrontendService_getTableMeta_result>(
        call, [](const auto& r) { return r.db_name + "." + r.table_name; },
        [this](const auto& r) { return handler_->get_table_meta(r); });
  }
  if (const auto served = carry_out_load(call, *handler_)) return *served;
  protocol.skip(apache::thrift::protocol::T_STRUCT);
  protocol.readMessageEnd();
  write_exception(protocol, method, sequence, TApplicationException::UNKNOWN_METHOD,
                  "Invalid method name: '" + method + "'");
  return true;
}

}  // namespace srsync::sandbox
