// Files and instructions that clients show inside their own text: who wrote them is not the client.
// Covered by tests/unit/inspect/document_test.cpp.
#include "inspect/document.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "core/ascii.hpp"

namespace telltale::inspect {
namespace {

constexpr auto npos = std::string_view::npos;
constexpr std::size_t longest_frame = 400;  ///< bytes of the line that opens a document
constexpr std::size_t most_unclosed = 64;

std::size_t line_end(std::string_view text, std::size_t at) {
  return std::min(text.find('\n', at), text.size());
}

/// `sign` at the begin of a line, from `at` on; npos if there is none.
std::size_t find_line(std::string_view text, std::string_view sign, std::size_t at) {
  for (at = text.find(sign, at); at != npos; at = text.find(sign, at + 1))
    if (at == 0 || text[at - 1] == '\n') return at;
  return npos;
}

/// `<name attributes>` alone in `line`: what its name and attributes are.
struct Tag {
  std::string_view name;
  std::string_view attributes;
};

Tag read_tag(std::string_view line) {
  if (line.size() < 3 || line.front() != '<' || line.back() != '>' || !ascii::is_alpha(line[1])) return {};
  line = line.substr(1, line.size() - 2);
  const std::size_t end = line.find(' ');
  const std::string_view name = line.substr(0, end);
  const auto in_name = [](char c) { return ascii::is_alnum(c) || c == '-' || c == '_'; };
  if (!std::all_of(name.begin(), name.end(), in_name)) return {};
  return {name, end == npos ? std::string_view() : line.substr(end)};
}

bool names_a_file(const Tag& tag) {
  const std::string name = ascii::lower(tag.name);
  for (const std::string_view one : {"file_content", "file_contents", "document_content", "document_contents"})
    if (name == one) return true;
  const bool kind = name.find("file") != npos || name.find("document") != npos || name.find("attachment") != npos;
  return kind && (tag.attributes.find(" path=") != npos || tag.attributes.find(" name=") != npos ||
                  tag.attributes.find(" filename=") != npos || tag.attributes.find(" source=") != npos);
}

/// `# currentDate`: the next part of a note, not a heading that somebody wrote.
bool is_part_name(std::string_view line) {
  const auto is_capital = [](char c) { return ascii::to_lower(c) != c; };
  if (line.size() < 4 || !line.starts_with("# ") || is_capital(line[2])) return false;
  const std::string_view name = line.substr(2);
  return std::all_of(name.begin(), name.end(), ascii::is_alpha) && std::any_of(name.begin(), name.end(), is_capital);
}

class Finder {
 public:
  explicit Finder(std::string_view text) : text_(text) {}

  std::vector<Document> run() {
    for (std::size_t at = 0; at < text_.size();) {
      const std::size_t end = line_end(text_, at);
      const char first = text_[at];
      is_told_ = is_told_ || (first == '#' && text_.substr(at).starts_with("# AGENTS.md instructions"));
      const bool may_open = first == '<' || first == 'C' || first == 'I' || first == '-';
      at = may_open && end - at <= longest_frame ? open(text_.substr(at, end - at), end + 1) : end + 1;
    }
    return std::move(found_);
  }

 private:
  /// Reads the frame in `line`, whose next line begins at `next`. Returns where to go on.
  std::size_t open(std::string_view line, std::size_t next) {
    if (next >= text_.size()) return next;
    if (line.starts_with('<')) return open_element(read_tag(line), next);
    if (line.starts_with("Contents of ") && line.ends_with("):") && line.find(" (") != npos)
      return add(next, end_of_contents(next), false);
    if (line.starts_with("Instructions from: "))
      return add(next, std::min(find_line(text_, "Instructions from: ", next), text_.size()), false);
    constexpr std::string_view context = "--- Context from: ";
    if (!line.starts_with(context)) return next;
    return close("--- End of Context from: " + std::string(line.substr(context.size())), next, false);
  }

  std::size_t open_element(const Tag& tag, std::size_t next) {
    if (tag.name.empty()) return next;
    if (tag.name != "INSTRUCTIONS" && !names_a_file(tag)) return next;
    const bool is_element = tag.name != "INSTRUCTIONS";
    if (!is_element && !is_told_) return next;
    return close("</" + std::string(tag.name) + ">", next, is_element);
  }

  std::size_t close(const std::string& sign, std::size_t next, bool is_element) {
    if (unclosed_ >= most_unclosed) return next;
    const std::size_t end = find_line(text_, sign, next);
    if (end != npos) return add(next, end, is_element);
    ++unclosed_;
    return next;
  }

  [[nodiscard]] std::size_t end_of_contents(std::size_t begin) {
    for (std::size_t at = begin; at < text_.size();) {
      const std::size_t end = line_end(text_, at);
      const std::string_view line = text_.substr(at, end - at);
      if (line.starts_with("Contents of ") || closes_the_note(line, text_.substr(begin, at - begin)) ||
          is_part_name(line) || ascii::trim(line).starts_with("IMPORTANT: this context may or may not"))
        return at;
      at = end + 1;
    }
    return text_.size();
  }

  /// "</system-reminder>", but not the "</details>" of a document that opened it.
  bool closes_the_note(std::string_view line, std::string_view document) {
    if (!line.starts_with("</")) return false;
    if (unclosed_ >= most_unclosed) return true;
    ++unclosed_;
    return document.find("<" + std::string(line.substr(2, line.find_first_of("> ") - 2))) == npos;
  }

  std::size_t add(std::size_t begin, std::size_t end, bool is_element) {
    if (begin < end) found_.push_back({{begin, end}, is_element});
    return end;
  }

  std::string_view text_;
  std::vector<Document> found_;
  std::size_t unclosed_ = 0;
  bool is_told_ = false;  ///< "# AGENTS.md instructions" was there
};

}  // namespace

std::vector<Document> find_documents(std::string_view text) {
  return Finder(text).run();
}

}  // namespace telltale::inspect
