// Protobuf's wire format, read and written straight from and into the core's own structs.
//
// schema/journal.proto is the format; generated classes are not used in the product because a
// replay would then build every event twice, once as a message and once as a fact. The order of the
// fields() calls in *_fields.h is the order on disk. Writer and Reader are strict where Protobuf is
// lax, so that one value has exactly one encoding: ascending field numbers, zero values left out,
// numbers packed, nothing unknown. (tests/unit/codec compares both ways with the classes that
// protoc generates.)
//
// Not safe for use from two threads at once.
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "base/ids.h"
#include "base/status.h"
#include "codec/wire_types.h"

namespace srsync::codec {

// Appends fields to a string. Never fails.
class Writer {
 public:
  static constexpr bool kReads = false;

  explicit Writer(std::string& out) : out_(out) {}

  template <Varint T>
  void operator()(std::uint32_t field, const T& value) {
    const std::uint64_t raw = to_wire(value);
    if (raw == 0) return;
    tag(field, WireType::kVarint);
    varint(raw);
  }
  void operator()(std::uint32_t field, const std::string& value) {
    if (!value.empty()) bytes(field, value);
  }
  template <Message T>
  void operator()(std::uint32_t field, const T& value) {
    const std::size_t before = out_.size();
    message(field, value);
    if (out_.size() - before == tag_size(field) + 1) out_.resize(before);  // nothing but zeros
  }
  template <Message T>
  void operator()(std::uint32_t field, const std::optional<T>& value) {
    if (value.has_value()) message(field, *value);
  }
  void operator()(std::uint32_t field, const std::vector<std::string>& values) {
    for (const std::string& value : values) bytes(field, value);
  }
  template <Varint T>
  void operator()(std::uint32_t field, const std::vector<T>& values) {
    if (values.empty()) return;
    tag(field, WireType::kBytes);
    const std::size_t start = open();
    for (const T& value : values) varint(to_wire(value));
    close(start);
  }
  template <Message T>
  void operator()(std::uint32_t field, const std::vector<T>& values) {
    for (const T& value : values) message(field, value);
  }
  void operator()(std::uint32_t field, const std::map<std::string, std::string>& values) {
    for (const auto& [key, value] : values) message(field, TextPair{key, value});
  }
  // A map whose values hold their own keys: written as a list, `key_of` is for the reader.
  template <typename K, Message T, typename KeyOf>
  void keyed(std::uint32_t field, const std::map<K, T>& values, KeyOf /*key_of*/) {
    for (const auto& [key, value] : values) message(field, value);
  }
  // A number whose bits are all random: 8 bytes are shorter than a varint then.
  void fixed64(std::uint32_t field, std::uint64_t value) {
    if (value == 0) return;
    tag(field, WireType::kFixed64);
    for (int i = 0; i < 8; ++i) out_.push_back(static_cast<char>(value >> (8 * i)));
  }
  // One alternative of a oneof.
  template <Message T, typename... Ts>
  void alternative(std::uint32_t field, const std::variant<Ts...>& value) {
    if (const T* held = std::get_if<T>(&value)) message(field, *held);
  }

  void bytes(std::uint32_t field, std::string_view value) {
    tag(field, WireType::kBytes);
    varint(value.size());
    out_.append(value);
  }
  // Written even when empty: its presence says something.
  template <Message T>
  void message(std::uint32_t field, const T& value) {
    tag(field, WireType::kBytes);
    const std::size_t start = open();
    body(value);
    close(start);
  }
  // The fields of `value` without tag and length.
  template <Message T>
  void body(const T& value) {
    // fields() serves both directions and so takes a mutable value; a Writer only reads it.
    fields(*this, const_cast<T&>(value));
  }

 private:
  static constexpr std::size_t tag_size(std::uint32_t field) {
    return field < 16 ? 1 : field < 2048 ? 2 : 3;
  }
  void tag(std::uint32_t field, WireType type) {
    varint((std::uint64_t{field} << 3) | static_cast<std::uint64_t>(type));
  }
  void varint(std::uint64_t value) {
    char buffer[kVarintBytesMax];
    std::size_t used = 0;
    while (value >= 0x80) {
      buffer[used++] = static_cast<char>(value | 0x80);
      value >>= 7;
    }
    buffer[used++] = static_cast<char>(value);
    out_.append(buffer, used);
  }
  // Lengths are not known beforehand. Nearly all fit one byte, so one is kept free and only longer
  // bodies are moved.
  std::size_t open() {
    out_.push_back('\0');
    return out_.size();
  }
  void close(std::size_t start) {
    const std::size_t length = out_.size() - start;
    if (length < 0x80) {
      out_[start - 1] = static_cast<char>(length);
      return;
    }
    std::string prefix;
    Writer(prefix).varint(length);
    out_[start - 1] = prefix[0];
    out_.insert(start, prefix, 1);
  }

  std::string& out_;
};

// Reads fields in the order in which a Writer wrote them. A field that is absent gets its zero
// value, whatever the struct's own default is. After the first thing that does not fit, ok() is
// false and nothing more is read.
class Reader {
 public:
  static constexpr bool kReads = true;

  // `bytes` must outlive the reader.
  explicit Reader(std::string_view bytes) : at_(bytes.data()), end_(at_ + bytes.size()) {
    next_tag();
  }

  bool ok() const { return problem_ == nullptr; }
  // Fails when a field is left over: it belongs to a format that we do not know.
  void finish() {
    if (ok() && tag_ != 0) fail("is unknown or out of order");
  }
  // OK, or kCorruption: "<what>: field 3 <problem>".
  Status status(std::string_view what) const;
  // 0 at the end.
  std::uint32_t field() const { return static_cast<std::uint32_t>(tag_ >> 3); }

