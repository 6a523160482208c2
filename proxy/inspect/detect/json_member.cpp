// Members that come and go. An object of a client's own making has the same members each time, or the ones a user's
// settings bring; one that nobody knows is a carrier. Covered by tests/unit/inspect/json_shape_test.cpp.
#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/utf8.hpp"
#include "inspect/baseline.hpp"
#include "inspect/detect/json.hpp"
#include "inspect/detect/json_parts.hpp"
#include "inspect/detect/member_names.hpp"
#include "inspect/shape_walk.hpp"

namespace telltale::inspect {
namespace {

using codec::JsonDocument;
using codec::JsonKind;

/// What the APIs define and users or the course of a conversation switch on and off. Names that say who the user is
/// ("user", "metadata", "safety_identifier") are left out on purpose. Sources: the public references of the Anthropic
/// Messages, OpenAI Responses and Chat Completions, and Gemini APIs.
constexpr std::string_view settings[] = {"background",
                                         "budget_tokens",
                                         "cacheControl",
                                         "cache_control",
                                         "cachedContent",
                                         "candidateCount",
                                         "citations",
                                         "container",
                                         "content",
                                         "context_management",
                                         "conversation",
                                         "effort",
                                         "enableEnhancedCivicAnswers",
                                         "format",
                                         "frequencyPenalty",
                                         "frequency_penalty",
                                         "function_call",
                                         "functionCall",
                                         "functionCallingConfig",
                                         "functions",
                                         "generationConfig",
                                         "id",
                                         "imageConfig",
                                         "include",
                                         "includeThoughts",
                                         "include_usage",
                                         "instructions",
                                         "is_error",
                                         "json_schema",
                                         "logit_bias",
                                         "logprobs",
                                         "maxOutputTokens",
                                         "max_completion_tokens",
                                         "max_output_tokens",
                                         "max_tokens",
                                         "max_tool_calls",
                                         "mcp_servers",
                                         "mediaResolution",
                                         "messages",
                                         "modalities",
                                         "model",
                                         "n",
                                         "name",
                                         "output_config",
                                         "output_format",
                                         "parallel_tool_calls",
                                         "parallelToolCalls",
                                         "prediction",
                                         "presencePenalty",
                                         "presence_penalty",
                                         "previous_response_id",
                                         "prompt",
                                         "prompt_cache_key",
                                         "prompt_cache_retention",
                                         "reasoning",
                                         "reasoning_effort",
                                         "refusal",
                                         "responseJsonSchema",
                                         "responseLogprobs",
                                         "responseMimeType",
                                         "responseModalities",
                                         "responseSchema",
                                         "response_format",
                                         "role",
                                         "safetySettings",
                                         "seed",
                                         "service_tier",
                                         "signature",
                                         "source",
                                         "speechConfig",
                                         "speed",
                                         "status",
                                         "stop",
                                         "stopSequences",
                                         "stop_sequences",
                                         "store",
                                         "stream",
                                         "stream_options",
                                         "strict",
                                         "summary",
                                         "system",
                                         "systemInstruction",
                                         "temperature",
                                         "text",
                                         "thinking",
                                         "thinkingBudget",
                                         "thinkingConfig",
                                         "thinkingLevel",
                                         "thought",
                                         "thoughtSignature",
                                         "toolConfig",
                                         "tool_calls",
                                         "tool_choice",
                                         "toolChoice",
                                         "tools",
                                         "topK",
                                         "topP",
                                         "top_k",
                                         "top_logprobs",
                                         "top_p",
                                         "truncation",
                                         "ttl",
                                         "type",
                                         "verbosity",
                                         "web_search_options"};

/// Values with which a member is as good as not there: of any member, or of one by the API's documented default.
bool says_nothing(std::string_view name, std::string_view value) {
  constexpr std::pair<std::string_view, std::string_view> defaults[] = {{"top_p", "1"},
                                                                        {"topP", "1"},
                                                                        {"n", "1"},
                                                                        {"candidateCount", "1"},
                                                                        {"presence_penalty", "0"},
                                                                        {"frequency_penalty", "0"},
                                                                        {"presencePenalty", "0"},
                                                                        {"frequencyPenalty", "0"},
                                                                        {"logprobs", "false"},
                                                                        {"parallel_tool_calls", "true"},
                                                                        {"logit_bias", "{}"},
                                                                        {"truncation", "\"disabled\""},
                                                                        {"background", "false"},
                                                                        {"service_tier", "\"auto\""},
                                                                        {"top_logprobs", "0"}};
  if (value == "null" || ((value == "[]" || value == "{}" || value == "\"\"") && name != "tools" && name != "content"))
    return true;
  return std::any_of(std::begin(defaults), std::end(defaults), [&](const auto& one) {
    return one.first == name && (one.second == value || plain_number(value) == one.second);
  });
}

constexpr std::size_t longest_span = 256;
constexpr std::size_t longest_label = 256;  ///< code points; names that are kept are shorter

/// Tools without description and arguments are alike without being copies.
constexpr std::size_t shortest_copy = 64;

bool is_setting(std::string_view name) {
  return std::find(std::begin(settings), std::end(settings), name) != std::end(settings);
}

class Judge {
 public:
  Judge(const Scene& scene, const DetectorMatch& match, Marks& marks)
      : scene_(scene), document_(scene.document), match_(match), marks_(marks), shape_(scene.baseline->shape()) {}

