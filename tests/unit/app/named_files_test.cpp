#include "app/named_files.hpp"

#include <filesystem>
#include <fstream>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

using namespace telltale;
using app::Values;

namespace {

std::string complaint_of(const Values& values) {
  app::Checker check(values);
  app::refuse_clashes(check, {"captures", "baseline", "baseline-findings"}, {"output", "write-baseline"});
  const auto got = check.finish(0);
  return got ? "" : got.error().detail;
}

}  // namespace

TEST_CASE("what is read is never written", "[app][options]") {
  const test::TemporaryFolder folder;
  const std::string file = folder.path() + "/a";
  const std::string link = folder.path() + "/link";
  std::ofstream(file) << "x";
  std::filesystem::create_symlink(file, link);
  struct Row {
    const char* name;
    Values values;
    std::string says;
  };
  const Row rows[] = {
      {"another file", {{"captures", {{file}, "CAPTURE"}}, {"output", {{file + "2"}, "--output"}}}, ""},
      {"the capture",
       {{"captures", {{"-", file}, "CAPTURE"}}, {"output", {{file}, "--output"}}},
       "--output: " + file + " is read (CAPTURE) and would be lost; name another file"},
      {"by another name",
       {{"captures", {{file}, "CAPTURE"}}, {"output", {{link}, "TELLTALE_OUTPUT"}}},
       "TELLTALE_OUTPUT: " + link + " is read (CAPTURE) and would be lost; name another file"},
      {"a baseline made new",
       {{"baseline-findings", {{file}, "--baseline-findings"}}, {"write-baseline", {{file}, "--write-baseline"}}},
       ""},
      {"two writers",
       {{"output", {{"new"}, "--output"}}, {"write-baseline", {{"./new"}, "--write-baseline"}}},
       "--write-baseline: ./new is written by --output too; name another file"},
      {"a device", {{"captures", {{"/dev/null"}, "CAPTURE"}}, {"output", {{"/dev/null"}, "--output"}}}, ""},
      {"standard streams", {{"captures", {{"-"}, "CAPTURE"}}, {"output", {{"-"}, "--output"}}}, ""},
      {"standard input twice",
       {{"captures", {{"-"}, "CAPTURE"}}, {"baseline", {{"-"}, "--baseline"}}},
       "standard input (-) can be read only once"},
  };
  for (const Row& row : rows) DYNAMIC_SECTION(row.name) {
      CHECK(complaint_of(row.values) == row.says);
    }
}
