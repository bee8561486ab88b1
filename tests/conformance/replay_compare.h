// Compares an answer of the sandbox with a recorded one, ids, times and sizes aside. Ids are not
// ignored: each recorded id must stand for the same id of ours wherever it appears.
#pragma once

#include <map>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "sandbox/answer.h"

namespace srsync::sandbox {

class ReplayCompare {
 public:
  // nullopt: equal; else what differs. Pairs of ids are only kept when all is equal, so that an
  // answer may be tried again a moment later.
  std::optional<std::string> rows(const std::string& side, const nlohmann::json& recorded,
                                  const Answer& answer);
  // Texts with their ids, addresses and times blotted out.
  static std::string blot(const std::string& text);

 private:
  std::optional<std::string> cell(const std::string& side, const std::string& column,
                                  const nlohmann::json& recorded, const Cell& ours);
  bool pair(const std::string& kind, const std::string& recorded, const std::string& ours);

  // kind + recorded -> ours, and kind + ours -> recorded.
  std::map<std::string, std::string> forth_;
  std::map<std::string, std::string> back_;
};

}  // namespace srsync::sandbox
