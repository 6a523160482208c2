#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/result.hpp"
#include "inspect/shape_forms.hpp"

namespace telltale::inspect {

struct Scene;

/// The structure of a client's earlier requests at one endpoint: header fields, their spelling, order and values;
/// members of objects, their order and values; order of lists. Plain data. What messages say, arguments and results of
/// tools are not part of it, and of values only short ones are kept, none of a field that may hold a credential.
///
/// Bounds: `most_bytes` for all names, values and orders together, `most_nodes` places, and the counts in
/// shape_forms.hpp. What has no room is not kept and therefore not judged. One odd request in eight does not spoil
/// what was always so (Forms, Orders).
class Shape {
 public:
  static constexpr std::size_t most_bytes = std::size_t{512} * 1024;
  static constexpr std::size_t most_nodes = 4096;
  static constexpr std::size_t most_members = 128;   ///< of one object
  static constexpr std::size_t most_fields = 128;    ///< of one head
  static constexpr std::size_t longest_value = 64;   ///< bytes of a JSON value, as written
  static constexpr std::size_t longest_field = 256;  ///< bytes of a header value
  static constexpr std::size_t longest_name = 96;    ///< of a member or a header field

  struct Member {
    std::uint64_t hash = 0;
    std::string name;
    std::uint32_t times = 1;
  };
  /// One place in the structure: an object, an array or another value.
  struct Node {
    std::uint32_t times = 0;      ///< how often it was met
    std::uint32_t requests = 0;   ///< in how many requests
    std::uint32_t last = 0;       ///< number of the last of these
    bool crowded = false;         ///< has members that are not kept
    std::vector<Member> members;  ///< of an array: its elements that have names
    Orders orders;                ///< of members or elements
    Forms values;                 ///< as written
  };
  struct Field {
    std::string name;  ///< lower case
    std::uint32_t requests = 1;
    Forms spellings;
    Forms values;
  };

  void learn(const Scene& scene);

  [[nodiscard]] std::uint32_t requests() const { return requests_; }
  [[nodiscard]] const Node* node(std::uint64_t hash) const;
  [[nodiscard]] const Field* field(std::string_view lower_name) const;
  [[nodiscard]] const std::vector<Field>& fields() const { return fields_; }
  [[nodiscard]] const Orders& field_order() const { return field_order_; }
  [[nodiscard]] bool has_all_fields() const { return !crowded_; }
  /// What stood ahead of the JSON document and behind it, and how it was spaced (GapStyle::signature).
  [[nodiscard]] const Forms& before() const { return before_; }
  [[nodiscard]] const Forms& behind() const { return behind_; }
  [[nodiscard]] const Forms& spacing() const { return spacing_; }
  /// Whether characters beyond ASCII were escaped ("escaped") or not ("raw"), where there were any.
  [[nodiscard]] const Forms& letters() const { return letters_; }

  /// Forgets every name and value for which `is_unfit` (decoded text, as it was learned): values then count as forms
  /// that are not kept.
  void forget(const std::function<bool(std::string_view)>& is_unfit);

  /// As lines of ASCII text; what `load` reads back is the same shape.
  [[nodiscard]] std::string save() const;
  /// Errors: input_unreadable, with the offset of the line that cannot be read. Keeps the bounds above.
  [[nodiscard]] static Result<Shape> load(std::string_view text);

 private:
  friend class ShapeReader;
  void learn_head(const Scene& scene);
  void learn_body(const Scene& scene);
  void learn_writing(const Scene& scene);
  void learn_members(const Scene& scene, std::uint32_t object, Node& node);
  void learn_elements(const Scene& scene, std::uint32_t array, Node& node);
  void learn_name(std::uint64_t hash, const std::string& name, Node& node);
  Node* reach(std::uint64_t hash);

  std::uint32_t requests_ = 0;
  bool crowded_ = false;  ///< saw header fields that are not kept
  std::unordered_map<std::uint64_t, Node> nodes_;
  std::vector<Field> fields_;
  Orders field_order_;
  Forms before_;
  Forms behind_;
  Forms spacing_;
  Forms letters_;
  Room room_{most_bytes};
};

/// True if the values of that header field (lower case) may be credentials or name a user: they are never kept.
[[nodiscard]] bool is_private_field(std::string_view name);

}  // namespace telltale::inspect
