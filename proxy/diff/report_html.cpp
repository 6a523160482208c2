// The report as a page for somebody who was not there: one file, no script, no address, readable on paper. All text out
// of captures goes through `escaped`. Covered by tests/unit/diff/report_test.cpp and tests/e2e/diff_test.py.
#include <fmt/format.h>

#include <algorithm>

#include "core/utf8.hpp"
#include "diff/wording.hpp"

namespace telltale::diff {
namespace {

// Both themes by the reader's own choice; contrast of 4.5 and more in each; signs and not only colours tell the sides.
constexpr std::string_view style = R"(
:root{color-scheme:light dark;--ink:#1c1f23;--paper:#fff;--soft:#5b626b;--line:#d5d9de;--panel:#f5f6f8;--del:#8d1420;
--del-bg:#fde8e9;--ins:#0b5a2b;--ins-bg:#e2f5e8;--code:#5a3a00;--code-bg:#fff3d6}
@media (prefers-color-scheme:dark){:root{--ink:#e6e8eb;--paper:#15181c;--soft:#a3abb5;--line:#363c44;--panel:#1d2126;
--del:#ffb3b8;--del-bg:#4a1b20;--ins:#a5e8bd;--ins-bg:#123a22;--code:#ffdc9a;--code-bg:#433413}}
body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:62rem;margin:2rem auto;
padding:0 1rem}
h1{font-size:1.6rem;margin-bottom:.3rem}h2{font-size:1.2rem;margin-top:2rem;border-bottom:1px solid var(--line)}
.soft{color:var(--soft)}.lead{font-size:1.1rem}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.35rem .6rem .35rem 0;
border-bottom:1px solid var(--line)}
.item{margin:1rem 0;padding:.6rem .9rem;background:var(--panel);border-left:4px solid var(--line);break-inside:avoid}
.added{border-left-color:var(--ins)}.gone{border-left-color:var(--del)}
.item p{margin:.3rem 0}code,.text{font-family:ui-monospace,monospace;font-size:.9em;overflow-wrap:anywhere}
.text{display:block;white-space:pre-wrap;margin:.4rem 0}
del{color:var(--del);background:var(--del-bg)}ins{color:var(--ins);background:var(--ins-bg)}
del,ins{text-decoration:none;padding:0 .1em;border-radius:2px}del::before{content:"\2212"}ins::before{content:"+"}
.cp{color:var(--code);background:var(--code-bg);border-radius:3px;padding:0 .2em;font-size:.9em}
.tag{display:inline-block;border:1px solid var(--line);border-radius:3px;padding:0 .4em;font-size:.8rem}
@media print{body{max-width:none;margin:0;font-size:11pt}.item{background:none}h2{break-after:avoid}
details::details-content{display:block}}
)";

void append_escaped(std::string& out, char c) {
  switch (c) {
    case '&':
      out += "&amp;";
      return;
    case '<':
      out += "&lt;";
      return;
    case '>':
      out += "&gt;";
      return;
    case '"':
      out += "&quot;";
      return;
    case '\'':
      out += "&#39;";
      return;
    default:
      out.push_back(c);
  }
}

// What is no printable ASCII is told by its number, in a frame of its own; a line end also ends the line.
std::string escaped(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const utf8::Step step = utf8::decode(text, at);
    const bool is_plain = step.valid && step.code_point >= 0x20 && step.code_point < 0x7F;
    if (is_plain) {
      append_escaped(out, text[at]);
    } else {
      const std::string name = step.valid ? utf8::name_of(step.code_point)
                                          : fmt::format("byte 0x{:02X}", static_cast<std::uint32_t>(step.code_point));
      out += fmt::format("<span class=\"cp\">{}</span>", name);
      if (step.code_point == '\n') out.push_back('\n');
    }
    at += step.length;
  }
  return out;
}

class Page {
 public:
  explicit Page(const DiffReport& report) : report_(report) {}

