#include "http/body_reader.hpp"

#include "support/catch.hpp"

using namespace telltale;
using namespace telltale::http;

namespace {

using Kind = Framing::Kind;

struct Outcome {
  std::string data;
  std::size_t taken = 0;
  bool done = false;
  std::optional<Errc> error;
  std::size_t at = 0;
  bool operator==(const Outcome&) const = default;
};

// Pushes the bytes in pieces of `first` and then `step` bytes.
Outcome read_in_pieces(Framing framing, std::string_view bytes, std::size_t first, std::size_t step,
                       const Limits& limits = {}, bool bounded = true) {
  Outcome out;
  BodyReader reader(framing, limits, bounded);
  for (std::size_t size = first; out.taken < bytes.size() && !reader.done(); size = step) {
    const std::string_view piece = bytes.substr(out.taken, std::max<std::size_t>(size, 1));
    const auto taken = reader.push(piece, &out.data);
    if (!taken) {
      out.error = taken.error().code;
      out.at = out.taken + taken.error().at;
      return out;
    }
    if (*taken != piece.size() && !reader.done()) FAIL("took less than given without being done");
    out.taken += *taken;
  }
  out.done = reader.done();
  return out;
}

Outcome read_whole(Framing framing, std::string_view bytes, const Limits& limits = {}) {
  return read_in_pieces(framing, bytes, bytes.size(), bytes.size(), limits);
}

void check_every_cut(Framing framing, std::string_view bytes) {
  const Outcome whole = read_whole(framing, bytes);
  for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
    if (!(read_in_pieces(framing, bytes, cut, bytes.size()) == whole)) FAIL("cut at " << cut);
    if (!(read_in_pieces(framing, bytes, cut, 1) == whole)) FAIL("cut at " << cut << ", then single bytes");
  }
  CHECK(read_in_pieces(framing, bytes, 1, 1) == whole);
}

}  // namespace

TEST_CASE("a body by length takes its bytes and no more", "[http][body]") {
  const Outcome got = read_whole({Kind::length, 5}, "hello, next");
  CHECK(got.data == "hello");
  CHECK(got.taken == 5);
  CHECK(got.done);
  check_every_cut({Kind::length, 5}, "hello, next");
}

TEST_CASE("remaining says what a length still owes", "[http][body]") {
  const Limits limits;
  BodyReader reader({Kind::length, 5}, limits);
  CHECK(reader.remaining() == 5);
  CHECK(reader.push("he", nullptr) == std::size_t{2});
  CHECK(reader.remaining() == 3);
  CHECK_FALSE(reader.ends_by_close());
  CHECK(reader.push("llo", nullptr) == std::size_t{3});
  CHECK(reader.remaining() == 0);
  CHECK(reader.done());
  CHECK(reader.push("x", nullptr) == std::size_t{0});
}

TEST_CASE("a body that is none is done at once", "[http][body]") {
  const Limits limits;
  for (const Framing framing : {Framing{Kind::none, 0}, Framing{Kind::length, 0}}) {
    BodyReader reader(framing, limits);
    CHECK(reader.done());
    CHECK(reader.push("GET", nullptr) == std::size_t{0});
  }
}

TEST_CASE("a body until close ends by close alone", "[http][body]") {
  const Limits limits;
  BodyReader reader({Kind::until_close, 0}, limits, false);
  std::string data;
  CHECK(reader.push("abc", &data) == std::size_t{3});
  CHECK_FALSE(reader.done());
  CHECK(reader.ends_by_close());
  CHECK(reader.done());
  CHECK(data == "abc");
}

TEST_CASE("chunked bodies come out the same however they are cut", "[http][body]") {
  struct Row {
    std::string bytes;
    std::string data;
    std::size_t left;  // bytes of the next message
  };
  const Row rows[] = {
      {"0\r\n\r\n", "", 0},
      {"5\r\nhello\r\n0\r\n\r\n", "hello", 0},
      {"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\nGET / HTTP/1.1", "hello world", 14},
      {"00a\r\n0123456789\r\n000\r\n\r\n", "0123456789", 0},
      {"9\r\n\r\n0\r\n\r\n..\r\n0\r\n\r\n", "\r\n0\r\n\r\n..", 0},
      {"3;name=value;q=\"a b\"\r\nabc\r\n0;end\r\n\r\n", "abc", 0},
      {"1\r\nx\r\n0\r\nServer-Timing: a\r\nX-Sum:\t1 \r\n\r\n", "x", 0},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.bytes) {
      const Outcome got = read_whole({Kind::chunked, 0}, row.bytes);
      CHECK_FALSE(got.error);
      CHECK(got.done);
      CHECK(got.data == row.data);
      CHECK(got.taken == row.bytes.size() - row.left);
      check_every_cut({Kind::chunked, 0}, row.bytes);
    }
  }
}

