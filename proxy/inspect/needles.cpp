// The forms in which a known value is looked for. Short needles are found by a table of byte pairs, long ones by
// LiteralSet. Covered by tests/unit/inspect/needles_test.cpp.
#include "inspect/needles.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "codec/json_scan.hpp"
#include "core/ascii.hpp"
#include "core/base64.hpp"

namespace telltale::inspect {
namespace {

constexpr std::size_t shortest_value = 3;  ///< two letters occur everywhere
constexpr std::size_t longest_value = 512;
constexpr std::size_t most_facts = 256;
constexpr std::size_t shortest_encoded = 5;      ///< reversed or rotated, shorter words are found by chance
constexpr std::size_t shortest_base64_core = 8;  ///< characters that depend on the value alone
constexpr std::size_t shortest_digest = 8;       ///< hex digits

struct NameFamily {
  std::string_view name;
  Family family;
};
constexpr std::array names{
    NameFamily{"tz", Family::zone},           NameFamily{"tz_name", Family::zone},
    NameFamily{"tz_offset", Family::zone},    NameFamily{"tz_abbrev", Family::zone},
    NameFamily{"locale", Family::locale},     NameFamily{"lang", Family::locale},
    NameFamily{"platform", Family::platform}, NameFamily{"os", Family::platform},
    NameFamily{"kernel", Family::platform},   NameFamily{"arch", Family::arch},
    NameFamily{"shell", Family::shell},       NameFamily{"user", Family::user},
    NameFamily{"git_user", Family::user},     NameFamily{"host", Family::host},
    NameFamily{"hostname", Family::host},     NameFamily{"cwd", Family::path},
    NameFamily{"home", Family::path},         NameFamily{"ip", Family::address},
    NameFamily{"mac", Family::address},       NameFamily{"proxy", Family::proxy},
    NameFamily{"base_url", Family::proxy},    NameFamily{"gateway", Family::proxy},
    NameFamily{"git_remote", Family::git},    NameFamily{"git_email", Family::git},
    NameFamily{"device", Family::device},
};

/// Values that many machines share: finding one tells nothing but beside a label.
constexpr std::array<std::string_view, 20> common{
    "root", "user",       "admin", "localhost", "true",      "false",   "C.UTF-8", "POSIX",   "/root",   "/home",
    "/tmp", "/workspace", "/app",  "none",      "127.0.0.1", "0.0.0.0", "unknown", "default", "Etc/UTC", "node"};

constexpr std::array<std::string_view, 5> vendors{"anthropic.com", "openai.com", "googleapis.com", "openrouter.ai",
                                                  "githubcopilot.com"};

constexpr std::array<std::string_view, 28> roles{
    "administrator", "assistant", "builder", "claude", "codex",   "copilot", "deploy", "developer", "docker", "gemini",
    "github",        "gitlab",    "jenkins", "laptop", "master",  "nobody",  "python", "runner",    "server", "service",
    "student",       "system",    "tester",  "ubuntu", "vagrant", "vscode",  "worker", "workspace"};

bool is_role(std::string_view word) {
  const std::string lower = ascii::lower(word);
  return std::find(roles.begin(), roles.end(), lower) != roles.end();
}

bool has_digit(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return ascii::is_digit(c); });
}

bool is_plain_word(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return ascii::is_alnum(c) && !ascii::is_digit(c); });
}

bool is_shared(Family family, std::string_view name, std::string_view value) {
  if (std::find(common.begin(), common.end(), value) != common.end() || value.size() < 5) return true;
  switch (family) {
    case Family::arch:
    case Family::shell:
      return true;
    case Family::platform:  // "Darwin 24.6.0" is distinctive, "win32" is not
      return value.size() < 10 || !has_digit(value);
    case Family::locale:  // with its code set it is a machine's locale, without a language tag
      return value.find('.') == std::string_view::npos;
    case Family::zone:
      return name == "tz_abbrev" || value.size() < 7;
    case Family::path:
      return value.size() < 7;
    case Family::address:
      return value.size() < 7 || value.substr(0, 4) == "127.";
    case Family::proxy:  // a vendor's own address stands in every manual
      return std::any_of(vendors.begin(), vendors.end(),
                         [value](std::string_view vendor) { return value.find(vendor) != std::string_view::npos; });
    case Family::user:
    case Family::host:  // a name of six letters or more is hardly another word, but for those of roles and products
      return is_plain_word(value) && (value.size() < 6 || is_role(value));
    default:
      return value.size() < 12 && is_plain_word(value);
  }
}

std::string replaced(std::string text, char from, char to) {
  std::replace(text.begin(), text.end(), from, to);
  return text;
}

