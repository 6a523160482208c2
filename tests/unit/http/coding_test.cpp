#include "http/coding.hpp"

#include <zlib.h>
#include <zstd.h>

#include "support/catch.hpp"

using namespace telltale;
using namespace telltale::http;

namespace {

const Coding all_codings[] = {Coding::gzip, Coding::deflate, Coding::br, Coding::zstd};

std::string sample() {
  std::string text;
  for (int i = 0; i < 400; ++i) text += "{\"line\":" + std::to_string(i * 7919) + ",\"text\":\"Today's date\"}\n";
  return text;
}

std::string encoded(std::string_view content, Coding coding) {
  auto got = encode_content(content, {coding});
  REQUIRE(got);
  return *got;
}

std::string raw_deflate(std::string_view content) {
  const std::string zlib = encoded(content, Coding::deflate);
  return zlib.substr(2, zlib.size() - 6);  // without its header and its checksum
}

std::string zstd_with_window(std::string_view content, int window_log) {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, window_log);
  std::string out(ZSTD_compressBound(content.size()), '\0');
  // Streamed without a size, so that the frame states its window.
  ZSTD_outBuffer to{out.data(), out.size(), 0};
  ZSTD_inBuffer from{content.data(), content.size(), 0};
  ZSTD_compressStream2(context, &to, &from, ZSTD_e_continue);
  ZSTD_compressStream2(context, &to, &from, ZSTD_e_end);
  ZSTD_freeCCtx(context);
  out.resize(to.pos);
  return out;
}

void check_fails(std::string_view bytes, const std::vector<Coding>& codings, Errc code, const Limits& limits = {}) {
  const auto got = decode_content(bytes, codings, limits);
  REQUIRE_FALSE(got);
  CHECK(got.error().code == code);
  CHECK(got.error().at <= bytes.size());
}

}  // namespace

TEST_CASE("parse_codings reads the list in order", "[http][coding]") {
  using List = std::vector<Coding>;
  const Limits limits;
  CHECK(parse_codings("", limits) == List{});
  CHECK(parse_codings("identity", limits) == List{});
  CHECK(parse_codings("GZIP", limits) == List{Coding::gzip});
  CHECK(parse_codings("x-gzip", limits) == List{Coding::gzip});
  CHECK(parse_codings("deflate,\tBr , zstd", limits) == List{Coding::deflate, Coding::br, Coding::zstd});
  CHECK(parse_codings("gzip, identity,, gzip", limits) == List{Coding::gzip, Coding::gzip});
  for (const char* bad : {"compress", "gzip;q=1", "gzip br", "aws-chunked", "*", "gzip,gzip,gzip,gzip"}) {
    const auto got = parse_codings(bad, limits);
    REQUIRE_FALSE(got);
    CHECK(got.error().code == Errc::coding_unknown);
  }
}

