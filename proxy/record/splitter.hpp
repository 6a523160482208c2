#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/limits.hpp"
#include "core/result.hpp"
#include "record/capture.hpp"
#include "record/unread.hpp"

// The capture formats that are read, told apart by their first bytes, cut into exchanges, and understood. See
// docs/replay.md.

namespace telltale::record {

enum class Format : std::uint8_t { jsonl, har, flows };

/// What a file with these first bytes holds; what is nothing else is read as JSON lines. Error: input_unreadable for
/// formats that are known and not read, with what to do.
[[nodiscard]] Result<Format> format_of(std::string_view start);

/// True if these first bytes are those of a capture beyond doubt. A file that a person names needs no such proof.
[[nodiscard]] bool begins_capture(std::string_view start);

/// Packets, pcapng or pcap: no format of exchanges, but another program can make some of them.
[[nodiscard]] bool begins_packets(std::string_view start);

/// What one exchange is called there: "line", "entry", "flow".
[[nodiscard]] std::string_view noun_of(Format format);
/// The same for so many: "lines", "entries", "flows".
[[nodiscard]] std::string_view nouns_of(Format format, std::uint64_t count);

/// The part of a file that stands for one exchange.
struct Piece {
  std::string text;
  std::uint64_t number = 0;  ///< from 1
  std::uint64_t at = 0;      ///< where it begins in the (unpacked) file
};

/// Cuts a HAR or flow file into exchanges as its bytes arrive; holds one of them at most, and none that is longer than
/// Limits::capture_line_bytes.
class Splitter {
 public:
  virtual ~Splitter() = default;
  /// Reads on in `bytes` and removes what it has read: the next piece, or nothing when all is read and more is needed.
  /// Error: capture_malformed, `at` in the file; the next call goes on behind what was damaged.
  [[nodiscard]] virtual Result<std::optional<Piece>> next(std::string_view& bytes) = 0;
  /// The file has ended. Error: as `next`, if it is cut off or held nothing of its format. What was cut off may have
  /// held whole pieces: after an error go on with `next` and no bytes, then with this, until both say nothing.
  [[nodiscard]] virtual Result<void> finish() = 0;
  /// Number of the piece that an error is about.
  [[nodiscard]] virtual std::uint64_t number() const = 0;
};

[[nodiscard]] std::unique_ptr<Splitter> make_har_splitter(const Limits& limits);
[[nodiscard]] std::unique_ptr<Splitter> make_flow_splitter(const Limits& limits);

// Pieces understood. Errors: capture_malformed, `at` an offset in the text. Credentials are as the file has them.
// What of them is not kept is counted in `unread`.
[[nodiscard]] Result<Capture> parse_har_entry(std::string_view text, const Limits& limits, Unread* unread = nullptr);
[[nodiscard]] Result<Capture> parse_flow(std::string_view text, const Limits& limits, Unread* unread = nullptr);

/// The exchange of a piece of any format. What comes from elsewhere is masked before anything sees it; our own lines
/// were masked when they were written.
[[nodiscard]] Result<Capture> parse_exchange(Format format, std::string_view text, const Limits& limits, Digest digest,
                                             Unread* unread = nullptr);

}  // namespace telltale::record
