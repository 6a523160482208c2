// The rows as a terminal and a program read them. Covered by tests/unit/app/doctor_test.cpp.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "app/doctor.hpp"
#include "core/utf8.hpp"
#include "record/json_writer.hpp"

namespace telltale::app::doctor {
namespace {

std::size_t count_of(const Rows& rows, State state) {
  return static_cast<std::size_t>(
      std::count_if(rows.begin(), rows.end(), [state](const Row& row) { return row.state == state; }));
}

std::size_t not_looked(const Rows& rows) {
  return count_of(rows, State::unknown) + count_of(rows, State::blind);
}

}  // namespace

std::string_view name_of(State state) {
  constexpr std::array<std::string_view, 6> names = {"ok", "note", "warn", "wrong", "not looked", "not looked"};
  return names[static_cast<std::size_t>(state)];
}

std::string text_of(const Rows& rows) {
  std::string out;
  for (const Row& row : rows) {
    out += fmt::format("{:<10}  {}  {}: {}\n", name_of(row.state), row.id, utf8::escaped(row.looked_at),
                       utf8::escaped(row.found));
    if (!row.todo.empty()) out += fmt::format("            do: {}\n", utf8::escaped(row.todo));
  }
  return out + fmt::format("{} checks: {} wrong, {} to watch, {} notes, {} not looked at\n", rows.size(),
                           count_of(rows, State::wrong), count_of(rows, State::warn), count_of(rows, State::note),
                           not_looked(rows));
}

std::string json_of(const Rows& rows) {
  std::string out;
  for (const Row& row : rows) {
    record::JsonWriter json(out, record::JsonText::ascii);
    json.begin_object();
    json.member("id", row.id);
    json.member("state", name_of(row.state));
    json.member("looked_at", row.looked_at);
    json.member("found", row.found);
    json.member("todo", row.todo);
    json.end_object();
    out += "\n";
  }
  return out + fmt::format(
                   "{{\"summary\":{{\"checks\":{},\"wrong\":{},\"warn\":{},\"note\":{},\"not_looked\":{},"
                   "\"exit\":{}}}}}\n",
                   rows.size(), count_of(rows, State::wrong), count_of(rows, State::warn), count_of(rows, State::note),
                   not_looked(rows), exit_code_of(rows));
}

int exit_code_of(const Rows& rows) {
  if (count_of(rows, State::blind) > 0) return static_cast<int>(ExitCode::unreadable);
  const bool mend = count_of(rows, State::wrong) + count_of(rows, State::warn) > 0;
  return static_cast<int>(mend ? ExitCode::findings : ExitCode::clean);
}

}  // namespace telltale::app::doctor
