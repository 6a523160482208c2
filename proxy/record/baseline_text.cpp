// Baselines as lines of JSON and back. Covered by tests/unit/record/baseline_text_test.cpp and the fuzz target
// baseline_text.
#include "record/baseline_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <vector>

#include "codec/registry.hpp"
#include "record/credentials.hpp"
#include "record/json_reader.hpp"
#include "record/json_writer.hpp"

namespace telltale::record {
namespace {

using codec::JsonKind;
using codec::SegmentKind;
using inspect::TemplateTexts;
using Index = JsonReader::Index;
using Known = TemplateTexts::Known;

constexpr std::string_view first_line = R"({"telltale_baselines":1})";
constexpr std::size_t longest_key_part = 4096;  // a User-Agent word, or host and path
constexpr std::size_t most_slots = 4096;        // of one text

// --- writing ---

/// Slots and secrets as one list: in order, apart.
std::vector<ByteRange> joined(std::vector<ByteRange> ranges, const std::vector<ByteRange>& more) {
  ranges.insert(ranges.end(), more.begin(), more.end());
  std::sort(ranges.begin(), ranges.end(), [](const ByteRange& a, const ByteRange& b) { return a.begin < b.begin; });
  std::vector<ByteRange> out;
  for (const ByteRange& range : ranges) {
    if (!out.empty() && range.begin <= out.back().end)
      out.back().end = std::max(out.back().end, range.end);
    else
      out.push_back(range);
  }
  return out;
}

/// `known` with masks for its credentials, each in a slot.
Known without_credentials(const Known& known, Digest digest) {
  Known out = known;
  const std::vector<ByteRange> secrets = find_credentials(known.text);
  if (secrets.empty()) return out;
  out.text = masked(known.text, secrets, digest);
  out.slots = joined(known.slots, secrets);
  // No end of a joined range lies inside a secret, so what stands before it has been masked whole.
  const auto moved = [&secrets](std::size_t at) {
    std::size_t kept = at;
    std::size_t masks = 0;
    for (const ByteRange& secret : secrets) {
      if (secret.end > at) break;
      kept -= secret.size();
      masks += mask_length;
    }
    return kept + masks;
  };
  for (ByteRange& slot : out.slots) slot = {moved(slot.begin), moved(slot.end)};
  return out;
}

void write_text(JsonWriter& json, const Known& known) {
  json.begin_object();
  json.member("kind", codec::name_of(known.kind));
  json.member("name", known.name);
  json.member("text", known.text);
  json.key("times"), json.unsigned_integer(known.times);
  json.key("slots");
  json.begin_array();
  for (const ByteRange& slot : known.slots) {
    json.begin_array();
    json.unsigned_integer(slot.begin);
    json.unsigned_integer(slot.end);
    json.end_array();
  }
  json.end_array();
  json.end_object();
}

/// The texts that have room, the first first: a mask may be longer than what it stands for.
void write_texts(JsonWriter& json, const TemplateTexts& texts, Digest digest) {
  std::size_t bytes = 0;
  std::size_t count = 0;
  json.begin_array();
  for (const Known& one : texts.texts()) {
    const Known known = without_credentials(one, digest);
    const bool has_room = known.text.size() <= TemplateTexts::longest_text &&
                          bytes + known.text.size() <= TemplateTexts::most_bytes && count < TemplateTexts::most_texts;
    if (!has_room || known.slots.size() > most_slots || !find_credentials(known.name).empty()) continue;
    bytes += known.text.size();
    ++count;
    write_text(json, known);
  }
  json.end_array();
}

std::string line_of(const inspect::BaselineKey& key, const inspect::Baseline& baseline, Digest digest) {
  inspect::Shape shape = baseline.shape();
  shape.forget([](std::string_view text) { return !find_credentials(text).empty(); });
  std::string out;
  JsonWriter json(out, JsonText::utf8);
  json.begin_object();
  json.member("product", key.product);
  json.member("version", key.version);
  json.member("endpoint", key.endpoint);
  json.key("requests"), json.unsigned_integer(baseline.requests());
  json.key("texts");
  write_texts(json, baseline.texts(), digest);
  json.member("shape", shape.save());
  json.end_object();
  return out + "\n";
}

bool is_storable(const inspect::BaselineKey& key) {
  const std::string* const parts[] = {&key.product, &key.version, &key.endpoint};
  return std::all_of(std::begin(parts), std::end(parts), [](const std::string* part) {
    return part->size() <= longest_key_part && find_credentials(*part).empty();
  });
}

// --- reading ---

/// Reads one line; the first complaint stays. Offsets are those in the line.
class LineParser {
 public:
  LineParser(std::string_view line, const Limits& limits)
      : document_(codec::scan_json(line, limits)), json_(document_) {}

