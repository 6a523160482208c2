#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace telltale::app {

/// Works out from key strokes what the user typed: the line editor that terminal programs agree on, without their
/// screen. Text is UTF-8. Pure.
///
/// Understood: printable characters, backspace, delete, arrows, home and end, words (alt and control with arrows,
/// ^W, alt-b, alt-f, alt-backspace), ^A ^B ^D ^E ^F ^K ^U ^Y, bracketed paste, alt-, shift- and control-enter for a new
/// line, enter to submit, ^C to discard, the same keys in the "CSI u" form, and the terminal's own reports (ignored).
/// Not understood: history recall, completion, and editors with modes; what comes of those was not typed here.
class LineEditor {
 public:
  /// Takes the next bytes of the terminal, cut anywhere. Returns the texts submitted by them, in order, without the
  /// line end; empty ones are left out. A bare LF submits what there is *and* goes on as a new line of the same text,
  /// because programs differ in what it means: both readings come out.
  [[nodiscard]] std::vector<std::string> push(std::string_view keys);

 private:
  enum class State : unsigned char {
    text,
    escape,      ///< after ESC
    csi,         ///< after ESC [ : parameters until a final byte
    ss3,         ///< after ESC O : one byte
    report,      ///< after ESC ] P X ^ _ : until BEL or ESC \ .
    report_end,  ///< after an ESC inside a report
    mouse,       ///< after ESC [ M : three bytes
    paste,       ///< between ESC [200~ and ESC [201~
  };
  void take_text(char c, std::vector<std::string>& out);
  void take_control(char c, std::vector<std::string>& out);
  void take_escape(char c);
  void take_csi(char c, std::vector<std::string>& out);
  void take_paste(char c);
  void finish_csi(char final, std::vector<std::string>& out);
  void take_csi_u(unsigned key, unsigned modifiers, std::vector<std::string>& out);

  void insert(std::string_view bytes);
  void erase(std::size_t from, std::size_t to);
  void cut(std::size_t from, std::size_t to);
  void submit(std::vector<std::string>& out, bool keep);
  [[nodiscard]] std::size_t before() const;  ///< start of the character before the cursor
  [[nodiscard]] std::size_t after() const;   ///< end of the one behind it
  [[nodiscard]] std::size_t word_before(bool blanks_only) const;
  [[nodiscard]] std::size_t word_after() const;
  [[nodiscard]] std::size_t line_begin() const;
  [[nodiscard]] std::size_t line_end() const;

  State state_ = State::text;
  std::string text_;
  std::size_t cursor_ = 0;      ///< byte offset in text_, at a character's start
  std::string killed_;          ///< for ^Y
  std::string parameters_;      ///< of the control sequence being read; in a paste, what may be its end
  unsigned skip_ = 0;           ///< bytes of a mouse report still to come
  std::size_t reported_ = 0;    ///< text_ up to here has been submitted by a bare LF
  unsigned pending_bytes_ = 0;  ///< of a character whose first bytes have been inserted
};

/// The same for stdin that is no terminal: a pipe or a file. Each piece as it comes is typed text, and at the end the
/// whole is, since some programs act on lines and others on everything.
class PipedText {
 public:
  /// Texts that became known with these bytes: the whole lines so far, without the last line end.
  [[nodiscard]] std::vector<std::string> push(std::string_view bytes);
  /// The end came: the rest, and the whole if it came in more than one piece.
  [[nodiscard]] std::vector<std::string> finish();
  [[nodiscard]] bool truncated() const { return truncated_; }

  /// Most bytes of stdin that are kept as a reference; past it text is passed on without being recorded.
  static constexpr std::size_t most_bytes = 8 * 1024 * 1024;

 private:
  std::string whole_;
  std::size_t reported_ = 0;
  unsigned pieces_ = 0;
  bool truncated_ = false;
};

}  // namespace telltale::app
