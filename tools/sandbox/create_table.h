// CREATE TABLE and the clauses that ALTER TABLE shares with it, as text and as model.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sandbox/lexer.h"
#include "sandbox/model.h"

namespace srsync::sandbox {

struct CreateTable {
  bool if_not_exists = false;
  std::string db;  // empty: the current one
  Table table;     // without ids
  std::vector<Partition> partitions;
  // ROLLUP (name (columns)): names and columns.
  std::vector<std::pair<std::string, std::vector<std::string>>> rollups;
  bool named_keys = false;
  std::string refusal = {};  // why a frontend's parser takes none of it; empty: it does
};

// Reads "CREATE [EXTERNAL] TABLE ..." from its first word on. False: a syntax error, or a form
// that the sandbox does not know.
bool read_create_table(Reader& reader, Version version, CreateTable& create);
// One column definition up to the comma or parenthesis that ends it.
bool read_column(Reader& reader, Version version, Column& column);
// "INDEX name (cols) USING ..." from the name on.
bool read_index(Reader& reader, IndexDef& index);
// "int" becomes "int(11)": the spelling of SHOW CREATE TABLE.
std::string read_type(Reader& reader, Version version);
// "p1 VALUES ..." up to its end. Needs the table's partition columns. LESS THAN leaves the lower
// bound empty.
bool read_partition(Reader& reader, const Table& table, Partition& partition);
// "START (..) END (..) EVERY (INTERVAL n UNIT | n)".
bool read_batch(Reader& reader, const Table& table, std::vector<Partition>& partitions);
// "("k" = "v", ...)".
bool read_properties(Reader& reader, std::map<std::string, std::string>& properties);

// What SHOW CREATE TABLE prints, whatever kind of object it is.
std::string show_create(Version version, const Table& table);
std::string column_line(Version version, const Table& table, const Column& column);

}  // namespace srsync::sandbox
