// The pass of the built-in detectors: strings become passages, their parts get a source, each active rule with a
// detector looks, and what it marks is told like any other finding. Covered by
// tests/unit/inspect/characters_marked_test.cpp.
#include <algorithm>

#include "core/ascii.hpp"
#include "inspect/attribute.hpp"
#include "inspect/baselines.hpp"
#include "inspect/detect/detectors.hpp"
#include "inspect/inspection.hpp"
#include "inspect/seen_texts.hpp"

namespace telltale::inspect {
namespace {

/// Strings that are hardly text ("type":"string"): too short and too plain to hide anything a detector could tell.
constexpr std::size_t shortest_text = 12;

bool is_worth_reading(const codec::JsonValue& value, codec::SegmentKind kind) {
  using codec::SegmentKind;
  if (kind == SegmentKind::opaque) return false;
  if (!value.ascii || value.escaped) return true;
  switch (kind) {
    case SegmentKind::system_text:
    case SegmentKind::user_text:
    case SegmentKind::assistant_text:
    case SegmentKind::tool_result:
      return value.raw.size() > 2;
    default:
      return value.raw.size() >= shortest_text + 2;
  }
}

/// Texts whose result depends on nothing but themselves, and which are long enough to be worth a fingerprint.
bool is_remembered(const codec::JsonValue& value, codec::SegmentKind kind) {
  using codec::SegmentKind;
  constexpr std::size_t shortest = 64;
  const bool apart =
      kind == SegmentKind::tool_result || kind == SegmentKind::assistant_text || kind == SegmentKind::tool_call;
  return apart && value.raw.size() >= shortest;
}

std::uint64_t digest_of(const Environment* environment) {
  std::uint64_t out = 0;
  if (environment == nullptr) return out;
  const auto mix = [&out](std::string_view text) { out = out * 31 + std::hash<std::string_view>{}(text); };
  for (const auto& [name, values] : *environment) {
    mix(name);
    for (const std::string& value : values) mix(value);
  }
  return out;
}

}  // namespace

const Piece& Passage::piece_at(std::size_t at) const {
  const auto after = std::upper_bound(pieces.begin(), pieces.end(), at, [](std::size_t offset, const Piece& piece) {
    return offset < piece.range.begin;
  });
  return after == pieces.begin() ? pieces.front() : *(after - 1);
}

std::string Scene::pointer(const Passage& passage) const {
  return is_json ? document.pointer(conversation.segments[passage.segment].value) : std::string();
}

Scene Inspection::build_scene() const {
  Scene scene{input_, document_, conversation_, {}, {}, nullptr, true, is_json_, {}};
  if (input_.baselines != nullptr) {
    const auto found = input_.baselines->find(baseline_key(*input_.head, conversation_.api, input_.host));
    scene.baseline = found.baseline;
    scene.same_version = found.same_version;
  }
  if (is_text_) {
    scene.passages.emplace_back(raw_spot().text);
    return scene;
  }
  const bool remembers = prepare_memory();
  scene.passages.reserve(conversation_.segments.size());
  for (std::uint32_t i = 0; i < conversation_.segments.size(); ++i) {
    const codec::Segment& segment = conversation_.segments[i];
    const codec::JsonValue& value = document_[segment.value];
    if (!is_worth_reading(value, segment.kind)) continue;
    std::optional<SeenTexts::Print> print;
    if (remembers && is_remembered(value, segment.kind)) {
      print = input_.seen->print_of(document_.slice(value.raw), static_cast<std::uint64_t>(segment.kind));
      if (input_.seen->contains(*print)) {
        scene.quiet.push_back(i);
        continue;
      }
    }
    Passage& passage = scene.passages.emplace_back(spot_of(segment).text);
    passage.segment = i;
    passage.kind = segment.kind;
    passage.role = segment.role;
    passage.print = print;
  }
  return scene;
}

void Inspection::teach(Baselines& baselines) {
  read_content();
  if (!is_json_ && !is_text_) return;
  Scene scene = build_scene();
  attribute(scene);
  const BaselineKey key = baseline_key(*input_.head, conversation_.api, input_.host);
  const auto known = baselines.get(key);
  auto next = known ? std::make_shared<Baseline>(*known) : std::make_shared<Baseline>();
  next->learn(scene);
  baselines.put(key, std::move(next));
}

void learn(const Input& input, const Limits& limits, Baselines& baselines) {
  static const auto no_rules = RuleSet::compile({});
  const Policy policy;
  Inspection(input, **no_rules, policy, limits).teach(baselines);
}

void Inspection::prepare_scene() {
  const bool detects = std::any_of(rules_.detectors.begin(), rules_.detectors.end(),
                                   [this](std::uint32_t number) { return active_[number] != 0; });
  if (!detects && !policy_.list_segments && needles_ == nullptr && input_.typed == nullptr) return;
  scene_.emplace(build_scene());
  attribute(*scene_);
}

Voice Inspection::voice_at(std::uint32_t segment, std::size_t at) const {
  if (!scene_ || !is_json_) return Voice::user;
  const auto found = std::lower_bound(scene_->passages.begin(), scene_->passages.end(), segment,
                                      [](const Passage& one, std::uint32_t number) { return one.segment < number; });
  if (found == scene_->passages.end() || found->segment != segment) return Voice::user;
  const auto& pieces = found->pieces;
  const auto after = std::upper_bound(
      pieces.begin(), pieces.end(), at,
      [&found](std::size_t offset, const Piece& piece) { return offset < found->text.raw(piece.range.begin); });
  return after == pieces.begin() ? pieces.front().voice : (after - 1)->voice;
}

void Inspection::run_detectors() {
  if (!scene_) return;
  Scene& scene = *scene_;
  for (const std::uint32_t number : rules_.detectors) {
    if (active_[number] == 0) continue;
    const Rule& rule = *rules_.rules[number];
    const auto& match = std::get<DetectorMatch>(rule.match);
    if (match.detector->in_text != nullptr) detect_in_texts(scene, rule, match);
    if (match.detector->in_request == nullptr) continue;
    Marks marks(limits_.findings_of_rule);
    match.detector->in_request(scene, match, marks);
    leave_out(marks.left_out());
    for (Mark& mark : marks) {
      if (!looks_at(scene, rule, mark)) continue;
      if (mark.passage != Mark::none) scene.passages[mark.passage].print.reset();
      take_mark(scene, rule, std::move(mark));
    }
  }
  look_for_environment(scene);
  remember(scene);
  if (policy_.list_segments) list_sources(scene);
}

/// True if texts may be known from earlier requests. What a rule says of a text must not depend on where it stands.
bool Inspection::prepare_memory() const {
  if (input_.seen == nullptr || policy_.list_segments) return false;
  std::uint64_t rules = rules_.digest;
  for (const std::uint32_t number : rules_.detectors) {
    if (active_[number] != 0 && !rules_.rules[number]->where.pointers.empty()) return false;
    rules = rules * 31 + static_cast<unsigned char>(active_[number]);
  }
  input_.seen->hold_for(rules, digest_of(input_.environment));
  return true;
}

/// A text no rule had anything to say of is not looked at again.
void Inspection::remember(const Scene& scene) const {
  if (input_.seen == nullptr || tried_ > most_candidates || left_out_) return;
  for (const Passage& passage : scene.passages)
    if (passage.print) input_.seen->add(*passage.print);
}

void Inspection::detect_in_texts(Scene& scene, const Rule& rule, const DetectorMatch& match) {
  for (std::uint32_t i = 0; i < scene.passages.size(); ++i) {
    Passage& passage = scene.passages[i];
    if (!rule.where.has(passage.kind)) continue;
    if (scene.is_json && !pointer_allowed(rule, conversation_.segments[passage.segment].value)) continue;
    Marks marks(limits_.findings_of_rule);
    match.detector->in_text(scene, passage, match, marks);
    leave_out(marks.left_out());
    if (!marks.empty()) passage.print.reset();
    for (Mark& mark : marks) {
      mark.passage = i;
      take_mark(scene, rule, std::move(mark));
    }
  }
}

bool Inspection::looks_at(const Scene& scene, const Rule& rule, const Mark& mark) const {
  if (mark.passage == Mark::none) return true;
  const Passage& passage = scene.passages[mark.passage];
  return rule.where.has(passage.kind) &&
         (!scene.is_json || pointer_allowed(rule, conversation_.segments[passage.segment].value));
}

void Inspection::take_mark(const Scene& scene, const Rule& rule, Mark mark) {
  if (++tried_ > most_candidates || !has_room_for(rule)) return;
  Pending pending;
  pending.rule = &rule;
  pending.reference = mark.reference;
  pending.confidence = mark.confidence;
  pending.info = mark.info;
  pending.note = std::move(mark.note);
  pending.found.carries = std::move(mark.carries);
  pending.found.bits = mark.bits;
  pending.found.code_points = std::move(mark.code_points);
  pending.found.expected = std::move(mark.expected);
  if (mark.passage != Mark::none)
    take_text_mark(scene, rule, mark, pending);
  else
    take_place_mark(rule, mark, pending);
  pending_.push_back(std::move(pending));
}

void Inspection::take_text_mark(const Scene& scene, const Rule& rule, Mark& mark, Pending& pending) {
  const Passage& passage = scene.passages[mark.passage];
  const Piece& piece = passage.piece_at(mark.range.begin);
  Spot& spot = pending.spot;
  spot = scene.is_json ? spot_of(conversation_.segments[passage.segment]) : raw_spot();
  spot.kind = passage.kind;
  pending.source = piece.source;
  Found& found = pending.found;
  found.range = passage.text.raw(mark.range);
  found.match = found.range;
  const std::string_view covered = passage.text.view().substr(mark.range.begin, mark.range.size());
  found.value = std::string(covered);
  if (found.code_points.empty()) found.code_points = code_point_names(covered);
  if (!mark.neutral && rule.normalise_to) mark.neutral = rule.normalise_to;
  if (!mark.edits.empty()) {  // the characters are right, the way they are written is not
    found.edits = std::move(mark.edits);
    found.edit = mark.neutral;
    return;
  }
  if (!mark.neutral) return;
  if (found.expected.empty()) found.expected = code_point_names(*mark.neutral);
  found.edit = mark.neutral;
  found.edits.push_back({found.range, written(spot.text, found.range, *mark.neutral)});
}

void Inspection::take_place_mark(const Rule& rule, Mark& mark, Pending& pending) {
  Found& found = pending.found;
  Spot& spot = pending.spot;
  pending.source = Source::metadata;
  spot.where = mark.where.empty() ? "raw" : mark.where;
  spot.text = {input_.content, {0, input_.content.size()}, false, false};
  if (mark.value != Mark::none) {
    const codec::JsonValue& value = document_[mark.value];
    spot.value = mark.value;
    spot.text = {document_.text, value.raw, false, false};
    found.range = value.raw;
    pending.place_only = !mark.raw || value.kind != codec::JsonKind::string;
  }
  if (mark.field != Mark::none) {
    const http::FieldRange& field = input_.head->fields[mark.field];
    spot.where = "header:" + ascii::lower(input_.head->name(field));
    found.range = field.value;
  }
  if (mark.field != Mark::none || mark.where == "headers") {
    spot.in_head = true;
    const ByteRange whole =
        mark.field != Mark::none ? input_.head->fields[mark.field].value : ByteRange{0, input_.head->raw.size()};
    spot.text = {input_.head->raw, whole, false, false};
    pending.place_only = !mark.raw;
  }
  if (mark.raw) found.range = *mark.raw;
  found.match = found.range;
  if (mark.field != Mark::none && is_private_field(ascii::lower(input_.head->name(input_.head->fields[mark.field])))) {
    pending.place_only = true;  // a report shows no part of a credential
    spot.text.range = {};
  }
  found.edits = std::move(mark.edits);
  for (const Edit& edit : found.edits)  // nothing outside the span is edited
    found.range = {std::min(found.range.begin, edit.range.begin), std::max(found.range.end, edit.range.end)};
  // What moves is no text of ours to show: it may be a prompt, or a line with a credential.
  if (rule.action == Action::strip && found.edits.size() == 1 && mark.where != "headers")
    found.edit = found.edits.front().text;
}

void Inspection::list_sources(const Scene& scene) {
  std::size_t next = 0;  // passages and segments both stand in document order
  for (std::uint32_t i = 0; i < conversation_.segments.size(); ++i) {
    const codec::Segment& segment = conversation_.segments[i];
    const Spot spot = spot_of(segment);
    CodePointCounter counter(spot.text);
    SegmentSource one;
    one.where = document_.pointer(segment.value);
    one.role = segment.role;
    if (next == scene.passages.size() || scene.passages[next].segment != i) {
      one.raw_span = spot.text.range;
      one.span = {0, counter.before(spot.text.range.end)};
      one.source = structural_piece(segment.kind).source;
      verdict_.segments.push_back(std::move(one));
      continue;
    }
    const Passage& passage = scene.passages[next++];
    for (const Piece& piece : passage.pieces) {
      one.raw_span = passage.text.raw(piece.range);
      const std::size_t begin = counter.before(one.raw_span.begin);
      one.span = {begin, counter.before(one.raw_span.end)};
      one.source = piece.source;
      verdict_.segments.push_back(one);
    }
  }
}

}  // namespace telltale::inspect
