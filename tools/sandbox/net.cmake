# The ports of the simulated clusters other than MySQL's, and the faults that tests order; nothing
# here knows the catalog.
srsync_library(sandbox_net
  SOURCES faults.cc http_server.cc rpc_listener.cc rpc_server.cc
  LINK srsync::base srsync_frontend_thrift fmt::fmt Threads::Threads)
target_include_directories(srsync_sandbox_net PUBLIC "${CMAKE_SOURCE_DIR}/tools")
