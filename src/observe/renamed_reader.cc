#include "observe/renamed_reader.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace srsync::observe {

namespace {

// The tables of one target database that belong to `db` of the source.
void take_tables(const core::DatabaseListing& listing, const core::Renames& renames,
                 core::DatabaseListing& out) {
  for (const core::TableListing& table : listing.tables) {
    const auto source = renames.backward({listing.name, table.name});
    if (!source || source->db != out.name) continue;
    out.tables.push_back(table);
    out.tables.back().name = source->table;
  }
}

// What stands under a database's own name on the target, and what stands elsewhere.
core::DatabaseListing gather(const core::DatabaseListing& own, const std::string& source,
                             const std::map<std::string, const core::DatabaseListing*>& all,
                             const core::Renames& renames) {
  core::DatabaseListing out{own.id, source, own.complete, {}};
  take_tables(own, renames, out);
  for (const std::string& other : renames.other_databases(source)) {
    const auto listing = all.find(other);
    if (listing == all.end()) continue;
    out.complete = out.complete && listing->second->complete;
    take_tables(*listing->second, renames, out);
  }
  return out;
}

Status no_name(const std::string& what, const std::string& why) {
  return not_found(what + " is not on the target: " + why);
}

}  // namespace

core::Sweep in_source_names(const core::Sweep& sweep, const core::Renames& renames) {
  core::Sweep out;
  out.started = sweep.started;
  out.complete = sweep.complete;
  out.problem = sweep.problem;
  std::map<std::string, const core::DatabaseListing*> all;
  for (const core::DatabaseListing& listing : sweep.databases) all[listing.name] = &listing;
  std::set<std::string> listed;
  for (const core::DatabaseListing& listing : sweep.databases) {
    const auto source = renames.backward_database(listing.name);
    if (!source) continue;
    listed.insert(*source);
    out.databases.push_back(gather(listing, *source, all, renames));
  }
  for (const core::SweptTable& table : sweep.tables) {
    auto source = renames.backward(table.name);
    if (!source) continue;
    // Without its database its tables are not there either, wherever they stand.
    const bool guest = renames.forward_database(source->db) != table.name.db;
    if (guest && !listed.contains(source->db)) continue;
    out.tables.push_back({std::move(*source), table.partitions});
  }
  std::sort(out.tables.begin(), out.tables.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return out;
}

Result<core::Sweep> RenamedReader::sweep() {
  SRSYNC_ASSIGN_OR_RETURN(const core::Sweep sweep, target_.sweep());
  return in_source_names(sweep, *renames_);
}

Result<core::DatabaseListing> RenamedReader::list_database(const std::string& db) {
  const auto own_name = renames_->forward_database(db);
  if (!own_name) return no_name(db, renames_->taken_by({db, ""}));
  SRSYNC_ASSIGN_OR_RETURN(const core::DatabaseListing own, target_.list_database(*own_name));
  std::map<std::string, core::DatabaseListing> others;
  for (const std::string& other : renames_->other_databases(db)) {
    auto listing = target_.list_database(other);
    if (listing.is_ok()) {
      others.emplace(other, std::move(listing).value());
    } else if (listing.status().code() != Code::kNotFound) {
      return listing.status();
    }
  }
  std::map<std::string, const core::DatabaseListing*> all;
  for (const auto& [name, listing] : others) all[name] = &listing;
  return gather(own, db, all, *renames_);
}

Result<core::TableRead> RenamedReader::read_table(const core::TableName& name, core::TableId id) {
  const auto there = renames_->forward(name);
  if (!there) return no_name(core::to_string(name), renames_->taken_by(name));
  SRSYNC_ASSIGN_OR_RETURN(core::TableRead read, target_.read_table(*there, id));
  read.name = name;
  return read;
}

Result<core::TableRead> RenamedReader::read_partitions(const core::TableName& name,
                                                       core::TableId id) {
  const auto there = renames_->forward(name);
  if (!there) return no_name(core::to_string(name), renames_->taken_by(name));
  SRSYNC_ASSIGN_OR_RETURN(core::TableRead read, target_.read_partitions(*there, id));
  read.name = name;
  return read;
}

Result<io::Feed> RenamedReader::read_feed(const std::string& db, core::TxnId after) {
  const auto own = renames_->forward_database(db);
  if (!own) return no_name(db, renames_->taken_by({db, ""}));
  std::vector<std::string> there{*own};
  for (const std::string& other : renames_->other_databases(db)) there.push_back(other);
  return target_.read_feeds(db, there, after);
}

}  // namespace srsync::observe
