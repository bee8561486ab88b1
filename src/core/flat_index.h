// Integer -> small integer, by open addressing. Look-ups only: it offers no iteration, so its
// internal order can never reach a decision.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace srsync::core {

// Keys must not be 0 (no frontend gives that id out).
class FlatIndex {
 public:
  std::optional<std::uint32_t> find(std::int64_t key) const {
    if (cells_.empty()) return std::nullopt;
    for (std::size_t i = start(key);; i = (i + 1) & mask()) {
      if (cells_[i].key == key) return cells_[i].value;
      if (cells_[i].key == kFree) return std::nullopt;
    }
  }

  void put(std::int64_t key, std::uint32_t value) {
    if ((used_ + 1) * 10 > cells_.size() * 7) grow();
    for (std::size_t i = start(key);; i = (i + 1) & mask()) {
      if (cells_[i].key == key) {
        cells_[i].value = value;
        return;
      }
      if (cells_[i].key == kFree) {
        cells_[i] = {key, value};
        ++used_;
        return;
      }
    }
  }

  // The value stays findable as "erased": a tombstone keeps later cells reachable.
  void erase(std::int64_t key) {
    if (cells_.empty()) return;
    for (std::size_t i = start(key);; i = (i + 1) & mask()) {
      if (cells_[i].key == key) {
        cells_[i].key = kErased;
        return;
      }
      if (cells_[i].key == kFree) return;
    }
  }

  void clear() {
    cells_.clear();
    used_ = 0;
  }

 private:
  static constexpr std::int64_t kFree = 0;
  static constexpr std::int64_t kErased = INT64_MIN;
  struct Cell {
    std::int64_t key = kFree;
    std::uint32_t value = 0;
  };

  std::size_t mask() const { return cells_.size() - 1; }
  std::size_t start(std::int64_t key) const {
    return (static_cast<std::uint64_t>(key) * 0x9e3779b97f4a7c15ULL >> 20) & mask();
  }
  void grow() {
    std::vector<Cell> old;
    old.swap(cells_);
    cells_.resize(old.empty() ? 64 : old.size() * 2);
    used_ = 0;
    for (const Cell& cell : old) {
      if (cell.key != kFree && cell.key != kErased) put(cell.key, cell.value);
    }
  }

  std::vector<Cell> cells_;
  std::size_t used_ = 0;  // occupied and erased cells
};

}  // namespace srsync::core
