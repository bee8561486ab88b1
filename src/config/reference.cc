// The text of the shipped conf/sync.properties, made from the table of keys.

#include <fmt/format.h>

#include "base/text.h"
#include "config/keys.h"

namespace srsync::config {
namespace {

constexpr std::string_view kHead =
    "# Settings of srsync. Java properties: an empty value means the default.\n"
    "# Only source_fe_host and target_fe_host must be set.\n";

std::string_view heading(Group group) {
  switch (group) {
    case Group::kRun:
      return "Run";
    case Group::kSource:
      return "Source cluster (is only ever read)";
    case Group::kTarget:
      return "Target cluster";
    case Group::kScope:
      return "What is synchronised";
    case Group::kTables:
      return "Tables on the target";
    case Group::kPacing:
      return "Pace";
    case Group::kDrops:
      return "What may be dropped on the target";
    case Group::kOwn:
      return "Keys of srsync's own";
    case Group::kFuture:
      break;
  }
  return "Accepted, without effect in this version";
}

// The text as comment lines of at most 100 characters.
std::string comment(std::string_view text) {
  std::string out;
  std::string line = "#";
  for (const auto word : split(text, ' ')) {
    if (line.size() + 1 + word.size() > 100) {
      out += line + "\n";
      line = "#";
    }
    line += " ";
    line += word;
  }
  return out + line + "\n";
}

std::string entry(const KeySpec& key) {
  const std::string_view shown = key.default_text.empty() ? "empty" : key.default_text;

  std::string range = key.has(kRequired)
                          ? fmt::format("Required: {}.", allowed_values(key))
                          : fmt::format("Default: {}; allowed: {}.", shown, allowed_values(key));
  const bool is_left_out = key.has(kOnlyIfSet) || key.has(kNoEffectYet);
  return "\n" + comment(key.help) + comment(range) +
         fmt::format("{}{}={}\n", is_left_out ? "# " : "", key.name, key.default_text);
}

}  // namespace

std::string reference_file() {
  std::string out(kHead);
  const KeySpec* last = nullptr;
  for (const auto& key : all_keys()) {
    if (last == nullptr || last->group != key.group) {
      out += fmt::format("\n\n##### {} #####\n", heading(key.group));
    }
    out += entry(key);
    last = &key;
  }
  return out;
}

}  // namespace srsync::config
