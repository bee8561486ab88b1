// The structs of schema/frontend.thrift from and to those of io/frontend_rpc.h. Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "frontend/frontend_types.h"
#include "io/frontend_rpc.h"

namespace srsync::rpc {

// The password field is always sent empty: no frontend reads it and the port is not encrypted.
frontend::TTableReplicationRequest to_thrift(const io::TableReplicationRequest& request);

frontend::TGetPartitionsMetaRequest to_thrift(const io::RpcIdentity& identity,
                                              const std::string& db_pattern,
                                              std::int64_t start_table_id_offset);

frontend::TLoadTxnBeginRequest to_thrift(const io::LoadTransaction& load);
frontend::TCreatePartitionRequest to_thrift(const io::CreatePartitionRequest& request);
std::vector<io::CreatedPartition> from_thrift(const frontend::TCreatePartitionResult& reply);

io::PartitionsMetaPage from_thrift(frontend::TGetPartitionsMetaResponse&& reply);
io::TableMeta from_thrift(frontend::TGetTableMetaResponse&& reply);

}  // namespace srsync::rpc
