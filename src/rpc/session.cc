#include "rpc/session.h"

#include <chrono>
#include <exception>
#include <utility>

#include <fmt/format.h>
#include <thrift/TApplicationException.h>
#include <thrift/TConfiguration.h>
#include <thrift/protocol/TBinaryProtocol.h>
#include <thrift/transport/TBufferTransports.h>

#include "frontend/FrontendService.h"
#include "rpc/convert.h"
#include "rpc/deadline_socket.h"
#include "rpc/error_table.h"

namespace srsync::rpc {

namespace {

using apache::thrift::TApplicationException;
using apache::thrift::TConfiguration;
using apache::thrift::protocol::TBinaryProtocol;
using apache::thrift::transport::TBufferedTransport;

// Thrift's own limit of 100 MiB is less than getTableMeta needs for a table of a few thousand
// partitions (its answer grows with their square).
constexpr int kMaxReplyBytes = 1 << 30;
constexpr int kMaxStringBytes = 256 << 20;
constexpr int kMaxContainerEntries = 8 << 20;
constexpr std::uint32_t kBufferBytes = 64 << 10;

// What a lost answer means: a reading call did nothing, a changing one may have.
enum class Effect : std::uint8_t { kReads, kChanges };

struct Method {
  const char* name;
  Effect effect;
};
constexpr Method kGetPartitionsMeta{"getPartitionsMeta", Effect::kReads};
constexpr Method kGetTableMeta{"getTableMeta", Effect::kReads};
constexpr Method kStartTableReplication{"startTableReplication", Effect::kChanges};
constexpr Method kAbortRemoteTxn{"abortRemoteTxn", Effect::kChanges};
constexpr Method kLoadTxnBegin{"loadTxnBegin", Effect::kChanges};
constexpr Method kCreatePartition{"createPartition", Effect::kChanges};

Status lost_answer(const Method& method, std::string_view why) {
  const Code code = method.effect == Effect::kReads ? Code::kUnavailable : Code::kOutcomeUnknown;
  return Status(code, fmt::format("{}: sent, no answer: {}", method.name, why));
}

// The frontend's own exception: its handler threw, or does not know the method.
Status exception_status(const Method& method, const TApplicationException& e) {
  Code code = method.effect == Effect::kReads ? Code::kRejected : Code::kOutcomeUnknown;
  if (e.getType() == TApplicationException::UNKNOWN_METHOD) code = Code::kUnsupported;
  return Status(code, fmt::format("{}: {}", method.name, e.what()));
}

std::string first_message(const frontend::TStatus& status) {
  if (status.error_msgs.empty()) return fmt::format("status code {}", status.status_code);
  return status.error_msgs.front();
}

// Of an answer to a changing call, whose status code says little: 6, or of createPartition 4.
Status answer_status(const Method& method, const frontend::TStatus& status) {
  if (status.status_code == 0) return Status::ok();
  const std::string text = first_message(status);
  const RefusalClass row = classify_refusal(text);
  return Status(row.code, fmt::format("{}: {}", method.name, text), std::string(row.hint));
}

class Session final : public io::FrontendRpc {
 public:
  explicit Session(RpcConnectOptions options)
      : options_(std::move(options)),
        socket_(std::make_shared<DeadlineSocket>(options_.host, options_.port)),
        limits_(std::make_shared<TConfiguration>(kMaxReplyBytes)) {}

  Result<io::PartitionsMetaPage> get_partitions_meta(const io::RpcIdentity& identity,
                                                     const std::string& db_pattern,
                                                     std::int64_t start_table_id_offset) override {
    const auto request = to_thrift(identity, db_pattern, start_table_id_offset);
    frontend::TGetPartitionsMetaResponse reply;
    Result<bool> answered = call<frontend::FrontendService_getPartitionsMeta_pargs,
                                 frontend::FrontendService_getPartitionsMeta_presult>(
        kGetPartitionsMeta, request, reply);
    if (!answered.is_ok()) return answered.status();
    if (!*answered) return rejected("getPartitionsMeta: the frontend answered nothing");
    return from_thrift(std::move(reply));
  }

