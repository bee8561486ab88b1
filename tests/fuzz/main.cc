// Runs the fuzz target over damaged recordings. Exit status 0: all inputs held what they must.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <sstream>

#include "fuzz/mutator.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
// Part of the sanitizers' run time; absent without them.
extern "C" [[gnu::weak]] void __sanitizer_set_death_callback(void (*callback)());

namespace {

constexpr unsigned kHangSeconds = 60;

std::uint64_t running = 0;

// Says which input it was; only what a signal handler may do.
void tell_input() {
  char text[64] = "ddl_fuzz: input number ";
  char digits[24];
  std::size_t count = 0;
  for (std::uint64_t left = running; left > 0 || count == 0; left /= 10) {
    digits[count++] = static_cast<char>('0' + left % 10);
  }
  std::size_t at = std::strlen(text);
  while (count > 0) text[at++] = digits[--count];
  text[at++] = '\n';
  if (::write(STDERR_FILENO, text, at) < 0) return;
}

void on_signal(int signal) {
  tell_input();
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

void run(const std::string& input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

int run_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    fmt::print(stderr, "ddl_fuzz: {} cannot be read\n", path);
    return 2;
  }
  std::ostringstream bytes;
  bytes << file.rdbuf();
  run(bytes.str());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Feeds the DDL readers damaged recordings of real frontends.");
  std::uint64_t runs = 4000;
  std::uint64_t seed = 1;
  std::uint64_t from = 0;
  std::size_t bytes_max = 100'000;
  std::string file;
  bool show = false;
  app.add_option("--runs", runs, "how many inputs, the recordings themselves first");
  app.add_option("--seed", seed, "another seed gives other inputs");
  app.add_option("--from", from, "number of the first input; with --runs 1 that one alone");
  app.add_option("--bytes-max", bytes_max, "longer inputs are cut");
  app.add_option("--file", file, "run this file's bytes instead");
  app.add_flag("--show", show, "print each input");
  CLI11_PARSE(app, argc, argv);
  for (const int signal : {SIGABRT, SIGSEGV, SIGALRM, SIGFPE, SIGBUS}) {
    std::signal(signal, on_signal);
  }
  if (__sanitizer_set_death_callback != nullptr) __sanitizer_set_death_callback(tell_input);
  if (!file.empty()) return run_file(file);
  srsync::fuzz::Mutator mutator(srsync::fuzz::recorded_seeds(), seed, bytes_max);
  std::chrono::steady_clock::duration slowest{};
  std::uint64_t slowest_number = 0;
  for (running = from; running < from + runs; ++running) {
    const std::string input = mutator.input(running);
    if (show) fmt::print("{}\n", input);
    ::alarm(kHangSeconds);
    const auto begin = std::chrono::steady_clock::now();
    run(input);
    const auto took = std::chrono::steady_clock::now() - begin;
    if (took > slowest) {
      slowest = took;
      slowest_number = running;
    }
  }
  fmt::print("{} inputs from {} recorded texts, seed {}; slowest {} ms (number {})\n", runs,
             mutator.seed_count(), seed,
             std::chrono::duration_cast<std::chrono::milliseconds>(slowest).count(),
             slowest_number);
  return 0;
}
