// One captured exchange through the engine, and what is said of it. Covered by tests/e2e/replay_test.py.
#include "app/replay_one.hpp"
#include "app/known_environment.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/capture_files.hpp"
#include "app/lock_files.hpp"
#include "app/received_capture.hpp"
#include "certs/pem.hpp"
#include "record/mask.hpp"
#include "record/report.hpp"

namespace telltale::app {
namespace {

record::Fields fields_of(const http::RequestHead& head) {
  record::Fields out;
  for (const http::FieldRange& field : head.fields)
    out.emplace_back(std::string(head.name(field)), std::string(head.value(field)));
  return out;
}

// The target may have been edited too; scheme and authority stay.
std::string with_target(const std::string& url, std::string_view target) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string::npos) return std::string(target);
  const std::size_t path = url.find_first_of("/?#", scheme + 3);
  return url.substr(0, path).append(target);
}

Result<void> learn_line(const InputLine& line, const Limits& limits, inspect::Baselines& baselines) {
  TT_TRY(const record::Capture capture, record::parse_exchange(line.format, line.text, limits, certs::sha256));
  TT_TRY(const ReceivedCapture received, received_capture(capture, limits));
  inspect::learn(received_of(capture, received), limits, baselines);
  return {};
}

/// How many requests the file held.
Result<std::uint64_t> learn_file(const std::string& file, const Limits& limits, inspect::Baselines& baselines) {
  const auto opened = LineReader::open(file, limits);
  if (!opened) return fail(opened.error().code, fmt::format("--baseline {}: {}", file, opened.error().detail));
  LineReader* const reader = opened->get();
  for (std::uint64_t learnt = 0;; ++learnt) {
    const auto line = reader->next();
    const auto learned = !line   ? Result<void>(tl::unexpected<Error>(line.error()))
                         : *line ? learn_line(**line, limits, baselines)
                                 : Result<void>();
    if (!learned)
      return fail(Errc::input_unreadable, fmt::format("--baseline {}: {}: {}", file,
                                                      place_of(reader->format(), reader->line_number(),
                                                               line && *line ? (*line)->at : 0, learned.error()),
                                                      learned.error().detail));
    if (!*line) return learnt;
  }
}

// What would have gone upstream, as a capture of its own; a blocked request would not have gone at all.
Result<std::string> stripped_line(record::Capture capture, const inspect::Judgement& judged, const Limits& limits) {
  if (judged.verdict.action == inspect::Action::block) return std::string();
  if (judged.head) {
    TT_TRY(const http::RequestHead head, http::parse_request_head(*judged.head, limits));
    capture.request.url = with_target(capture.request.url, head.target_text());
    capture.request.headers = fields_of(head);
  }
  if (judged.body) capture.request.body.bytes = *judged.body;
  // Its spans are those of the request as it came.
  capture.inspection.reset();
  return record::to_line(std::move(capture), certs::sha256) + "\n";
}

// The head of a capture with its credentials masked, whatever wrote the capture; no body.
record::Capture head_only(const record::Capture& capture) {
  record::Capture out;
  out.id = capture.id;
  out.time = capture.time;
  out.request.method = capture.request.method;
  out.request.url = capture.request.url;
  out.request.http = capture.request.http;
  out.request.headers = capture.request.headers;
  record::mask_credentials(out, certs::sha256);
  return out;
}

record::ReportItem report_of(const inspect::Verdict& verdict, const record::Capture& capture, const ReplayTerms& terms,
                             const LinePlace& place, record::Comparison compared) {
  if (terms.writer != nullptr) {
    const record::Capture head = head_only(capture);
    return terms.writer->item({place.file, place.number, &head, &verdict, compared});
  }
  if (terms.json) return {record::to_json(verdict, capture.id, compared) + "\n", {}};
  const bool is_quiet = verdict.findings.empty() && verdict.coverage.state == inspect::Coverage::State::full;
  if (is_quiet) return {};
  const std::string url = record::masked_url(capture.request.url, &certs::sha256);
  return {record::to_text(verdict, capture.id, url, {terms.colour}, compared), {}};
}

using State = inspect::Coverage::State;

// A line can stand for more than the body it holds: a tunnel's content was never kept, the messages of a WebSocket are
// not read. Neither may pass for inspected.
void lower_coverage(inspect::Coverage& coverage, const record::Capture& capture) {
  if (capture.request.method == "CONNECT") {
    const bool was_told = capture.inspection && !capture.inspection->coverage.causes.empty();
    coverage = was_told ? capture.inspection->coverage : inspect::Coverage{};
    coverage.state = State::none;
    coverage.bytes_inspected = 0;
    if (!was_told) coverage.causes.emplace_back("not_intercepted");
    return;
  }
  if (capture.request.body.truncated) {  // it was there and is not in the capture
    coverage.state = State::none;
    coverage.bytes_inspected = 0;
    const bool was_told = capture.inspection && !capture.inspection->coverage.causes.empty();
    if (was_told) coverage.causes = capture.inspection->coverage.causes;
    if (!was_told) coverage.causes.emplace_back("body_not_captured");
    return;
  }
  const bool switched = !capture.websocket.empty() || (capture.response && capture.response->status == 101);
  if (!switched) return;
  coverage.state = capture.request.body.bytes.empty() ? State::none : std::max(coverage.state, State::partial);
  coverage.causes.emplace_back("websocket");
}

