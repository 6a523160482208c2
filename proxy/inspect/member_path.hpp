#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "codec/json_scan.hpp"
#include "core/result.hpp"

namespace telltale::inspect {

/// Where a value stands in a JSON document: a pointer glob (`/events/*/env/arch`), or an element that one of its own
/// members names, and the way from there (`/**/attributes/*[key=host.name|host.id]/value/stringValue`; in a list of
/// pairs `/tags/*[0=hostname]/1`).
struct MemberPath {
  std::string glob;                 ///< of the value; under a condition, of the element
  std::string key;                  ///< what is searched: the value's name, or the member in the condition; decoded.
                                    ///< Empty if the glob ends in `*`
  std::string parent;               ///< name of the member that holds the value, if the glob says it plainly; decoded
  bool top = false;                 ///< the glob is one plain name: a member of the document itself
  std::vector<std::string> equals;  ///< the condition: that member is one of these texts; empty: no condition
  std::vector<std::string> tail;    ///< from the element to the value: names, or positions in a list
};

/// Error: rule_malformed; `detail` is a sentence for the pack's author.
[[nodiscard]] Result<MemberPath> parse_member_path(std::string_view text);

/// The value that `path` leads to from `anchor`, a value of the name `path.key`: itself, or the one behind the
/// condition. JsonValue::none if the path does not lead there. `place` is the pointer of the string that holds the
/// document, if one does: the path then counts as well as if the document stood there in its place. In a text of
/// several documents it counts in each.
[[nodiscard]] std::uint32_t select(const MemberPath& path, const codec::JsonDocument& document, std::uint32_t anchor,
                                   std::string_view place);

/// A value as text: a string decoded, a number or literal as it stands, nothing for a container.
[[nodiscard]] std::string text_of(const codec::JsonDocument& document, std::uint32_t value);
/// Its name in its object, decoded; empty in a list.
[[nodiscard]] std::string name_of(const codec::JsonDocument& document, std::uint32_t value);

}  // namespace telltale::inspect
