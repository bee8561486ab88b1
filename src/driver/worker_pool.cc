#include "driver/worker_pool.h"

#include <chrono>

namespace srsync::driver {

WorkerPool::WorkerPool(io::PortsFactory& factory, int workers) : factory_(factory) {
  if (workers == 0) return;
  threads_.emplace_back([this] { work(watches_); });
  for (int i = 0; i < workers; ++i) threads_.emplace_back([this] { work(tasks_); });
}

WorkerPool::~WorkerPool() {
  halt();
  for (auto& thread : threads_) thread.join();
}

void WorkerPool::submit(Task task) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (halted_) return;
    auto& tasks = task.watches && !threads_.empty() ? watches_ : tasks_;
    tasks.push_back(std::move(task));
  }
  tasks_changed_.notify_all();
}

std::vector<Completion> WorkerPool::take() {
  const std::lock_guard<std::mutex> lock(mutex_);
  woken_ = false;
  return std::exchange(completions_, {});
}

void WorkerPool::wait(std::int64_t timeout_ms) {
  std::unique_lock<std::mutex> lock(mutex_);
  loop_wanted_.wait_for(lock, std::chrono::milliseconds(timeout_ms),
                        [this] { return woken_ || !completions_.empty(); });
}

void WorkerPool::wake() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    woken_ = true;
  }
  loop_wanted_.notify_one();
}

void WorkerPool::halt() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    halted_ = true;
    tasks_.clear();
    watches_.clear();
  }
  tasks_changed_.notify_all();
}

void WorkerPool::run_queued() {
  if (!threads_.empty()) return;
  if (!own_ports_) own_ports_ = factory_.make();
  std::deque<Task> tasks;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    tasks.swap(tasks_);
  }
  for (auto& task : tasks) finish({task.key, task.ticket, task.run(*own_ports_)});
}

void WorkerPool::work(std::deque<Task>& tasks) {
  // Connections are made and used by this thread alone.
  const std::unique_ptr<io::Ports> ports = factory_.make();
  while (true) {
    Task task;
    {
      std::unique_lock<std::mutex> lock(mutex_);
      tasks_changed_.wait(lock, [&] { return halted_ || !tasks.empty(); });
      if (halted_) return;
      task = std::move(tasks.front());
      tasks.pop_front();
    }
    finish({task.key, task.ticket, task.run(*ports)});
  }
}

void WorkerPool::finish(Completion completion) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    completions_.push_back(std::move(completion));
  }
  loop_wanted_.notify_one();
}

}  // namespace srsync::driver
