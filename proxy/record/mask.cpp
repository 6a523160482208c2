// Masks the credentials of a whole exchange, each wherever it stands in it, and moves the spans of its inspection
// along, so that they fit the body the capture holds and a replay of it says the same. Covered by
// tests/unit/record/mask_test.cpp.
#include "record/mask.hpp"

#include <algorithm>

#include "codec/json_scan.hpp"
#include "core/ascii.hpp"
#include "http/coding.hpp"
#include "record/capture.hpp"
#include "record/credentials.hpp"
#include "record/known_secrets.hpp"

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
  std::vector<ByteRange> found = find_credentials(content);
  if (ascii::starts_with_ignoring_case(type, "application/x-www-form-urlencoded"))
    return united(std::move(found), find_form_credentials(content, true));
  if (ascii::starts_with_ignoring_case(type, "multipart/form-data"))
    return united(std::move(found), find_multipart_credentials(content));
  return found;
}

/// A body without its codings. Of one in a coding that nobody here knows, or is not in it at all, the bytes as they
/// are.
struct Opened {
  std::vector<http::Coding> codings;
  std::string decoded;
  std::vector<ByteRange> ranges;  ///< credentials in the content, by name and shape
  bool damaged = false;           ///< it is in a known coding and can be opened in part at most

  [[nodiscard]] std::string_view content(std::string_view bytes) const {
    return codings.empty() ? bytes : std::string_view(decoded);
  }
};

// Its first bytes say that it is something else: nobody can open it, or needs to.
bool is_in_name_only(std::string_view bytes, const std::vector<http::Coding>& codings) {
  if (codings.back() == http::Coding::gzip) return !bytes.starts_with("\x1F\x8B");
  return codings.back() == http::Coding::zstd && !bytes.starts_with("\x28\xB5\x2F\xFD");
}

Opened open(std::string_view bytes, std::string_view coding, const Fields& headers) {
  Opened out;
  if (bytes.empty()) return out;
  const Limits limits;
  if (auto codings = http::parse_codings(coding, limits)) out.codings = std::move(*codings);
  if (!out.codings.empty()) {
    auto decoded = http::decode_content(bytes, out.codings, limits);
    if (decoded)
      out.decoded = std::move(*decoded);
    else if (is_in_name_only(bytes, out.codings))
      out.codings.clear();
    else
      out.damaged = true;
  }
  out.ranges = find_in_body(out.content(bytes), content_type_of(headers));
  return out;
}

// A coded body is coded again. One that is damaged is not kept: whoever finds it could still read its first half.
void mask_body(CapturedBody& body, const Opened& opened, const KnownSecrets& secrets, Digest digest,
               inspect::Verdict* verdict) {
  if (opened.damaged) {
    body.bytes.clear();
    body.truncated = true;
    return;
  }
  const std::string_view content = opened.content(body.bytes);
  const std::vector<ByteRange> ranges = united(opened.ranges, secrets.find_in(content));
  if (ranges.empty()) return;
  std::string clean = masked(content, ranges, digest);
  if (verdict != nullptr) {
    move_body_spans(*verdict, content, ranges);
    move_counts(verdict->coverage, content.size(), clean.size());
  }
  if (opened.codings.empty()) {
    body.bytes = std::move(clean);
    return;
  }
  auto coded = http::encode_content(clean, opened.codings);
  if (!coded) coded = std::string();  // over 1 GiB
  if (verdict != nullptr) move_counts(verdict->coverage, body.bytes.size(), coded->size());
  body.bytes = std::move(*coded);
}

// --- heads ---

struct HeadShift {
  std::vector<ByteRange> ranges;  // in the head as `head_of` builds it
  std::size_t at = 0;
};

std::vector<ByteRange> find_in_field(std::string_view name, std::string_view value) {
  return is_credential_field(name) ? find_in_credential_field(value) : find_url_credentials(value);
}

void mask_value(const std::string& name, std::string& value, const KnownSecrets& secrets, Digest digest,
                HeadShift& shift) {
  const auto ranges = united(find_in_field(name, value), secrets.find_in(value));
  shift.at += name.size() + 2;
  for (const ByteRange range : ranges) shift.ranges.push_back({shift.at + range.begin, shift.at + range.end});
  shift.at += value.size() + 2;
  if (!ranges.empty()) value = masked(value, ranges, digest);
}

std::size_t target_begin(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return 0;
  return std::min(url.find_first_of("/?", scheme + 3), url.size());
}

void mask_request_head(CapturedRequest& request, const KnownSecrets& secrets, Digest digest, HeadShift& shift) {
  const auto ranges = united(find_url_credentials(request.url), secrets.find_in(request.url));
  const std::size_t target = target_begin(request.url);
  shift.at = request.method.size() + 1;
  for (const ByteRange range : ranges)
    if (range.begin >= target) shift.ranges.push_back({shift.at + range.begin - target, shift.at + range.end - target});
  shift.at += request.url.size() - target + 11;  // " HTTP/1.1\r\n"
  if (!ranges.empty()) request.url = masked(request.url, ranges, digest);
  for (auto& [name, value] : request.headers) mask_value(name, value, secrets, digest, shift);
}

