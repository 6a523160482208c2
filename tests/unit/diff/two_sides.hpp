#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "diff/compare_sides.hpp"

// Captures for tests of the comparison.

namespace telltale::test {

struct Sent {
  std::string body;
  record::Fields headers = {{"Host", "api.example.net"}, {"User-Agent", "cli/1.0"}, {"Accept", "*/*"}};
  std::string url = "https://api.example.net/v1/messages";
  std::vector<inspect::SegmentSource> sources = {};
};

inline diff::Statement statement_of(const Sent& sent) {
  record::Capture capture;
  capture.id = "e";
  capture.request.method = "POST";
  capture.request.url = sent.url;
  capture.request.headers = sent.headers;
  capture.request.body.bytes = sent.body;
  return diff::take_down(capture, sent.sources, Limits{});
}

inline diff::Profile profile_of(const std::vector<Sent>& requests) {
  diff::Profile out;
  for (const Sent& sent : requests) out.add(statement_of(sent));
  out.settle();
  return out;
}

inline diff::DiffReport compare(const std::vector<Sent>& a, const std::vector<Sent>& b, bool all = false) {
  return diff::compare_sides(profile_of(a), profile_of(b), {all});
}

/// A request to a messages API.
inline std::string message_body(std::string_view system, std::string_view user, std::string_view tools = "[]",
                                std::string_view more = "") {
  std::string out = R"({"model":"m-1","max_tokens":4096,"system":[{"type":"text","text":")";
  out.append(system).append(R"("}],"tools":)").append(tools);
  out.append(R"(,"messages":[{"role":"user","content":[{"type":"text","text":")").append(user);
  return out.append(R"("}]}])").append(more).append("}");
}

}  // namespace telltale::test
