// Views and asynchronous materialized views: what a pair of them wants next, the statements for it,
// and what State keeps about them. They are pairs like tables, without partitions and data: the
// definition is all that is carried, and a materialized view fills itself from its tables.
#pragma once

#include <cstdint>
#include <string>

#include "base/status.h"
#include "core/assess.h"
#include "core/fact.h"
#include "core/state.h"

namespace srsync::core {

bool is_view(TableKind kind);
// The source has a view under this name, or only the target has one.
bool concerns_view(const TablePair& pair);
// Kinds of DDL that make, change or drop views.
bool is_view_ddl(DdlKind kind);
// Whether the settings ask for objects of this kind: tables always.
bool is_carried(const Settings& settings, TableKind kind);
// "table", "view", "materialized view", "other object".
std::string_view kind_name(TableKind kind);

// What a view wants next. Requires concerns_view(pair).
Assessment assess_view(const State& state, const TablePair& pair);

// Both sides were read and have the same definition.
bool view_in_sync(const State& state, const TablePair& pair);

// Statements and reason of an intent whose kind is_view_ddl(). kUnsupported: the target cannot hold
// the view; the message says why.
Status fill_view_ddl(const State& state, const TablePair& pair, DdlIntent& intent);

// Keeps State::views up to date with the definition on the source.
void index_view(State& state, std::uint32_t slot);
// What other views wait for in this pair, as a number.
std::uint8_t view_readiness(const TablePair& pair);

// Parts of apply(): DDL began, it ended, a side was read.
void note_view_ddl_started(TablePair& pair, const DdlIntent& intent);
void note_view_ddl_ended(TablePair& pair, bool done_by_us);
void note_view_read(State& state, TablePair& pair, Side side);

}  // namespace srsync::core