  Result<void> read(inspect::Baselines& out) {
    if (document_.stopped) return tl::unexpected(*document_.stopped);
    const bool is_object =
        !document_.values.empty() && json_.is(0, JsonKind::object) && document_[0].after == document_.values.size();
    if (!is_object) return fail(Errc::input_unreadable, 0, "not one JSON object");
    const std::vector<Index> found = members(0, {"product", "version", "endpoint", "requests", "texts", "shape"});
    if (complaint_) return *complaint_;
    const inspect::BaselineKey key{text(found[0], longest_key_part), text(found[1], longest_key_part),
                                   text(found[2], longest_key_part)};
    const std::uint32_t requests = count(found[3]);
    TemplateTexts texts = read_texts(found[4]);
    inspect::Shape shape = read_shape(found[5]);
    if (!complaint_ && out.get(key) != nullptr) complain(0, "the client was there before");
    if (complaint_) return *complaint_;
    out.put(key, std::make_shared<inspect::Baseline>(std::move(texts), std::move(shape), requests));
    return {};
  }

 private:
  void complain(std::size_t at, std::string what) {
    if (!complaint_) complaint_ = fail(Errc::input_unreadable, at, std::move(what));
  }

  /// The members of that object, which must be these and no other, each once.
  std::vector<Index> members(Index object, const std::vector<std::string_view>& names) {
    std::vector<Index> out;
    const std::vector<Index> all = json_.items(object);
    for (const std::string_view name : names) out.push_back(json_.member(object, name));
    const bool whole = std::find(out.begin(), out.end(), JsonReader::none) == out.end();
    if (!json_.is(object, JsonKind::object) || !whole || all.size() != names.size())
      complain(json_.offset(object), fmt::format("the members must be {}", fmt::join(names, ", ")));
    return out;
  }

  std::string text(Index value, std::size_t longest) {
    if (!json_.is(value, JsonKind::string)) complain(json_.offset(value), "a string is expected here");
    std::string out = json_.text(value);
    if (out.size() > longest) complain(json_.offset(value), fmt::format("longer than {} bytes", longest));
    return out;
  }

  std::uint32_t count(Index value) {
    const auto number = json_.integer(value);
    if (number && *number >= 0 && *number <= std::numeric_limits<std::uint32_t>::max())
      return static_cast<std::uint32_t>(*number);
    complain(json_.offset(value), "a count is expected here");
    return 0;
  }

  std::optional<SegmentKind> kind(Index value) {
    const std::string name = json_.text(value);
    for (int i = 0; i <= static_cast<int>(SegmentKind::other); ++i)
      if (codec::name_of(static_cast<SegmentKind>(i)) == name) return static_cast<SegmentKind>(i);
    complain(json_.offset(value), "not a kind of text");
    return std::nullopt;
  }

