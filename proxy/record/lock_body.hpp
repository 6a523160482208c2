#pragma once
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "codec/registry.hpp"
#include "record/lock_sent.hpp"

namespace telltale::record {

/// Collects the facts of one exchange.
class SentFacts {
 public:
  /// All must outlive it.
  SentFacts(Sent& out, const std::vector<std::string>& known, const Limits& limits)
      : out_(out), known_(known), limits_(limits) {}

  [[nodiscard]] const std::vector<std::string>& known() const { return known_; }
  [[nodiscard]] const Limits& limits() const { return limits_; }
  [[nodiscard]] Sent& out() { return out_; }

  /// The values where something was found are not listed, and lines with it have no words.
  void is_about_someone(const inspect::Finding& finding);
  [[nodiscard]] bool names_someone(ByteRange raw) const;

  /// A value of that class, whatever it says.
  void add_class(const std::string& place, std::string_view value_class, const std::string& where);
  void add_value(const std::string& place, std::string_view value_class, std::string_view value,
                 const std::string& where);
  /// A value that is a text: its class, its pattern if that may be listed, its alphabet.
  void add_text(const std::string& place, std::string_view text, const std::string& where);
  /// The same, opened if it holds a document: JSON in a string, JSON in base64.
  void add_held(const std::string& place, const std::string& text, const std::string& where, unsigned depth = 0);
  void add_alphabet(const std::string& place, const std::set<char32_t>& points, const std::string& where);

 private:
  [[nodiscard]] SentPlace* reach(const std::string& place);

  Sent& out_;
  const std::vector<std::string>& known_;
  const Limits& limits_;
  std::set<std::string, std::less<>> found_at_;  ///< places of findings
  std::vector<ByteRange> found_raw_;
};

/// The members of a document in which nobody speaks: of one that a string held.
void add_document(const std::string& place, std::string_view text, const std::string& where, SentFacts& facts,
                  unsigned depth);

/// Members of a query or a form, "a=1&b=2".
void add_pairs(const std::string& kind, std::string_view pairs, const std::string& where, SentFacts& facts);

/// The body: its kind, its members, the lines of the texts in it that the client wrote.
void add_body(const codec::RequestShape& shape, std::string_view content, const inspect::Verdict& verdict,
              SentFacts& facts, Digest digest);

}  // namespace telltale::record
