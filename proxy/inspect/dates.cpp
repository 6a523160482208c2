// Dates in prose, found by their year and read outwards. Covered by tests/unit/inspect/dates_test.cpp.
#include "inspect/dates.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include <array>
#include <cstring>
#include <memory>

#include "core/ascii.hpp"

namespace telltale::inspect {
namespace {

constexpr std::array<std::string_view, 12> months{"January",   "February", "March",    "April",
                                                  "May",       "June",     "July",     "August",
                                                  "September", "October",  "November", "December"};
constexpr std::array<std::string_view, 7> weekdays{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                   "Thursday", "Friday", "Saturday"};
constexpr std::size_t short_name = 3;

/// A way to write a date: which group is what. The expressions are tried in this order at each year.
struct Shape {
  const char* pattern;
  int year, month, day, weekday;
};
#define TT_WEEKDAY "(?:((?:Sun|Mon|Tue|Wed|Thu|Fri|Sat)[a-z]{0,6}),? )?"
#define TT_MONTH "((?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6})"
constexpr std::array<Shape, 7> shapes{{
    {TT_WEEKDAY "([12][0-9]{3})[-/._]([01]?[0-9])[-/._]([0-3]?[0-9])\\b", 2, 3, 4, 1},
    {TT_WEEKDAY "\\b([0-3]?[0-9])[-/._]([0-3]?[0-9])[-/._]([12][0-9]{3})\\b", 4, 3, 2, 1},
    {TT_WEEKDAY TT_MONTH "\\.? ([0-3]?[0-9])(?:st|nd|rd|th)?,? ([12][0-9]{3})\\b", 4, 2, 3, 1},
    {TT_WEEKDAY "\\b([0-3]?[0-9])(?:st|nd|rd|th)?\\.? (?:of )?" TT_MONTH "\\.?,? ([12][0-9]{3})\\b", 4, 3, 2, 1},
    {TT_WEEKDAY "\\b([0-3]?[0-9])-" TT_MONTH "-([12][0-9]{3})\\b", 4, 3, 2, 1},
    {"([12][0-9]{3}) " TT_MONTH " ([0-3]?[0-9])\\b", 1, 2, 3, 0},
    {"\\b((?:19|20)[0-9]{2})([01][0-9])([0-3][0-9])\\b", 1, 2, 3, 0},
}};
#undef TT_WEEKDAY
#undef TT_MONTH

const re2::RE2& expression(std::size_t number) {
  static const auto all = [] {
    std::array<std::unique_ptr<re2::RE2>, shapes.size()> out;
    for (std::size_t i = 0; i < shapes.size(); ++i) out[i] = std::make_unique<re2::RE2>(shapes[i].pattern);
    return out;
  }();
  return *all[number];
}

int number_of(std::string_view text) {
  int value = 0;
  for (const char c : text) value = value * 10 + (c - '0');
  return value;
}

template <std::size_t N>
int index_of(const std::array<std::string_view, N>& names, std::string_view name) {
  for (std::size_t i = 0; i < N; ++i) {
    if (name == names[i] || name == names[i].substr(0, short_name) || (name == "Sept" && names[i] == "September"))
      return static_cast<int>(i);
  }
  return -1;
}

/// Reads the groups of a match; false if they are no date.
class Reading {
 public:
  Reading(const Shape& shape, std::string_view text, const std::array<re2::StringPiece, 5>& groups)
      : shape_(shape), text_(text), groups_(groups) {}

  bool read(WrittenDate& date) {
    date.range = range(0);
    date.year = number_of(group(shape_.year));
    date.day = number_of(group(shape_.day));
    const std::string_view month = group(shape_.month);
    const bool named = ascii::is_alpha(month.front());
    date.month = named ? index_of(months, month) + 1 : number_of(month);
    // "06/30/2026": month first. Only the second shape has two numbers ahead of the year.
    const bool slash = !named && shape_.day == 2 && text_[range(shape_.day).end] == '/';
    swapped_ = !named && shape_.day == 2 && (date.month > 12 || (slash && date.day <= 12));
    if (swapped_) std::swap(date.month, date.day);
    if (date.month < 1 || date.month > 12 || date.day < 1 || date.day > 31 || date.year < 1900) return false;
    date.padded = group(shape_.day).size() == 2 && (named || group(shape_.month).size() == 2);
    return write_format(date, named ? month : std::string_view());
  }

 private:
  [[nodiscard]] std::string_view group(int number) const {
    const re2::StringPiece& piece = groups_[static_cast<std::size_t>(number)];
    return {piece.data() == nullptr ? "" : piece.data(), piece.size()};
  }
  [[nodiscard]] ByteRange range(int number) const {
    const re2::StringPiece& piece = groups_[static_cast<std::size_t>(number)];
    const auto begin = static_cast<std::size_t>(piece.data() - text_.data());
    return {begin, begin + piece.size()};
  }

