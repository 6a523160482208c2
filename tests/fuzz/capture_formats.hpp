#pragma once
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "record/splitter.hpp"

namespace telltale::fuzz {

/// What a splitter makes of `bytes` that come in blocks of `step`: the pieces and the errors, a line each.
template <class Splitter>
std::string pieces_of(Splitter&& splitter, std::string_view bytes, std::size_t step) {
  std::string out;
  while (!bytes.empty()) {
    std::string_view block = bytes.substr(0, step);
    bytes.remove_prefix(block.size());
    while (!block.empty()) {
      const auto piece = splitter->next(block);
      if (piece && *piece) out += (*piece)->text + "\n";
      if (!piece) out += piece.error().detail + "\n";
    }
  }
  std::string_view none;
  for (auto done = splitter->finish(); !done; done = splitter->finish()) {
    out += done.error().detail + "\n";
    for (auto piece = splitter->next(none); !piece || *piece; piece = splitter->next(none))
      out += piece ? (*piece)->text + "\n" : piece.error().detail + "\n";
  }
  return out;
}

/// A file in any bytes, cut anywhere, gives the same pieces; what is read as one exchange is understood or refused
/// inside its bounds.
template <class Make, class Parse>
void check_format(std::string_view bytes, Make make, Parse parse) {
  if (pieces_of(make(Limits{}), bytes, bytes.size()) != pieces_of(make(Limits{}), bytes, 1)) std::abort();
  const auto capture = parse(bytes, Limits{});
  if (!capture && capture.error().at > bytes.size()) std::abort();
}

}  // namespace telltale::fuzz
