// Rules out of findings: a line with its slots becomes a template, the table of states what each state carries. Every
// rule is loaded, and so proven with samples made of the line, before it is handed out. Language: docs/rules.md.
// Covered by tests/unit/compare/sweep_rule_test.cpp.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "compare/sweep.hpp"
#include "core/ascii.hpp"
#include "core/utf8.hpp"
#include "inspect/rule_set.hpp"

namespace telltale::compare {
namespace {

using Json = nlohmann::ordered_json;

// Text of the line that a template keeps either side of its states, bytes.
constexpr std::size_t context = 48;
// Letters of fixed text below which a template would be found anywhere.
constexpr std::size_t least_letters = 8;
constexpr std::size_t most_states = 32;
constexpr std::size_t longest_state = 120;
constexpr std::size_t most_digits = 20;

/// A slot with states: what all places that hold the same for each form have in common.
struct StateSlot {
  std::string name;
  const SweepFinding* finding = nullptr;
  std::vector<std::string> values;  ///< by form
  std::uint32_t usual = 0;          ///< form
  bool has_nothing = false;         ///< a form is empty, so the character before the slot becomes part of all
  std::string before = {};          ///< that character
};

/// A stretch of the line. What varies and is neither a state nor a number ends a template.
struct Piece {
  enum class Kind { literal, digits, state, border } kind = Kind::literal;
  std::string text;
  std::size_t slot = 0;  ///< of states
};

bool is_number(std::string_view text) {
  return !text.empty() && text.size() <= most_digits && std::all_of(text.begin(), text.end(), ascii::is_digit);
}

// As a pack spells states: names for what is not plain ASCII.
std::string spelt(std::string_view state) {
  const auto is_plain = [](char c) { return c > 0x20 && c < 0x7F && c != '\''; };
  if (std::all_of(state.begin(), state.end(), is_plain) && !state.starts_with("U+")) return std::string(state);
  std::string out;
  for (std::size_t at = 0; at < state.size();) {
    const utf8::Step step = utf8::decode(state, at);
    out += (out.empty() ? "" : " ") + utf8::name_of(step.code_point);
    at += step.length;
  }
  return out;
}

std::string level_list(const std::vector<std::string>& names, const std::vector<std::uint32_t>& levels) {
  std::string out;
  for (std::size_t i = 0; i < levels.size(); ++i)
    out += fmt::format("{}{}", i == 0 ? "" : i + 1 == levels.size() ? " or " : ", ", names[levels[i]]);
  return out;
}

// What a form says: the values of the factors it goes with.
Json meaning_of(const SweepFinding& finding, std::uint32_t form) {
  const StateTable& table = finding.table;
  const Region region = region_of(table, form);
  Json out = Json::object();
  if (region.rows.size() < table.row_levels.size() || table.columns.empty())
    out[table.rows] = level_list(table.row_levels, region.rows);
  if (!table.columns.empty() && region.columns.size() < table.column_levels.size())
    out[table.columns] = level_list(table.column_levels, region.columns);
  if (out.empty()) out[table.rows] = "any";
  return out;
}

// Why these values are no states; empty if they are.
std::string_view complaint_about(const std::vector<std::string>& values) {
  if (values.size() > most_states) return "it takes too many forms for a table of states";
  const std::set<std::string_view> different(values.begin(), values.end());
  if (different.size() < values.size()) return "its forms differ in their escapes only";
  const auto is_long = [](const std::string& value) { return value.size() > longest_state; };
  if (std::any_of(values.begin(), values.end(), is_long)) return "its forms are too long for a table of states";
  return "";
}

/// One line with all findings in it.
class Line {
 public:
  explicit Line(const SweepFinding& first) : excerpt_(first.excerpt), where_(first.where) {}

  void add(const SweepFinding& finding) {
    for (const SlotPlace& place : finding.slots) {
      const auto same = std::find_if(slots_.begin(), slots_.end(), [&](const StateSlot& slot) {
        return slot.finding == &finding && slot.values == place.values;
      });
      slot_at_[place.begin] = static_cast<std::size_t>(same - slots_.begin());
      if (same != slots_.end()) continue;
      StateSlot slot{fmt::format("state{}", slots_.size() + 1), &finding, place.values, usual_form(finding.table)};
      slot.has_nothing = std::find(slot.values.begin(), slot.values.end(), "") != slot.values.end();
      slots_.push_back(std::move(slot));
    }
  }

