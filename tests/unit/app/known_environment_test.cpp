#include "app/known_environment.hpp"

#include <unistd.h>

#include "support/catch.hpp"

using namespace telltale;

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
  CHECK(environment["git_email"] == std::vector<std::string>{"a@b.example"});
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