// What the lock does not have joins the findings.
Result<void> compare_with_lock(const record::Capture& capture, const ReplayTerms& terms, inspect::Verdict& verdict,
                               Replayed& out) {
  TT_TRY(out.sent, sent_of(capture, verdict, terms.limits));
  for (inspect::Finding& finding : lock_findings(*terms.lock, *out.sent, terms.policy.mode)) {
    verdict.action = std::max(verdict.action, finding.action);
    verdict.findings.push_back(std::move(finding));
  }
  if (!terms.show_segments) verdict.segments.clear();
  return {};
}

bool fails(const inspect::Verdict& verdict, const std::vector<record::ComparedFinding>& compared,
           const ReplayTerms& terms) {
  for (std::size_t i = 0; terms.fail_on && i < verdict.findings.size(); ++i) {
    const bool is_excused =
        !compared.empty() &&
        (!compared[i].counts() || (terms.accepts_new && compared[i].standing == record::Standing::fresh));
    if (!is_excused && verdict.findings[i].severity >= *terms.fail_on) return true;
  }
  return false;
}

}  // namespace

Result<inspect::Baselines> read_baselines(const std::vector<std::string>& paths, const Limits& limits) {
  inspect::Baselines out;
  for (const std::string& path : paths) {
    const auto files = list_captures(path);
    if (!files) return fail(files.error().code, fmt::format("--baseline {}: {}", path, files.error().detail));
    std::uint64_t requests = 0;
    for (const std::string& file : *files) {
      TT_TRY(const std::uint64_t learnt, learn_file(file, limits, out));
      requests += learnt;
    }
    // Nothing would be compared, and the result would look like that of a comparison.
    if (requests == 0)
      return fail(Errc::input_unreadable, fmt::format("--baseline {}: holds no request to compare with", path));
  }
  return out;
}

Result<inspect::Judgement> judge_capture(const record::Capture& capture, const ReplayTerms& terms) {
  TT_TRY(const ReceivedCapture reread, received_capture(capture, terms.limits));
  inspect::Received received = received_of(capture, reread);
  if (terms.typed) received.typed = &*terms.typed;
  received.typed_among = terms.typed_among.get();
  std::optional<inspect::NeedleSet> needles;
  if (terms.environment) {
    received.environment = &*terms.environment;
    received.needles = terms.needles.get();
  } else if (!capture.environment.empty()) {
    received.needles = &needles.emplace(needles_of(capture.environment));
  }
  received.baselines = &terms.baselines;
  inspect::Judgement judged = inspect::judge(received, *terms.rules, terms.policy, terms.limits);
  lower_coverage(judged.verdict.coverage, capture);
  return judged;
}

Replayed replay_line(const InputLine& line, const ReplayTerms& terms, const LinePlace& place) {
  Replayed out;
  auto capture = record::parse_exchange(line.format, line.text, terms.limits, certs::sha256);
  if (!capture) {
    out.error = capture.error();
    return out;
  }
  auto judged = judge_capture(*capture, terms);
  if (judged && terms.lock) {
    const auto compared = compare_with_lock(*capture, terms, judged->verdict, out);
    if (!compared) judged = tl::unexpected<Error>(compared.error());
  }
  if (!judged) {
    out.error = judged.error();
    return out;
  }
  const inspect::Verdict& verdict = judged->verdict;
  out.findings = verdict.findings.size() + verdict.findings_not_listed;
  out.covered = verdict.coverage.state == inspect::Coverage::State::full;
  // Captures of others need not be masked.
  const inspect::Verdict masked = record::masked_verdict(verdict, capture->request, &certs::sha256);
  if (terms.accepted)
    out.compared = record::compare_findings(masked, capture->time, *terms.accepted, terms.today, &certs::sha256);
  out.fails = fails(masked, out.compared, terms);
  out.report = report_of(masked, *capture, terms, place, terms.accepted ? &out.compared : nullptr);
  if (!terms.write_stripped) return out;
  auto stripped = stripped_line(std::move(*capture), *judged, terms.limits);
  if (stripped)
    out.stripped = std::move(*stripped);
  else
    out.error = stripped.error();
  return out;
}

}  // namespace telltale::app
