#include "app/rule_files.hpp"

#include "app/embedded_rules.hpp"
#include "inspect/rule.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

using namespace telltale;

TEST_CASE("the built-in packs are those of rules/, and load", "[app][rules]") {
  std::vector<std::string> names;
  for (const app::EmbeddedFile& file : app::embedded_rules()) names.emplace_back(file.name);
  std::vector<std::string> want;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(TELLTALE_SOURCE_DIR) + "/rules"))
    if (entry.path().extension() == ".jsonc") want.push_back(entry.path().filename().string());
  std::sort(want.begin(), want.end());
  CHECK(names == want);
  const auto rules = app::load_rules({});
  if (!rules) FAIL(rules.error().detail);
  CHECK((*rules)->find("marker.date-line") != nullptr);
}

TEST_CASE("a folder of packs is read in name order", "[app][rules]") {
  const auto packs = app::read_packs({std::string(TELLTALE_SOURCE_DIR) + "/rules"});
  if (!packs) FAIL(packs.error().detail);
  CHECK(packs->size() == app::embedded_rules().size());
  for (std::size_t i = 0; i < packs->size(); ++i)
    CHECK((*packs)[i].name.ends_with(std::string(app::embedded_rules()[i].name)));
}

TEST_CASE("a pack that cannot be read fails all, and says which", "[app][rules]") {
  const test::TemporaryFolder folder;
  CHECK(app::load_rules({folder.path("missing.jsonc")}).error().code == Errc::file_failed);
  CHECK(app::load_rules({folder.path()}).error().code == Errc::file_failed);
  folder.write("bad.jsonc", "{");
  const auto bad = app::load_rules({folder.path()});
  REQUIRE_FALSE(bad);
  CHECK(bad.error().code == Errc::rule_malformed);
  CHECK(bad.error().detail.starts_with(folder.path("bad.jsonc")));
}