  std::string write() {
    out_ =
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"/>\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
        "<meta name=\"referrer\" content=\"no-referrer\"/>\n"
        "<title>Telltale: what two captures say differently</title>\n<style>";
    out_ += style;
    out_ += "</style>\n</head>\n<body>\n<main>\n";
    head();
    endpoints();
    findings();
    differences("What differs", report_.differences);
    folded();
    notes();
    out_ += "</main>\n</body>\n</html>\n";
    return std::move(out_);
  }

 private:
  void head() {
    out_ += "<h1>What two captures say differently</h1>\n";
    out_ += fmt::format("<p class=\"lead\">{}.</p>\n", escaped(summary_text(report_)));
    out_ +=
        "<p class=\"soft\">Each capture holds requests that a program sent. Compared is what the requests say: where "
        "they "
        "go, their header fields, and the texts and values in them, once for each kind of request. What is in A only "
        "is "
        "<del>marked so</del>, what is in B only <ins>so</ins>. A character that does not show, or looks like "
        "another, is written by its number, like <span class=\"cp\">U+02BC</span>.</p>\n<table>\n";
    side("A", report_.a);
    side("B", report_.b);
    out_ += "</table>\n";
  }

  void side(std::string_view name, const SideSummary& side) {
    out_ += fmt::format("<tr><th scope=\"row\">{}</th><td><code>{}</code></td><td>{}", name, escaped(side.name),
                        counted(side.exchanges, "exchange"));
    if (side.tunnels > 0) out_ += fmt::format(", {} not looked into", counted(side.tunnels, "tunnel"));
    if (side.damaged > 0) out_ += fmt::format(", {} damaged", side.damaged);
    out_ += "</td></tr>\n";
  }

  void endpoints() {
    out_ +=
        "<h2>Where requests go</h2>\n<table>\n<tr><th scope=\"col\">Endpoint</th><th scope=\"col\">A</th>"
        "<th scope=\"col\">B</th></tr>\n";
    for (const EndpointPair& pair : report_.endpoints) {
      std::string name = fmt::format("<code>{}</code>", escaped(endpoint_text(pair)));
      if (pair.a.requests == 0) name += " <ins>only in B</ins>";
      if (pair.b.requests == 0) name += " <del>only in A</del>";
      out_ += fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td></tr>\n", name, escaped(side_text(pair.a)),
                          escaped(side_text(pair.b)));
    }
    out_ += "</table>\n";
  }

  void findings() {
    if (report_.findings.empty() && report_.findings_same == 0) return;
    out_ += fmt::format("<h2>Findings of the rules</h2>\n<p class=\"soft\">{} on both sides.</p>\n",
                        counted(report_.findings_same, "kind"));
    for (const FindingChange& change : report_.findings) {
      const inspect::Finding& finding = change.finding;
      out_ += fmt::format("<div class=\"item {}\"><p><span class=\"tag\">{}</span> <strong>{}</strong> {}</p>\n",
                          change.is_new ? "added" : "gone", inspect::name_of(finding.severity), escaped(finding.rule),
                          change.is_new ? "<ins>only in B</ins>" : "<del>only in A</del>");
      out_ += fmt::format("<p>{}</p>\n<p class=\"soft\"><code>{}</code>, {}</p></div>\n", escaped(finding.message),
                          escaped(finding.where), counted(change.requests, "request"));
    }
  }

  void differences(std::string_view title, const std::vector<Difference>& differences) {
    if (differences.empty()) return;
    out_ += fmt::format("<h2>{} ({})</h2>\n", title, differences.size());
    for (const Difference& one : differences) difference(one);
  }