TEST_CASE("a chunked body may not end by close", "[http][body]") {
  const Limits limits;
  BodyReader reader({Kind::chunked, 0}, limits);
  CHECK(reader.push("5\r\nhello\r\n", nullptr));
  CHECK_FALSE(reader.ends_by_close());
}

TEST_CASE("malformed chunks are refused at their byte, however they are cut", "[http][body]") {
  using namespace std::string_literals;
  struct Row {
    std::string bytes;
    std::size_t at;
    Errc code = Errc::chunk_malformed;
  };
  const Row rows[] = {
      {"\r\n", 0},
      {"g\r\n", 0},
      {"-1\r\n", 0},
      {"+5\r\nhello", 0},
      {" 5\r\nhello", 0},
      {"0x5\r\nhello", 1},
      {"5 \r\nhello", 1},
      {"5\nhello", 1},
      {"5\rhello", 2},
      {";a\r\n", 0},
      {"5;a\nhello", 3},
      {"5;a\0\r\nhello"s, 3},
      {"5;a\x01\r\nhello", 3},
      {"5;a\rb\r\n", 4},
      {"5\r\nhelloX", 8},
      {"5\r\nhello\nX", 8},
      {"5\r\nhello\rX", 9},
      {"3\r\nhello\r\n", 6},
      {"1000000000000000\r\n", 15},
      {"ffffffffffffffff\r\n", 15},
      {"0\r\nno colon\r\n\r\n", 12},
      {"0\r\n: empty\r\n\r\n", 11},
      {"0\r\nA : b\r\n\r\n", 9},
      {"0\r\n folded\r\n\r\n", 11},
      {"0\r\nA: b\n\r\n", 7},
      {"0\r\nA: b\rc\r\n\r\n", 10},
      {"0\r\nA: \x01\r\n\r\n", 8},
      {"0\r\nA: b\r\n\n", 9},
      {"0\r\nContent-Length: 3\r\n\r\n", 21, Errc::framing_ambiguous},
      {"0\r\ntransfer-encoding: chunked\r\n\r\n", 30, Errc::framing_ambiguous},
      {"0\r\nHost: b\r\n\r\n", 11, Errc::framing_ambiguous},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.bytes) {
      const Outcome got = read_whole({Kind::chunked, 0}, row.bytes);
      REQUIRE(got.error);
      CHECK(*got.error == row.code);
      CHECK(got.at == row.at);
      for (std::size_t cut = 1; cut < row.bytes.size(); ++cut) {
        const Outcome cut_up = read_in_pieces({Kind::chunked, 0}, row.bytes, cut, 1);
        REQUIRE(cut_up.error == got.error);
        REQUIRE(cut_up.at == got.at);
      }
    }
  }
}

TEST_CASE("each limit of a chunked body holds", "[http][body]") {
  Limits limits;
  limits.body_bytes = 8;
  limits.chunk_line_bytes = 8;
  limits.trailer_bytes = 8;
  limits.chunk_extension_bytes = 10;
  struct Row {
    const char* name;
    std::string bytes;
    std::optional<Errc> code;
  };
  const Row rows[] = {
      {"body at the limit", "4\r\nabcd\r\n4\r\nabcd\r\n0\r\n\r\n", std::nullopt},
      {"body over it, told by the size line alone", "4\r\nabcd\r\n5\r\n", Errc::body_too_long},
      {"size line at the limit", "1;45678\r\nx\r\n0\r\n\r\n", std::nullopt},
      {"size line over it", "1;456789\r\nx", Errc::chunk_malformed},
      {"extensions at the limit", "1;45678\r\nx\r\n1;45678\r\nx\r\n0\r\n\r\n", std::nullopt},
      {"extensions over it", "1;45678\r\nx\r\n1;45678\r\nx\r\n0;4\r\n\r\n", Errc::chunk_malformed},
      {"trailers at the limit", "0\r\nA: b\r\n\r\n", std::nullopt},
      {"trailers over it", "0\r\nA: bc\r\n\r\n", Errc::trailers_too_long},
      {"many short trailers", "0\r\nA:\r\nB:\r\n\r\n", Errc::trailers_too_long},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      CHECK(read_whole({Kind::chunked, 0}, row.bytes, limits).error == row.code);
    }
  }
  SECTION("a response is not bounded in its data") {
    const std::string bytes = "9\r\nabcdefghi\r\n0\r\n\r\n";
    CHECK_FALSE(read_in_pieces({Kind::chunked, 0}, bytes, bytes.size(), 1, limits, false).error);
  }
}
