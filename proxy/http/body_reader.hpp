#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "http/framing.hpp"

namespace telltale::http {

/// Finds where a body ends in a stream of bytes, and what of it is data. A push parser: no socket, no copy of its own.
class BodyReader {
 public:
  /// `limits` must outlive the reader. A request's body is bounded by Limits::body_bytes; a response, which is relayed
  /// and never held, is not (`bounded` false).
  BodyReader(Framing framing, const Limits& limits, bool bounded = true);

  /// Takes the next bytes of the stream. Returns how many of them belong to this message; fewer than given only when
  /// the message is complete. Data bytes (without chunk framing) are appended to `data` unless it is null.
  /// Errors: chunk_malformed, trailers_too_long, body_too_long, framing_ambiguous (a trailer that frames or routes);
  /// the connection must then be closed. `at` is an offset in `bytes`.
  [[nodiscard]] Result<std::size_t> push(std::string_view bytes, std::string* data);

  [[nodiscard]] bool done() const { return state_ == State::done; }
  /// The peer closed. True if the body may end here (until_close, or already done).
  [[nodiscard]] bool ends_by_close();
  /// Bytes still owed by a length-framed body; 0 for others. To reserve a buffer, or to know how much to read.
  [[nodiscard]] std::uint64_t remaining() const;

 private:
  enum class State : std::uint8_t {
    length,
    until_close,
    chunk_size,
    chunk_extension,
    chunk_size_lf,
    chunk_data,
    chunk_data_cr,
    chunk_data_lf,
    trailer,
    done
  };
  /// Where in `;name=value` or `;name="quoted value"` the next byte stands.
  enum class Extension : std::uint8_t { before_name, name, before_value, value, quoted, escaped, after_quote, wrong };
  [[nodiscard]] static Extension step(Extension at, char c);
  [[nodiscard]] Result<std::size_t> push_chunked(std::string_view bytes, std::string* data);
  [[nodiscard]] Result<void> take_framing_byte(char c);
  [[nodiscard]] Result<void> take_size_byte(char c);
  [[nodiscard]] Result<void> take_extension_byte(char c);
  [[nodiscard]] Result<void> end_size_line();
  [[nodiscard]] Result<void> take_trailer_byte(char c);

  State state_ = State::done;
  Extension extension_ = Extension::before_name;
  std::uint64_t left_ = 0;           ///< of the length, or of the current chunk
  std::uint64_t total_ = 0;          ///< chunk data announced so far
  std::uint32_t digits_ = 0;         ///< of the chunk size
  std::uint32_t extensions_ = 0;     ///< bytes of chunk extensions so far
  std::uint32_t line_ = 0;           ///< bytes of the current chunk-size line
  std::uint32_t trailer_bytes_ = 0;  ///< of the whole trailer section
  std::string trailer_;              ///< the trailer line being read
  const Limits* limits_;
  bool bounded_;
};

}  // namespace telltale::http
