// Covered by tests/unit/app/named_files_test.cpp and tests/e2e/replay_test.py.
#include "app/named_files.hpp"

#include <filesystem>

namespace telltale::app {
namespace {

namespace fs = std::filesystem;

bool is_same_file(const std::string& one, const std::string& other) {
  std::error_code error;
  if (fs::exists(one, error)) return fs::is_regular_file(one, error) && fs::equivalent(one, other, error) && !error;
  const fs::path whole = fs::absolute(one, error);
  return !error && whole.lexically_normal() == fs::absolute(other, error).lexically_normal() && !error;
}

void refuse_read(Checker& check, const Given& written, const Given& read) {
  for (const std::string& path : read.texts)
    if (is_same_file(written.texts.back(), path))
      return check.complain(written, fmt::format("{} is read ({}) and would be lost; name another file",
                                                 written.texts.back(), read.label));
}

}  // namespace

void read_output(Checker& check, std::string& out) {
  check.text("output", out);
  if (out == "-") out.clear();
}

void read_written(Checker& check, std::string_view name, std::string& out) {
  check.text(name, out);
  if (out == "-") check.complain(*check.find(name), "give a file; standard output has the report");
}

void refuse_clashes(Checker& check, std::initializer_list<std::string_view> reads,
                    std::initializer_list<std::string_view> writes) {
  std::ptrdiff_t standard_inputs = 0;
  for (const std::string_view name : reads)
    if (const Given* const read = check.find(name))
      standard_inputs += std::count(read->texts.begin(), read->texts.end(), "-");
  if (standard_inputs > 1) check.complain("standard input (-) can be read only once");
  for (auto name = writes.begin(); name != writes.end(); ++name) {
    const Given* const written = check.find(*name);
    if (written == nullptr || written->texts.back() == "-") continue;
    for (const std::string_view other : reads) {
      const bool may_replace = *name == "write-baseline" && other == "baseline-findings";
      const Given* const read = check.find(other);
      if (read != nullptr && !may_replace) refuse_read(check, *written, *read);
    }
    for (auto other = writes.begin(); other != name; ++other)
      if (const Given* const first = check.find(*other);
          first && is_same_file(written->texts.back(), first->texts.back()))
        check.complain(*written,
                       fmt::format("{} is written by {} too; name another file", written->texts.back(), first->label));
  }
}

void refuse_idle(Checker& check, std::string_view name, std::string_view why) {
  const Given* const given = check.find(name);
  if (given != nullptr && given->label.starts_with("-")) check.complain(*given, why);
}

}  // namespace telltale::app
