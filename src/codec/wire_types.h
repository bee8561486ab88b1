// How the core's value types stand on the wire: which are numbers, and which numbers an enum may
// have.
#pragma once

#include <concepts>
#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>

#include "base/ids.h"
#include "base/side.h"
#include "base/status.h"
#include "core/fact.h"
#include "core/state.h"

namespace srsync::codec {

enum class WireType : std::uint8_t { kVarint = 0, kFixed64 = 1, kBytes = 2 };

inline constexpr std::size_t kVarintBytesMax = 10;

// First and last number of an enum as this version knows it. A new value needs a new
// kSchemaVersion.
template <typename E>
struct EnumRange;
template <>
struct EnumRange<Side> {
  static constexpr int kFirst = 0, kLast = 1;
};
template <>
struct EnumRange<Code> {
  static constexpr int kFirst = 0, kLast = 10;
};
template <>
struct EnumRange<core::TxnType> {
  static constexpr int kFirst = 0, kLast = 2;
};
template <>
struct EnumRange<core::RunMode> {
  static constexpr int kFirst = 0, kLast = 2;
};
template <>
struct EnumRange<core::TableKind> {
  static constexpr int kFirst = 0, kLast = 3;
};
template <>
struct EnumRange<core::DdlKind> {
  static constexpr int kFirst = 1, kLast = 27;
};
template <>
struct EnumRange<core::RejectReason> {
  static constexpr int kFirst = 0, kLast = 6;
};
template <>
struct EnumRange<core::BesidePhase> {
  static constexpr int kFirst = 1, kLast = 4;
};
template <>
struct EnumRange<core::BesideCause> {
  static constexpr int kFirst = 0, kLast = 3;
};
template <>
struct EnumRange<core::JobPhase> {
  static constexpr int kFirst = 1, kLast = 5;
};

template <typename T>
inline constexpr bool kIsId = false;
template <typename Tag>
inline constexpr bool kIsId<Id<Tag>> = true;

template <typename T>
concept Varint = std::integral<T> || std::is_enum_v<T> || kIsId<T> || std::same_as<T, WallTime> ||
    std::same_as<T, EventSeq>;

// One entry of a text-to-text map.
struct TextPair {
  std::string key;
  std::string value;
};
template <typename Ar>
void fields(Ar& ar, TextPair& x) {
  ar(1, x.key);
  ar(2, x.value);
}

// A struct that *_fields.h describes.
template <typename T>
concept Message = std::is_class_v<T> && std::is_aggregate_v<T> && !Varint<T>;

template <Varint T>
constexpr std::uint64_t to_wire(const T& value) {
  if constexpr (kIsId<T> || std::same_as<T, EventSeq>) {
    return static_cast<std::uint64_t>(value.value());
  } else if constexpr (std::same_as<T, WallTime>) {
    return static_cast<std::uint64_t>(value.ms());
  } else if constexpr (std::signed_integral<T>) {
    return static_cast<std::uint64_t>(static_cast<std::int64_t>(value));
  } else {
    return static_cast<std::uint64_t>(value);
  }
}

// False when `raw` is not a value of T; `value` is then unchanged.
template <Varint T>
constexpr bool from_wire(std::uint64_t raw, T& value) {
  if constexpr (kIsId<T>) {
    value = T(static_cast<std::int64_t>(raw));
  } else if constexpr (std::same_as<T, EventSeq>) {
    value = EventSeq(raw);
  } else if constexpr (std::same_as<T, WallTime>) {
    value = WallTime(static_cast<std::int64_t>(raw));
  } else if constexpr (std::is_enum_v<T>) {
    if (raw < EnumRange<T>::kFirst || raw > EnumRange<T>::kLast) return false;
    value = static_cast<T>(raw);
  } else if constexpr (std::signed_integral<T>) {
    const auto number = static_cast<std::int64_t>(raw);
    if (number < std::numeric_limits<T>::min() || number > std::numeric_limits<T>::max()) {
      return false;
    }
    value = static_cast<T>(number);
  } else {
    if (raw > std::numeric_limits<T>::max()) return false;
    value = static_cast<T>(raw);
  }
  return true;
}

}  // namespace srsync::codec
