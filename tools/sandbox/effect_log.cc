#include "sandbox/effect_log.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace srsync::sandbox {

EffectLog::EffectLog(const std::string& path) : file_(path, std::ios::app) {}

std::uint64_t EffectLog::append(Effect effect) {
  std::lock_guard lock(mutex_);
  effect.seq = effects_.size() + 1;
  if (file_.is_open()) {
    const nlohmann::json line = {{"seq", effect.seq},
                                 {"cluster", effect.cluster},
                                 {"frontend", effect.frontend},
                                 {"kind", effect.kind},
                                 {"db", effect.db},
                                 {"text", effect.text},
                                 {"outcome", effect.outcome},
                                 {"effect", effect.took_effect}};
    file_ << line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
    file_.flush();
  }
  effects_.push_back(std::move(effect));
  return effects_.back().seq;
}

std::vector<Effect> EffectLog::all() const { return since(0); }

std::vector<Effect> EffectLog::since(std::uint64_t seq) const {
  std::lock_guard lock(mutex_);
  if (seq >= effects_.size()) return {};
  return {effects_.begin() + static_cast<std::ptrdiff_t>(seq), effects_.end()};
}

}  // namespace srsync::sandbox
