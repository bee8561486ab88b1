// The RPC port of one simulated frontend: unframed strict binary Thrift, one thread per connection,
// closed after 5 s without a request, as the real one. What the calls mean is the handler's matter.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "frontend/frontend_types.h"
#include "sandbox/rpc_listener.h"

namespace apache::thrift::protocol {
class TProtocol;
}

namespace srsync::sandbox {

class FaultTable;

// What a handler may do other than answer.
struct NoResult {};         // an empty result struct: the handler returned null
struct InternalError {};    // TApplicationException "Internal error processing <method>"
struct CloseConnection {};  // the answer could not be written

template <typename T>
using RpcAnswer = std::variant<T, NoResult, InternalError, CloseConnection>;

// Called from many threads at once.
class FrontendHandler {
 public:
  virtual ~FrontendHandler() = default;
  virtual RpcAnswer<frontend::TTableReplicationResponse> start_table_replication(
      const frontend::TTableReplicationRequest& request) = 0;
  virtual RpcAnswer<frontend::TAbortRemoteTxnResponse> abort_remote_txn(
      const frontend::TAbortRemoteTxnRequest& request) = 0;
  virtual RpcAnswer<frontend::TLoadTxnBeginResult> load_txn_begin(
      const frontend::TLoadTxnBeginRequest& request) = 0;
  virtual RpcAnswer<frontend::TLoadTxnRollbackResult> load_txn_rollback(
      const frontend::TLoadTxnRollbackRequest& request) = 0;
  virtual RpcAnswer<frontend::TCreatePartitionResult> create_partition(
      const frontend::TCreatePartitionRequest& request) = 0;
  virtual RpcAnswer<frontend::TGetPartitionsMetaResponse> get_partitions_meta(
      const frontend::TGetPartitionsMetaRequest& request) = 0;
  virtual RpcAnswer<frontend::TGetTableMetaResponse> get_table_meta(
      const frontend::TGetTableMetaRequest& request) = 0;
};

class RpcServer {
 public:
  // `faults` may be null; it and `handler` must outlive the server.
  RpcServer(FaultTable* faults, std::string frontend, FrontendHandler* handler);
  Status start(const std::string& host, std::uint16_t port);
  std::uint16_t port() const { return listener_.port(); }
  void stop() { listener_.stop(); }

  static constexpr int kIdleMs = 5000;
  void set_idle_ms(int ms) { idle_ms_ = ms; }  // for tests; before start()

 private:
  using Protocol = apache::thrift::protocol::TProtocol;
  void serve(int fd);
  // False: the connection is to be closed.
  bool serve_one(int fd, Protocol& protocol);

  FaultTable* faults_;
  std::string frontend_;
  FrontendHandler* handler_;
  int idle_ms_ = kIdleMs;
  Listener listener_;
};

}  // namespace srsync::sandbox
