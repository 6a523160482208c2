// What `proxy` and `run` do alike with their options. Covered by tests/unit/app/live_options_test.cpp.
#include "app/live_options.hpp"

#include "app/rule_files.hpp"

namespace telltale::app {

Result<void> add_targets(net::ProxyOptions& options, const std::vector<std::string>& allow_upstream,
                         const std::vector<std::string>& resolve) {
  for (const std::string& text : allow_upstream) {
    TT_TRY(net::Cidr cidr, net::parse_cidr(text));
    options.allow_upstream.push_back(std::move(cidr));
  }
  for (const std::string& text : resolve) {
    TT_TRY(net::Resolution resolution, net::parse_resolution(text));
    options.resolve.push_back(std::move(resolution));
  }
  return {};
}

Result<std::unique_ptr<TranscriptFollower>> follow_transcripts(const std::vector<std::string>& paths,
                                                               Recorder& recorder) {
  if (paths.empty()) return std::unique_ptr<TranscriptFollower>();
  TT_TRY(Transcripts transcripts, Transcripts::open(paths, Limits{}));
  recorder.add_typed(transcripts.look());
  return TranscriptFollower::start(
      std::move(transcripts), [&recorder](std::vector<std::string> texts) { recorder.add_typed(std::move(texts)); });
}

Result<std::shared_ptr<net::Judging>> make_judging(const Inspecting& inspecting) {
  TT_TRY(auto rules, load_rules(inspecting.rules));
  auto judging = std::make_shared<net::Judging>();
  judging->rules = std::move(rules);
  judging->policy.mode = inspecting.mode;
  judging->policy.danger_strip_signed = inspecting.danger_strip_signed;
  judging->policy.uninspected = inspecting.uninspected;
  return judging;
}

}  // namespace telltale::app
