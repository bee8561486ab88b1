// How many members an aggregate has, so that a test notices a member that the codec does not carry.
#pragma once

#include <cstddef>
#include <utility>

namespace srsync::test {

struct Anything {
  std::size_t index;
  template <typename T>
  operator T() const;  // NOLINT(google-explicit-constructor): stands for every type
};

template <typename T, std::size_t... I>
concept InitialisableFrom = requires {
  T{Anything{I}...};
};

template <typename T, std::size_t... I>
constexpr bool initialisable(std::index_sequence<I...> /*indexes*/) {
  return InitialisableFrom<T, I...>;
}

template <typename T, std::size_t N = 64>
constexpr std::size_t arity() {
  if constexpr (initialisable<T>(std::make_index_sequence<N>())) {
    return N;
  } else {
    static_assert(N > 0, "not an aggregate");
    return arity<T, N - 1>();
  }
}

}  // namespace srsync::test
