// A journal as one portable text, to keep or to send with a bug report.
//
//   srsync-journal-archive 1               (2 when it was trimmed)
//   journal
//   {"id":..,"created_ms":..,"source":..,"target":..,"source_mode":..,"target_mode":..,
//    "redacted":..}
//   trimmed <last event that is gone> <its time> <chain hash after it>   only in a trimmed one,
//   state <hex of a piece of the checkpoint that stands for them>        with as many of these as
//   checkpoint <digest of that checkpoint>                               it has pieces
//   <hex of an event's record>            one line per event, in order
//   end <last event> <chain hash>
//
// Lines that start with '#' and empty ones are comments. Every record, the chain and the end are
// checked at import, so a cut or edited archive is refused. Other checkpoints are not in it: they
// follow from the events.
#pragma once

#include <functional>
#include <set>
#include <string>

#include "inspect/history.h"

namespace srsync::inspect {

// With `redact`, names (databases, tables, partitions, columns, hosts, labels) are replaced by
// short hashes, the same one for the same name, and literals and numbers in SQL are taken out; ids,
// versions, times and settings that are numbers or switches stay. Its plan differs from the
// original's where SQL decides, so verify may complain about a redacted journal.
struct ExportOptions {
  bool redact = false;
};
Status export_archive(const journal::JournalReader& reader, const ExportOptions& options,
                      const std::function<void(std::string_view line)>& line,
                      const Progress& progress = {});

// Makes the journal in `dir` from an archive. `next` gives the archive's lines, without their ends;
// false at its end. kRejected when something stands in `dir`; kCorruption names the line that is
// not what was exported: what stands in `dir` then is refused as damaged.
Status import_archive(const std::string& dir, const std::function<bool(std::string& line)>& next,
                      const Progress& progress = {});

// --- redaction
// --------------------------------------------------------------------------------------

// Names that occur in a history, and texts without them. One thread.
class Redactor {
 public:
  // `salt` keeps short names from being found by trying; the journal's id.
  explicit Redactor(std::string salt) : salt_(std::move(salt)) {}
  // First pass: learns the names in it.
  void learn(const core::Fact& fact);
  void learn(const core::State& state);
  // Second pass. Of a State only what is journalled is redacted.
  void redact(core::Fact& fact) const;
  void redact(core::State& state) const;

  void learn_name(const std::string& name);
  void learn_sql(std::string_view sql);
  std::string name(std::string_view name) const;
  // What people or servers wrote: known names, everything in quotes and addresses are replaced.
  // With `sql` numbers as well.
  std::string text(std::string_view text, bool sql) const;

 private:
  std::string word(std::string_view word, bool sql) const;
  std::string hidden(const std::string& value) const;

  std::string salt_;
  std::set<std::string, std::less<>> names_;
};

}  // namespace srsync::inspect