  /// The rules of the line as JSON, numbered on from `number`. What cannot be said is added to `without`.
  std::vector<Json> rules(std::size_t number, std::vector<std::string>& without) {
    std::vector<Json> out;
    for (const StateSlot& slot : slots_)
      if (const std::string_view why = complaint_about(slot.values); !why.empty()) {
        without.push_back(fmt::format("{}: {}", where_, why));
        return out;
      }
    std::vector<Piece> stretch;
    std::vector<Piece> all = pieces();
    for (StateSlot& slot : slots_)
      for (std::string& value : slot.values) value.insert(0, slot.before);
    all.push_back({Piece::Kind::border, "", 0});
    for (Piece& piece : all) {
      if (piece.kind != Piece::Kind::border) {
        stretch.push_back(std::move(piece));
        continue;
      }
      if (has_state(stretch)) add_rule(trimmed(std::move(stretch)), number, out, without);
      stretch.clear();
    }
    return out;
  }

 private:
  static bool has_state(const std::vector<Piece>& stretch) {
    return std::any_of(stretch.begin(), stretch.end(), [](const Piece& p) { return p.kind == Piece::Kind::state; });
  }

  std::vector<Piece> pieces() {
    std::vector<Piece> out;
    const std::string_view text = excerpt_.text;
    std::size_t at = 0;
    for (const ByteRange& range : excerpt_.varying) {
      append_literal(out, text.substr(at, range.begin - at));
      at = range.end;
      const auto slot = slot_at_.find(excerpt_.begin + utf8::length(text.substr(0, range.begin)));
      const std::string inside(text.substr(range.begin, range.size()));
      if (slot == slot_at_.end())
        out.push_back({is_number(inside) ? Piece::Kind::digits : Piece::Kind::border, inside, 0});
      else if (take_before(slots_[slot->second], out))
        out.push_back({Piece::Kind::state, inside, slot->second});
      else
        out.push_back({Piece::Kind::border, inside, 0});
    }
    append_literal(out, text.substr(at));
    return out;
  }

  // A state cannot be nothing: it takes the character before it along. False if there is none, or another one than at
  // another place of the slot.
  static bool take_before(StateSlot& slot, std::vector<Piece>& out) {
    if (!slot.has_nothing) return true;
    if (out.empty() || out.back().kind != Piece::Kind::literal || out.back().text.empty()) return false;
    std::string& text = out.back().text;
    std::size_t begin = text.size() - 1;
    while (begin > 0 && (static_cast<unsigned char>(text[begin]) & 0xC0U) == 0x80) --begin;
    const std::string last = text.substr(begin);
    if (!slot.before.empty() && slot.before != last) return false;
    slot.before = last;
    text.erase(begin);
    return true;
  }

  // Numbers in the fixed text are other numbers tomorrow; braces cannot be said in a template.
  static void append_literal(std::vector<Piece>& out, std::string_view text) {
    std::size_t at = 0;
    while (at < text.size()) {
      const bool digits = ascii::is_digit(text[at]);
      std::size_t end = at;
      const auto is_brace = [](char c) { return c == '{' || c == '}'; };
      while (end < text.size() && ascii::is_digit(text[end]) == digits && !is_brace(text[end])) ++end;
      if (end > at) {
        const std::string piece(text.substr(at, end - at));
        const bool counts = digits && is_number(piece);
        out.push_back({counts ? Piece::Kind::digits : digits ? Piece::Kind::border : Piece::Kind::literal, piece, 0});
      } else {
        out.push_back({Piece::Kind::border, "", 0});
        ++end;
      }
      at = end;
    }
  }

  // The states with no more of the line than tells it from others: their sentence, or some words of it.
  static std::vector<Piece> trimmed(std::vector<Piece> stretch) {
    const auto is_state = [](const Piece& piece) { return piece.kind == Piece::Kind::state; };
    auto first = std::find_if(stretch.begin(), stretch.end(), is_state);
    std::size_t left = context;
    while (first != stretch.begin() && left > 0) {
      Piece& piece = *--first;
      const bool is_cut = cut_front(piece, left);
      left -= std::min(left, piece.text.size());
      if (is_cut) break;
    }
    stretch.erase(stretch.begin(), first);
    auto last = std::find_if(stretch.rbegin(), stretch.rend(), is_state).base();
    for (left = context; last != stretch.end() && left > 0;) {
      Piece& piece = *last++;
      const bool is_cut = cut_back(piece, left);
      left -= std::min(left, piece.text.size());
      if (is_cut) break;
    }
    stretch.erase(last, stretch.end());
    std::erase_if(stretch, [](const Piece& piece) { return piece.text.empty() && piece.kind != Piece::Kind::state; });
    return stretch;
  }

