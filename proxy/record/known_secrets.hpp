#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/byte_range.hpp"
#include "record/capture.hpp"

namespace telltale::record {

/// The credentials of one exchange, so that each is found where neither a name nor a shape tells it: an upstream that
/// repeats the key it refuses, a path, a finding's excerpt. Short ones are left out, since they stand in any text.
class KnownSecrets {
 public:
  /// Remembers `secret`, and what it is made of: the token behind `Bearer`, the password in `Basic`, values of cookies
  /// and subprotocols, what percent signs stand for.
  void add(std::string_view secret);
  /// Every range of `text`, as `find_credentials` gives them.
  void add(std::string_view text, const std::vector<ByteRange>& ranges);

  /// Where one of them stands as a whole, in order, apart. Cost: one search a secret, 64 at most.
  [[nodiscard]] std::vector<ByteRange> find_in(std::string_view text) const;

  /// `text`, which may have been cut out of a longer one, without them and without telling pieces of them: a run of
  /// letters, digits, `-` and `_` that is part of one becomes `mask_of` that one.
  [[nodiscard]] std::string cut_out_of(std::string_view text, Digest digest) const;

 private:
  void add_parts(std::string_view secret);
  void keep(std::string_view secret);

  std::vector<std::string> secrets_;
};

}  // namespace telltale::record
