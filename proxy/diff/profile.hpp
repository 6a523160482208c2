#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "diff/statement.hpp"

// What one side says, over all its requests. Grows with what is different among them and not with their number.

namespace telltale::diff {

/// One way in which a place is filled.
struct Form {
  std::string text;            ///< as in Said; empty if it was not kept
  std::string raw;             ///< as in Said
  std::uint64_t digest = 0;    ///< of text and raw
  std::uint64_t size = 0;      ///< of the text, bytes
  bool is_string = false;      ///< as in Said
  bool kept = true;            ///< false past most_text_bytes: compared by digest alone
  std::uint32_t requests = 0;  ///< that have it there
  std::uint32_t turn = 0;      ///< the earliest message that has it
  std::string where;           ///< in the one of them with the least id
  std::string exchange;        ///< that id
  std::uint64_t last = 0;      ///< number of the last request counted

  [[nodiscard]] bool says_the_same(const Form& other) const;
};

struct Place {
  codec::SegmentKind kind = codec::SegmentKind::other;
  std::uint32_t requests = 0;                 ///< that have the place
  std::uint32_t turn = 0;                     ///< the earliest message that has it
  std::uint64_t last = 0;                     ///< number of the last request counted
  std::vector<Form> forms;                    ///< as they came; by what they say, once settled
  std::unordered_set<std::uint64_t> further;  ///< digests of forms past most_forms: not shown, but known
  std::uint32_t not_kept = 0;                 ///< occurrences of forms of which not even that is kept
  std::unordered_map<std::uint64_t, std::uint32_t> by_digest;  ///< in `forms`
};

/// What the requests of one endpoint say.
struct EndpointProfile {
  std::uint32_t requests = 0;
  std::uint32_t turns = 0;  ///< most
  std::uint64_t bytes = 0, least_bytes = 0, most_bytes = 0;
  std::uint32_t blind = 0;  ///< requests whose body could not be read
  std::map<std::pair<Sort, std::string>, Place> places;
};

class Profile {
 public:
  void add(Statement&& statement);
  /// All requests are in. Puts forms in an order that is theirs and not that of the requests.
  void settle();

  [[nodiscard]] const std::map<Endpoint, EndpointProfile>& endpoints() const { return endpoints_; }
  [[nodiscard]] std::uint64_t requests() const { return requests_; }
  /// What did not fit, for people; empty if everything did.
  [[nodiscard]] std::vector<std::string> left_out() const;

  // Bounds of one side.
  static constexpr std::size_t most_text_bytes = std::size_t{48} * 1024 * 1024;
  static constexpr std::size_t most_places = 50'000;
  static constexpr std::size_t most_forms = 1024;  ///< of one place
  static constexpr std::size_t most_forms_in_all = 200'000;
  static constexpr std::size_t most_digests = 500'000;  ///< of further forms
  static constexpr std::size_t most_endpoints = 512;    ///< kinds of requests
  static constexpr std::size_t longest_text = std::size_t{4} * 1024 * 1024;

 private:
  void add_said(Said&& said, const std::string& exchange, EndpointProfile& endpoint);
  [[nodiscard]] Place* reach(const Said& said, EndpointProfile& endpoint);
  [[nodiscard]] Form* reach(Said&& said, const std::string& exchange, Place& place);
  void leave_out(std::uint64_t digest, Place& place);
  [[nodiscard]] Form make_form(Said&& said, std::uint64_t digest);

  std::map<Endpoint, EndpointProfile> endpoints_;
  std::uint64_t requests_ = 0;
  std::size_t text_bytes_ = 0;
  std::size_t places_ = 0;
  std::size_t forms_ = 0;
  std::size_t digests_ = 0;
  std::uint64_t places_left_out_ = 0;
  std::uint64_t forms_left_out_ = 0;
  std::uint64_t requests_left_out_ = 0;
  std::uint64_t by_digest_alone_ = 0;
};

}  // namespace telltale::diff
