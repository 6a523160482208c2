// Credentials by their very text. Covered by tests/unit/record/mask_test.cpp.
#include "record/known_secrets.hpp"

#include <algorithm>

#include "core/ascii.hpp"
#include "core/base64.hpp"
#include "record/credentials.hpp"

namespace telltale::record {
namespace {

constexpr std::size_t shortest = 8;
constexpr std::size_t longest = 4096;
constexpr std::size_t most = 64;
bool is_piece_char(char c) {
  return ascii::is_alnum(c) || c == '-' || c == '_';
}

// Not every word that a secret holds gives it away: `openai` in `openai-insecure-api-key.sk-...` does not.
bool is_telling(std::string_view piece) {
  constexpr std::size_t shortest_piece = 6;
  constexpr std::size_t long_piece = 16;
  if (piece.size() >= long_piece) return true;
  return piece.size() >= shortest_piece && std::any_of(piece.begin(), piece.end(), ascii::is_digit);
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const int high = text[at] == '%' && at + 2 < text.size() ? ascii::hex_value(text[at + 1]) : -1;
    const int low = high >= 0 ? ascii::hex_value(text[at + 2]) : -1;
    if (low >= 0) at += 2;
    out.push_back(low >= 0 ? static_cast<char>(high * 16 + low) : text[at]);
  }
  return out;
}

}  // namespace

void KnownSecrets::keep(std::string_view secret) {
  if (secret.size() < shortest || secret.size() > longest || secrets_.size() >= most) return;
  if (secret.find("[masked ") != std::string_view::npos) return;
  if (std::find(secrets_.begin(), secrets_.end(), secret) == secrets_.end()) secrets_.emplace_back(secret);
}

// `Bearer TOKEN` (RFC 6750), `Basic BASE64(user:password)` (RFC 7617), `a=VALUE; b=VALUE`, `protocol, key.VALUE`.
void KnownSecrets::add_parts(std::string_view secret) {
  const std::size_t blank = secret.find(' ');
  if (blank != std::string_view::npos && secret.find_first_of(" ,;=", blank + 1) == std::string_view::npos)
    keep(secret.substr(blank + 1));
  if (ascii::starts_with_ignoring_case(secret, "basic ")) {
    const std::string pair = base64::decode(secret.substr(6)).value_or("");
    keep(pair);
    if (const std::size_t colon = pair.find(':'); colon != std::string::npos) keep(pair.substr(colon + 1));
  }
  static constexpr std::string_view between = " ,;=.\"";
  for (std::size_t at = 0; at < secret.size();) {
    const std::size_t end = std::min(secret.find_first_of(between, at), secret.size());
    if (looks_secret(secret.substr(at, end - at))) keep(secret.substr(at, end - at));
    at = end + 1;
  }
}

void KnownSecrets::add(std::string_view secret) {
  keep(secret);
  if (secret.size() > longest) return;
  add_parts(secret);
  if (secret.find('%') != std::string_view::npos) keep(percent_decoded(secret));
}

void KnownSecrets::add(std::string_view text, const std::vector<ByteRange>& ranges) {
  for (const ByteRange range : ranges) add(text.substr(range.begin, range.size()));
}

std::vector<ByteRange> KnownSecrets::find_in(std::string_view text) const {
  std::vector<ByteRange> found;
  for (const std::string& secret : secrets_) {
    std::vector<ByteRange> here;
    for (std::size_t at = text.find(secret); at != std::string_view::npos; at = text.find(secret, at + secret.size()))
      here.push_back({at, at + secret.size()});
    found = united(std::move(found), here);
  }
  return found;
}

std::string KnownSecrets::cut_out_of(std::string_view text, Digest digest) const {
  const std::string whole = masked(text, united(find_credentials(text), find_in(text)), digest);
  if (secrets_.empty()) return whole;
  std::string out;
  for (std::size_t at = 0; at < whole.size();) {
    const bool inside = is_piece_char(whole[at]);
    std::size_t end = at + 1;
    while (end < whole.size() && is_piece_char(whole[end]) == inside) ++end;
    const std::string_view run = std::string_view(whole).substr(at, end - at);
    const auto holds = [run](const std::string& secret) { return secret.find(run) != std::string::npos; };
    const auto secret =
        inside && is_telling(run) ? std::find_if(secrets_.begin(), secrets_.end(), holds) : secrets_.end();
    out += secret == secrets_.end() ? std::string(run) : mask_of(*secret, digest);
    at = end;
  }
  return out;
}

}  // namespace telltale::record
