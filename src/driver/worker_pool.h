// Threads that run tasks, each with its own Ports. The loop hands tasks in and takes completions
// out.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "driver/executor.h"
#include "io/cluster.h"

namespace srsync::driver {

// Safe from any thread, run_queued() aside.
class WorkerPool final : public Executor {
 public:
  // Starts `workers` threads and one more for the tasks that watch; 0: none, run_queued() does the
  // work. `factory` must outlive the pool.
  WorkerPool(io::PortsFactory& factory, int workers);
  // Halts and waits for the tasks that run.
  ~WorkerPool() override;
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  void submit(Task task) override;
  std::vector<Completion> take() override;
  void wait(std::int64_t timeout_ms) override;
  void wake() override;
  void halt() override;
  // Without threads: runs what is queued at this moment, in order, on the caller's thread; else
  // nothing.
  void run_queued() override;

 private:
  void work(std::deque<Task>& tasks);
  void finish(Completion completion);

  io::PortsFactory& factory_;
  std::mutex mutex_;
  std::condition_variable tasks_changed_;
  std::condition_variable loop_wanted_;
  std::deque<Task> tasks_;                // guarded by mutex_
  std::deque<Task> watches_;              // guarded by mutex_
  std::vector<Completion> completions_;   // guarded by mutex_
  bool halted_ = false;                   // guarded by mutex_
  bool woken_ = false;                    // guarded by mutex_
  std::unique_ptr<io::Ports> own_ports_;  // of run_queued()
  std::vector<std::thread> threads_;
};

}  // namespace srsync::driver