  Result<io::TableMeta> get_table_meta(const std::string& db, const std::string& table) override {
    frontend::TGetTableMetaRequest request;
    request.__set_db_name(db);
    request.__set_table_name(table);
    frontend::TGetTableMetaResponse reply;
    Result<bool> answered =
        call<frontend::FrontendService_getTableMeta_pargs,
             frontend::FrontendService_getTableMeta_presult>(kGetTableMeta, request, reply);
    if (!answered.is_ok()) return answered.status();
    if (!*answered) {
      return unsupported(fmt::format(
          "getTableMeta: no answer for {}.{}, as for every LIST partitioned table", db, table));
    }
    if (reply.status.status_code != 0) {
      return Status(code_of_status(reply.status.status_code),
                    fmt::format("getTableMeta: {}", first_message(reply.status)));
    }
    return from_thrift(std::move(reply));
  }

  Status start_table_replication(const io::TableReplicationRequest& request) override {
    frontend::TTableReplicationResponse reply;
    Result<bool> answered = call<frontend::FrontendService_startTableReplication_pargs,
                                 frontend::FrontendService_startTableReplication_presult>(
        kStartTableReplication, to_thrift(request), reply);
    if (!answered.is_ok()) return answered.status();
    if (!*answered || !reply.__isset.status) {
      return lost_answer(kStartTableReplication, "an empty reply");
    }
    return answer_status(kStartTableReplication, reply.status);
  }

  Result<std::int64_t> begin_load(const io::LoadTransaction& load) override {
    frontend::TLoadTxnBeginResult reply;
    Result<bool> answered =
        call<frontend::FrontendService_loadTxnBegin_pargs,
             frontend::FrontendService_loadTxnBegin_presult>(kLoadTxnBegin, to_thrift(load), reply);
    if (!answered.is_ok()) return answered.status();
    if (!*answered || !reply.__isset.status) return lost_answer(kLoadTxnBegin, "an empty reply");
    // Its number says more than the text, unless it is one that says nothing.
    const Code by_number = code_of_status(reply.status.status_code);
    if (by_number != Code::kOk && by_number != Code::kRejected) {
      return Status(by_number, fmt::format("loadTxnBegin: {}", first_message(reply.status)));
    }
    SRSYNC_RETURN_IF_ERROR(answer_status(kLoadTxnBegin, reply.status));
    return reply.txnId;
  }

  Result<std::vector<io::CreatedPartition>> create_partitions(
      const io::CreatePartitionRequest& request) override {
    frontend::TCreatePartitionResult reply;
    Result<bool> answered = call<frontend::FrontendService_createPartition_pargs,
                                 frontend::FrontendService_createPartition_presult>(
        kCreatePartition, to_thrift(request), reply);
    if (!answered.is_ok()) return answered.status();
    if (!*answered || !reply.__isset.status) return lost_answer(kCreatePartition, "an empty reply");
    SRSYNC_RETURN_IF_ERROR(answer_status(kCreatePartition, reply.status));
    return from_thrift(reply);
  }

  Status abort_remote_txn(std::int64_t txn_id, std::int64_t db_id,
                          const std::string& reason) override {
    frontend::TAbortRemoteTxnRequest request;
    request.__set_txn_id(txn_id);
    request.__set_db_id(db_id);
    request.__set_error_msg(reason);
    frontend::TAbortRemoteTxnResponse reply;
    Result<bool> answered =
        call<frontend::FrontendService_abortRemoteTxn_pargs,
             frontend::FrontendService_abortRemoteTxn_presult>(kAbortRemoteTxn, request, reply);
    if (!answered.is_ok()) return answered.status();
    if (!*answered || !reply.__isset.status) return lost_answer(kAbortRemoteTxn, "an empty reply");
    return answer_status(kAbortRemoteTxn, reply.status);
  }

