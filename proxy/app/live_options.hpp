#pragma once
#include <memory>
#include <string>
#include <vector>

#include "app/options.hpp"
#include "app/recorder.hpp"
#include "app/transcript_follower.hpp"
#include "net/proxy.hpp"

namespace telltale::app {

/// The texts of --allow-upstream and --resolve, read into `options`. Error: option_invalid, `detail` names the text.
[[nodiscard]] Result<void> add_targets(net::ProxyOptions& options, const std::vector<std::string>& allow_upstream,
                                       const std::vector<std::string>& resolve);

/// Reads the transcripts of --typed-from into the recorder, and follows them from then on. Null if there are none.
/// Errors: as Transcripts::open.
[[nodiscard]] Result<std::unique_ptr<TranscriptFollower>> follow_transcripts(const std::vector<std::string>& paths,
                                                                             Recorder& recorder);

/// The rules and the policy that a live command's options ask for. Errors: as load_rules.
[[nodiscard]] Result<std::shared_ptr<net::Judging>> make_judging(const Inspecting& inspecting);

}  // namespace telltale::app
