#include "sandbox/answer.h"

#include "base/text.h"
#include "sandbox/lexer.h"

namespace srsync::sandbox {

Answer ok(bool took_effect) {
  Answer answer;
  answer.took_effect = took_effect;
  return answer;
}

Answer error(int code, std::string message) {
  Answer answer;
  answer.kind = Answer::Kind::kError;
  answer.code = code;
  answer.message = std::move(message);
  return answer;
}

Answer analyze_error(int code, std::string_view message) {
  return error(code, "Getting analyzing error. Detail message: " + std::string(message) + ".");
}

Answer rows(std::vector<Field> fields, std::vector<Row> rows) {
  Answer answer;
  answer.kind = Answer::Kind::kRows;
  answer.fields = std::move(fields);
  answer.rows = std::move(rows);
  return answer;
}

std::vector<Field> fields(std::string_view names, std::uint32_t length) {
  std::vector<Field> out;
  for (std::string_view name : split(names, ' ')) {
    Field field;
    field.name = name;
    field.length = length;
    out.push_back(std::move(field));
  }
  return out;
}

void keep_like(Answer& answer, std::size_t column, std::string_view pattern) {
  std::erase_if(answer.rows,
                [&](const Row& row) { return !like(row[column].value_or(""), pattern, true); });
}

int column_index(const Answer& answer, std::string_view name) {
  for (std::size_t i = 0; i < answer.fields.size(); ++i) {
    if (equals_ignore_case(answer.fields[i].name, name)) return static_cast<int>(i);
  }
  return -1;
}

std::string_view sql_state(int code) {
  switch (code) {
    case 1045:
      return "28000";
    case 5501:
      return "3F000";
    case 5502:
      return "42602";
    case 1046:
      return "3D000";
    case 1050:
      return "42S01";
    case 1102:
    case 5203:
      return "42000";
    default:
      return "HY000";
  }
}

}  // namespace srsync::sandbox
