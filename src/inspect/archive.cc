#include "inspect/archive.h"

#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/bytes.h"
#include "base/text.h"
#include "codec/event_codec.h"
#include "codec/state_codec.h"
#include "journal/importer.h"

namespace srsync::inspect {
namespace {

constexpr std::string_view kMagic = "srsync-journal-archive";
constexpr int kVersionWhole = 1;
constexpr int kVersion = 2;  // may begin with a checkpoint

std::string identity_line(const io::JournalIdentity& identity, bool redacted) {
  nlohmann::ordered_json json;
  json["id"] = identity.journal_id;
  json["created_ms"] = identity.created.ms();
  json["source"] = identity.pair.source_cluster_id;
  json["target"] = identity.pair.target_cluster_id;
  json["source_mode"] = static_cast<int>(identity.pair.source_run_mode);
  json["target_mode"] = static_cast<int>(identity.pair.target_run_mode);
  json["redacted"] = redacted;
  return "journal " + json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Result<io::JournalIdentity> parse_identity(std::string_view line) {
  const Status bad = corruption("the line that names the journal cannot be read");
  if (!line.starts_with("journal ")) return bad;
  const auto json = nlohmann::json::parse(line.substr(8), nullptr, false);
  if (!json.is_object()) return bad;
  const auto text = [&json](const char* key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  const auto number = [&json](const char* key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
  };
  io::JournalIdentity identity;
  identity.journal_id = text("id");
  identity.created = WallTime(number("created_ms"));
  identity.pair.source_cluster_id = text("source");
  identity.pair.target_cluster_id = text("target");
  identity.pair.source_run_mode = static_cast<core::RunMode>(number("source_mode"));
  identity.pair.target_run_mode = static_cast<core::RunMode>(number("target_mode"));
  if (identity.journal_id.size() != 16) return bad;
  return identity;
}

Result<Hash128> parse_hash(std::string_view hex) {
  const Result<std::string> bytes = from_hex(hex);
  if (!bytes.is_ok() || bytes->size() != 16) return corruption("its hash cannot be read");
  const std::string_view view = *bytes;
  Hash128 hash;
  SRSYNC_ASSIGN_OR_RETURN(hash.high, parse_big_endian_u64(view.substr(0, 8)));
  SRSYNC_ASSIGN_OR_RETURN(hash.low, parse_big_endian_u64(view.substr(8)));
  return hash;
}

constexpr std::size_t kPieceBytes = 1 << 20;

using WriteLine = std::function<void(std::string_view)>;

// What stands for the events that were trimmed away, if any were.
Status write_beginning(const journal::JournalReader& reader, const Redactor* redactor,
                       const WriteLine& line) {
  const journal::Beginning& beginning = reader.beginning();
  if (!beginning.trimmed()) return Status::ok();
  line(fmt::format("trimmed {} {} {}", beginning.seq.value(), beginning.at.ms(),
                   to_hex(beginning.chain)));
  core::State state;
  SRSYNC_ASSIGN_OR_RETURN(state, reader.state_at_beginning());
  if (redactor != nullptr) redactor->redact(state);
  Hash128 digest;
  SRSYNC_ASSIGN_OR_RETURN(digest,
                          codec::encode_state(state, kPieceBytes, [&line](std::string_view piece) {
                            line("state " + to_hex(piece));
                            return Status::ok();
                          }));
  line("checkpoint " + to_hex(digest));
  return Status::ok();
}

Status learn_all(const journal::JournalReader& reader, Redactor& redactor) {
  core::State state;
  SRSYNC_ASSIGN_OR_RETURN(state, reader.state_at_beginning());
  redactor.learn(state);
  return reader.read(reader.first_seq(), reader.last_seq(),
                     [&redactor](const core::Event& event, std::string_view) {
                       redactor.learn(event.fact);
                       return Status::ok();
                     });
}

Status write_redacted(const journal::JournalReader& reader, const Redactor& redactor,
                      const WriteLine& line, const Progress& progress, Hash128& chain) {
  chain = reader.beginning().chain;
  std::string record;
  return reader.read(reader.first_seq(), reader.last_seq(),
                     [&](const core::Event& event, std::string_view) {
                       core::Event hidden = event;
                       redactor.redact(hidden.fact);
                       record.clear();
                       codec::encode_event(hidden, chain, record);
                       chain = codec::chain_next(chain, record);
                       line(to_hex(record));
                       if (progress && event.seq.value() % kProgressEvery == 0) progress(event.seq);
                       return Status::ok();
                     });
}

Status write_as_it_is(const journal::JournalReader& reader, const WriteLine& line,
                      const Progress& progress) {
  return reader.read(reader.first_seq(), reader.last_seq(),
                     [&](const core::Event& event, std::string_view record) {
                       line(to_hex(record));
                       if (progress && event.seq.value() % kProgressEvery == 0) progress(event.seq);
                       return Status::ok();
                     });
}

class ArchiveReader {
 public:
  ArchiveReader(const std::string& dir, const Progress& progress)
      : dir_(dir), progress_(progress) {}

  Status add(std::string_view line) {
    if (line.empty() || line[0] == '#') return Status::ok();
    if (finished_) return corruption("something stands behind the end");
    if (!magic_) return check_magic(line);
    if (importer_ == nullptr) return begin(line);
    if (begins_with_state_ != trimmed_ || line.starts_with("trimmed ")) return trimmed(line);
    if (line.starts_with("state ")) return state(line);
    if (line.starts_with("checkpoint ")) return checkpoint(line);
    if (line.starts_with("end ")) return end(line);
    const Result<std::string> record = from_hex(line);
    if (!record.is_ok()) return corruption("it is not an event's record");
    ++events_;
    if (progress_ && events_ % kProgressEvery == 0) progress_(EventSeq(events_));
    return importer_->add(*record);
  }
  bool finished() const { return finished_; }

 private:
  Status check_magic(std::string_view line) {
    const auto words = split(line, ' ');
    if (words.size() != 2 || words[0] != kMagic) return corruption("this is not such an archive");
    const auto version = parse_int64(words[1]);
    if (!version.has_value() || *version < kVersionWhole || *version > kVersion) {
      return unsupported(fmt::format("the archive has version {}, this program knows up to {}",
                                     words[1], kVersion),
                         "use the version of srsync that wrote it, or a newer one");
    }
    magic_ = true;
    begins_with_state_ = *version > kVersionWhole;
    return Status::ok();
  }
  Status begin(std::string_view line) {
    io::JournalIdentity identity;
    SRSYNC_ASSIGN_OR_RETURN(identity, parse_identity(line));
    SRSYNC_ASSIGN_OR_RETURN(importer_, journal::Importer::create(dir_, identity));
    return Status::ok();
  }
  Status trimmed(std::string_view line) {
    if (!begins_with_state_ || !line.starts_with("trimmed ")) {
      return corruption("its version and its beginning contradict each other");
    }
    trimmed_ = true;
    const auto words = split(line, ' ');
    const auto seq = words.size() == 4 ? parse_int64(words[1]) : std::nullopt;
    const auto at = words.size() == 4 ? parse_int64(words[2]) : std::nullopt;
    if (!seq.has_value() || *seq <= 0 || !at.has_value()) {
      return corruption("what says that it was trimmed cannot be read");
    }
    journal::Beginning beginning{EventSeq(static_cast<std::uint64_t>(*seq)), {}, WallTime(*at)};
    SRSYNC_ASSIGN_OR_RETURN(beginning.chain, parse_hash(words[3]));
    return importer_->begin_trimmed(beginning);
  }
  Status state(std::string_view line) {
    const Result<std::string> piece = from_hex(line.substr(6));
    if (!piece.is_ok()) return corruption("it is not a piece of a checkpoint");
    return importer_->add_state(*piece);
  }
  Status checkpoint(std::string_view line) {
    Hash128 digest;
    SRSYNC_ASSIGN_OR_RETURN(digest, parse_hash(line.substr(11)));
    return importer_->finish_state(digest);
  }
  Status end(std::string_view line) {
    const auto words = split(line, ' ');
    const auto last = words.size() == 3 ? parse_int64(words[1]) : std::nullopt;
    if (!last.has_value() || *last < 0) return corruption("the last line cannot be read");
    Hash128 chain;
    SRSYNC_ASSIGN_OR_RETURN(chain, parse_hash(words[2]));
    SRSYNC_RETURN_IF_ERROR(importer_->finish(EventSeq(static_cast<std::uint64_t>(*last)), chain));
    finished_ = true;
    return Status::ok();
  }

  const std::string& dir_;
  const Progress& progress_;
  std::unique_ptr<journal::Importer> importer_;
  std::uint64_t events_ = 0;
  bool magic_ = false;
  bool begins_with_state_ = false;  // says the version
  bool trimmed_ = false;            // and there it was
  bool finished_ = false;
};

}  // namespace

Status export_archive(const journal::JournalReader& reader, const ExportOptions& options,
                      const std::function<void(std::string_view line)>& line,
                      const Progress& progress) {
  line(fmt::format("{} {}", kMagic, reader.beginning().trimmed() ? kVersion : kVersionWhole));
  line(identity_line(reader.identity(), options.redact));
  Hash128 chain = reader.chain();
  Redactor redactor(reader.identity().journal_id);
  if (options.redact) SRSYNC_RETURN_IF_ERROR(learn_all(reader, redactor));
  SRSYNC_RETURN_IF_ERROR(write_beginning(reader, options.redact ? &redactor : nullptr, line));
  // On failure without the end, so that the archive is refused: it would pass for a whole one.
  SRSYNC_RETURN_IF_ERROR(options.redact ? write_redacted(reader, redactor, line, progress, chain)
                                        : write_as_it_is(reader, line, progress));
  line(fmt::format("end {} {}", reader.last_seq().value(), to_hex(chain)));
  return Status::ok();
}

Status import_archive(const std::string& dir, const std::function<bool(std::string& line)>& next,
                      const Progress& progress) {
  ArchiveReader archive(dir, progress);
  std::string line;
  std::uint64_t number = 0;
  while (next(line)) {
    ++number;
    const Status added = archive.add(line);
    if (!added.is_ok()) return added.with_context(fmt::format("archive, line {}", number));
  }
  if (archive.finished()) return Status::ok();
  return corruption(fmt::format("the archive is cut off after line {}", number),
                    "export it again, or fetch it anew");
}

}  // namespace srsync::inspect
