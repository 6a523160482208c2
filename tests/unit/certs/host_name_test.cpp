#include "certs/host_name.hpp"

#include "support/catch.hpp"

using namespace telltale;
using namespace telltale::certs;

namespace {

std::string name_of_size(std::size_t size) {
  std::string name;
  while (name.size() + 64 < size) name += std::string(63, 'a') + ".";
  return name + std::string(size - name.size(), 'b');
}

}  // namespace

TEST_CASE("parse_host_name takes names and addresses in one spelling", "[certs][host_name]") {
  struct Row {
    std::string text;
    std::string canonical;
    std::size_t address_bytes;
  };
  const Row rows[] = {
      {"api.example.com", "api.example.com", 0},
      {"API.Example.COM.", "api.example.com", 0},
      {"localhost", "localhost", 0},
      {"xn--bcher-kva.example", "xn--bcher-kva.example", 0},
      {"_dmarc.my_host.example", "_dmarc.my_host.example", 0},
      {"1.2.3.example", "1.2.3.example", 0},
      {"3com.1a", "3com.1a", 0},
      {std::string(63, 'a') + ".example", std::string(63, 'a') + ".example", 0},
      {name_of_size(253), name_of_size(253), 0},
      {"10.0.0.1", "10.0.0.1", 4},
      {"::1", "::1", 16},
      {"2001:DB8:0::0:1", "2001:db8::1", 16},
      {"::ffff:10.0.0.1", "::ffff:10.0.0.1", 16},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.text) {
      const auto got = parse_host_name(row.text);
      REQUIRE(got);
      CHECK(got->text == row.canonical);
      CHECK(got->address.size() == row.address_bytes);
      CHECK(got->is_ip() == (row.address_bytes != 0));
    }
  }
}

TEST_CASE("parse_host_name refuses what must not reach a certificate", "[certs][host_name]") {
  using namespace std::string_literals;
  const std::string rows[] = {"",
                              ".",
                              "..",
                              ".example",
                              "a..b",
                              "example..",
                              "*.example.com",
                              "*",
                              "a b",
                              " a",
                              "a ",
                              "a\0b"s,
                              "a\0"s,
                              "10.0.0.1\0.example"s,
                              "::1\0"s,
                              "a,DNS:evil.example",
                              "a\nDNS:b",
                              "DNS:a",
                              "a;b",
                              "a=b",
                              "a/b",
                              "a:443",
                              "user@a",
                              "[::1]",
                              "fe80::1%eth0",
                              "h\xc3\xb6st.example",
                              "a\x7f",
                              "-a.example",
                              "a-.example",
                              "a.-",
                              "127.1",
                              "0x7f.0.0.1",
                              "0x7f000001",
                              "2130706433",
                              "0177.0.0.1",
                              "127.0.0.01",
                              "256.0.0.1",
                              "1.2.3.4.5",
                              "a.1",
                              "1.2.3.4.",
                              "1::2::3",
                              ":::",
                              std::string(64, 'a') + ".example",
                              name_of_size(254),
                              name_of_size(300),
                              std::string(100'000, 'a')};
  for (const std::string& row : rows) {
    DYNAMIC_SECTION(row.substr(0, 80)) {
      const auto got = parse_host_name(row);
      REQUIRE_FALSE(got);
      CHECK(got.error().code == Errc::host_name_invalid);
      CHECK(got.error().at <= row.size());
    }
  }
}
