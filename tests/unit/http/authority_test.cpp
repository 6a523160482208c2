#include "http/authority.hpp"

#include "support/catch.hpp"

using namespace telltale;
using namespace telltale::http;

TEST_CASE("parse_connect_target reads host and port exactly", "[http][authority]") {
  struct Row {
    std::string target;
    std::string host;
    std::uint16_t port;
  };
  const Row rows[] = {
      {"api.example.com:443", "api.example.com", 443},
      {"API.Example.COM:8443", "api.example.com", 8443},
      {"api.example.com.:443", "api.example.com", 443},
      {"localhost:1", "localhost", 1},
      {"a_b.example:65535", "a_b.example", 65535},
      {"xn--bcher-kva.example:443", "xn--bcher-kva.example", 443},
      {"10.0.0.1:443", "10.0.0.1", 443},
      {"1.2.3.example:443", "1.2.3.example", 443},
      {"[::1]:443", "::1", 443},
      {"[2001:DB8:0:0::1]:443", "2001:db8::1", 443},
      {"[::ffff:127.0.0.1]:443", "::ffff:127.0.0.1", 443},
      {std::string(63, 'a') + ".b:443", std::string(63, 'a') + ".b", 443},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.target) {
      const auto got = parse_connect_target(row.target);
      REQUIRE(got);
      CHECK(got->host == row.host);
      CHECK(got->port == row.port);
    }
  }
}

TEST_CASE("parse_connect_target refuses everything else", "[http][authority]") {
  using namespace std::string_literals;
  const std::string long_name = [] {
    std::string name;
    while (name.size() < 254) name += "abc.";
    return name.substr(0, 254 - 1) + "d";
  }();
  const std::string rows[] = {"",
                              ":443",
                              "host",
                              "host:",
                              "host:0",
                              "host:00",
                              "host:0443",
                              "host:65536",
                              "host:99999",
                              "host:-1",
                              "host:+443",
                              "host:443 ",
                              " host:443",
                              "host: 443",
                              "host:0x1bb",
                              "host:443/",
                              "host:443/path",
                              "https://host:443",
                              "http://host",
                              "user@host:443",
                              "user:pw@host:443",
                              "host:443:443",
                              "ho st:443",
                              "host%00:443",
                              "host\0:443"s,
                              "h\xc3\xb6st:443",
                              "/",
                              "*",
                              "..:443",
                              ".:443",
                              ".host:443",
                              "a..b:443",
                              "host,other:443",
                              "host;x:443",
                              "[::1]",
                              "[::1]443",
                              "[::1:443",
                              "::1:443",
                              "::1",
                              "[]:443",
                              "[:::1]:443",
                              "[fe80::1%eth0]:443",
                              "[1.2.3.4]:443",
                              "[::1\0]:443"s,
                              "[host]:443",
                              "127.1:443",
                              "127.0.0.1.:443",
                              "2130706433:443",
                              "0x7f000001:443",
                              "0x7f.1:443",
                              "127.0.0.01:443",
                              "0177.0.0.1:443",
                              "256.0.0.1:443",
                              "1.2.3:443",
                              "1.2.3.4.5:443",
                              "a.0x1:443",
                              "a.123:443",
                              std::string(64, 'a') + ".b:443",
                              long_name + ":443"};
  for (const std::string& row : rows) {
    DYNAMIC_SECTION(row) {
      const auto got = parse_connect_target(row);
      REQUIRE_FALSE(got);
      CHECK(got.error().code == Errc::authority_malformed);
    }
  }
}

TEST_CASE("parse_host_field fills in a missing port", "[http][authority]") {
  CHECK(parse_host_field("Example.com", 443) == Authority{"example.com", 443});
  CHECK(parse_host_field("example.com:80", 443) == Authority{"example.com", 80});
  CHECK(parse_host_field("[::1]", 443) == Authority{"::1", 443});
  for (const char* bad :
       {"", ":80", "example.com:", "a b", "a/@c", "@c", "[::1]x", "a,b", "a:80:80", "example.com:080"})
    CHECK_FALSE(parse_host_field(bad, 443));
}

TEST_CASE("parse_absolute_target splits authority and origin form", "[http][authority]") {
  struct Row {
    const char* target;
    const char* host;
    std::uint16_t port;
    const char* origin;
  };
  const Row rows[] = {
      {"http://example.com", "example.com", 80, "/"},
      {"HTTP://Example.com/", "example.com", 80, "/"},
      {"http://example.com:8080/a/b?c=d", "example.com", 8080, "/a/b?c=d"},
      {"http://example.com?q", "example.com", 80, "/?q"},
      {"http://[::1]:81/@x", "::1", 81, "/@x"},
      {"http://example.com//a", "example.com", 80, "//a"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.target) {
      const auto got = parse_absolute_target(row.target);
      REQUIRE(got);
      CHECK(got->authority == Authority{row.host, row.port});
      CHECK(got->origin_form == row.origin);
    }
  }
  for (const char* bad : {"", "/", "http://", "http:///a", "http:/example.com", "https://example.com/", "ftp://a/",
                          "file:///etc/passwd", "http://user@example.com/", "http://a:b@example.com/",
                          "http://example.com:0/", "http://example.com/#top", "http://127.1/", "http://example.com:/"})
    CHECK_FALSE(parse_absolute_target(bad));
}

TEST_CASE("is_ip_literal knows addresses from names", "[http][authority]") {
  for (const char* yes : {"0.0.0.0", "10.0.0.1", "255.255.255.255", "::", "::1", "2001:db8::1", "::ffff:1.2.3.4"})
    CHECK(is_ip_literal(yes));
  for (const char* no :
       {"", "1.2.3", "1.2.3.4.", "01.2.3.4", "1.2.3.256", "a.b.c.d", "[::1]", "::1%lo", "1::2::3", "1"})
    CHECK_FALSE(is_ip_literal(no));
}

TEST_CASE("text_of puts brackets round IPv6 alone", "[http][authority]") {
  CHECK(text_of({"example.com", 443}) == "example.com:443");
  CHECK(text_of({"10.0.0.1", 80}) == "10.0.0.1:80");
  CHECK(text_of({"::1", 443}) == "[::1]:443");
}
