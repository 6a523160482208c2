// The report for a terminal. Covered by tests/unit/diff/report_test.cpp.
#include <fmt/format.h>

#include <algorithm>

#include "core/utf8.hpp"
#include "diff/wording.hpp"

namespace telltale::diff {
namespace {

constexpr std::string_view red = "\x1B[31m";
constexpr std::string_view green = "\x1B[32m";
constexpr std::string_view dim = "\x1B[2m";
constexpr std::string_view plain = "\x1B[0m";

class Writer {
 public:
  Writer(const DiffReport& report, bool colour) : report_(report), colour_(colour) {}

  std::string write() {
    side("A", report_.a);
    side("B", report_.b);
    endpoints();
    findings();
    differences("Differences", report_.differences);
    differences("Noise", report_.noise);
    folded();
    for (const std::string& note : report_.notes) out_ += fmt::format("note: {}\n", utf8::escaped(note));
    out_ += summary_text(report_) + "\n";
    return std::move(out_);
  }

 private:
  [[nodiscard]] std::string painted(std::string_view colour, std::string_view text) const {
    return colour_ ? fmt::format("{}{}{}", colour, text, plain) : std::string(text);
  }
  // What only one side has.
  [[nodiscard]] std::string sign(bool in_a, bool in_b) const {
    return in_a == in_b ? "~" : in_a ? painted(red, "-") : painted(green, "+");
  }

  void side(std::string_view name, const SideSummary& side) {
    out_ += fmt::format("{}  {}: {}", name, utf8::escaped(side.name), counted(side.exchanges, "exchange"));
    if (side.tunnels > 0) out_ += fmt::format(", {} not looked into", counted(side.tunnels, "tunnel"));
    if (side.damaged > 0) out_ += fmt::format(", {} damaged", side.damaged);
    out_ += "\n";
  }

  void endpoints() {
    out_ += "\nEndpoints\n";
    for (const EndpointPair& pair : report_.endpoints) {
      const bool in_a = pair.a.requests > 0;
      const bool in_b = pair.b.requests > 0;
      out_ += fmt::format("{} {}\n", in_a && in_b ? " " : sign(in_a, in_b), endpoint_text(pair));
      out_ += fmt::format("    A {}; B {}\n", side_text(pair.a), side_text(pair.b));
    }
  }

  void findings() {
    if (report_.findings.empty() && report_.findings_same == 0) return;
    out_ += fmt::format("\nFindings ({} the same on both sides)\n", report_.findings_same);
    for (const FindingChange& change : report_.findings) {
      const inspect::Finding& finding = change.finding;
      out_ +=
          fmt::format("{} {} {}  {} ({})\n", sign(!change.is_new, change.is_new), inspect::name_of(finding.severity),
                      utf8::escaped(finding.rule), utf8::escaped(finding.where), counted(change.requests, "request"));
      out_ += fmt::format("    {}\n", utf8::escaped(finding.message));
    }
  }

  void differences(std::string_view title, const std::vector<Difference>& differences) {
    if (differences.empty()) return;
    out_ += fmt::format("\n{} ({})\n", title, differences.size());
    for (const Difference& one : differences) difference(one);
  }

  void difference(const Difference& one) {
    out_ +=
        fmt::format("{} {}  {} ({})", sign(one.a.there, one.b.there), place_text(one), words_of(one), counts_text(one));
    if (one.noise != Noise::none) out_ += fmt::format(" [{}]", words_of(one.noise));
    out_ += "\n";
    if (one.passages.empty())
      samples(one);
    else
      passages(one);
    if (!one.moved.empty()) out_ += fmt::format("    moved: {}\n", names_text(one.moved));
    if (one.within > 0) out_ += fmt::format("    and {} inside\n", counted(one.within, "value"));
    if (one.coarse) out_ += "    too different to be compared word by word\n";
    also(one);
  }

  void samples(const Difference& one) {
    if (one.a.there) out_ += fmt::format("    {} {}\n", painted(red, "A"), sample_text(one, one.a));
    if (one.b.there) out_ += fmt::format("    {} {}\n", painted(green, "B"), sample_text(one, one.b));
  }

  void passages(const Difference& one) {
    for (const Passage& passage : one.passages) {
      out_ += "    " + painted(dim, utf8::escaped(passage.before));
      if (!passage.removed.empty()) out_ += painted(red, fmt::format("[-{}-]", utf8::escaped(passage.removed)));
      if (!passage.inserted.empty()) out_ += painted(green, fmt::format("{{+{}+}}", utf8::escaped(passage.inserted)));
      out_ += painted(dim, utf8::escaped(passage.behind)) + "\n";
      const std::string characters = characters_text(passage);
      if (!characters.empty()) out_ += fmt::format("      {}\n", characters);
    }
    if (one.more_passages > 0)
      out_ += fmt::format("    and {} in this text\n", counted(one.more_passages, "more change"));
  }

  void also(const Difference& one) {
    for (const std::string& place : one.also_at) out_ += fmt::format("    also {}\n", utf8::escaped(place));
    if (one.more_places > 0) out_ += fmt::format("    and at {}\n", counted(one.more_places, "more place"));
    if (one.endpoints.empty() || !names_endpoints(report_)) return;
    constexpr std::size_t most = 3;
    std::string names;
    for (std::size_t i = 0; i < one.endpoints.size() && i < most; ++i)
      names += (i == 0 ? "" : ", ") + endpoint_text(report_.endpoints[one.endpoints[i]]);
    if (one.endpoints.size() > most) names += fmt::format(" and {} more", one.endpoints.size() - most);
    out_ += fmt::format("    at {}\n", names);
  }

  void folded() {
    out_ += "\n";
    if (report_.folded.empty()) return;
    const std::string_view hint = report_.noise.empty() ? "; --all shows them" : "";
    out_ += fmt::format("{} folded{}\n", counted(folded_values(report_), "difference"), hint);
    for (const Folded& folded : report_.folded) {
      out_ += fmt::format("  {} {}: ", folded.values, words_of(folded.noise));
      for (std::size_t i = 0; i < folded.places.size(); ++i)
        out_ += (i == 0 ? "" : ", ") + utf8::escaped(folded.places[i]);
      out_ += folded.values > folded.places.size() ? ", ...\n" : "\n";
    }
  }

  const DiffReport& report_;
  bool colour_;
  std::string out_;
};

}  // namespace

std::string to_text(const DiffReport& report, bool colour) {
  return Writer(report, colour).write();
}

}  // namespace telltale::diff