  std::vector<ByteRange> read_slots(Index value, std::size_t size) {
    std::vector<ByteRange> out;
    if (!json_.is(value, JsonKind::array)) complain(json_.offset(value), "an array is expected here");
    const std::vector<Index> items = json_.items(value);
    if (items.size() > most_slots) complain(json_.offset(value), fmt::format("more than {} slots", most_slots));
    for (const Index item : items) {
      if (complaint_) break;
      const std::vector<Index> ends = json_.items(item);
      const bool is_pair = json_.is(item, JsonKind::array) && ends.size() == 2;
      const ByteRange slot = is_pair ? ByteRange{count(ends[0]), count(ends[1])} : ByteRange{};
      const std::size_t from = out.empty() ? 0 : out.back().end;
      if (slot.begin < from || slot.begin >= slot.end || slot.end > size)
        complain(json_.offset(item), "not a range inside the text, behind the one before");
      out.push_back(slot);
    }
    return out;
  }

  TemplateTexts read_texts(Index value) {
    TemplateTexts out;
    std::size_t bytes = 0;
    if (!json_.is(value, JsonKind::array)) complain(json_.offset(value), "an array is expected here");
    const std::vector<Index> items = json_.items(value);
    if (items.size() > TemplateTexts::most_texts) complain(json_.offset(value), "too many texts");
    for (const Index item : items) {
      if (complaint_) break;
      const std::vector<Index> found = members(item, {"kind", "name", "text", "times", "slots"});
      if (complaint_) break;
      Known known;
      known.kind = kind(found[0]).value_or(SegmentKind::other);
      known.name = text(found[1], TemplateTexts::longest_text);
      known.text = text(found[2], TemplateTexts::longest_text);
      known.times = count(found[3]);
      known.slots = read_slots(found[4], known.text.size());
      bytes += known.text.size();
      if (bytes > TemplateTexts::most_bytes) complain(json_.offset(item), "more bytes of text than are kept");
      if (!complaint_) out.add(std::move(known));
    }
    return out;
  }

  inspect::Shape read_shape(Index value) {
    const std::string saved = text(value, most_baseline_bytes);
    if (complaint_) return {};
    auto shape = inspect::Shape::load(saved);
    if (shape) return std::move(*shape);
    complain(json_.offset(value), fmt::format("shape, byte {}: {}", shape.error().at, shape.error().detail));
    return {};
  }

  codec::JsonDocument document_;
  JsonReader json_;
  std::optional<tl::unexpected<Error>> complaint_;
};

}  // namespace

std::string save_baselines(const inspect::Baselines& baselines, Digest digest) {
  auto all = baselines.by_age();
  std::vector<std::string> lines;
  std::size_t bytes = first_line.size() + 1;
  for (auto one = all.rbegin(); one != all.rend(); ++one) {
    if (!is_storable(one->first)) continue;
    std::string line = line_of(one->first, *one->second, digest);
    if (bytes + line.size() > most_baseline_bytes) break;
    bytes += line.size();
    lines.push_back(std::move(line));
  }
  std::string out;
  out.reserve(bytes);
  out.append(first_line).push_back('\n');
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) out += *line;
  return out;
}

Result<inspect::Baselines> load_baselines(std::string_view text, const Limits& limits) {
  if (text.size() > most_baseline_bytes)
    return fail(Errc::input_unreadable, most_baseline_bytes, fmt::format("longer than {} bytes", most_baseline_bytes));
  inspect::Baselines out;
  std::size_t number = 0;
  for (std::size_t at = 0; at < text.size() || number == 0;) {
    const std::string_view line = text.substr(at, text.find('\n', at) - at);
    ++number;
    if (number == 1 && line != first_line)
      return fail(Errc::input_unreadable, 0, fmt::format("line 1: not {}", first_line));
    if (number > inspect::Baselines::most_clients + 1)
      return fail(Errc::input_unreadable, at, fmt::format("more than {} clients", inspect::Baselines::most_clients));
    if (number > 1) {
      if (const auto read = LineParser(line, limits).read(out); !read)
        return fail(Errc::input_unreadable, at + read.error().at,
                    fmt::format("line {}, byte {}: {}", number, read.error().at, read.error().detail));
    }
    at += std::min(line.size() + 1, text.size() - at);
  }
  return out;
}

}  // namespace telltale::record