TEST_CASE("every coding gives back what went in, alone and stacked", "[http][coding]") {
  const std::string texts[] = {"", "x", sample(), std::string(200'000, 'a'), std::string("\0\xff\x1f\x8b", 4)};
  for (const std::string& text : texts) {
    for (const Coding outer : all_codings) {
      const auto once = decode_content(encoded(text, outer), {outer}, Limits{});
      REQUIRE(once);
      CHECK(*once == text);
      for (const Coding inner : all_codings) {
        const std::vector<Coding> both{inner, outer};
        const auto twice = encode_content(text, both);
        REQUIRE(twice);
        CHECK(decode_content(*twice, both, Limits{}) == text);
      }
    }
  }
}

TEST_CASE("no coding leaves the bytes alone", "[http][coding]") {
  CHECK(decode_content("abc", {}, Limits{}) == std::string("abc"));
  CHECK(encode_content("abc", {}) == std::string("abc"));
  CHECK(decode_content("", {Coding::gzip}, Limits{}) == std::string());
}

TEST_CASE("encoding is deterministic and carries no time stamp", "[http][coding]") {
  for (const Coding coding : all_codings) CHECK(encoded(sample(), coding) == encoded(sample(), coding));
  const std::string gzip = encoded("abc", Coding::gzip);
  CHECK(gzip.substr(0, 4) == std::string("\x1f\x8b\x08\0", 4));
  CHECK(gzip.substr(4, 4) == std::string(4, '\0'));
}

TEST_CASE("a body cut short is refused at every length", "[http][coding]") {
  for (const Coding coding : all_codings) {
    const std::string whole = encoded("{\"a\":\"some words, some words\"}", coding);
    for (std::size_t n = 1; n < whole.size(); ++n) {
      const auto got = decode_content(std::string_view(whole).substr(0, n), {coding}, Limits{});
      if (got) FAIL(name_of(coding) << " took " << n << " of " << whole.size() << " bytes");
      CHECK(got.error().code == Errc::coding_malformed);
    }
  }
}

TEST_CASE("bytes after the end are refused", "[http][coding]") {
  for (const Coding coding : all_codings) {
    const std::string whole = encoded(sample(), coding);
    for (const char* tail : {"x", "\n", "{\"hidden\":1}"}) check_fails(whole + tail, {coding}, Errc::coding_malformed);
    check_fails(whole + std::string(1, '\0'), {coding}, Errc::coding_malformed);
  }
  check_fails(raw_deflate("abc") + "x", {Coding::deflate}, Errc::coding_malformed);
}

TEST_CASE("damage is refused where a checksum or the format shows it", "[http][coding]") {
  check_fails("not compressed at all", {Coding::gzip}, Errc::coding_malformed);
  check_fails("not compressed at all", {Coding::zstd}, Errc::coding_malformed);
  check_fails("\xff\xff\xff not compressed", {Coding::deflate}, Errc::coding_malformed);
  check_fails("\xff\xff\xff not compressed", {Coding::br}, Errc::coding_malformed);
  std::string gzip = encoded(sample(), Coding::gzip);
  gzip[gzip.size() - 8] = static_cast<char>(gzip[gzip.size() - 8] ^ 1);  // CRC
  check_fails(gzip, {Coding::gzip}, Errc::coding_malformed);
  check_fails(encoded("plain", Coding::br), {Coding::gzip, Coding::br}, Errc::coding_malformed);
}

TEST_CASE("deflate is read with its zlib header or without", "[http][coding]") {
  CHECK(decode_content(encoded(sample(), Coding::deflate), {Coding::deflate}, Limits{}) == sample());
  CHECK(decode_content(raw_deflate(sample()), {Coding::deflate}, Limits{}) == sample());
}

TEST_CASE("several gzip members or zstd frames are one content", "[http][coding]") {
  for (const Coding coding : {Coding::gzip, Coding::zstd}) {
    const std::string three = encoded("abc", coding) + encoded("", coding) + encoded("def", coding);
    CHECK(decode_content(three, {coding}, Limits{}) == std::string("abcdef"));
    std::string endless;
    for (int i = 0; i < 5000; ++i) endless += encoded("", coding);
    check_fails(endless, {coding}, Errc::coding_malformed);
  }
  check_fails(encoded("abc", Coding::br) + encoded("def", Coding::br), {Coding::br}, Errc::coding_malformed);
}

TEST_CASE("content over the limit is refused in every coding, at the limit taken", "[http][coding]") {
  Limits limits;
  limits.content_bytes = 1000;
  for (const Coding coding : all_codings) {
    CHECK(decode_content(encoded(std::string(1000, 'a'), coding), {coding}, limits) == std::string(1000, 'a'));
    check_fails(encoded(std::string(1001, 'a'), coding), {coding}, Errc::content_too_long, limits);
    check_fails(encoded(std::string(5'000'000, 'a'), coding), {coding}, Errc::content_too_long, limits);
  }
  check_fails(std::string(1001, 'a'), {}, Errc::content_too_long, limits);
}

TEST_CASE("a bomb is refused by its ratio in every coding and stack", "[http][coding]") {
  const std::string zeros(8 * 1024 * 1024, '\0');
  for (const Coding coding : all_codings) {
    check_fails(encoded(zeros, coding), {coding}, Errc::coding_ratio);
    const std::vector<Coding> stack{coding, coding, coding};
    const auto coded = encode_content(zeros, stack);
    REQUIRE(coded);
    check_fails(*coded, stack, Errc::coding_ratio);
  }
  SECTION("at its beginning, however long it is") {
    // Packed to a hundredth at the end of it, but a thousand to one before: given up within the first 64 KiB.
    std::string tail(256 * 1024, '\0');
    unsigned state = 1;
    for (char& c : tail) c = static_cast<char>((state = state * 1103515245U + 12345U) >> 24U);
    for (const Coding coding : all_codings) {
      const auto got = decode_content(encoded(zeros + tail, coding), {coding}, Limits{});
      REQUIRE_FALSE(got);
      CHECK(got.error().code == Errc::coding_ratio);
      CHECK(got.error().at < 64 * 1024);
    }
  }
  SECTION("but nothing is said of the first megabyte") {
    const std::string megabyte(1024 * 1024, '\0');
    for (const Coding coding : all_codings)
      CHECK(decode_content(encoded(megabyte, coding), {coding}, Limits{}) == megabyte);
  }
}

TEST_CASE("a zstd window over 8 MiB is refused, at 8 MiB taken", "[http][coding]") {
  CHECK(decode_content(zstd_with_window(sample(), 23), {Coding::zstd}, Limits{}) == sample());
  check_fails(zstd_with_window(sample(), 24), {Coding::zstd}, Errc::coding_malformed);
  check_fails(zstd_with_window(sample(), 31), {Coding::zstd}, Errc::coding_malformed);
}

TEST_CASE("a zstd frame that no decoder shows is refused", "[http][coding]") {
  const std::string skippable = std::string("\x50\x2a\x4d\x18\x06\0\0\0", 8) + "hidden";
  check_fails(skippable + encoded("abc", Coding::zstd), {Coding::zstd}, Errc::coding_malformed);
  check_fails(encoded("abc", Coding::zstd) + skippable, {Coding::zstd}, Errc::coding_malformed);
}
