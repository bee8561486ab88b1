// Who runs tasks: the loop hands tasks in and takes completions out, and does not care when, where
// and in which order they are done. worker_pool.h does them on threads; a simulation does them on
// its own clock.
#pragma once

#include <cstdint>
#include <vector>

#include "driver/outcome.h"

namespace srsync::driver {

class Executor {
 public:
  virtual ~Executor() = default;
  virtual void submit(Task task) = 0;
  // What has been completed since the last call, in order of completion.
  virtual std::vector<Completion> take() = 0;
  // Waits until something is completed, wake() is called or the time is over.
  virtual void wait(std::int64_t timeout_ms) = 0;
  // Safe from any thread.
  virtual void wake() = 0;
  // From now on no task starts; those queued are dropped. For a journal that failed.
  virtual void halt() = 0;
  // The beginning of a round, on the loop's thread: an executor without threads of its own works
  // here.
  virtual void run_queued() = 0;
};

}  // namespace srsync::driver
