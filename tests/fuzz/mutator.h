// Inputs for the fuzz target: recorded texts, damaged. The same seed and number give the same
// input, whatever ran before.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace srsync::fuzz {

// Every text in tests/data/fixtures that a frontend printed and one of the readers takes, each
// once, behind the byte that chooses the reader.
std::vector<std::string> recorded_seeds();

class Mutator {
 public:
  Mutator(std::vector<std::string> seeds, std::uint64_t seed, std::size_t bytes_max);

  // Numbers below seed_count() give the seeds as they are.
  std::string input(std::uint64_t number);
  std::size_t seed_count() const { return seeds_.size(); }

 private:
  std::size_t below(std::size_t limit);
  std::string piece(const std::string& text);
  void mutate(std::string& text);

  std::vector<std::string> seeds_;
  std::uint64_t seed_;
  std::size_t bytes_max_;
  std::mt19937_64 random_;
};

}  // namespace srsync::fuzz