void move_head_spans(inspect::Verdict& verdict, const HeadShift& shift) {
  if (shift.ranges.empty()) return;
  for (inspect::Finding& finding : verdict.findings)
    if (finding.where.starts_with("header") && finding.raw_span)
      finding.raw_span = moved(shift.ranges, *finding.raw_span);
}

// --- what is said of it ---

void gather(KnownSecrets& secrets, const Fields& fields) {
  for (const auto& [name, value] : fields) secrets.add(value, find_in_field(name, value));
}

KnownSecrets secrets_of(const Spoken& spoken, const Opened& body) {
  KnownSecrets out;
  out.add(spoken.url, find_url_credentials(spoken.url));
  gather(out, *spoken.headers);
  out.add(body.content(spoken.body), body.ranges);
  return out;
}

Spoken spoken_in(const CapturedRequest& request) {
  return {request.url, &request.headers, request.body.bytes, request.body.coding};
}

Opened open(const Spoken& spoken) {
  return open(spoken.body, spoken.coding, *spoken.headers);
}

void mask_text(std::string& text, const KnownSecrets& secrets, Digest digest) {
  const auto ranges = united(find_credentials(text), secrets.find_in(text));
  if (!ranges.empty()) text = masked(text, ranges, digest);
}

void mask_findings(inspect::Verdict& verdict, const KnownSecrets& secrets, Digest digest) {
  const auto clean = [&secrets, digest](std::string& text) { text = secrets.cut_out_of(text, digest); };
  clean(verdict.client_name);
  clean(verdict.client_version);
  if (!verdict.coverage.detail.empty()) mask_text(verdict.coverage.detail, secrets, digest);
  for (inspect::Finding& finding : verdict.findings) {
    clean(finding.where);
    clean(finding.message);
    clean(finding.excerpt);
    if (finding.edit) clean(*finding.edit);
    for (auto& [name, value] : finding.carries) clean(name), clean(value);
  }
  for (inspect::SegmentSource& segment : verdict.segments) clean(segment.where);
}

void mask_references(Capture& capture, const KnownSecrets& secrets, Digest digest) {
  for (std::string& text : capture.typed) mask_text(text, secrets, digest);
  for (auto& [name, values] : capture.environment)
    for (std::string& value : values) {
      // What names this machine for good is known to detectors while it runs, and to no file.
      if (name == "device" && !value.starts_with("[masked ")) value = mask_of(value, digest);
      mask_text(value, secrets, digest);
    }
}

void mask_response(CapturedResponse& response, const Opened& opened, const KnownSecrets& secrets, Digest digest) {
  HeadShift ignored;
  for (auto& [name, value] : response.headers) mask_value(name, value, secrets, digest, ignored);
  for (auto& [name, value] : response.trailers) mask_value(name, value, secrets, digest, ignored);
  mask_text(response.reason, secrets, digest);
  mask_body(response.body, opened, secrets, digest, nullptr);
}

}  // namespace

void mask_credentials(Capture& capture, Digest digest) {
  inspect::Verdict* verdict = capture.inspection ? &*capture.inspection : nullptr;
  CapturedRequest& request = capture.request;
  const Spoken spoken = spoken_in(request);
  const Opened asked = open(spoken);
  KnownSecrets secrets = secrets_of(spoken, asked);
  gather(secrets, request.trailers);
  Opened answered;
  if (capture.response) {
    const CapturedResponse& response = *capture.response;
    answered = open(response.body.bytes, response.body.coding, response.headers);
    gather(secrets, response.headers);
    gather(secrets, response.trailers);
    secrets.add(answered.content(response.body.bytes), answered.ranges);
  }

  for (const WebSocketMessage& message : capture.websocket) secrets.add(message.bytes, find_credentials(message.bytes));

  HeadShift shift;
  mask_request_head(request, secrets, digest, shift);
  for (auto& [name, value] : request.trailers) mask_value(name, value, secrets, digest, shift);
  if (verdict != nullptr) move_head_spans(*verdict, shift);
  mask_body(request.body, asked, secrets, digest, verdict);
  if (verdict != nullptr) mask_findings(*verdict, secrets, digest);
  if (capture.response) mask_response(*capture.response, answered, secrets, digest);
  for (WebSocketMessage& message : capture.websocket) mask_text(message.bytes, secrets, digest);
  mask_references(capture, secrets, digest);
}

inspect::Verdict masked_verdict(inspect::Verdict verdict, const Spoken& spoken, Digest digest) {
  if (verdict.findings.empty() && verdict.coverage.detail.empty()) return verdict;
  mask_findings(verdict, secrets_of(spoken, open(spoken)), digest);
  return verdict;
}

inspect::Verdict masked_verdict(inspect::Verdict verdict, const CapturedRequest& request, Digest digest) {
  return masked_verdict(std::move(verdict), spoken_in(request), digest);
}

std::string masked_url(std::string_view url, Digest digest) {
  return masked(url, find_url_credentials(url), digest);
}

}  // namespace telltale::record
