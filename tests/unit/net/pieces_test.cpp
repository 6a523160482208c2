// The parts that need no socket: addresses, options, problem documents, names of exchanges.
#include <boost/asio/ip/tcp.hpp>

#include "net/address_policy.hpp"
#include "net/ids.hpp"
#include "net/outgoing.hpp"
#include "net/problem.hpp"
#include "support/catch.hpp"

using namespace telltale;
using boost::asio::ip::make_address;
using boost::asio::ip::tcp;

TEST_CASE("addresses that are not public are refused, whatever they are written as", "[net][address]") {
  const net::AddressPolicy policy;
  for (const char* address : {"127.0.0.1",
                              "127.1.2.3",
                              "0.0.0.0",
                              "10.0.0.1",
                              "172.16.0.1",
                              "172.31.255.255",
                              "192.168.1.1",
                              "100.64.0.1",
                              "100.100.100.200",
                              "169.254.169.254",
                              "198.18.0.1",
                              "224.0.0.1",
                              "255.255.255.255",
                              "::",
                              "::1",
                              "fe80::1",
                              "fc00::1",
                              "fd00:ec2::254",
                              "ff02::1",
                              "::ffff:127.0.0.1",
                              "::ffff:10.1.1.1",
                              "64:ff9b::7f00:1",
                              "2002:7f00:1::",
                              "::127.0.0.1",
                              "192.0.2.1",
                              "198.51.100.1",
                              "203.0.113.1",
                              "168.63.129.16",
                              "64:ff9b:1:a00:0:100::",
                              "64:ff9b:1::7f00:1",
                              "::ffff:0:7f00:1",
                              "2606:4700::5efe:7f00:1",
                              "2001:0:a00:1::1",
                              "2001:db8::1",
                              "5f00::1"}) {
    CAPTURE(address);
    const auto judged = policy.judge(tcp::endpoint(make_address(address), 443));
    REQUIRE_FALSE(judged);
    CHECK(judged.error().code == Errc::upstream_address_forbidden);
  }
  for (const char* address : {"1.1.1.1", "172.32.0.1", "192.167.0.1", "2606:4700::1", "::ffff:8.8.8.8", "11.0.0.0"}) {
    CAPTURE(address);
    CHECK(policy.judge(tcp::endpoint(make_address(address), 443)));
  }
}

TEST_CASE("--allow-upstream opens its range and nothing else; our listener stays closed", "[net][address]") {
  net::AddressPolicy policy;
  policy.allowed = {net::parse_cidr("127.0.0.0/8").value(), net::parse_cidr("10.1.2.3").value(),
                    net::parse_cidr("fd00::/9").value()};
  policy.own = {tcp::endpoint(make_address("127.0.0.1"), 8899)};
  const auto code = [&policy](const char* address, unsigned short port) {
    const auto judged = policy.judge(tcp::endpoint(make_address(address), port));
    return judged ? std::string("ok") : std::string(name_of(judged.error().code));
  };
  CHECK(code("127.0.0.1", 443) == "ok");
  CHECK(code("::ffff:127.0.0.1", 443) == "ok");
  CHECK(code("10.1.2.3", 443) == "ok");
  CHECK(code("10.1.2.4", 443) == "upstream-address-forbidden");
  CHECK(code("fd00::1", 443) == "ok");
  CHECK(code("fd80::1", 443) == "upstream-address-forbidden");
  CHECK(code("127.0.0.1", 8899) == "upstream-loop");
  CHECK(code("::ffff:127.0.0.1", 8899) == "upstream-loop");
  CHECK(code("0.0.0.0", 8899) == "upstream-loop");
  CHECK(code("127.0.0.1", 22) == "upstream-port-forbidden");
  policy.own = {tcp::endpoint(make_address("0.0.0.0"), 8899)};
  CHECK(code("127.9.9.9", 8899) == "upstream-loop");
  CHECK(code("::1", 8899) == "upstream-loop");
}

TEST_CASE("address ranges and resolutions are read exactly", "[net][address]") {
  CHECK(net::parse_cidr("10.0.0.0/8")->prefix == 8);
  CHECK(net::parse_cidr("::1")->prefix == 128);
  for (const char* bad : {"", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8x", "10.0.0/8", "host/8", "127.1", "::1/129"})
    CHECK_FALSE(net::parse_cidr(bad));
  const auto resolution = net::parse_resolution("Api.Example.test:443:127.0.0.1");
  REQUIRE(resolution);
  CHECK(resolution->name == http::Authority{"api.example.test", 443});
  CHECK(resolution->address == "127.0.0.1");
  CHECK(net::parse_resolution("a.test:1:[::1]")->address == "::1");
  CHECK(net::parse_resolution("[::2]:1:::1")->address == "::1");
  for (const char* bad : {"", "a:1", "a:1:", "a:x:1.1.1.1", "a:1:host", ":1:1.1.1.1", "[::1:1:1.1.1.1"})
    CHECK_FALSE(net::parse_resolution(bad));
}

TEST_CASE("a problem document names its error and escapes its detail", "[net][problem]") {
  const std::string response = net::problem_response(Error{Errc::upstream_refused, 0, "a \"b\"\n\xC3\xA9"});
  CHECK(response.starts_with("HTTP/1.1 502 Bad Gateway\r\n"));
  CHECK(response.find("connection: close\r\n") != std::string::npos);
  const std::string body = response.substr(response.find("\r\n\r\n") + 4);
  CHECK(
      body ==
      "{\"type\":\"about:blank\",\"title\":\"Bad Gateway\",\"status\":502,\"code\":\"upstream-refused\",\"detail\":\"a "
      "\\\"b\\\"\\u000a\\u00c3\\u00a9\"}\n");
  CHECK(net::problem_response(Error{Errc::internal, 0, "x"}, {}, true).ends_with("\r\n\r\n"));
}

TEST_CASE("names of exchanges sort by time and differ", "[net][ids]") {
  net::Ids ids;
  const std::chrono::system_clock::time_point time{std::chrono::milliseconds(1'469'918'176'385)};
  const std::string id = ids.next(time);
  CHECK(id.size() == 26);
  CHECK(id.substr(0, 10) == "01ARYZ6S41");  // the example of the specification
  CHECK(ids.next(time) != id);
  CHECK(ids.next(time + std::chrono::milliseconds(1)).substr(0, 10) > id.substr(0, 10));
}
