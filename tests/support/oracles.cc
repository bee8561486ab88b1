#include "support/oracles.h"

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

#include <fmt/format.h>

#include "base/text.h"
#include "core/renames.h"
#include "inspect/inspect.h"
#include "journal/reader.h"

namespace srsync::test {
namespace {

using sandbox::Catalog;
using sandbox::Database;
using sandbox::Effect;
using sandbox::Partition;
using sandbox::Table;

bool is_system(const std::string& db) {
  return db == "information_schema" || db == "sys" || db == "_statistics_";
}

void compare_partition(const std::string& where, const Partition& source, const Partition& target,
                       Complaints& out) {
  if (source.buckets != target.buckets) out.push_back(where + ": other number of buckets");
  // An empty partition is nobody's: there is nothing to replicate.
  if (source.visible_version == 1 && target.visible_version == 1) {
    if (!target.content.empty()) out.push_back(where + ": rows at version 1");
    return;
  }
  if (target.data_version != source.visible_version) {
    out.push_back(fmt::format("{}: source version {}, target {}", where, source.visible_version,
                              target.data_version));
  }
  if (target.version_epoch != source.version_epoch) out.push_back(where + ": other epoch");
  if (target.txn_type != sandbox::TxnType::kReplication) {
    out.push_back(where + ": last written by somebody else");
  }
  if (target.content != source.content) {
    out.push_back(fmt::format("{}: other rows ({} batches, {} expected)", where,
                              target.content.size(), source.content.size()));
  }
}

void compare_table(const std::string& where, const Table& source, const Table& target,
                   Complaints& out) {
  if (source.keys != target.keys) out.push_back(where + ": other key type");
  const auto& ours = source.columns();
  const auto& theirs = target.columns();
  const bool same = std::equal(
      ours.begin(), ours.end(), theirs.begin(), theirs.end(), [](const auto& a, const auto& b) {
        return a.name == b.name && a.type == b.type && a.is_key == b.is_key &&
               a.is_nullable == b.is_nullable && a.aggregate == b.aggregate;
      });
  if (!same) out.push_back(where + ": other columns");
  // The one partition of an unpartitioned table bears the table's name.
  const auto name_there = [&](const Partition& partition) {
    return partition.name == source.name ? target.name : partition.name;
  };
  std::set<std::string> expected;
  for (const Partition& partition : source.partitions) {
    const std::string name = where + "." + partition.name;
    expected.insert(name_there(partition));
    const Partition* found = target.find_partition(name_there(partition), partition.is_temporary);
    if (found == nullptr) {
      out.push_back(name + ": missing");
    } else {
      compare_partition(name, partition, *found, out);
    }
  }
  for (const Partition& partition : target.partitions) {
    if (!expected.contains(partition.name)) {
      out.push_back(where + "." + partition.name + ": only on the target");
    }
  }
}

void compare(const Catalog& source, const Catalog& target, const core::Renames& renames,
             Complaints& out) {
  for (const auto& [db_id, db] : source.databases) {
    if (is_system(db.name)) continue;
    const auto database = renames.forward_database(db.name);
    if (database && target.find_database(*database) == nullptr) {
      out.push_back(db.name + ": missing");
      continue;
    }
    for (const auto& [id, table] : db.tables) {
      if (table.kind != sandbox::TableKind::kOlap) continue;
      const auto there = renames.forward({db.name, table.name});
      if (!there) continue;
      const std::string where = db.name + "." + table.name;
      const Database* other = target.find_database(there->db);
      const Table* found = other == nullptr ? nullptr : other->find_table(there->table);
      if (found == nullptr) {
        out.push_back(where + ": missing");
      } else {
        compare_table(where, table, *found, out);
      }
    }
  }
}

bool changed_target(const Effect& effect) {
  const bool is_call = effect.kind == "rpc" && effect.text.starts_with("createPartition");
  return effect.cluster == "target" && effect.took_effect && (effect.kind == "sql" || is_call);
}

bool is_ddl(const Effect& effect) {
  return changed_target(effect) && !to_lower(effect.text).starts_with("insert");
}

bool holds_any(const std::string& text, const std::vector<std::string>& parts) {
  return std::any_of(parts.begin(), parts.end(),
                     [&](const std::string& part) { return contains(text, part); });
}

// "submit <label> 30@4 31@7" taken apart.
struct Submission {
  std::string label;
  std::set<std::string> goals;
};

Submission read_submission(const std::string& text) {
  std::istringstream words(text);
  Submission submission;
  std::string word;
  words >> word >> submission.label;
  while (words >> word) submission.goals.insert(word);
  return submission;
}

}  // namespace

Complaints differences(sandbox::Sandbox& sandbox, const std::string& renames) {
  Complaints out;
  // One after the other, as copies: nothing holds both clusters' locks.
  const Catalog source =
      sandbox.cluster(Side::kSource).with([](const Catalog& catalog) { return catalog; });
  const Catalog target =
      sandbox.cluster(Side::kTarget).with([](const Catalog& catalog) { return catalog; });
  compare(source, target, core::Renames::from_text(renames), out);
  return out;
}

Complaints repeated_ddl(const std::vector<Effect>& effects,
                        const std::vector<std::string>& repeatable) {
  std::map<std::string, int> times;
  for (const Effect& effect : effects) {
    if (is_ddl(effect) && !holds_any(effect.text, repeatable)) ++times[effect.text];
  }
  Complaints out;
  for (const auto& [text, count] : times) {
    if (count > 1) out.push_back(fmt::format("took effect {} times: {}", count, text));
  }
  return out;
}

Complaints missing_ddl(const std::vector<Effect>& effects,
                       const std::vector<std::string>& expected) {
  Complaints out;
  for (const std::string& wanted : expected) {
    const auto count = std::count_if(effects.begin(), effects.end(), [&](const Effect& effect) {
      return is_ddl(effect) && contains(effect.text, wanted);
    });
    if (count != 1) out.push_back(fmt::format("took effect {} times: {}", count, wanted));
  }
  return out;
}

std::vector<std::string> expected_creations(sandbox::Sandbox& sandbox,
                                            const std::vector<std::string>& except) {
  std::vector<std::string> out;
  const auto wanted = [&](const std::string& name) {
    return std::find(except.begin(), except.end(), name) == except.end();
  };
  sandbox.cluster(Side::kSource).with([&](const Catalog& catalog) {
    for (const auto& [db_id, db] : catalog.databases) {
      if (is_system(db.name)) continue;
      if (wanted(db.name))
        out.push_back(fmt::format("CREATE DATABASE IF NOT EXISTS `{}`", db.name));
      for (const auto& [id, table] : db.tables) {
        const std::string name = fmt::format("`{}`.`{}`", db.name, table.name);
        if (table.kind == sandbox::TableKind::kOlap && wanted(db.name + "." + table.name)) {
          out.push_back("CREATE TABLE IF NOT EXISTS " + name + " ");
        }
      }
    }
  });
  return out;
}

Complaints unplanned_drops(const std::vector<Effect>& effects,
                           const std::vector<std::string>& allowed) {
  Complaints out;
  for (const Effect& effect : effects) {
    if (!changed_target(effect)) continue;
    const std::string text = to_lower(effect.text);
    const bool drops = contains(text, "drop ") || contains(text, "truncate") ||
                       contains(text, "overwrite") || contains(text, "delete");
    if (drops && !holds_any(effect.text, allowed)) out.push_back("not planned: " + effect.text);
  }
  return out;
}

Complaints double_submissions(const std::vector<Effect>& effects) {
  Complaints out;
  std::map<std::string, Submission> alive;  // by label
  for (const Effect& effect : effects) {
    if (effect.kind != "job") continue;
    const Submission submission = read_submission(effect.text);
    if (effect.text.starts_with("end ")) {
      alive.erase(submission.label);
      continue;
    }
    for (const auto& [label, other] : alive) {
      for (const std::string& goal : submission.goals) {
        if (!other.goals.contains(goal)) continue;
        out.push_back(
            fmt::format("{} was sent for {} while {} was alive", submission.label, goal, label));
      }
    }
    if (effect.took_effect) alive[submission.label] = submission;
  }
  return out;
}

Complaints source_writes(const std::vector<Effect>& effects) {
  Complaints out;
  for (const Effect& effect : effects) {
    if (effect.cluster == "source" && effect.kind != "publish")
      out.push_back("sent to the source: " + effect.text);
  }
  return out;
}

Complaints target_changes(const std::vector<Effect>& effects) {
  Complaints out;
  for (const Effect& effect : effects) {
    if (effect.cluster == "target" && effect.kind != "publish")
      out.push_back("sent to the target: " + effect.text);
  }
  return out;
}

std::vector<std::string> journal_records(const std::string& dir, Complaints& complaints) {
  std::vector<std::string> records;
  const auto reader = journal::JournalReader::open(dir);
  if (!reader.is_ok()) {
    // Killed before there was one.
    if (reader.status().code() != Code::kNotFound) {
      complaints.push_back(reader.status().to_string());
    }
    return records;
  }
  for (const Status& damage : (*reader)->damage()) complaints.push_back(damage.to_string());
  const Status status = (*reader)->read(EventSeq(1), (*reader)->last_seq(),
                                        [&](const core::Event&, std::string_view record) {
                                          records.emplace_back(record);
                                          return Status::ok();
                                        });
  if (!status.is_ok()) complaints.push_back(status.to_string());
  return records;
}

Complaints not_a_prefix(const std::vector<std::string>& before,
                        const std::vector<std::string>& after) {
  if (before.size() > after.size()) {
    return {fmt::format("{} of {} events are gone", before.size() - after.size(), before.size())};
  }
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (before[i] != after[i]) return {fmt::format("event {} is another one now", i + 1)};
  }
  return {};
}

Complaints journal_violations(const std::string& dir) {
  const auto reader = journal::JournalReader::open(dir);
  if (!reader.is_ok()) return {reader.status().to_string()};
  Complaints out;
  for (const auto& violation : inspect::verify(**reader).violations) {
    out.push_back(fmt::format("event {}: {}", violation.seq.value(), violation.text));
  }
  return out;
}

std::string to_text(const Complaints& complaints) {
  std::string out;
  for (const std::string& complaint : complaints) out += complaint + "\n";
  return out;
}

}  // namespace srsync::test
