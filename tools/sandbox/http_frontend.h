// The few addresses of a frontend's and a backend's HTTP port that a migrator asks.
#pragma once

#include "sandbox/cluster.h"
#include "sandbox/http_server.h"

namespace srsync::sandbox {

// GET /api/<db>/get_load_state?label=L (basic authentication) and /api/bootstrap?token=T of a
// frontend. Thread-safe.
HttpResponse frontend_http(Cluster& cluster, const HttpRequest& request);

// GET /api/_tablet/_download?token=T&file=F of a backend: a wrong token is answered with 200.
HttpResponse backend_http(Cluster& cluster, const HttpRequest& request);

}  // namespace srsync::sandbox