  void look_at(const ShapePlace& place, const Shape::Node& node) {
    const std::vector<ShapeName> names = member_names(document_, place.value);
    if (names.empty() && document_[place.value].after > place.value + 1) return;  // some name occurs twice
    const NameIndex here(names);
    KnownNames before(node);
    std::size_t known = 0;
    std::vector<const Shape::Member*> missing;
    for (const Shape::Member& member : node.members) {
      const bool is_here = here.find(member.hash) != nullptr;
      if (is_here) ++known;
      if (!is_here && member.times == node.times) missing.push_back(&member);
    }
    renamed_.clear();
    if (match_.has_family("renamed")) drop_renamed(names, here, before, missing);
    // A block of the conversation that lacks what its like have is of a kind not met before.
    if (place.in_history && !missing.empty()) return;
    if (known < names.size() && match_.has_family("added")) look_for_added(names, before);
    if (place.in_history || !match_.has_family("missing")) return;
    for (const Shape::Member* const member : missing) mark_missing(place, names, here, node, *member);
  }

  /// Elements of a list whose names are known but for their spelling, and new ones that are another one but for the
  /// name.
  void look_at_elements(const ShapePlace& place, const Shape::Node& node) {
    const std::vector<ShapeName> names = element_names(document_, place.value);
    const NameIndex here(names);
    KnownNames before(node);
    std::map<Frame, std::uint32_t> frames;
    for (const ShapeName& one : names) {
      if (before.find(one.hash) != nullptr) continue;
      const std::string label = codec::decode_json_start(document_.slice(document_[one.label].raw), longest_label);
      const Shape::Member* const known = known_otherwise(here, before, label);
      if (known != nullptr && match_.has_family("renamed"))
        mark_renamed(one.label, document_[one.label].raw, known->name, true);
      if (known != nullptr || !match_.has_family("copy") || one.label == one.value) continue;  // a word is all name
      if (frames.empty())
        for (const ShapeName& other : names) ++frames[frame_of(other)];
      const Frame frame = frame_of(one);
      if (frame.second.size() >= shortest_copy && frames[frame] > 1) mark_copy(one.value);
    }
  }

 private:
  /// What an element is but for its name: the bytes ahead of that, and those behind it.
  using Frame = std::pair<std::string_view, std::string_view>;

  [[nodiscard]] Frame frame_of(const ShapeName& element) const {
    const ByteRange whole = document_[element.value].raw;
    const ByteRange label = document_[element.label].raw;
    return {document_.slice({whole.begin, label.begin}), document_.slice({label.end, whole.end})};
  }

  void mark_copy(std::uint32_t value) {
    Mark mark;
    mark.value = value;
    mark.bits = 1;
    mark.reference = Reference::baseline;
    mark.info = !scene_.same_version;
    mark.note = "a new element that is another one under a second name";
    mark.edits.push_back({with_comma(document_, value), ""});
    marks_.push_back(std::move(mark));
  }

  /// The member that a name not met before is, but for its spelling; null if there is none or it is here as well.
  static const Shape::Member* known_otherwise(const NameIndex& here, KnownNames& before, const std::string& name) {
    const Shape::Member* const found = before.find_otherwise(name);
    return found == nullptr || here.find(found->hash) != nullptr ? nullptr : found;
  }

  void mark_renamed(std::uint32_t value, ByteRange token, const std::string& name, bool at_value) {
    Mark mark = at_value ? mark_of(value) : Mark();
    if (!at_value) mark.value = value;
    mark.bits = 1;
    mark.reference = Reference::baseline;
    mark.info = !scene_.same_version;
    mark.note = "its name is spelt in another way than before";
    mark.edits.push_back(smallest_edit(token, document_.slice(token), '"' + codec::escape_json(name) + '"'));
    marks_.push_back(std::move(mark));
  }

  /// Marks members that are known by another spelling, and takes those off the list of what is missing.
  void drop_renamed(const std::vector<ShapeName>& names, const NameIndex& here, KnownNames& before,
                    std::vector<const Shape::Member*>& missing) {
    for (const ShapeName& one : names) {
      if (before.find(one.hash) != nullptr) continue;
      const Shape::Member* const known = known_otherwise(here, before, member_name(document_, one.value));
      if (known == nullptr) continue;
      renamed_.push_back(one.value);
      missing.erase(std::remove(missing.begin(), missing.end(), known), missing.end());
      mark_renamed(one.value, document_[one.value].key, known->name, false);
    }
  }

