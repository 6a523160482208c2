#include "app/doctor.hpp"

#include <catch2/catch.hpp>

using namespace telltale;
using app::doctor::Row;
using app::doctor::Rows;
using app::doctor::State;

TEST_CASE("the exit code of doctor follows its worst row", "[app][doctor]") {
  struct Case {
    std::vector<State> states;
    int code;
  };
  const Case cases[] = {{{}, 0},
                        {{State::ok, State::note, State::unknown}, 0},
                        {{State::ok, State::warn}, 1},
                        {{State::wrong}, 1},
                        {{State::wrong, State::blind}, 3}};
  for (const Case& one : cases) {
    Rows rows;
    for (const State state : one.states) rows.push_back({"doctor.x", "", state, "", ""});
    CHECK(app::doctor::exit_code_of(rows) == one.code);
  }
}

TEST_CASE("room on a disk is judged by what is free", "[app][doctor]") {
  constexpr std::uint64_t mebibyte = 1024 * 1024;
  CHECK(app::doctor::judge_room("/x", 512 * mebibyte, 1000 * mebibyte).state == State::ok);
  CHECK(app::doctor::judge_room("/x", 512 * mebibyte - 1, 1000 * mebibyte).state == State::warn);
  CHECK(app::doctor::judge_room("/x", 64 * mebibyte - 1, 1000 * mebibyte).state == State::wrong);
}

TEST_CASE("a client that refuses one host and takes others has pinned it", "[app][doctor]") {
  app::Noticed noticed;
  noticed.clients = {{"a.test", "127.0.0.1", "agent/1", 3, 0, true, ""},
                     {"b.test", "127.0.0.1", "agent/1", 0, 2, false, "unknown_ca"}};
  const Rows pinned = app::doctor::judge_noticed(noticed, "/ca.pem");
  REQUIRE_FALSE(pinned.empty());
  CHECK(pinned[0].id == "doctor.host-pinned");
  noticed.clients[0].agent = "agent/2";
  CHECK(app::doctor::judge_noticed(noticed, "/ca.pem")[0].id == "doctor.client-trust");
}

TEST_CASE("the address of a proxy is the same however it is written, without its password", "[app][doctor]") {
  for (const char* text :
       {"127.0.0.1:8899", "http://127.0.0.1:8899", "http://u:p@127.0.0.1:8899/", "http://localhost:8899"})
    CHECK(app::doctor::address_of_proxy(text) == "127.0.0.1:8899");
}
