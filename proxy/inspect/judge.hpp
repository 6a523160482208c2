#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "http/framing.hpp"
#include "inspect/engine.hpp"
#include "inspect/typed_index.hpp"

namespace telltale::inspect {

/// A request as it came off the wire (or out of a capture).
struct Received {
  std::string_view scheme = "https";
  std::string_view host;
  const http::RequestHead* head = nullptr;
  std::string_view body;  ///< after transfer coding, before content coding
  const std::vector<std::string>* typed = nullptr;
  const TypedIndex* typed_among = nullptr;  ///< in place of `typed`: those of these that may stand in the content
  const Environment* environment = nullptr;
  const NeedleSet* needles = nullptr;    ///< of `environment`; null: prepared for this request alone
  const Baselines* baselines = nullptr;  ///< earlier requests, by client
  SeenTexts* seen = nullptr;             ///< of the calling thread; see Input::seen
};

/// What to do with it. `head` and `body` are set only where they differ from what was received; otherwise the received
/// bytes are to be sent. `body` is after content coding and before transfer coding; `head` has its Content-Length
/// fixed.
struct Judgement {
  Verdict verdict;
  std::optional<std::string> head;
  std::optional<std::string> body;
  std::vector<std::string> typed;  ///< what was chosen of Received::typed_among; the verdict rests on it
  std::string refused_for;         ///< the cause, if it is blocked for not having been looked at
};

/// Decodes the content, inspects it, and works out the bytes to send: the path of a request in one pure call, the same
/// for live traffic and replay.
[[nodiscard]] Judgement judge(const Received& received, const RuleSet& rules, const Policy& policy,
                              const Limits& limits);

/// Adds the request to what is known of its client, as a reference for later ones. What cannot be decoded teaches
/// nothing.
void learn(const Received& received, const Limits& limits, Baselines& baselines);

/// Refuses the request if one of its coverage's causes says so, else leaves it alone. `judge` has done this; to be
/// called again where a cause was added.
void refuse_blind(const Policy& policy, Judgement& judgement);

}  // namespace telltale::inspect
