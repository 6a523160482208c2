#include "app/trust_files.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

using namespace telltale;

namespace {

std::string read(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

unsigned mode_of(const std::string& path) {
  struct stat info {};
  REQUIRE(stat(path.c_str(), &info) == 0);
  return info.st_mode & 0777U;
}

}  // namespace

TEST_CASE("trust files hold our root alone, and with the roots trusted before", "[app][run]") {
  const test::TemporaryFolder scratch;
  const std::string named = scratch.path("corp.pem");
  std::ofstream(named) << "CORP";  // no line end: ours must still begin a line
  auto files = app::TrustFiles::create("OURS\n", named);
  REQUIRE(files);
  CHECK(read(files->root_file()) == "OURS\n");
  CHECK(read(files->bundle_file()) == "CORP\nOURS\n");
}

TEST_CASE("trust files are the user's alone and go with their object", "[app][run]") {
  std::string folder;
  {
    auto files = app::TrustFiles::create("OURS\n", "/nonexistent/roots.pem");
    REQUIRE(files);
    folder = std::filesystem::path(files->root_file()).parent_path().string();
    CHECK(mode_of(folder) == 0700U);
    CHECK(mode_of(files->root_file()) == 0600U);
    CHECK(mode_of(files->bundle_file()) == 0600U);
    CHECK(read(files->bundle_file()).ends_with("OURS\n"));
    const app::TrustFiles moved = std::move(*files);
    CHECK(std::filesystem::exists(moved.root_file()));
  }
  CHECK_FALSE(std::filesystem::exists(folder));
}