  void look_for_added(const std::vector<ShapeName>& names, const KnownNames& before) {
    for (const ShapeName& one : names) {
      if (before.find(one.hash) != nullptr || std::binary_search(renamed_.begin(), renamed_.end(), one.value)) continue;
      const std::string name = member_name(document_, one.value);
      const std::string_view value = document_.slice(document_[one.value].raw);
      Mark mark = mark_of(one.value);
      mark.bits = 1;
      mark.reference = Reference::baseline;
      mark.info = !scene_.same_version || (is_setting(name) && !says_nothing(name, value));
      mark.note = "its object never had such a member";
      mark.edits.push_back({with_comma(document_, one.value), ""});
      marks_.push_back(std::move(mark));
    }
  }

  /// At the text of a short string, so that the finding has a span; else at the value.
  [[nodiscard]] Mark mark_of(std::uint32_t value) const {
    Mark mark;
    mark.value = value;
    const auto value_of = [&](const Passage& one) { return scene_.conversation.segments[one.segment].value; };
    const auto passage =
        std::lower_bound(scene_.passages.begin(), scene_.passages.end(), value,
                         [&](const Passage& one, std::uint32_t wanted) { return value_of(one) < wanted; });
    if (passage == scene_.passages.end() || value_of(*passage) != value || passage->text.size() == 0 ||
        passage->text.size() > longest_span)
      return mark;
    mark.value = Mark::none;
    mark.passage = static_cast<std::uint32_t>(passage - scene_.passages.begin());
    mark.range = {0, passage->text.size()};
    return mark;
  }

  void mark_missing(const ShapePlace& place, const std::vector<ShapeName>& names, const NameIndex& here,
                    const Shape::Node& node, const Shape::Member& member) {
    Mark mark;
    mark.value = place.value;
    mark.bits = 1;
    mark.reference = Reference::baseline;
    mark.info = !scene_.same_version || is_setting(member.name);
    mark.note = "a member it always had is missing";
    mark.carries.emplace_back("member", utf8::escaped(member.name));
    restore(place, names, here, node, member, mark);
    marks_.push_back(std::move(mark));
  }

  /// Puts the member back where it always stood, if it always had one value, spelt as its neighbours are.
  void restore(const ShapePlace& place, const std::vector<ShapeName>& names, const NameIndex& here,
               const Shape::Node& node, const Shape::Member& member, Mark& mark) const {
    const Shape::Node* const child = shape_.node(shape_child(place.node, member.hash));
    const Forms::Form* const value = child == nullptr ? nullptr : child->values.usual();
    if (value == nullptr || names.size() < 2 || node.orders.all.size() != 1) return;
    const std::vector<std::uint64_t>& order = node.orders.all.front().names;
    const auto at = std::find(order.begin(), order.end(), member.hash);
    if (at == order.end()) return;
    const ShapeName* before = nullptr;  // the last in the document of those that stood before it
    for (auto one = order.begin(); one != at; ++one) {
      const ShapeName* const there = here.find(*one);
      if (there != nullptr && (before == nullptr || there->value > before->value)) before = there;
    }
    const codec::JsonValue& first = document_[names[0].value];
    const codec::JsonValue& second = document_[names[1].value];
    const std::string_view separator = document_.text.substr(first.raw.end, second.key.begin - first.raw.end);
    const std::string_view colon = document_.text.substr(first.key.end, first.raw.begin - first.key.end);
    const std::string text = '"' + codec::escape_json(member.name) + '"' + std::string(colon) + value->text;
    if (before != nullptr) {
      const std::size_t end = document_[before->value].raw.end;
      mark.edits.push_back({{end, end}, std::string(separator) + text});
    } else {
      mark.edits.push_back({{first.key.begin, first.key.begin}, text + std::string(separator)});
    }
  }

  const Scene& scene_;
  const JsonDocument& document_;
  const DetectorMatch& match_;
  Marks& marks_;
  const Shape& shape_;
  std::vector<std::uint32_t> renamed_;  ///< in document order
};

}  // namespace

void detect_json_member(const Scene& scene, const DetectorMatch& match, Marks& marks) {
  if (scene.baseline == nullptr) return;
  Judge judge(scene, match, marks);
  for (const ShapePlace& place : shape_places(scene)) {
    const JsonKind kind = scene.document[place.value].kind;
    const bool list = kind == JsonKind::array && !place.in_history;
    if (kind != JsonKind::object && !list) continue;
    const Shape::Node* const node = scene.baseline->shape().node(place.node);
    if (node == nullptr || node->requests < 2 || node->crowded || node->members.empty()) continue;
    if (list)
      judge.look_at_elements(place, *node);
    else
      judge.look_at(place, *node);
  }
}

}  // namespace telltale::inspect