 private:
  using Clock = DeadlineSocket::Clock;

  static Clock::time_point after_ms(int ms) { return Clock::now() + std::chrono::milliseconds(ms); }

  // A connection that is likely to live: the frontend closes idle ones, and a request sent into a
  // closing connection would be in doubt.
  Status ensure_connected(const Method& method) {
    const bool idle_too_long =
        Clock::now() - last_use_ > std::chrono::milliseconds(options_.max_idle_ms);
    if (socket_->isOpen() && (idle_too_long || socket_->is_stale())) socket_->close();
    if (socket_->isOpen()) return Status::ok();
    try {
      socket_->set_deadline(after_ms(options_.connect_timeout_ms));
      socket_->open();
      return Status::ok();
    } catch (const std::exception& e) {
      return unavailable(fmt::format("{}: cannot connect to {}:{}: {}", method.name, options_.host,
                                     options_.port, e.what()));
    }
  }

  // One call. OK(true): `reply` holds the answer. OK(false): the frontend answered without one.
  // Any failure closes the connection: what is left on it belongs to no call.
  template <typename Args, typename Reply, typename RequestStruct, typename ReplyStruct>
  Result<bool> call(const Method& method, const RequestStruct& request, ReplyStruct& reply) {
    SRSYNC_RETURN_IF_ERROR(ensure_connected(method));
    socket_->set_deadline(after_ms(options_.read_timeout_ms));
    // Made anew for each call: Thrift's limit counts what one transport ever read.
    auto buffered =
        std::make_shared<TBufferedTransport>(socket_, kBufferBytes, kBufferBytes, limits_);
    TBinaryProtocol protocol(buffered, kMaxStringBytes, kMaxContainerEntries, true, true);
    Status sent = send<Args>(method, request, protocol);
    Result<bool> result =
        sent.is_ok() ? receive<Reply>(method, reply, protocol) : Result<bool>(sent);
    if (!result.is_ok()) socket_->close();
    last_use_ = Clock::now();
    return result;
  }

  // A request that was not written to the end cannot be carried out, so nothing happened.
  template <typename Args, typename RequestStruct>
  Status send(const Method& method, const RequestStruct& request, TBinaryProtocol& protocol) {
    try {
      Args args;
      args.request = &request;
      protocol.writeMessageBegin(method.name, apache::thrift::protocol::T_CALL, 0);
      args.write(&protocol);
      protocol.writeMessageEnd();
      protocol.getTransport()->writeEnd();
      protocol.getTransport()->flush();
      return Status::ok();
    } catch (const std::exception& e) {
      return unavailable(fmt::format("{}: could not be sent: {}", method.name, e.what()));
    }
  }

  template <typename Reply, typename ReplyStruct>
  Result<bool> receive(const Method& method, ReplyStruct& reply, TBinaryProtocol& protocol) {
    try {
      std::string name;
      apache::thrift::protocol::TMessageType type{};
      std::int32_t sequence = 0;
      protocol.readMessageBegin(name, type, sequence);
      if (type == apache::thrift::protocol::T_EXCEPTION) {
        TApplicationException exception;
        exception.read(&protocol);
        return exception_status(method, exception);
      }
      if (type != apache::thrift::protocol::T_REPLY || name != method.name || sequence != 0) {
        return lost_answer(method, "an answer to another call");
      }
      Reply result;
      result.success = &reply;
      result.read(&protocol);
      protocol.readMessageEnd();
      return static_cast<bool>(result.__isset.success);
    } catch (const std::exception& e) {
      return lost_answer(method, e.what());
    }
  }

  const RpcConnectOptions options_;
  const std::shared_ptr<DeadlineSocket> socket_;
  const std::shared_ptr<TConfiguration> limits_;
  Clock::time_point last_use_{};
};

}  // namespace

std::unique_ptr<io::FrontendRpc> make_frontend_rpc(RpcConnectOptions options) {
  return std::make_unique<Session>(std::move(options));
}

}  // namespace srsync::rpc