std::string rotated(std::string text) {
  for (char& c : text) {
    const char base = c >= 'a' && c <= 'z' ? 'a' : 'A';
    if (ascii::is_alnum(c) && !ascii::is_digit(c)) c = static_cast<char>(base + (c - base + 13) % 26);
  }
  return text;
}

/// The characters of a base64 text that depend on `value` alone, if it begins `shift` bytes after a group of three.
std::string base64_core(std::string_view value, std::size_t shift) {
  const std::string padded = std::string(shift, '\0') + std::string(value);
  const std::string whole = base64::encode(padded);
  const std::size_t begin = shift == 0 ? 0 : shift + 1;
  const std::size_t end = padded.size() * 8 / 6;
  return whole.substr(begin, end - begin);
}

std::string hex_of(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    out += digits[static_cast<unsigned char>(c) >> 4U];
    out += digits[static_cast<unsigned char>(c) & 15U];
  }
  return out;
}

std::uint16_t pair_at(const char* at) {
  std::uint16_t pair = 0;
  std::memcpy(&pair, at, sizeof pair);
  return pair;
}

/// `UTC+02:00` as other programs write it; nothing for UTC itself, which says nothing.
std::vector<std::string> offset_spellings(std::string_view value) {
  const std::size_t sign = value.find_first_of("+-");
  if (sign == std::string_view::npos) return {};
  const std::string_view bare = value.substr(sign);
  if (bare.size() != 6 || bare[3] != ':' || bare.substr(1) == "00:00") return {};
  const std::string hours(bare.substr(0, 3));
  const std::string minutes(bare.substr(4));
  return {std::string(bare), hours + minutes, "GMT" + std::string(bare), "GMT" + hours + minutes};
}

/// What stands between "://" and the path, if it names a port or a host of more than one label.
std::string authority_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  const std::string_view rest = url.substr(scheme + 3);
  return std::string(rest.substr(0, rest.find('/')));
}

std::vector<std::string> other_spellings(Family family, std::string_view name, const std::string& value) {
  std::vector<std::string> out;
  switch (family) {
    case Family::locale: {
      const std::string bare = value.substr(0, value.find('.'));
      out = {bare, replaced(bare, '_', '-'), replaced(bare, '-', '_')};
      break;
    }
    case Family::zone:
      if (name == "tz_offset") out = offset_spellings(value);
      break;
    case Family::proxy:
      out = {authority_of(value)};
      break;
    case Family::shell:
      out = {value.substr(value.find_last_of("/\\") + 1)};
      break;
    case Family::git: {
      const std::size_t open = value.find('<');
      if (open != std::string::npos) out = {value.substr(open + 1, value.find('>') - open - 1)};
      break;
    }
    case Family::path: {
      std::string dashes = value;
      for (char& c : dashes)
        if (!ascii::is_alnum(c)) c = '-';
      out = {replaced(value, '\\', '/'), replaced(value, '/', '\\'), std::move(dashes)};
      break;
    }
    case Family::address:
      if (name == "mac") out = {replaced(value, ':', '-'), replaced(value, '-', ':')};
      break;
    default:
      break;
  }
  if (family == Family::path) return out;
  out.push_back(ascii::lower(value));
  out.push_back(value);
  for (char& c : out.back()) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return out;
}

}  // namespace

Family family_of(std::string_view name) {
  for (const NameFamily& one : names)
    if (one.name == name) return one.family;
  return Family::other;
}

NeedleSet::NeedleSet(const Environment& environment, const Digests& digests) {
  for (const auto& [name, values] : environment)
    for (const std::string& value : values) add_value(name, value);
  for (std::uint32_t i = 0; i < facts_.size(); ++i) {
    add_forms(i);
    add_digests(i, digests);
  }
  index();
}

void NeedleSet::add_value(const std::string& name, const std::string& value) {
  const Family family = family_of(name);
  add_fact({name, value, value, family, is_shared(family, name, value)});
  for (std::string& text : other_spellings(family, name, value)) {
    // A bare offset or language tag is shared even if the full spelling is not.
    const bool shared = (family == Family::zone && !ascii::is_alnum(text.empty() ? '+' : text.front())) ||
                        is_shared(family, name, text);
    add_fact({name, value, std::move(text), family, shared});
  }
}

void NeedleSet::add_fact(Fact fact) {
  if (fact.text.size() < shortest_value || fact.text.size() > longest_value || facts_.size() >= most_facts) return;
  const bool known = std::any_of(facts_.begin(), facts_.end(), [&](const Fact& one) { return one.text == fact.text; });
  if (!known) facts_.push_back(std::move(fact));
}

