#include "app/known_environment.hpp"

#include <unistd.h>

#include <algorithm>

#include "app/known_devices.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

using namespace telltale;
using Texts = std::vector<std::string>;

TEST_CASE("a zone is named by TZ or by a link, not by a rule", "[app][run]") {
  struct Row {
    const char* text;
    const char* zone;  ///< null: none
  };
  const Row rows[] = {
      {"Asia/Shanghai", "Asia/Shanghai"},
      {":Asia/Shanghai", "Asia/Shanghai"},
      {"UTC", "UTC"},
      {"PRC", "PRC"},
      {"EST5EDT", "EST5EDT"},
      {"Etc/GMT+8", "Etc/GMT+8"},
      {"/usr/share/zoneinfo/America/New_York", "America/New_York"},
      {"../usr/share/zoneinfo/Europe/Berlin", "Europe/Berlin"},
      {"CST-8", nullptr},
      {"<+08>-8", nullptr},
      {"", nullptr},
      {"/etc/odd", nullptr},
      {"CET-1CEST,M3.5.0,M10.5.0/3", nullptr},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.text) {
      const auto zone = app::zone_name(row.text);
      CHECK(zone.has_value() == (row.zone != nullptr));
      if (zone && row.zone != nullptr) CHECK(*zone == row.zone);
    }
  }
}

TEST_CASE("offsets are written east of UTC", "[app][run]") {
  CHECK(app::offset_text(8 * 3600) == "UTC+08:00");
  CHECK(app::offset_text(0) == "UTC+00:00");
  CHECK(app::offset_text(-(3 * 3600 + 1800)) == "UTC-03:30");
}

TEST_CASE("values are known in the spellings that clients use", "[app][run]") {
  CHECK(app::offset_spellings(8 * 3600) == Texts{"UTC+08:00", "+08:00", "+0800"});
  CHECK(app::offset_spellings(-12600) == Texts{"UTC-03:30", "-03:30", "-0330"});
  CHECK(app::offset_spellings(0) == Texts{"UTC+00:00"});
  CHECK(app::machine_spellings("x86_64") == Texts{"x86_64", "x64", "amd64"});
  CHECK(app::machine_spellings("riscv64") == Texts{"riscv64"});
  CHECK(app::locale_spellings("de_DE.UTF-8") == Texts{"de_DE.UTF-8", "de_DE", "de-DE"});
  CHECK(app::locale_spellings("de_AT:de:en") == Texts{"de_AT", "de-AT"});
  CHECK(app::locale_spellings("C.UTF-8") == Texts{"C.UTF-8"});
  CHECK(app::locale_spellings("").empty());
  CHECK(app::pretty_name("ID=debian\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n") ==
        "Debian GNU/Linux 12 (bookworm)");
  CHECK(app::pretty_name("PRETTY_NAME=Arch") == "Arch");
  CHECK(app::pretty_name("NAME=x\n").empty());
}

TEST_CASE("our own listener is no proxy of this machine", "[app][run]") {
  inspect::Environment environment{{"proxy",
                                    {"http://127.0.0.1:8899", "http://localhost:8899/", "127.0.0.1:8899",
                                     "http://[::1]:8899", "http://127.0.0.1:7890", "http://proxy.example:8899"}}};
  app::forget_own_address(environment, 8899);
  CHECK(environment["proxy"] == Texts{"http://127.0.0.1:7890", "http://proxy.example:8899"});
  inspect::Environment only{{"proxy", {"http://127.0.0.1:8899"}}};
  app::forget_own_address(only, 8899);
  CHECK(only.empty());
}

TEST_CASE("ids of the machine and of clients are known", "[app][run]") {
  const test::TemporaryFolder folder;
  for (const char* name : {"etc", "home", "home/.codex", "home/.gemini"})
    std::filesystem::create_directory(folder.path(name));
  folder.write("etc/machine-id", "0123456789abcdef0123456789abcdef\n");
  folder.write("home/.codex/installation_id", "11111111-2222-3333-4444-555555555555");
  folder.write("home/.gemini/installation_id", "x\n");  // too short to be one
  folder.write("home/.claude.json", R"({"numStartups":1,"userID":"feedfacefeedface"})");
  inspect::Environment environment;
  app::add_device_ids(folder.path("home"), environment, folder.path("etc"));
  const Texts& known = environment["device"];
  REQUIRE(known.size() == 4);
  CHECK(known[0] == "0123456789abcdef0123456789abcdef");
  CHECK(known[1] == "3eb1bd439947eb762998e566ccc2e099c791118b2f40579cc4f7da2b5061b7f9");
  CHECK(known[2] == "11111111-2222-3333-4444-555555555555");
  CHECK(known[3] == "feedfacefeedface");
  inspect::Environment none;
  app::add_device_ids("", none, folder.path("missing"));
  CHECK(none.empty());
}

TEST_CASE("URLs lose user and password", "[app][run]") {
  struct Row {
    const char* url;
    const char* kept;
  };
  const Row rows[] = {
      {"http://u:p@proxy.example:8080", "http://proxy.example:8080"},
      {"https://token@git.example/a/b.git", "https://git.example/a/b.git"},
      {"https://git.example/a@b", "https://git.example/a@b"},
      {"socks5://10.0.0.1:1080", "socks5://10.0.0.1:1080"},
      {"u:p@proxy:1", "proxy:1"},
      {"", ""},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.url) {
      CHECK(app::without_userinfo(row.url) == row.kept);
    }
  }
}

TEST_CASE("git configuration gives remotes and the user's address", "[app][run]") {
  inspect::Environment environment;
  app::read_git_config(
      "[core]\n\turl = no\n[remote \"origin\"]\n\turl = https://me:secret@git.example/team/site.git\n"
      "\tfetch = +refs/heads/*:refs/remotes/origin/*\n[Remote \"two\"]\n  pushurl=git@git.example:x/y.git\n"
      "[user]\n  email = a@b.example\n  name = A\n",
      environment);
  CHECK(environment["git_remote"] ==
        std::vector<std::string>{"https://git.example/team/site.git", "git@git.example:x/y.git"});
  CHECK(environment["git_email"] == Texts{"A <a@b.example>", "a@b.example"});
  CHECK(environment["git_user"] == Texts{"A"});
}

TEST_CASE("this machine is known by its own words, without passwords", "[app][run]") {
  const auto environment = app::known_environment({{"TZ", "Asia/Shanghai"},
                                                   {"LANG", "de_DE.UTF-8"},
                                                   {"USER", "zebra"},
                                                   {"HTTPS_PROXY", "http://u:secret@proxy.example:1"},
                                                   {"ANTHROPIC_BASE_URL", "https://gw.example"}});
  char host[256] = "";
  REQUIRE(gethostname(host, sizeof host) == 0);
  const auto has = [&](const char* name, const std::string& value) {
    const auto found = environment.find(name);
    return found != environment.end() &&
           std::find(found->second.begin(), found->second.end(), value) != found->second.end();
  };
  CHECK(has("tz_name", "Asia/Shanghai"));
  CHECK(has("locale", "de_DE.UTF-8"));
  CHECK(has("user", "zebra"));
  CHECK(has("host", host));
  CHECK(has("proxy", "http://proxy.example:1"));
  CHECK(has("base_url", "https://gw.example"));
  for (const char* name : {"cwd", "os", "arch", "tz_offset"}) CHECK(environment.count(name) == 1);
}