  /// The match with each part replaced by its letter.
  bool write_format(WrittenDate& date, std::string_view month) {
    struct Part {
      ByteRange range;
      std::string letter;
    };
    std::vector<Part> parts{{range(shape_.year), "%Y"},
                            {range(swapped_ ? shape_.month : shape_.day), "%d"},
                            {range(swapped_ ? shape_.day : shape_.month),
                             month.empty() ? "%m" : (month.size() > short_name + 1 || month == "May" ? "%B" : "%b")}};
    if (shape_.weekday > 0 && !group(shape_.weekday).empty()) {
      const std::string_view name = group(shape_.weekday);
      if (index_of(weekdays, name) < 0) return false;
      parts.push_back({range(shape_.weekday), name.size() > short_name ? "%A" : "%a"});
    }
    std::sort(parts.begin(), parts.end(), [](const Part& a, const Part& b) { return a.range.begin < b.range.begin; });
    std::size_t at = date.range.begin;
    for (const Part& part : parts) {
      date.format += std::string(text_.substr(at, part.range.begin - at)) + part.letter;
      at = part.range.end;
    }
    date.format += std::string(text_.substr(at, date.range.end - at));
    return true;
  }

  const Shape& shape_;
  std::string_view text_;
  const std::array<re2::StringPiece, 5>& groups_;
  bool swapped_ = false;
};

constexpr std::size_t before_year = 32;  ///< "Wednesday, 30th of September, "
constexpr std::size_t after_year = 16;

std::optional<WrittenDate> date_round(std::string_view text, std::size_t year, std::size_t from) {
  const std::size_t begin = std::max(from, year - std::min(year, before_year));
  const std::string_view window = text.substr(0, std::min(text.size(), year + 4 + after_year));
  std::array<re2::StringPiece, 5> groups;
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    const re2::StringPiece input(window.data(), window.size());
    std::size_t at = begin;
    while (at <= year && expression(i).Match(input, at, input.size(), re2::RE2::UNANCHORED, groups.data(), 5)) {
      const auto found = static_cast<std::size_t>(groups[0].data() - window.data());
      if (found > year) break;
      const bool word_before = found > 0 && (ascii::is_alnum(text[found - 1]) || text[found - 1] == '-');
      WrittenDate date;
      if (!word_before && found + groups[0].size() > year && Reading(shapes[i], window, groups).read(date)) return date;
      at = found + 1;
    }
  }
  return std::nullopt;
}

/// Sakamoto's method; 0 is Sunday.
int weekday_of(int year, int month, int day) {
  constexpr std::array<int, 12> shift{0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4};
  if (month < 3) --year;
  return (year + year / 4 - year / 100 + year / 400 + shift[static_cast<std::size_t>(month - 1)] + day) % 7;
}

}  // namespace

std::vector<WrittenDate> find_dates(std::string_view text) {
  std::vector<WrittenDate> out;
  std::size_t from = 0;
  for (std::size_t at = 0; at + 4 <= text.size(); ++at) {
    if (!ascii::is_digit(text[at])) continue;
    std::size_t end = at;
    while (end < text.size() && ascii::is_digit(text[end])) ++end;
    const bool year = (end - at == 4 || end - at == 8) && (text[at] == '1' || text[at] == '2');
    const std::size_t next = end;
    if (year) {
      if (auto date = date_round(text, at, from)) {
        from = date->range.end;
        out.push_back(std::move(*date));
      }
    }
    at = std::max(next, from) - 1;
  }
  return out;
}

std::optional<std::string> write_date(const WrittenDate& date, std::string_view format, bool padded) {
  std::string out;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%' || i + 1 == format.size()) {
      out += format[i];
      continue;
    }
    const auto month = static_cast<std::size_t>(date.month - 1);
    const auto weekday = static_cast<std::size_t>(weekday_of(date.year, date.month, date.day));
    switch (format[++i]) {
      case 'Y':
        out += fmt::format("{:04}", date.year);
        break;
      case 'm':
        out += padded ? fmt::format("{:02}", date.month) : fmt::format("{}", date.month);
        break;
      case 'd':
        out += padded ? fmt::format("{:02}", date.day) : fmt::format("{}", date.day);
        break;
      case 'B':
        out += months[month];
        break;
      case 'b':
        out += months[month].substr(0, short_name);
        break;
      case 'A':
        out += weekdays[weekday];
        break;
      case 'a':
        out += weekdays[weekday].substr(0, short_name);
        break;
      default:
        return std::nullopt;
    }
  }
  return out;
}

}  // namespace telltale::inspect