void NeedleSet::add_forms(std::uint32_t number) {
  const std::string& text = facts_[number].text;
  needles_.push_back({text, number, Form::plain});
  const std::string once = codec::escape_json(text);
  if (once != text) {
    needles_.push_back({once, number, Form::escaped});
    needles_.push_back({codec::escape_json(once), number, Form::escaped});
  }
  if (text.size() >= shortest_encoded) {
    std::string reversed(text.rbegin(), text.rend());
    if (reversed != text) needles_.push_back({std::move(reversed), number, Form::reversed});
    std::string rot13 = rotated(text);
    const auto moved = std::count_if(text.begin(), text.end(), [](char c) { return is_plain_word({&c, 1}); });
    if (moved >= 4) needles_.push_back({std::move(rot13), number, Form::rot13});
  }
  // A short value is its whole base64 text; of a longer one the core is found inside a longer text too.
  std::string whole = base64::encode(text);
  whole.erase(whole.find_last_not_of('=') + 1);
  if (text.size() >= 4) needles_.push_back({std::move(whole), number, Form::base64});
  for (std::size_t shift = 1; shift < 3; ++shift) {
    std::string core = base64_core(text, shift);
    if (core.size() >= shortest_base64_core && !facts_[number].shared)
      needles_.push_back({std::move(core), number, Form::base64});
  }
}

void NeedleSet::add_digests(std::uint32_t number, const Digests& digests) {
  const std::string& text = facts_[number].text;
  for (const Digests::Function digest : digests.functions) {
    if (digest == nullptr) continue;
    if (digest(text).empty()) continue;  // the caller's system forbids this one
    digests_.push_back({hex_of(digest(text)), number});
    digests_.push_back({hex_of(digest(text + "\n")), number});
  }
}

void NeedleSet::index() {
  std::sort(digests_.begin(), digests_.end(), [](const DigestOf& a, const DigestOf& b) { return a.hex < b.hex; });
  pair_bits_.assign((std::size_t{1} << 16U) / 64, 0);
  xor_bits_.assign((std::size_t{1} << 16U) / 64, 0);
  for (const Fact& fact : facts_) {
    const std::size_t slot = xor_slot(fact.text.data());
    xor_bits_[slot >> 6U] |= std::uint64_t{1} << (slot & 63U);
  }
  std::vector<std::string> literals(needles_.size());
  for (std::uint32_t i = 0; i < needles_.size(); ++i) {
    const std::string& text = needles_[i].text;
    if (text.size() >= LiteralSet::shortest) {
      literals[i] = text;
      continue;
    }
    for (std::uint8_t offset = 0; offset < 2; ++offset) {
      const std::uint16_t pair = pair_at(text.data() + offset);
      pairs_.push_back({pair, offset, i});
      pair_bits_[pair >> 6U] |= std::uint64_t{1} << (pair & 63U);
    }
  }
  std::sort(pairs_.begin(), pairs_.end(), [](const Pair& a, const Pair& b) { return a.bytes < b.bytes; });
  long_ = LiteralSet(std::move(literals));
}

void NeedleSet::find(std::string_view text, std::vector<Hit>& out) const {
  std::vector<LiteralSet::Hit> hits;
  long_.find(text, hits);
  for (const LiteralSet::Hit& hit : hits) out.push_back({hit.literal, hit.at});
  find_short(text, out);
}

/// Looks at every second pair: a needle of three bytes or more has its first or its second pair there.
void NeedleSet::find_short(std::string_view text, std::vector<Hit>& out) const {
  if (pairs_.empty()) return;
  const std::uint64_t* const bits = pair_bits_.data();
  for (std::size_t at = 0; at + 2 <= text.size(); at += 2) {
    const std::uint16_t pair = pair_at(text.data() + at);
    if ((bits[pair >> 6U] >> (pair & 63U) & 1U) == 0) continue;
    auto one = std::lower_bound(pairs_.begin(), pairs_.end(), pair,
                                [](const Pair& a, std::uint16_t wanted) { return a.bytes < wanted; });
    for (; one != pairs_.end() && one->bytes == pair; ++one) {
      const std::string& needle = needles_[one->needle].text;
      if (at >= one->offset && text.substr(at - one->offset, needle.size()) == needle)
        out.push_back({one->needle, at - one->offset});
    }
  }
}

std::optional<std::uint32_t> NeedleSet::fact_of_digest(std::string_view hex) const {
  if (hex.size() < shortest_digest || digests_.empty()) return std::nullopt;
  const std::string lower = ascii::lower(hex);
  const auto one = std::lower_bound(digests_.begin(), digests_.end(), lower,
                                    [](const DigestOf& a, const std::string& wanted) { return a.hex < wanted; });
  if (one == digests_.end() || std::string_view(one->hex).substr(0, lower.size()) != lower) return std::nullopt;
  return one->fact;
}

}  // namespace telltale::inspect
