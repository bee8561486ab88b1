#include "scenario/runner.h"

#include <fmt/format.h>

#include <map>
#include <sstream>
#include <stdexcept>

#include "base/bytes.h"
#include "base/text.h"
#include "codec/state_codec.h"
#include "core/assess.h"
#include "core/describe.h"
#include "core/plan.h"
#include "core/progress.h"
#include "ddl/compare.h"
#include "ddl/read_create_table.h"

namespace srsync::scenario {
namespace {

using namespace srsync::core;

// Words of a command line: bare words, and key=value pairs (a value may be quoted).
struct Words {
  std::vector<std::string> bare;
  std::vector<std::pair<std::string, std::string>> pairs;

  std::string get(const std::string& key, const std::string& otherwise = "") const {
    for (const auto& [k, v] : pairs) {
      if (k == key) return v;
    }
    return otherwise;
  }
  std::int64_t number(const std::string& key, std::int64_t otherwise = 0) const {
    const std::string text = get(key);
    return text.empty() ? otherwise : parse_int64(text).value();
  }
  bool has(const std::string& word) const {
    for (const auto& b : bare) {
      if (b == word) return true;
    }
    return false;
  }
  const std::string& at(std::size_t i) const {
    if (i >= bare.size()) throw std::runtime_error("a word is missing");
    return bare[i];
  }
  // The bare words from the i-th on, joined.
  std::string rest(std::size_t i) const {
    std::string text;
    for (; i < bare.size(); ++i) text += (text.empty() ? "" : " ") + bare[i];
    return text;
  }
};

std::vector<std::string> tokens(const std::string& line) {
  std::vector<std::string> parts;
  std::string part;
  bool quoted = false;
  for (const char c : line) {
    if (c == '\'') {
      quoted = !quoted;
    } else if (c == ' ' && !quoted) {
      if (!part.empty()) parts.push_back(part);
      part.clear();
    } else {
      part += c;
    }
  }
  if (!part.empty()) parts.push_back(part);
  return parts;
}

Words parse(const std::string& line) {
  Words words;
  for (const auto& part : tokens(line)) {
    const auto equals = part.find('=');
    if (equals == std::string::npos || equals == 0) {
      words.bare.push_back(part);
    } else {
      words.pairs.emplace_back(part.substr(0, equals), part.substr(equals + 1));
    }
  }
  return words;
}

Side side_of(const std::string& word) {
  if (word == "source") return Side::kSource;
  if (word == "target") return Side::kTarget;
  throw std::runtime_error("'" + word + "' is neither source nor target");
}

TableName name_of(const std::string& word) {
  const auto dot = word.find('.');
  if (dot == std::string::npos) throw std::runtime_error("'" + word + "' is not db.table");
  return {word.substr(0, dot), word.substr(dot + 1)};
}

std::int64_t field(const std::vector<std::string_view>& fields, std::size_t i,
                   std::int64_t otherwise) {
  return i < fields.size() && !fields[i].empty() ? parse_int64(fields[i]).value() : otherwise;
}

TxnType type_of(std::string_view word) {
  return word == "R" ? TxnType::kReplication : TxnType::kNormal;
}

// name:id:visible:data:epoch:N|R[:buckets[:low-high]]; dates are low..high
Partition partition_of(const std::string& text) {
  const auto fields = split(text, ':');
  Partition p;
  p.name = std::string(fields[0]);
  p.id = PartitionId(field(fields, 1, 0));
  p.visible_version = field(fields, 2, 1);
  p.data_version = field(fields, 3, p.visible_version);
  p.epoch = field(fields, 4, 0);
  p.txn_type = fields.size() > 5 ? type_of(fields[5]) : TxnType::kNormal;
  p.buckets = static_cast<std::int32_t>(field(fields, 6, 2));
  p.data_bytes = p.visible_version > 1 ? 1000 : 0;
  if (fields.size() > 7) {
    const std::string_view dots = "..";
    const std::size_t at = fields[7].find(dots);
    const auto bounds = split(fields[7], '-');
    p.values = at != std::string_view::npos
                   ? fmt::format(R"(VALUES [("{}"), ("{}")))", fields[7].substr(0, at),
                                 fields[7].substr(at + dots.size()))
                   : fmt::format(R"(VALUES [("{}"), ("{}")))", bounds[0], bounds[1]);
  }
  return p;
}

// id:visible:data:epoch:N|R
PartitionVersion version_of(const std::string& text) {
  const auto fields = split(text, ':');
  PartitionVersion v;
  v.id = PartitionId(field(fields, 0, 0));
  v.visible_version = field(fields, 1, 1);
  v.data_version = field(fields, 2, v.visible_version);
  v.epoch = field(fields, 3, 0);
  v.txn_type = fields.size() > 4 ? type_of(fields[4]) : TxnType::kNormal;
  return v;
}

// name(column) as SHOW CREATE TABLE prints an index.
std::string quoted(const std::string& index) {
  const auto open = index.find('(');
  return fmt::format("{} (`{}`)", index.substr(0, open),
                     index.substr(open + 1, index.size() - open - 2));
}

// r1(v,k): a rollup of these columns; mv(sum_v)=SELECT .. : a synchronous materialized view.
Rollup rollup_of(const std::string& text) {
  const auto open = text.find('(');
  const auto close = text.find(')', open);
  Rollup rollup;
  rollup.name = text.substr(0, open);
  const std::string columns = text.substr(open + 1, close - open - 1);
  rollup.definition = "DUP_KEYS: " + columns;
  for (const auto column : split(columns, ',')) rollup.columns.emplace_back(column);
  if (close + 1 < text.size()) {
    rollup.view_sql =
        fmt::format("CREATE MATERIALIZED VIEW {} AS {}", rollup.name, text.substr(close + 2));
  }
  return rollup;
}

// A SHOW CREATE TABLE text: column `k` and what `columns` adds ("v:int(11),w:bigint(20)"; with a
// third part a default, "w:datetime:CURRENT_TIMESTAMP"),
// `index=name(column)`, `comment=text`, `property=key:value`; `weeks`: by slices of column v.
std::string create_text(const std::string& table, const Words& words, bool partitioned) {
  const std::string columns = words.get("columns");
  std::string sql = fmt::format("CREATE TABLE `{}` (\n  `k` int(11) NOT NULL COMMENT \"\"", table);
  if (!columns.empty()) {
    for (const auto column : split(columns, ',')) {
      const auto parts = split(column, ':');
      const std::string value =
          parts.size() > 2 ? fmt::format(" DEFAULT {}", parts[2]) : std::string();
      sql += fmt::format(",\n  `{}` {} NULL{} COMMENT \"\"", parts[0], parts.at(1), value);
    }
  }
  for (const auto& [key, value] : words.pairs) {
    if (key == "index") sql += fmt::format(",\n  INDEX {} USING BITMAP COMMENT ''", quoted(value));
  }
  sql += "\n) ENGINE=OLAP \nDUPLICATE KEY(`k`)\n";
  if (const std::string comment = words.get("comment"); !comment.empty()) {
    sql += fmt::format("COMMENT \"{}\"\n", comment);
  }
  if (words.has("weeks")) {
    sql += "PARTITION BY time_slice(v, 7, 'day', 'floor')\n";
  } else if (partitioned) {
    sql += "PARTITION BY RANGE(`k`)\n()\n";
  }
  sql += "DISTRIBUTED BY HASH(`k`) BUCKETS 2 \nPROPERTIES (\n";
  if (const std::string property = words.get("property"); !property.empty()) {
    const auto colon = property.find(':');
    sql += fmt::format("\"{}\" = \"{}\",\n", property.substr(0, colon), property.substr(colon + 1));
  }
  return sql + "\"replication_num\" = \"1\"\n);";
}

// view|mview 'as=QUERY' ['refresh=..']
Fact view_fact(const Words& words) {
  TableRead read;
  read.side = side_of(words.at(1));
  read.name = name_of(words.at(2));
  read.id = TableId(words.number("id"));
  read.unreadable = words.get("unreadable");
  const std::string& table = read.name.table;
  if (words.has("view")) {
    read.kind = TableKind::kView;
    read.create_sql = fmt::format("CREATE VIEW `{}` (`a`) AS {};", table, words.get("as"));
  } else {
    read.kind = TableKind::kMaterializedView;
    read.create_sql = fmt::format(
        "CREATE MATERIALIZED VIEW `{}` (`a`)\nDISTRIBUTED BY HASH(`a`) BUCKETS 1 \nREFRESH "
        "{}\nPROPERTIES (\n\"replication_num\" = \"1\"\n)\nAS {};",
        table, words.get("refresh", "ASYNC"), words.get("as"));
  }
  return read;
}

TableKind kind_of(const Words& words) {
  if (words.has("view")) return TableKind::kView;
  return words.has("mview") ? TableKind::kMaterializedView : TableKind::kTable;
}

// What create_text() knows, `rollup=`, `p=partition`, and `mark=INDEX:VERSION` of the source's
// schema.
Fact read_fact(const Words& words) {
  if (kind_of(words) != TableKind::kTable) return view_fact(words);
  TableRead read;
  read.side = side_of(words.at(1));
  read.name = name_of(words.at(2));
  read.id = TableId(words.number("id"));
  read.unreadable = words.get("unreadable");
  bool partitioned = words.has("partitioned");
  for (const auto& [key, value] : words.pairs) {
    if (key == "rollup") read.rollups.push_back(rollup_of(value));
    if (key != "p") continue;
    read.partitions.push_back(partition_of(value));
    partitioned = partitioned || !read.partitions.back().values.empty();
  }
  if (const std::string mark = words.get("mark"); !mark.empty()) {
    const auto colon = mark.find(':');
    read.schema_mark = {parse_int64(mark.substr(0, colon)).value(),
                        parse_int64(mark.substr(colon + 1)).value()};
  }
  read.create_sql = create_text(read.name.table, words, partitioned);
  const auto model = ddl::read_create_table(read.create_sql);
  if (!model.is_ok()) throw std::runtime_error(model.status().to_string());
  read.schema_hash = hash64(ddl::fit_fingerprint(*model));
  return read;
}

RejectReason reason_of(const std::string& word) {
  static const std::map<std::string, RejectReason> kReasons = {
      {"busy", RejectReason::kBusy},           {"stale", RejectReason::kStale},
      {"misfit", RejectReason::kMisfit},       {"foreign", RejectReason::kForeignBase},
      {"nothing", RejectReason::kNothingToDo}, {"unreachable", RejectReason::kUnreachable}};
  return kReasons.at(word);
}

Fact cluster_fact(const Words& words) {
  ClusterIdentified fact;
  fact.side = side_of(words.at(1));
  fact.cluster_id = words.at(1);
  fact.version = words.get("version", "4.0.0");
  fact.run_mode = RunMode::kSharedNothing;
  fact.capabilities = {!words.has("noepochs"), true, true};
  return fact;
}

Fact moved_fact(const Words& words) {
  PartitionsMoved fact{side_of(words.at(1)), TableId(words.number("id")), {}};
  for (const auto& [key, value] : words.pairs) {
    if (key == "p") fact.versions.push_back(version_of(value));
  }
  return fact;
}

Fact stranger_fact(const Words& words) {
  StrangerObserved fact;
  fact.txn = TxnId(words.number("txn", 1));
  fact.label = "insert_x";
  fact.table = TableId(words.number("id"));
  for (const auto& [key, value] : words.pairs) {
    if (key == "p") fact.partitions.emplace_back(parse_int64(value).value());
  }
  return fact;
}

Fact topology_fact(const Words& words) {
  TopologyObserved fact;
  fact.side = side_of(words.at(1));
  fact.backends.push_back({1, "10.0.0.1", 9060, 8040, true, false,
                           static_cast<std::int32_t>(words.number("permille"))});
  return fact;
}

// The command that makes exactly one fact; nullopt when `word` is no such command.
std::optional<Fact> fact_of(const std::string& word, const Words& words) {
  using Maker = Fact (*)(const Words&);
  static const std::map<std::string, Maker> kMakers = {
      {"identify", cluster_fact},
      {"read", read_fact},
      {"moved", moved_fact},
      {"stranger", stranger_fact},
      {"topology", topology_fact},
      {"limits",
       [](const Words& w) -> Fact {
         return LimitsObserved{w.number("tables", 100), w.number("replicas", 10240),
                               w.number("mb", 1048576)};
       }},
      {"db",
       [](const Words& w) -> Fact {
         return DatabaseObserved{side_of(w.at(1)), DbId(w.number("id")), w.at(2)};
       }},
      {"dbmissing",
       [](const Words& w) -> Fact {
         return DatabaseMissing{side_of(w.at(1)), w.at(2)};
       }},
      {"listed",
       [](const Words& w) -> Fact {
         return DatabaseListed{side_of(w.at(1)), w.at(2)};
       }},
      {"table",
       [](const Words& w) -> Fact {
         return TableObserved{side_of(w.at(1)), name_of(w.at(2)), TableId(w.number("id")),
                              kind_of(w), !w.has("abnormal")};
       }},
      {"missing",
       [](const Words& w) -> Fact {
         return TableMissing{side_of(w.at(1)), TableId(w.number("id"))};
       }},
      {"reread",
       [](const Words& w) -> Fact {
         TableRereadWanted fact{side_of(w.at(1)), TableId(w.number("id")), "asked"};
         for (const auto& [key, value] : w.pairs) {
           if (key == "absent") fact.absent.emplace_back(parse_int64(value).value());
         }
         fact.partitions_only = w.has("partitions");
         return fact;
       }},
      {"sweep",
       [](const Words& w) -> Fact {
         return SweepCompleted{side_of(w.at(1)), !w.has("incomplete"), w.number("tables", 1),
                               w.number("partitions", 1), ""};
       }},
      {"gap",
       [](const Words& w) -> Fact {
         return TargetFeedGap{w.at(1), "its transactions were forgotten", {name_of(w.at(2))}};
       }},
      {"ok", [](const Words& w) -> Fact { return DdlSucceeded{w.at(1)}; }},
      {"failddl",
       [](const Words& w) -> Fact {
         return DdlFailed{w.at(1), code_from_name(w.at(2)).value(), w.rest(3)};
       }},
      {"verified",
       [](const Words& w) -> Fact {
         return DdlVerified{w.at(1), w.at(2) == "yes"};
       }},
      {"accept", [](const Words& w) -> Fact { return ReplicationAccepted{w.at(1)}; }},
      {"reject",
       [](const Words& w) -> Fact {
         return ReplicationRejected{w.at(1), reason_of(w.at(2)), w.rest(3)};
       }},
      {"progress",
       [](const Words& w) -> Fact {
         return ReplicationProgressed{w.at(1), w.at(2), TxnId(7)};
       }},
      {"committed", [](const Words& w) -> Fact { return ReplicationCommitted{w.at(1)}; }},
      {"aborted",
       [](const Words& w) -> Fact {
         return ReplicationAborted{w.at(1), w.rest(2)};
       }},
      {"lost",
       [](const Words& w) -> Fact {
         return ReplicationLost{w.at(1), w.rest(2)};
       }},
      {"pause", [](const Words&) -> Fact { return Paused{"operator"}; }},
      {"resume", [](const Words&) -> Fact { return Resumed{"operator"}; }},
      {"skip", [](const Words& w) -> Fact { return TableSkipped{name_of(w.at(1))}; }},
      {"retry",
       [](const Words& w) -> Fact {
         return RetryRequested{w.bare.size() > 1 ? name_of(w.at(1)) : TableName{}};
       }},
      {"set",
       [](const Words& w) -> Fact {
         return SettingChanged{w.at(1), w.rest(2)};
       }},
  };
  const auto maker = kMakers.find(word);
  if (maker == kMakers.end()) return std::nullopt;
  return maker->second(words);
}

SessionStarted session(const Words& words) {
  SessionStarted fact{"test", "j", {}};
  for (const auto& [key, value] : words.pairs) fact.settings[key] = value;
  return fact;
}

// The state as a checkpoint keeps it: encoded, decoded, derived anew.
Result<State> through_checkpoint(const State& state) {
  std::vector<std::string> pieces;
  SRSYNC_ASSIGN_OR_RETURN(const Hash128 digest,
                          codec::encode_state(state, 1 << 16, [&](std::string_view piece) {
                            pieces.emplace_back(piece);
                            return Status::ok();
                          }));
  codec::StateDecoder decoder;
  for (const auto& piece : pieces) SRSYNC_RETURN_IF_ERROR(decoder.add(piece));
  return decoder.finish(digest);
}

}  // namespace

std::string Runner::append(std::vector<Fact> facts) {
  std::string text;
  for (auto& fact : facts) {
    Event event{state_.applied.next(), now_, std::move(fact)};
    const Status status = apply(state_, event);
    text += status.is_ok() ? describe(event.fact) + "\n" : status.to_string() + "\n";
    events_.push_back(std::move(event));
  }
  return text;
}

std::string Runner::append(Fact fact) { return append(std::vector<Fact>{std::move(fact)}); }

std::string Runner::plan_text() const {
  std::string text;
  for (const auto& action : plan(state_, now_, {})) {
    text += "plan: " + describe(action) + "\n";
    if (const auto* ddl = std::get_if<RunDdl>(&action.effect)) {
      for (const auto& sql : ddl->intent.statements) {
        // One line per statement; CREATE TABLE texts are proved by the ddl tests.
        if (sql.starts_with("CREATE TABLE")) continue;
        text += "      ";
        for (const char c : sql) text += c == '\n' ? ' ' : c;
        text += "\n";
      }
    }
  }
  return text.empty() ? "plan: nothing\n" : text;
}

std::string Runner::announce() {
  std::vector<Fact> facts;
  for (const auto& action : plan(state_, now_, {})) {
    if (auto fact = announcement(action)) {
      std::string expected;
      if (!is_planned(state_, *fact, now_, &expected)) {
        return "NOT PLANNED: " + describe(*fact) + ", expected " + expected + "\n";
      }
      facts.push_back(std::move(*fact));
    }
  }
  return facts.empty() ? "nothing to announce\n" : append(std::move(facts));
}

std::string Runner::run(const std::string& line) {
  const Words words = parse(line);
  const std::string& command = words.at(0);
  // start [key=value ..]: a daemon opens the journal.
  if (command == "start") return append(session(words));
  // crash [key=value ..]: the process dies and another one folds the journal.
  if (command == "crash") {
    SessionStarted again = session(words);
    if (again.settings.empty()) again.settings = state_.settings_text;
    State folded;
    for (const auto& event : events_) {
      if (const Status s = apply(folded, event); !s.is_ok()) return s.to_string() + "\n";
    }
    state_ = std::move(folded);
    return append(std::move(again));
  }
  // tick MS: time passes.
  if (command == "tick") {
    now_ = now_.plus_ms(parse_int64(words.at(1)).value());
    return "";
  }
  if (command == "plan") return plan_text();
  // confirm [TOKEN]: an operator allows what waits.
  if (command == "confirm") {
    const std::string token = state_.hold ? state_.hold->token : "";
    return append(OperatorConfirmed{words.bare.size() > 1 ? words.at(1) : token, "operator"});
  }
  // announce: journals the start of everything that plan() wants started.
  if (command == "announce") return announce();
  // state db.table: stage and status in words.
  if (command == "state") {
    const TablePair* pair = state_.find(name_of(words.at(1)));
    if (pair == nullptr) return "unknown\n";
    const TableProgress p = table_progress(state_, *pair);
    return fmt::format("{}, {}{}{}: {}\n", stage_name(pair->stage), status_name(p.status),
                       p.synced_once ? ", synced once" : "", p.behind ? ", behind" : "", p.reason);
  }
  if (auto fact = fact_of(command, words)) return append(std::move(*fact));
  throw std::runtime_error("unknown command: " + line);
}

std::vector<std::string> Runner::broken_promises() const {
  std::vector<std::string> broken = check_invariants(state_);
  State folded;
  for (const auto& event : events_) {
    if (!apply(folded, event).is_ok()) broken.push_back("the events do not fold");
  }
  if (codec::digest(folded) != codec::digest(state_)) {
    broken.push_back("fold(journal) is not the state");
  }
  const auto decoded = through_checkpoint(state_);
  if (!decoded.is_ok()) {
    broken.push_back("the state does not decode: " + decoded.status().to_string());
    return broken;
  }
  const auto planned = plan(state_, now_, {});
  if (plan(state_, now_, {}) != planned) broken.push_back("plan() answers twice differently");
  if (plan(*decoded, now_, {}) != planned) broken.push_back("plan() differs after a checkpoint");
  State restarted = folded;
  SessionStarted again{"test", "j", state_.settings_text};
  if (!apply(restarted, {restarted.applied.next(), now_, again}).is_ok() ||
      restarted.jobs != state_.jobs || restarted.ddl_slots != state_.ddl_slots) {
    broken.push_back("a restart forgets work under way");
  }
  return broken;
}

}  // namespace srsync::scenario
