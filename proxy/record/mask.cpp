// Masks the credentials of a whole exchange and moves the spans of its inspection along, so that they fit the body the
// capture holds and a replay of it says the same. Covered by tests/unit/record/mask_test.cpp.
#include <algorithm>

#include "codec/json_scan.hpp"
#include "core/ascii.hpp"
#include "http/coding.hpp"
#include "record/capture.hpp"
#include "record/credentials.hpp"

namespace telltale::record {
namespace {

// --- spans that stand behind a mask move ---

std::size_t moved(const std::vector<ByteRange>& ranges, std::size_t at) {
  std::size_t out = at;
  for (const ByteRange range : ranges) {
    if (at <= range.begin) break;
    // Inside the credential: as far into the mask as there is mask.
    if (at < range.end) return out - (at - range.begin) + std::min(at - range.begin, mask_length);
    out = out + mask_length - range.size();
  }
  return out;
}

ByteRange moved(const std::vector<ByteRange>& ranges, ByteRange span) {
  return {moved(ranges, span.begin), std::max(moved(ranges, span.begin), moved(ranges, span.end))};
}

// Credentials are ASCII without escapes (or wholly inside one string), so inside one string code points move as bytes
// do. `content` is what the ranges are of.
ByteRange moved_in_string(const std::vector<ByteRange>& ranges, const codec::JsonDocument& document, ByteRange span,
                          std::size_t raw_begin) {
  const auto& values = document.values;
  const auto inside = [raw_begin](const codec::JsonValue& v) {
    return v.kind == codec::JsonKind::string && v.raw.begin <= raw_begin && raw_begin < v.raw.end;
  };
  const auto value = std::find_if(values.begin(), values.end(), inside);
  if (value == values.end()) return span;
  std::vector<ByteRange> local;
  for (const ByteRange range : ranges) {
    if (range.begin < value->raw.begin || range.end > value->raw.end) continue;
    const std::string_view token = document.slice(value->raw);
    const ByteRange in_token{range.begin - value->raw.begin, range.end - value->raw.begin};
    local.push_back(codec::code_points_of(token, in_token));
  }
  return moved(local, span);
}

void move_body_spans(inspect::Verdict& verdict, std::string_view content, const std::vector<ByteRange>& ranges) {
  if (verdict.findings.empty() && verdict.segments.empty()) return;
  const codec::JsonDocument document = codec::scan_json(content, Limits{});
  const auto move = [&](ByteRange& span, ByteRange& raw_span) {
    span = moved_in_string(ranges, document, span, raw_span.begin);
    raw_span = moved(ranges, raw_span);
  };
  for (inspect::Finding& finding : verdict.findings) {
    if (!finding.where.starts_with("body") || !finding.raw_span) continue;
    ByteRange span = finding.span.value_or(ByteRange{});
    move(span, *finding.raw_span);
    if (finding.span) finding.span = span;
  }
  for (inspect::SegmentSource& segment : verdict.segments) move(segment.span, segment.raw_span);
}

void move_counts(inspect::Coverage& coverage, std::size_t before, std::size_t after) {
  if (coverage.bytes_total == before) coverage.bytes_total = after;
  if (coverage.bytes_inspected == before) coverage.bytes_inspected = after;
}

// --- bodies ---

std::string_view content_type_of(const Fields& headers) {
  for (const auto& [name, value] : headers)
    if (ascii::equals_ignoring_case(name, "content-type")) return value;
  return {};
}

std::vector<ByteRange> find_in_body(std::string_view content, std::string_view type) {
  if (ascii::starts_with_ignoring_case(type, "application/x-www-form-urlencoded"))
    return find_form_credentials(content, true);
  if (ascii::starts_with_ignoring_case(type, "multipart/form-data")) {
    auto parts = find_multipart_credentials(content);
    if (!parts.empty()) return parts;
  }
  return find_credentials(content);
}

// A coded body is opened, masked and coded again; one that cannot be opened stays, since it cannot be read either.
void mask_body(CapturedBody& body, const Fields& headers, Digest digest, inspect::Verdict* verdict) {
  if (body.bytes.empty()) return;
  const Limits limits;
  const auto codings = http::parse_codings(body.coding, limits);
  if (!codings) return;
  std::string opened;
  if (!codings->empty()) {
    auto decoded = http::decode_content(body.bytes, *codings, limits);
    if (!decoded) return;
    opened = std::move(*decoded);
  }
  const std::string_view content = codings->empty() ? std::string_view(body.bytes) : opened;
  const std::vector<ByteRange> ranges = find_in_body(content, content_type_of(headers));
  if (ranges.empty()) return;
  std::string clean = masked(content, ranges, digest);
  if (verdict != nullptr) {
    move_body_spans(*verdict, content, ranges);
    move_counts(verdict->coverage, content.size(), clean.size());
  }
  if (codings->empty()) {
    body.bytes = std::move(clean);
    return;
  }
  auto coded = http::encode_content(clean, *codings);
  if (!coded) return;
  if (verdict != nullptr) move_counts(verdict->coverage, body.bytes.size(), coded->size());
  body.bytes = std::move(*coded);
}

// --- heads ---

struct HeadShift {
  std::vector<ByteRange> ranges;  // in the head as `head_of` builds it
  std::size_t at = 0;
};

void mask_value(const std::string& name, std::string& value, Digest digest, HeadShift& shift) {
  const auto ranges = is_credential_field(name) ? find_in_credential_field(value) : find_credentials(value);
  shift.at += name.size() + 2;
  for (const ByteRange range : ranges) shift.ranges.push_back({shift.at + range.begin, shift.at + range.end});
  shift.at += value.size() + 2;
  if (!ranges.empty()) value = masked(value, ranges, digest);
}

std::vector<ByteRange> find_in_url(std::string_view url) {
  std::vector<ByteRange> found = find_credentials(url);
  const std::size_t question = url.find('?');
  if (question == std::string_view::npos) return found;
  const std::string_view query = url.substr(question + 1, url.find('#', question) - question - 1);
  std::vector<ByteRange> in_query = find_form_credentials(query, false);
  if (in_query.empty()) return found;
  // A shaped token inside a named parameter is covered by it.
  for (ByteRange& range : in_query) range = {range.begin + question + 1, range.end + question + 1};
  const auto is_covered = [&in_query](ByteRange range) {
    return std::any_of(in_query.begin(), in_query.end(),
                       [range](ByteRange q) { return range.begin < q.end && q.begin < range.end; });
  };
  found.erase(std::remove_if(found.begin(), found.end(), is_covered), found.end());
  found.insert(found.end(), in_query.begin(), in_query.end());
  std::sort(found.begin(), found.end(), [](ByteRange a, ByteRange b) { return a.begin < b.begin; });
  return found;
}

std::size_t target_begin(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return 0;
  return std::min(url.find_first_of("/?", scheme + 3), url.size());
}

void mask_request_head(CapturedRequest& request, Digest digest, HeadShift& shift) {
  const auto ranges = find_in_url(request.url);
  const std::size_t target = target_begin(request.url);
  shift.at = request.method.size() + 1;
  for (const ByteRange range : ranges)
    if (range.begin >= target) shift.ranges.push_back({shift.at + range.begin - target, shift.at + range.end - target});
  shift.at += request.url.size() - target + 11;  // " HTTP/1.1\r\n"
  if (!ranges.empty()) request.url = masked(request.url, ranges, digest);
  for (auto& [name, value] : request.headers) mask_value(name, value, digest, shift);
}

void move_head_spans(inspect::Verdict& verdict, const HeadShift& shift) {
  if (shift.ranges.empty()) return;
  for (inspect::Finding& finding : verdict.findings)
    if (finding.where.starts_with("header") && finding.raw_span)
      finding.raw_span = moved(shift.ranges, *finding.raw_span);
}

void mask_text(std::string& text, Digest digest) {
  const auto ranges = find_credentials(text);
  if (!ranges.empty()) text = masked(text, ranges, digest);
}

}  // namespace

void mask_credentials(Capture& capture, Digest digest) {
  inspect::Verdict* verdict = capture.inspection ? &*capture.inspection : nullptr;
  HeadShift shift;
  mask_request_head(capture.request, digest, shift);
  for (auto& [name, value] : capture.request.trailers) mask_value(name, value, digest, shift);
  if (verdict != nullptr) {
    move_head_spans(*verdict, shift);
    for (inspect::Finding& finding : verdict->findings) {
      mask_text(finding.excerpt, digest);
      mask_text(finding.message, digest);
    }
  }
  mask_body(capture.request.body, capture.request.headers, digest, verdict);
  if (capture.response) {
    HeadShift ignored;
    for (auto& [name, value] : capture.response->headers) mask_value(name, value, digest, ignored);
    mask_body(capture.response->body, capture.response->headers, digest, nullptr);
  }
  for (std::string& text : capture.typed) mask_text(text, digest);
  for (auto& [name, values] : capture.environment)
    for (std::string& value : values) {
      // What names this machine for good is known to detectors while it runs, and to no file.
      if (name == "device" && !value.starts_with("[masked ")) value = mask_of(value, digest);
      mask_text(value, digest);
    }
}

}  // namespace telltale::record
