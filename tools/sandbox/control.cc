// SANDBOX statements: what tests order. Clearly not StarRocks'.
#include <algorithm>
#include <chrono>
#include <thread>

#include "base/text.h"
#include "sandbox/generator.h"
#include "sandbox/loads.h"
#include "sandbox/session.h"

namespace srsync::sandbox {
namespace {

constexpr int kLoadPatienceMs = 5000;

Answer bad(std::string_view message) { return error(1064, "SANDBOX: " + std::string(message)); }

// SANDBOX LOAD ON|OFF: whether the sandbox loads by itself. OFF is answered when its last load is
// visible.
Answer keep_loading(Session& session, bool on) {
  session.controls()->keep_loading(on);
  for (int waited = 0; !on && waited < kLoadPatienceMs; waited += 2) {
    session.cluster().tick();
    const bool open = session.cluster().with([](const Catalog& catalog) {
      return std::any_of(catalog.transactions.begin(), catalog.transactions.end(),
                         [](const auto& t) { return t.second.status == TxnStatus::kCommitted; });
    });
    if (!open) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return ok();
}

// SANDBOX LOAD db.t [PARTITION p] [ROWS n]: answered when the new versions are visible.
// SANDBOX OVERWRITE db.t [PARTITION p] [ROWS n]: new ids, rows and epochs under the same version
// numbers.
Answer load(Session& session, Reader& reader, bool overwrite) {
  std::string db = session.db();
  std::string name;
  reader.qualified_name(db, name);
  LoadOrder order;
  if (reader.accept("PARTITION")) {
    if (reader.is("(")) {
      order.partitions = reader.name_list();
    } else {
      order.partitions = {reader.name()};
    }
  }
  if (reader.accept("ROWS")) order.rows_per_tablet = reader.number();
  if (!reader.ok() || !reader.at_end())
    return bad("LOAD|OVERWRITE db.table [PARTITION p] [ROWS n]");
  session.cluster().with([&](const Catalog& catalog) {
    const Database* database = catalog.find_database(db);
    const Table* table = database == nullptr ? nullptr : database->find_table(name);
    if (table != nullptr) order.table_id = table->id;
  });
  const std::int64_t id = overwrite
                              ? overwrite_and_wait(session.cluster(), order, -1, kLoadPatienceMs)
                              : load_and_wait(session.cluster(), order, kLoadPatienceMs);
  if (id == 0) return bad("no such table or partition");
  return rows(fields("TransactionId"), {{std::to_string(id)}});
}

Answer generate_content(Session& session, Reader& reader) {
  GeneratorOptions options;
  while (reader.ok() && !reader.at_end()) {
    const std::string word = to_lower(reader.name());
    const std::int64_t value = reader.number();
    if (word == "seed")
      options.seed = static_cast<std::uint64_t>(value);
    else if (word == "databases")
      options.databases = static_cast<int>(value);
    else if (word == "tables")
      options.tables = static_cast<int>(value);
    else if (word == "partitions")
      options.partitions = static_cast<int>(value);
    else if (word == "buckets")
      options.buckets = static_cast<int>(value);
    else
      reader.fail();
  }
  if (!reader.ok())
    return bad("GENERATE [SEED n] [DATABASES n] [TABLES n] [PARTITIONS n] [BUCKETS n]");
  generate(session.cluster(), options);
  return ok();
}

Answer show_log(Session& session, Reader& reader) {
  std::uint64_t after = 0;
  if (reader.accept("SINCE")) after = static_cast<std::uint64_t>(reader.number());
  if (!reader.ok() || !reader.at_end()) return bad("LOG [SINCE seq]");
  Answer answer = rows(fields("Seq Cluster Frontend Kind Db Text Outcome Effect"));
  if (session.cluster().log() == nullptr) return answer;
  for (const Effect& effect : session.cluster().log()->since(after)) {
    answer.rows.push_back({std::to_string(effect.seq), effect.cluster,
                           std::to_string(effect.frontend), effect.kind, effect.db, effect.text,
                           effect.outcome, effect.took_effect ? "true" : "false"});
  }
  return answer;
}

// kind=sql match='..' action=fail [times=n] [skip=n] [frontend=fe1] [ms=n] [code=n] [message='..']
bool read_fault(Reader& reader, FaultRule& rule) {
  bool has_action = false;
  while (reader.ok() && !reader.at_end()) {
    const std::string key = to_lower(reader.next().text);
    reader.expect("=");
    const bool minus = reader.accept("-");
    const std::string value = reader.next().text;
    const int number = static_cast<int>(parse_int64(value).value_or(0)) * (minus ? -1 : 1);
    if (key == "kind") {
      const auto surface = surface_from(value);
      if (!surface) return false;
      rule.surface = *surface;
    } else if (key == "action") {
      const auto action = fault_action_from(value == "close" ? "close_before" : value);
      if (!action) return false;
      rule.action = *action;
      has_action = true;
    } else if (key == "match") {
      rule.pattern = value;
    } else if (key == "frontend") {
      rule.frontend = value;
    } else if (key == "message") {
      rule.message = value;
    } else if (key == "times") {
      rule.count = number;
    } else if (key == "skip") {
      rule.skip = number;
    } else if (key == "ms") {
      rule.delay_ms = number;
    } else if (key == "code") {
      rule.error_code = number;
    } else {
      return false;
    }
  }
  return reader.ok() && has_action;
}

Answer fault(Session& session, Reader& reader) {
  if (reader.accept("CLEAR")) {
    session.cluster().faults().lift_all();
    return ok();
  }
  reader.expect("ADD");
  FaultRule rule;
  if (!read_fault(reader, rule)) {
    return bad(
        "FAULT CLEAR | FAULT ADD kind=sql|rpc|http match='..' "
        "action=fail|delay|drop_reply|hang|close [times=n] [skip=n] [frontend=fe1] [ms=n] "
        "[code=n] [message='..']");
  }
  const std::int64_t id = session.cluster().faults().add(std::move(rule));
  return rows(fields("FaultId"), {{std::to_string(id)}});
}

Answer leader_move(Session& session, Reader& reader) {
  int wanted = 0;
  if (reader.accept("TO")) wanted = static_cast<int>(reader.number());
  if (!reader.ok() || !reader.at_end()) return bad("LEADER MOVE [TO n]");
  const int next = session.cluster().with([&](const Catalog& catalog) {
    for (const Frontend& frontend : catalog.frontends) {
      const bool fits = wanted == 0 ? !frontend.is_leader : frontend.number == wanted;
      if (frontend.is_alive && fits) return frontend.number;
    }
    return 0;
  });
  if (next == 0) return bad("there is no other frontend alive");
  session.cluster().move_leader(next);
  return rows(fields("Leader"), {{std::to_string(next)}});
}

Answer frontend_order(Session& session, Reader& reader) {
  std::string what = reader.name();
  std::ranges::transform(what, what.begin(), [](unsigned char c) { return std::toupper(c); });
  const int number = static_cast<int>(reader.number());
  const bool known = what == "RESTART" || what == "KILL" || what == "START";
  if (!reader.ok() || !reader.at_end() || !known) return bad("FE RESTART|KILL|START n");
  if (session.controls() == nullptr) return bad("no frontends to order about here");
  const Status status = session.controls()->order_frontend(session.cluster(), number, what);
  return status.is_ok() ? ok() : bad(status.message());
}

Answer disk(Session& session, Reader& reader) {
  reader.expect("BE");
  const std::int64_t number = reader.number();
  reader.expect("PCT");
  const std::int64_t percent = reader.number();
  if (!reader.ok() || !reader.at_end()) return bad("DISK BE n PCT x");
  return session.cluster().with([&](Catalog& catalog) {
    for (std::size_t i = 0; i < catalog.backends.size(); ++i) {
      Backend& backend = catalog.backends[i];
      if (backend.id != number && static_cast<std::int64_t>(i) + 1 != number) continue;
      backend.disk_used_percent = static_cast<double>(percent);
      return ok();
    }
    return bad("there is no such backend");
  });
}

// SANDBOX DELAY PUBLISH|ALTER ms
Answer delay(Session& session, Reader& reader) {
  const bool publish = reader.accept("PUBLISH");
  if (!publish) reader.expect("ALTER");
  const std::int64_t ms = reader.number();
  if (!reader.ok() || !reader.at_end()) return bad("DELAY PUBLISH|ALTER ms");
  session.cluster().with(
      [&](Catalog& catalog) { (publish ? catalog.publish_delay_ms : catalog.alter_ms) = ms; });
  return ok();
}

// SANDBOX USER name [PASSWORD 'x'] [OPERATE] [READ db.t] [ROLE r] [GRANT 'ALTER ON ALL TABLES IN
// DATABASE d']
Answer user(Session& session, Reader& reader) {
  User added;
  added.name = reader.name();
  while (reader.ok() && !reader.at_end()) {
    if (reader.accept("PASSWORD")) {
      added.password = reader.string();
    } else if (reader.accept("OPERATE")) {
      added.operate = true;
    } else if (reader.accept("ROLE")) {
      added.role = reader.name();
    } else if (reader.accept("GRANT")) {
      added.rights.push_back(reader.string());
    } else if (reader.accept("ALL")) {
      added.all = added.operate = true;
    } else {
      reader.expect("READ");
      std::string db;
      std::string name;
      reader.qualified_name(db, name);
      added.readable_tables.insert(db + "." + name);
    }
  }
  if (!reader.ok())
    return bad("USER name [PASSWORD 'x'] [ALL] [OPERATE] [ROLE r] [READ db.t] [GRANT '..'] ..");
  session.cluster().with([&](Catalog& catalog) {
    std::erase_if(catalog.users, [&](const User& other) { return other.name == added.name; });
    catalog.users.push_back(added);
  });
  return ok();
}

Answer status(Session& session) {
  Answer answer = rows(fields("Name Value"));
  if (session.controls() == nullptr) return answer;
  for (auto& [name, value] : session.controls()->status()) {
    answer.rows.push_back({name, value});
  }
  return answer;
}

}  // namespace

std::optional<Answer> control_statement(Session& session, Reader& reader) {
  if (!reader.accept("SANDBOX")) return std::nullopt;
  if (reader.accept("LOAD")) {
    const bool ordered = session.controls() != nullptr;
    if (ordered && reader.accept("OFF")) return keep_loading(session, false);
    if (ordered && reader.accept("ON")) return keep_loading(session, true);
    return load(session, reader, false);
  }
  if (reader.accept("OVERWRITE")) return load(session, reader, true);
  if (reader.accept("GENERATE")) return generate_content(session, reader);
  if (reader.accept("LOG")) return show_log(session, reader);
  if (reader.accept("FAULT")) return fault(session, reader);
  if (reader.accept("LEADER MOVE")) return leader_move(session, reader);
  if (reader.accept("FE")) return frontend_order(session, reader);
  if (reader.accept("DISK")) return disk(session, reader);
  if (reader.accept("DELAY")) return delay(session, reader);
  if (reader.accept("USER")) return user(session, reader);
  if (reader.accept("STATUS")) return status(session);
  return bad("LOAD, OVERWRITE, GENERATE, LOG, FAULT, LEADER MOVE, FE, DISK, DELAY, USER or STATUS");
}

}  // namespace srsync::sandbox
