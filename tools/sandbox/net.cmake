# The ports of the simulated clusters other than MySQL's, and the faults that tests order; nothing
# here knows the catalog.
srsync_library(sandbox_net
  SOURCES faults.cc http_server.cc rpc_listener.cc rpc_server.cc
  LINK srsync::base srsync_frontend_thrift fmt::fmt Threads::Threads)
target_include_directories(srsync_sandbox_net PUBLIC "${CMAKE_SOURCE_DIR}/tools")

# What needs the catalog as well: to be linked with cluster.cc.
set(sandbox_rpc_sources
  http_frontend.cc replication.cc replication_commit.cc replication_job.cc replication_source.cc
  rpc_loads.cc rpc_meta.cc rpc_ports.cc rpc_service.cc rpc_types.cc)