  template <Varint T>
  void operator()(std::uint32_t field, T& value) {
    std::uint64_t raw = 0;
    if (take(field, WireType::kVarint)) {
      raw = varint();
      if (raw == 0) fail("is written although it is zero");
      next_tag();
    }
    if (!from_wire(raw, value)) fail("has a value out of range");
  }
  void operator()(std::uint32_t field, std::string& value) {
    if (take(field, WireType::kBytes)) {
      value.assign(present());
      next_tag();
    } else {
      value.clear();
    }
  }
  template <Message T>
  void operator()(std::uint32_t field, T& value) {
    if (!take(field, WireType::kBytes)) {
      sub(std::string_view(), value);
      return;
    }
    sub(present(), value);
    next_tag();
  }
  template <Message T>
  void operator()(std::uint32_t field, std::optional<T>& value) {
    value.reset();
    if (!take(field, WireType::kBytes)) return;
    sub(delimited(), value.emplace());
    next_tag();
  }
  void operator()(std::uint32_t field, std::vector<std::string>& values) {
    values.clear();
    while (take(field, WireType::kBytes)) {
      values.emplace_back(delimited());
      next_tag();
    }
  }
  template <Varint T>
  void operator()(std::uint32_t field, std::vector<T>& values) {
    values.clear();
    if (!take(field, WireType::kBytes)) return;
    const std::string_view packed = present();
    Reader inner(packed.data(), packed.data() + packed.size());
    while (inner.at_ != inner.end_ && inner.ok()) {
      if (!from_wire(inner.varint(), values.emplace_back())) inner.fail("has a value out of range");
    }
    if (!inner.ok()) fail(inner.problem_);
    next_tag();
  }
  template <Message T>
  void operator()(std::uint32_t field, std::vector<T>& values) {
    values.clear();
    while (take(field, WireType::kBytes)) {
      sub(delimited(), values.emplace_back());
      next_tag();
    }
  }
  void operator()(std::uint32_t field, std::map<std::string, std::string>& values) {
    values.clear();
    while (take(field, WireType::kBytes)) {
      TextPair pair;
      sub(delimited(), pair);
      values.emplace_hint(values.end(), std::move(pair.key), std::move(pair.value));
      next_tag();
    }
  }
  template <typename K, Message T, typename KeyOf>
  void keyed(std::uint32_t field, std::map<K, T>& values, KeyOf key_of) {
    values.clear();
    while (take(field, WireType::kBytes)) {
      T value;
      sub(delimited(), value);
      values.emplace_hint(values.end(), key_of(value), std::move(value));
      next_tag();
    }
  }
  void fixed64(std::uint32_t field, std::uint64_t& value) {
    value = 0;
    if (!take(field, WireType::kFixed64)) return;
    if (end_ - at_ < 8) return fail("is cut short");
    for (int i = 7; i >= 0; --i) value = (value << 8) | static_cast<unsigned char>(at_[i]);
    at_ += 8;
    if (value == 0) return fail("is written although it is zero");
    next_tag();
  }
  template <Message T, typename... Ts>
  void alternative(std::uint32_t field, std::variant<Ts...>& value) {
    if (!take(field, WireType::kBytes)) return;
    T* held = std::get_if<T>(&value);
    sub(delimited(), held != nullptr ? *held : value.template emplace<T>());
    next_tag();
  }
  // The raw bytes of a field; empty when it is absent.
  std::string_view bytes(std::uint32_t field) {
    if (!take(field, WireType::kBytes)) return {};
    const std::string_view value = delimited();
    next_tag();
    return value;
  }

 private:
  Reader(const char* begin, const char* end) : at_(begin), end_(end) {}

  template <Message T>
  void sub(std::string_view body, T& value) {
    Reader inner(body);
    fields(inner, value);
    inner.finish();
    if (!inner.ok() && ok()) fail(inner.problem_);
  }
  bool take(std::uint32_t field, WireType type) {
    if (tag_ >> 3 != field) return false;
    if ((tag_ & 7) == static_cast<std::uint64_t>(type)) return true;
    fail("has the wrong wire type");
    return false;
  }
  void fail(const char* problem) {
    if (problem_ != nullptr) return;
    problem_ = problem;
    problem_field_ = field();
    tag_ = 0;
    at_ = end_;
  }
  void next_tag() {
    if (problem_ != nullptr) return;
    if (at_ == end_) {
      tag_ = 0;
      return;
    }
    tag_ = varint();
    if (tag_ >> 3 == 0) fail("has the number 0");
  }
  std::string_view delimited() {
    const std::uint64_t length = varint();
    if (length > static_cast<std::uint64_t>(end_ - at_)) {
      fail("is cut short");
      return {};
    }
    const std::string_view value(at_, static_cast<std::size_t>(length));
    at_ += length;
    return value;
  }
  // Of a field that is left out when it is empty.
  std::string_view present() {
    const std::string_view value = delimited();
    if (value.empty()) fail("is written although it is empty");
    return value;
  }
  std::uint64_t varint() {
    if (at_ != end_ && static_cast<unsigned char>(*at_) < 0x80) {
      return static_cast<unsigned char>(*at_++);
    }
    return long_varint();
  }
  std::uint64_t long_varint();

  const char* at_;
  const char* end_;
  std::uint64_t tag_ = 0;
  const char* problem_ = nullptr;
  std::uint32_t problem_field_ = 0;
};

}  // namespace srsync::codec