  static bool cut_front(Piece& piece, std::size_t left) {
    if (piece.kind != Piece::Kind::literal) return false;
    std::size_t from = 0;
    if (const std::size_t stop = piece.text.rfind(". "); stop != std::string::npos) from = stop + 2;
    if (piece.text.size() - from > left)
      from = std::min(piece.text.find(' ', piece.text.size() - left), piece.text.size());
    piece.text.erase(0, from);
    return from > 0;
  }

  static bool cut_back(Piece& piece, std::size_t left) {
    if (piece.kind != Piece::Kind::literal) return false;
    std::size_t end = piece.text.size();
    if (const std::size_t stop = piece.text.find(". "); stop != std::string::npos) end = stop + 1;
    if (end > left) {
      const std::size_t blank = piece.text.rfind(' ', left);
      end = blank == std::string::npos ? 0 : blank;
    }
    const bool is_cut = end < piece.text.size();
    piece.text.erase(end);
    return is_cut;
  }

  void add_rule(const std::vector<Piece>& stretch, std::size_t number, std::vector<Json>& out,
                std::vector<std::string>& without) const {
    std::size_t letters = 0;
    for (const Piece& piece : stretch)
      if (piece.kind == Piece::Kind::literal)
        letters += static_cast<std::size_t>(std::count_if(piece.text.begin(), piece.text.end(), ascii::is_alpha));
    if (letters < least_letters) {
      without.push_back(fmt::format("{}: too little fixed text stands round it", where_));
      return;
    }
    std::string refused;
    for (const bool client_places : {true, false}) {
      Json rule = rule_of(stretch, number + out.size(), client_places);
      const auto pack = inspect::load_rule_pack("sweep", Json{{"rules", Json::array({rule})}}.dump());
      if (pack) return out.push_back(std::move(rule));
      refused = pack.error().detail;
    }
    without.push_back(fmt::format("{}: {}", where_, refused));
  }

  [[nodiscard]] std::vector<const StateSlot*> used_by(const std::vector<Piece>& stretch) const {
    std::set<std::size_t> numbers;
    for (const Piece& piece : stretch)
      if (piece.kind == Piece::Kind::state) numbers.insert(piece.slot);
    std::vector<const StateSlot*> out;
    for (const std::size_t slot : numbers) out.push_back(&slots_[slot]);
    return out;
  }

  [[nodiscard]] Json rule_of(const std::vector<Piece>& stretch, std::size_t number, bool client_places) const {
    const std::vector<const StateSlot*> used = used_by(stretch);
    std::set<std::string> factors;
    Json slots = Json::object();
    Json decode = Json::array();
    for (const StateSlot* slot : used) {
      const StateTable& table = slot->finding->table;
      for (const std::string& name : {table.rows, table.columns})
        if (!name.empty()) factors.insert(name);
      Json states = Json::array();
      for (const std::string& value : slot->values) states.push_back(spelt(value));
      slots[slot->name] = {{"neutral", spelt(slot->values[slot->usual])},
                           {"states", states},
                           {"bits", capacity_bits(table) > 0 ? capacity_bits(table) : slot->finding->bits}};
      for (std::uint32_t form = 0; form < slot->values.size(); ++form)
        if (form != slot->usual)
          decode.push_back(
              {{"when", {{slot->name, spelt(slot->values[form])}}}, {"carries", meaning_of(*slot->finding, form)}});
    }
    const std::string text = template_of(stretch, slots);
    const std::string names = fmt::format("{}", fmt::join(factors, ", "));
    Json where = {{"kind", {"system_text", "user_text", "tool_definition"}}};
    if (!client_places) where["client_places"] = false;
    return {{"id", fmt::format("sweep.line-{}", number)},
            {"summary", fmt::format("a text is spelt in a way that goes with {}", names)},
            {"why", fmt::format("In the runs of a sweep the forms of this line went with {}. What the states carry is "
                                "what they went with there; the usual form is taken as neutral.",
                                names)},
            {"source", fmt::format("telltale sweep: {}, p {:.2g}", utf8::escaped(where_), used.front()->finding->p)},
            {"severity", "high"},
            {"where", where},
            {"match", {{"template", text}, {"slots", slots}}},
            {"decode", decode},
            {"hits", hits_of(stretch, used)},
            {"misses", misses_of(stretch, client_places)}};
  }

