// Random facts and states, made through the same field lists that the codec uses: whatever the
// codec carries is filled, without a second list to keep.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "codec/fact_fields.h"
#include "codec/state_fields.h"

namespace srsync::test {

using codec::fields;

class Filler {
 public:
  static constexpr bool kReads = true;

  // `any_bytes`: texts hold arbitrary bytes instead of UTF-8.
  explicit Filler(std::uint64_t seed, bool any_bytes = false)
      : random_(seed), any_bytes_(any_bytes) {}

  std::uint64_t below(std::uint64_t limit) { return random_() % limit; }

  template <codec::Varint T>
  void operator()(std::uint32_t /*field*/, T& value) {
    if constexpr (std::same_as<T, bool>) {
      value = below(2) == 1;
    } else if constexpr (std::is_enum_v<T>) {
      constexpr int kFirst = codec::EnumRange<T>::kFirst;
      constexpr int kCount = codec::EnumRange<T>::kLast - kFirst + 1;
      value = static_cast<T>(kFirst + static_cast<int>(below(kCount)));
    } else if constexpr (codec::kIsId<T>) {
      // Ids are positive, and wide enough not to meet.
      value = T(static_cast<std::int64_t>(below(1ULL << (20 + below(40)))) + 1);
    } else if constexpr (std::same_as<T, WallTime>) {
      value = WallTime(static_cast<std::int64_t>(below(1ULL << 42)));
    } else if constexpr (std::same_as<T, EventSeq>) {
      value = EventSeq(below(1ULL << 40));
    } else {
      value = number<T>();
    }
  }
  void operator()(std::uint32_t /*field*/, std::string& value) { value = text(); }
  template <codec::Message T>
  void operator()(std::uint32_t /*field*/, T& value) {
    fields(*this, value);
  }
  template <codec::Message T>
  void operator()(std::uint32_t /*field*/, std::optional<T>& value) {
    value.reset();
    if (below(3) != 0) fields(*this, value.emplace());
  }
  template <typename T>
  void operator()(std::uint32_t field, std::vector<T>& values) {
    values.clear();
    for (std::uint64_t i = below(4); i > 0; --i) (*this)(field, values.emplace_back());
  }
  void operator()(std::uint32_t /*field*/, std::map<std::string, std::string>& values) {
    values.clear();
    for (std::uint64_t i = below(4); i > 0; --i) values[text()] = text();
  }
  template <typename K, codec::Message T, typename KeyOf>
  void keyed(std::uint32_t /*field*/, std::map<K, T>& values, KeyOf key_of) {
    values.clear();
    for (std::uint64_t i = below(4); i > 0; --i) {
      T value;
      fields(*this, value);
      values[key_of(value)] = value;
    }
  }
  void fixed64(std::uint32_t /*field*/, std::uint64_t& value) { value = number<std::uint64_t>(); }
  template <codec::Message T, typename... Ts>
  void alternative(std::uint32_t /*field*/, std::variant<Ts...>& value) {
    if (below(3) == 0) fields(*this, value.template emplace<T>());
  }

  std::string text() {
    std::string value;
    // Around 128 bytes the length prefix grows.
    for (std::uint64_t i = below(10) == 0 ? 120 + below(20) : below(12); i > 0; --i) {
      if (any_bytes_) {
        value.push_back(static_cast<char>(below(256)));
      } else {
        static const std::vector<std::string> kLetters = {"a", "Z", "_", "`", "'", "\n", "ü", "表"};
        value += kLetters[below(kLetters.size())];
      }
    }
    return value;
  }

 private:
  template <typename T>
  T number() {
    switch (below(8)) {
      case 0:
        return 0;
      case 1:
        return std::numeric_limits<T>::max();
      case 2:
        return std::numeric_limits<T>::min();
      case 3:
        return static_cast<T>(-1);
      case 4:
        return static_cast<T>(127 + below(2));
      default:
        return static_cast<T>(random_() >> below(64));
    }
  }

  std::mt19937_64 random_;
  bool any_bytes_;
};

template <std::size_t I = 0>
core::Fact default_fact(std::size_t index) {
  if constexpr (I < std::variant_size_v<core::Fact>) {
    if (index == I) return core::Fact(std::in_place_index<I>);
    return default_fact<I + 1>(index);
  }
  return {};
}

// A fact of alternative `index` with every field random.
inline core::Fact random_fact(Filler& filler, std::size_t index) {
  core::Fact fact = default_fact(index);
  std::visit([&filler](auto& held) { fields(filler, held); }, fact);
  return fact;
}

inline core::Event random_event(Filler& filler, std::size_t index) {
  core::Event event;
  filler(1, event.seq);
  filler(2, event.at);
  event.fact = random_fact(filler, index);
  return event;
}

// Not a State that any history leads to: only its parts are believable.
inline core::State random_state(Filler& filler, std::size_t tables) {
  core::State state;
  codec::state_head_fields(filler, state);
  for (std::size_t i = 0; i < tables; ++i) fields(filler, state.tables.emplace_back());
  return state;
}

}  // namespace srsync::test