  void difference(const Difference& one) {
    const std::string_view side = one.a.there == one.b.there ? "" : one.a.there ? " gone" : " added";
    out_ += fmt::format("<div class=\"item{}\"><p><code>{}</code> <strong>{}</strong> <span class=\"soft\">({})</span>",
                        side, escaped(place_text(one)), words_of(one), counts_text(one));
    if (one.noise != Noise::none) out_ += fmt::format(" <span class=\"tag\">{}</span>", words_of(one.noise));
    out_ += "</p>\n";
    if (one.passages.empty())
      samples(one);
    else
      passages(one);
    if (!one.moved.empty()) out_ += fmt::format("<p>moved: <code>{}</code></p>\n", escaped(names_text(one.moved)));
    if (one.within > 0) out_ += fmt::format("<p class=\"soft\">and {} inside</p>\n", counted(one.within, "value"));
    if (one.coarse) out_ += "<p class=\"soft\">too different to be compared word by word</p>\n";
    also(one);
    out_ += "</div>\n";
  }

  void samples(const Difference& one) {
    const auto sample = [&one](std::string_view side, std::string_view element, const Sample& what) {
      return fmt::format("<span class=\"text\">{0}: <{1}>{2}</{1}></span>\n", side, element,
                         escaped(sample_text(one, what)));
    };
    if (one.a.there) out_ += sample("A", "del", one.a);
    if (one.b.there) out_ += sample("B", "ins", one.b);
  }

  void passages(const Difference& one) {
    for (const Passage& passage : one.passages) {
      out_ += fmt::format("<span class=\"text\">{}", escaped(passage.before));
      if (!passage.removed.empty()) out_ += fmt::format("<del>{}</del>", escaped(passage.removed));
      if (!passage.inserted.empty()) out_ += fmt::format("<ins>{}</ins>", escaped(passage.inserted));
      out_ += fmt::format("{}</span>\n", escaped(passage.behind));
      const std::string characters = characters_text(passage);
      if (!characters.empty()) out_ += fmt::format("<p class=\"soft\">{}</p>\n", escaped(characters));
    }
    if (one.more_passages > 0)
      out_ += fmt::format("<p class=\"soft\">and {} in this text</p>\n", counted(one.more_passages, "more change"));
  }

  void also(const Difference& one) {
    for (const std::string& place : one.also_at)
      out_ += fmt::format("<p class=\"soft\">also <code>{}</code></p>\n", escaped(place));
    if (one.more_places > 0)
      out_ += fmt::format("<p class=\"soft\">and at {}</p>\n", counted(one.more_places, "more place"));
    if (!names_endpoints(report_)) return;
    for (const std::uint32_t endpoint : one.endpoints)
      out_ += fmt::format("<p class=\"soft\">at <code>{}</code></p>\n",
                          escaped(endpoint_text(report_.endpoints[endpoint])));
  }

  void folded() {
    if (report_.folded.empty()) return;
    out_ += fmt::format(
        "<h2>Left out ({})</h2>\n<p class=\"soft\">What differs between any two requests says nothing about the "
        "program that sent them.</p>\n<table>\n",
        folded_values(report_));
    for (const Folded& folded : report_.folded) {
      out_ += fmt::format("<tr><td>{}</td><td>{}</td><td>", folded.values, words_of(folded.noise));
      for (const std::string& place : folded.places) out_ += fmt::format("<code>{}</code><br/>", escaped(place));
      out_ += "</td></tr>\n";
    }
    out_ += "</table>\n";
    if (report_.noise.empty()) return;
    out_ += fmt::format("<details><summary>{}</summary>\n", counted(report_.noise.size(), "difference"));
    for (const Difference& one : report_.noise) difference(one);
    out_ += "</details>\n";
  }

  void notes() {
    if (report_.notes.empty()) return;
    out_ += "<h2>Not compared</h2>\n<ul>\n";
    for (const std::string& note : report_.notes) out_ += fmt::format("<li>{}</li>\n", escaped(note));
    out_ += "</ul>\n";
  }

  const DiffReport& report_;
  std::string out_;
};

}  // namespace

std::string to_html(const DiffReport& report) {
  return Page(report).write();
}

}  // namespace telltale::diff
