#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"

// Captures under a key: the layout of such a file, and how it is read. What seals and opens is somebody else's
// (app/sealing); docs/capture-format.md has the layout in full.
//
// A file is one stream after the other, each begun by whoever opened the file to write. A stream is a head of 96 bytes
// and chunks numbered from 1, each sealed on its own; the last one says that it is. Every chunk and every head ends
// with the tag that proves it.

namespace telltale::record::sealed {

constexpr std::string_view magic = "TELLTALE-SEALED1";
constexpr std::size_t salt_bytes = 16;         ///< of the passphrase
constexpr std::size_t stream_salt_bytes = 32;  ///< of the stream's own key
constexpr std::size_t tag_bytes = 16;
constexpr std::size_t proven_head_bytes = 80;  ///< of a stream's head, without its tag
constexpr std::size_t head_bytes = 96;
constexpr std::size_t chunk_head_bytes = 16;
constexpr std::size_t chunk_bytes = 64 * 1024;  ///< most that one chunk holds

struct StreamHead {
  std::string salt;
  std::string stream_salt;
  std::string before;  ///< the tag that stands before it in the file; zeros at the file's start
};
[[nodiscard]] std::string text_of(const StreamHead& head);  ///< proven_head_bytes
/// Of at least proven_head_bytes; nothing if it does not begin with `magic`.
[[nodiscard]] std::optional<StreamHead> stream_head_in(std::string_view bytes);

struct ChunkHead {
  bool begins = false;       ///< it begins a record
  bool ends = false;         ///< it ends one
  bool last = false;         ///< the stream was closed behind it
  std::uint32_t length = 0;  ///< of what is sealed, without its tag
  std::uint64_t number = 0;
};
[[nodiscard]] std::string text_of(const ChunkHead& head);  ///< chunk_head_bytes
/// Of at least chunk_head_bytes; nothing if it cannot be one.
[[nodiscard]] std::optional<ChunkHead> chunk_head_in(std::string_view bytes);

/// Has the key.
class Opener {
 public:
  Opener() = default;
  Opener(const Opener&) = delete;
  Opener& operator=(const Opener&) = delete;
  virtual ~Opener() = default;
  /// What follows is of that stream. False: another key, or not the head that was written.
  [[nodiscard]] virtual bool begin(const StreamHead& head, std::string_view proven, std::string_view tag) = 0;
  /// What was sealed as that number with that head; nothing if it was not.
  [[nodiscard]] virtual std::optional<std::string> open(std::uint64_t number, std::string_view head,
                                                        std::string_view sealed, std::string_view tag) = 0;
};

/// Reads such a file from blocks of any size. Whatever was changed, moved, doubled, left out or cut off is found, and
/// the whole records before and behind it are given all the same.
class Reader {
 public:
  explicit Reader(Opener& opener) : opener_(opener) {}

  /// Takes bytes off the front, and gives what one chunk holds; empty: more bytes are needed (call again with those
  /// that are left). `at_end`: none will come behind these. Errors: capture_malformed (a damage, with its byte; call
  /// again for what stands behind it); capture_locked (the key is another) and input_unreadable, behind which nothing
  /// more will come.
  [[nodiscard]] Result<std::string> next(std::string_view& bytes, bool at_end);
  /// At the end of the bytes. Error: input_unreadable, if the end was cut off, or the writer was. `is_written`:
  /// somebody still writes to it, so that there is no end yet.
  [[nodiscard]] Result<void> finish(bool is_written);
  /// True once nothing more will come.
  [[nodiscard]] bool ended() const { return state_ == State::ended; }

 private:
  enum class State : std::uint8_t {
    start,   ///< of the file
    inside,  ///< of a stream
    closed,  ///< behind a last chunk
    lost,    ///< behind a damage that was told: looking for what can be opened
    ended
  };
  enum class Unit : std::uint8_t { head, chunk, partial, none };
  [[nodiscard]] std::string_view front() const { return std::string_view(buffer_).substr(taken_); }
  [[nodiscard]] Unit unit() const;  ///< at the front
  void take(std::size_t size);
  [[nodiscard]] bool seek();
  [[nodiscard]] tl::unexpected<Error> damage(std::string_view what) const;
  [[nodiscard]] Result<std::string> lose(std::string_view what);
  [[nodiscard]] Result<std::string> read(Unit found);
  [[nodiscard]] Result<std::string> read_head();
  [[nodiscard]] Result<std::string> read_chunk();
  [[nodiscard]] std::string place(const ChunkHead& head, std::string&& text);

  Opener& opener_;
  State state_ = State::start;
  std::string buffer_;
  std::size_t taken_ = 0;
  std::uint64_t at_ = 0;                               ///< of the front, in the file
  std::string before_ = std::string(tag_bytes, '\0');  ///< the last bytes that were taken
  std::uint64_t expected_ = 1;                         ///< number
  bool has_key_ = false;                               ///< of a stream
  bool in_record_ = false;
  unsigned tried_ = 0;  ///< places that could not be opened, since the last damage
};

}  // namespace telltale::record::sealed
