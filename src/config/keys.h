// Every key of sync.properties, once: name, type, default, range, unit, meaning and where its value
// goes. The parser, the shipped conf/sync.properties and the journal's settings all follow it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/options.h"

namespace srsync::config {

// Options while a file is being read: what the file says and Options must not keep.
struct Draft {
  Options options;
  Secret source_secret_key;
  Secret target_secret_key;
};

template <typename T>
using FieldOf = T& (*)(Draft&);

// Where a key's value goes; the alternative is its type.
using Field =
    std::variant<FieldOf<bool>, FieldOf<int>, FieldOf<std::int64_t>, FieldOf<std::string>,
                 FieldOf<Secret>, FieldOf<std::optional<bool>>, FieldOf<std::vector<DataEntry>>,
                 FieldOf<TlsMode>, FieldOf<RecreateMode>, FieldOf<std::vector<ddl::RenameRule>>>;

enum class Group { kRun, kSource, kTarget, kScope, kTables, kPacing, kDrops, kFuture, kOwn };

enum KeyFlags : unsigned {
  kPlain = 0,
  kRequired = 1,    // no default: the file must set it
  kJournalled = 2,  // changes decisions: part of behaviour_settings()
  kNoEffectYet = 4,
  kHost = 8,         // the text must be a host name or address
  kOrMinusOne = 16,  // -1 is allowed below the range
  kOnlyIfSet = 32,   // setting it has a meaning of its own, so the shipped file leaves it out
  kPattern = 64,     // names may hold '*' and '?'
};

struct KeySpec {
  std::string_view name;
  Group group = Group::kRun;
  Field field;
  std::string_view default_text;
  std::string_view help;  // one or more sentences
  unsigned flags = kPlain;
  std::int64_t min = 0;
  std::int64_t max = 0;
  std::string_view unit = {};  // "seconds"

  bool has(KeyFlags flag) const { return (flags & flag) != 0; }
  bool is_secret() const { return std::holds_alternative<FieldOf<Secret>>(field); }
};

// In the order in which the shipped file has them.
const std::vector<KeySpec>& all_keys();
// nullptr: no such key. Key names are case-sensitive.
const KeySpec* find_key(std::string_view name);
// The known key that is spelled most like `name`.
std::string_view nearest_key(std::string_view name);

// What may stand as the key's value: "true or false", "a whole number from 1 to 65535, or -1".
std::string allowed_values(const KeySpec& key);
// What is wrong with a text that assign() does not take, where more can be said than
// allowed_values(); else empty.
std::string fault_of(const KeySpec& key, std::string_view text);

// Puts the value of a file into its place; an empty one means the default. False when it is none of
// allowed_values(); `draft` is unchanged then.
bool assign(const KeySpec& key, std::string_view text, Draft& draft);

// The value in its place as canonical text, such that assign() reads it back. Empty for secrets.
std::string canonical_text(const KeySpec& key, Draft& draft);

// The shipped conf/sync.properties: every key with its meaning, default, range and unit.
std::string reference_file();

}  // namespace srsync::config
