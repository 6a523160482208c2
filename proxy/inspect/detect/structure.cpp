// Readers of the variants that look at structure rather than at text: headers, members of the JSON document, and
// values known of the machine. Covered by tests/unit/inspect/rule_loader_test.cpp.
#include <fmt/format.h>

#include "core/ascii.hpp"
#include "inspect/detect/parse.hpp"
#include "inspect/member_path.hpp"

namespace telltale::inspect {
namespace {

using Path = PointerMatch::Path;
using Opener = PointerMatch::Step::Opener;

MemberPath read_place(const RuleNode& node, std::string_view text) {
  auto place = parse_member_path(text);
  if (!place) node.complain(place.error().detail);
  return place.value_or(MemberPath{});
}

/// "/a/b#json/c#base64/d" into its parts.
Path read_path(const RuleNode& node, const std::string& text) {
  Path path;
  path.text = text;
  std::string_view rest = text;
  const std::size_t first = std::min(rest.find('#'), rest.size());
  if (rest.substr(0, 7) == "header:") {
    path.header = ascii::lower(rest.substr(7, first - 7));
  } else {
    path.place = read_place(node, rest.substr(0, first));
    if (path.place.key.empty())
      node.complain("the last name of the outer path must be a plain name: it is what is searched");
  }
  rest.remove_prefix(first);
  while (!rest.empty()) {
    PointerMatch::Step step;
    if (rest.substr(0, 5) == "#json") {
      rest.remove_prefix(5);
    } else if (rest.substr(0, 7) == "#base64") {
      step.opener = Opener::base64;
      rest.remove_prefix(7);
    } else {
      node.complain("after \"#\" comes \"json\" or \"base64\"");
      return path;
    }
    const std::size_t end = std::min(rest.find('#'), rest.size());
    // A layer of base64 round JSON that is a string again has no path of its own: "#base64#json/...".
    if (end != 0) step.place = read_place(node, rest.substr(0, end));
    rest.remove_prefix(end);
    path.steps.push_back(std::move(step));
  }
  if (!path.header.empty() && path.steps.empty())
    node.complain("a header path needs \"#json/...\"; else use \"header\"");
  return path;
}

}  // namespace

void read_header(const RuleNode& node, Rule& rule) {
  node.allow_only({"header", "pattern", "known", "unlisted"});
  HeaderMatch match;
  match.unlisted = node.flag_or("unlisted", false);
  for (const std::string& name : node.texts("header")) {
    if (name.empty() || name == "*")
      node.at("header").complain("name the header; \"x-example-*\" is as wide as it gets");
    match.names.push_back(ascii::lower(name));
  }
  if (match.names.empty()) node.at("header").complain("name at least one header");
  if (node.has("pattern")) match.regex = compile_pattern(node.at("pattern"), node.text("pattern"));
  if (match.regex) match.value = group_of(*match.regex, "value", 0);
  rule.match = std::move(match);
}

void read_pointer(const RuleNode& node, Rule& rule) {
  node.allow_only({"pointer", "pattern", "known", "take"});
  PointerMatch match;
  for (const std::string& text : node.texts("pointer")) match.paths.push_back(read_path(node.at("pointer"), text));
  if (match.paths.empty()) node.at("pointer").complain("name at least one path");
  if (node.has("pattern")) match.regex = compile_pattern(node.at("pattern"), node.text("pattern"));
  if (match.regex) match.value = group_of(*match.regex, "value", 0);
  const std::string take = node.text_or("take", "value");
  if (take != "value" && take != "key") node.at("take").complain("must be \"value\" or \"key\"");
  match.takes_key = take == "key";
  rule.match = std::move(match);
}

void read_environment(const RuleNode& node, Rule& rule) {
  node.allow_only({"environment", "encoded"});
  EnvironmentMatch match;
  match.names = node.texts("environment");
  if (match.names.empty()) node.at("environment").complain("name at least one value of the environment");
  match.encoded = node.flag_or("encoded", true);
  rule.match = std::move(match);
}

}  // namespace telltale::inspect