  // Adds the slots of digits on its way.
  [[nodiscard]] std::string template_of(const std::vector<Piece>& stretch, Json& slots) const {
    std::string out;
    std::size_t numbers = 0;
    for (const Piece& piece : stretch) {
      if (piece.kind == Piece::Kind::literal) out += piece.text;
      if (piece.kind == Piece::Kind::state) out += "{" + slots_[piece.slot].name + "}";
      if (piece.kind != Piece::Kind::digits) continue;
      const std::string name = fmt::format("number{}", ++numbers);
      slots[name] = {{"digits", piece.text.size()}};
      out += "{" + name + "}";
    }
    return out;
  }

  // The line with one slot in another form than usual; null: with all as usual.
  [[nodiscard]] std::string line_with(const std::vector<Piece>& stretch, const StateSlot* slot,
                                      std::uint32_t form) const {
    std::string out;
    for (const Piece& piece : stretch) {
      if (piece.kind != Piece::Kind::state) {
        out += piece.text;
        continue;
      }
      const StateSlot& own = slots_[piece.slot];
      out += own.values[&own == slot ? form : own.usual];
    }
    return out;
  }

  [[nodiscard]] bool is_users() const {
    return where_.starts_with("body:/messages") || where_.starts_with("body:/input") ||
           where_.starts_with("body:/contents");
  }

  [[nodiscard]] Json sample(const std::string& line) const {
    if (!is_users()) return {{"kind", "system_text"}, {"text", line}};
    return {{"text", excerpt_.tag.empty() ? line : fmt::format("<{0}>\n{1}\n</{0}>", excerpt_.tag, line)}};
  }

  [[nodiscard]] Json hits_of(const std::vector<Piece>& stretch, const std::vector<const StateSlot*>& used) const {
    Json out = Json::array();
    for (const StateSlot* slot : used)
      for (std::uint32_t form = 0; form < slot->values.size(); ++form) {
        if (form == slot->usual) continue;
        Json one = sample(line_with(stretch, slot, form));
        one["carries"] = meaning_of(*slot->finding, form);
        out.push_back(one);
      }
    return out;
  }

  [[nodiscard]] Json misses_of(const std::vector<Piece>& stretch, bool client_places) const {
    Json out = Json::array({sample(line_with(stretch, nullptr, 0))});
    const auto state =
        std::find_if(stretch.begin(), stretch.end(), [](const Piece& p) { return p.kind == Piece::Kind::state; });
    const StateSlot& slot = slots_[state->slot];
    const std::string marked = line_with(stretch, &slot, slot.usual == 0 ? 1 : 0);
    out.push_back({{"note", "a tool said it"}, {"kind", "tool_result"}, {"text", marked}});
    if (client_places) out.push_back({{"note", "a user may write so"}, {"text", marked}});
    return out;
  }

  const Excerpt& excerpt_;
  const std::string& where_;
  std::vector<StateSlot> slots_;
  std::map<std::size_t, std::size_t> slot_at_;  // by first code point
};

// True for a slot in a text of the body. What is there or not, its order and header fields are no templates.
bool is_in_line(const SweepFinding& finding) {
  return finding.aspect == Aspect::text && finding.where.starts_with("body:/") && !finding.slots.empty() &&
         !finding.excerpt.text.empty();
}

}  // namespace

SweepRules to_rules(const SweepReport& report) {
  SweepRules out;
  std::vector<Line> lines;
  std::map<std::tuple<std::string, std::string, std::size_t, std::string>, std::size_t> line_of;
  for (const SweepFinding& finding : report.findings) {
    if (finding.discloses || !finding.to_model) continue;  // the shipped rules tell those
    if (!is_in_line(finding)) {
      ++out.no_text;
      continue;
    }
    const auto key = std::tuple(finding.where, finding.exchange, finding.excerpt.begin, finding.excerpt.text);
    const auto [found, is_new] = line_of.try_emplace(key, lines.size());
    if (is_new) lines.emplace_back(finding);
    lines[found->second].add(finding);
  }
  Json rules = Json::array();
  for (Line& line : lines)
    for (Json& rule : line.rules(rules.size() + 1, out.without)) rules.push_back(std::move(rule));
  out.rules = rules.size();
  if (out.rules == 0) return out;
  const Json pack = {{"pack", "sweep"},
                     {"description", "Made by telltale sweep of what it found; edit what it says of itself."},
                     {"rules", rules}};
  out.pack = pack.dump(2, ' ', true, Json::error_handler_t::replace) + "\n";
  return out;
}

}  // namespace telltale::compare
