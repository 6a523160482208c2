#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "inspect/engine.hpp"
#include "inspect/literal_set.hpp"

namespace telltale::inspect {

/// What kind of thing a known value is: decides which words may stand beside it as its label.
enum class Family : std::uint8_t {
  zone,
  locale,
  platform,
  arch,
  shell,
  user,
  host,
  path,
  address,
  proxy,
  git,
  device,
  other
};

/// One known value, or another spelling of it (`zh-CN` of `zh_CN.UTF-8`).
struct Fact {
  std::string name;   ///< in the environment: "tz_name"
  std::string value;  ///< as the environment has it
  std::string text;   ///< as it is looked for
  Family family = Family::other;
  /// Many machines share it, or it is a short plain word: it counts only where its surroundings say what it is.
  bool shared = false;
};

/// How a needle writes its fact.
enum class Form : std::uint8_t { plain, escaped, reversed, rot13, base64 };

struct Needle {
  std::string text;
  std::uint32_t fact = 0;
  Form form = Form::plain;
};

/// Digest functions, each giving raw bytes. The engine has none of its own: the caller may lend them.
struct Digests {
  using Function = std::string (*)(std::string_view);
  std::array<Function, 3> functions{};  ///< MD5, SHA-1, SHA-256 as far as there are any
};

/// Everything to look for if an environment is known, computed once: the values, their other spellings, and the forms
/// that need no decoding. Immutable. Bounded: 256 facts, values of 3 to 512 bytes.
class NeedleSet {
 public:
  struct Hit {
    std::uint32_t needle = 0;
    std::size_t at = 0;
  };

  explicit NeedleSet(const Environment& environment, const Digests& digests = {});

  [[nodiscard]] bool empty() const { return facts_.empty(); }
  [[nodiscard]] const std::vector<Fact>& facts() const { return facts_; }
  [[nodiscard]] const Needle& needle(std::uint32_t number) const { return needles_[number]; }
  /// Appends every place where a needle stands, whatever is around it. Cost: about 0.6 ns a byte.
  void find(std::string_view text, std::vector<Hit>& out) const;
  /// The fact whose digest begins with `hex` (eight digits or more, either case).
  [[nodiscard]] std::optional<std::uint32_t> fact_of_digest(std::string_view hex) const;
  /// False if no fact can begin at `three` (three bytes) under an XOR with one key: such bytes differ as the fact's do.
  [[nodiscard]] bool may_be_xored(const char* three) const {
    const std::size_t slot = xor_slot(three);
    return (xor_bits_[slot >> 6U] >> (slot & 63U) & 1U) != 0;
  }

 private:
  void add_value(const std::string& name, const std::string& value);
  void add_fact(Fact fact);
  void add_forms(std::uint32_t number);
  void add_digests(std::uint32_t number, const Digests& digests);
  void index();
  void find_short(std::string_view text, std::vector<Hit>& out) const;
  [[nodiscard]] static std::size_t xor_slot(const char* three) {
    const auto a = static_cast<unsigned char>(three[0] ^ three[1]);
    const auto b = static_cast<unsigned char>(three[1] ^ three[2]);
    return a * std::size_t{256} + b;
  }

  struct Pair {
    std::uint16_t bytes = 0;
    std::uint8_t offset = 0;  ///< of the pair in the needle
    std::uint32_t needle = 0;
  };
  struct DigestOf {
    std::string hex;
    std::uint32_t fact = 0;
  };

  std::vector<Fact> facts_;
  std::vector<Needle> needles_;
  LiteralSet long_;                       ///< numbered like needles_; short ones are empty there
  std::vector<Pair> pairs_;               ///< of the short needles, sorted by bytes
  std::vector<std::uint64_t> pair_bits_;  ///< which pairs occur, one bit each
  std::vector<DigestOf> digests_;         ///< sorted by hex
  std::vector<std::uint64_t> xor_bits_;   ///< how the first three bytes of each fact differ
};

/// What kind of value goes by that name in an environment.
[[nodiscard]] Family family_of(std::string_view name);

}  // namespace telltale::inspect
