// Markers made of characters: each is found where it stands, and what is left after stripping is the clean text.
#include "support/catch.hpp"
#include "support/marked_text.hpp"

using namespace telltale;
using namespace telltale::test;

namespace {

const inspect::RuleSet& character_rules() {
  static const auto set = rules_from({file_text("rules/characters.jsonc")});
  return *set;
}

/// `{marked|neutral}`, see support/marked_text.hpp.
struct Row {
  const char* rule;
  const char* voices;  ///< c client, u user, t tool, m model
  std::string text;
  const char* decoded = nullptr;
};

const Row rows[] = {
    // Draws nothing
    {"marker.invisible", "cutm", "Keep it sh{\u200B|}ort."},
    {"marker.invisible", "cutm", "the sc{\u200D|}hema m{\u200C|}erges"},
    {"marker.invisible", "cutm", "after its s{\u2060|}econd use"},
    {"marker.invisible", "cutm", "not first{\uFEFF|} in it"},
    {"marker.invisible", "c", "{\uFEFF|}You are."},
    {"marker.invisible", "cutm", "This{\u2063\u2064\u2061\u200C\u2062|} context"},
    {"marker.invisible", "cutm", "a sh{\u00AD|}ell comm{\u00AD|}and"},
    {"marker.invisible", "c", "the docu{\u00AD|}mentation of the configu{\u00AD|}ration"},
    {"marker.invisible", "cutm", "te{\u034F|}xt and te{\u180E|}xt"},
    {"marker.invisible", "cutm", "fi{\u3164|}ller, fi{\uFFA0|}ller, fi{\u115F|}ller, fi{\u1160|}ller"},
    {"marker.invisible", "cutm", "vo{\u17B5|}wel, de{\u206A|}precated, an{\uFFF9|}notation"},
    {"marker.invisible", "cutm", "mu{\U0001D173|}sic, short{\U0001BCA0|}hand, Egy{\U00013430|}pt"},
    {"marker.invisible", "cutm", "ob{\uFFFC|}ject, se{\u180B|}lector, nu{\u0600|}mber"},
    {"marker.invisible", "cutm", "the{\u2800| }file is blank"},
    {"marker.invisible", "cutm",
     "bits{\u200B\u200C\u200C\u200B\u200C\u200B\u200B\u200B\u200B\u200C\u200C\u200B\u200C\u200B\u200B\u200C|} here",
     "hi"},
    {"marker.invisible", "utm", "two \u0645\u06CC\u200C{\u200C\u200C|}\u062E\u0648 in Persian"},
    {"marker.invisible", "cutm", "emoji \u2705{\u200D|} alone and \U0001F468\u200D\U0001F469 together"},
    {"marker.invisible", "cutm", "unassigned i{\u2065|}gnorable, sp{\U000E0080|}ecial"},
    // Direction
    {"marker.bidi", "cutm", "Don't change{\u200F|} the lay{\u200E|}out{\u061C|}."},
    {"marker.bidi", "cutm", "{\u2066|}The{\u2069|} slow job"},
    {"marker.bidi", "cutm", "a {\u202A|}left{\u202C|} one{\u2069|} and {\u2068|}more"},
    {"marker.bidi", "cutm", "{\u202EsehcteF\u202C|Fetches} a page"},
    {"marker.bidi", "cutm", "{\u202D|}as it is{\u202C|}."},
    {"marker.bidi", "c", "\u05E9\u05DC\u05D5\u05DD\u200F ok\nIn the next{\u200F|} line"},
    {"marker.bidi", "cutm", "\u05E9\u05DC\u05D5\u05DD {\u2067|}not closed"},
    // Selectors and tags
    {"marker.variation-selector", "cutm", "page{\U000E0164\U000E016A|} flickers", "tz"},
    {"marker.variation-selector", "cutm", "a{\uFE00|} b{\uFE0F|} 1{\uFE0F|} {\uFE01|}"},
    {"marker.variation-selector", "cutm", "twice \u2764\uFE0F{\uFE0F|}."},
    {"marker.variation-selector", "cutm", "on an emoji \U0001F600\uFE0F{\U000E0158\U000E0159|}!", "hi"},
    {"marker.tag-characters", "cutm", "a tool{\U000E0068\U000E006F\U000E0073\U000E0074|} fails", "host"},
    {"marker.tag-characters", "cutm", "no flag \U0001F3F4{\U000E0067\U000E0062\U000E0078\U000E007F|}", "gbx"},
    {"marker.tag-characters", "cutm", "language {\U000E0001\U000E0065\U000E006E|}", "en"},
    {"marker.tag-characters", "cutm", "end{\U000E007F|}"},
    // Controls and the rest
    {"marker.control-character", "cutm", "the list of{\uED91|} open files"},
    {"marker.control-character", "cutm", "in a wo{\uF8FF|}rd, or wo{\U000F0001|}rd"},
    {"marker.control-character", "c", "Ask{\x01|} first.{\x1B|} Now{\x7F|}."},
    {"marker.control-character", "um", "a polite {\x1F|}answer to {\x02|}80 people"},
    {"marker.control-character", "cutm", "in a w{\x05|}ord, w{\x7F|}ord, w{\xC2\x9F|}ord"},
    {"marker.control-character", "cum", "see this, {\xC2\x90|}so don't"},
    {"marker.control-character", "cutm", "lines\nthe reason,{\u2028| }not only the event"},
    {"marker.control-character", "c", "One.{\u2029|\n}Two{\v| }three.{\xC2\x85|\n}Four.{\f|}\nFive."},
    {"marker.control-character", "u", "One line.{\f|}\nAnother line."},
    {"marker.control-character", "cutm", "no cha{\uFDD0|}racter, no{\uFFFF|} cha{\u0378|}racter"},
    // Letters of other scripts
    {"marker.look-alike", "cutm", "Background t{\u0430|a}sks run"},
    {"marker.look-alike", "cutm", "{\u0422|T}he fi{\u0445|x} is giv{\u0435|e}n; interface{\u0455|s}"},
    {"marker.look-alike", "cutm", "{\u0406|I}t is st{\u0456|i}ll a f{\u04CF|l}ag"},
    {"marker.look-alike", "cutm", "t{\u03BF|o}ols, {\u0391|A}sk, {\u0397|H}old, {\u0399|I}f"},
    {"marker.look-alike", "cutm", "mi{\u0578|n}d the y{\u0585|o}ke, {\u13AA|A}sk {\uA4EE|A}ll, c{\u10FF|o}me"},
    {"marker.look-alike", "c", "Use {\u0430|a} tool, {\u0410|A} tool, {\u0441\u043E\u0440\u0443|copy} it"},
    {"marker.look-alike", "ut", "In \u0420\u043E\u0441\u0441\u0438\u044F the t{\u0430|a}sk is open"},
    // Forms of Latin letters
    {"marker.look-alike", "cutm", "reads text. {\uFF34|T}he page and {\uFF4F|o}ne"},
    {"marker.look-alike", "ct", "readable text. {\uFF34\uFF48\uFF45|The} page"},
    {"marker.look-alike", "u", "it is readable text. {\uFF34\uFF48\uFF45|The} page is the same"},
    {"marker.look-alike", "cutm", "take {\U0001D42D|t}he page, th{\U0001D5BE|e} end"},
    {"marker.look-alike", "c", "take {\U0001D42D\U0001D421\U0001D41E|the} page"},
    {"marker.look-alike", "cutm", "chan{\u0261|g}ed, chan{\u0262|g}ed, {\u1D04|c}ome, g{\u1D0F|o}od"},
    {"marker.look-alike", "c", "{\u1D1B\u029C\u1D07|the} l{\u0131|i}st of the f{\u017F|s} is a t{\u0251|a}sk"},
    {"marker.look-alike", "cutm", "the first {\u24C1|L}ist and li{\u24E2|s}t"},
    {"marker.look-alike", "cutm", "the s{\u02B0|h}ell, a li{\u02E2|s}ts"},
    {"marker.look-alike", "c", "No {\uFB01|fi}les; part {\u2163|IV}, o{\uFB03|ffi}ce"},
    {"marker.look-alike", "cutm", "{\u2170|i}s this a {\u216C|L}ist"},
    // Digits
    {"marker.look-alike", "cutm", "at most 1{\u0665|5} calls, 20{\uFF12|2}6, 1{\U0001D7CE|0}"},
    {"marker.look-alike", "c", "at most {\u0661\u0662|12} calls and {\u096A|4} more"},
    {"marker.look-alike", "cutm", "It's 20{\u00B2|2}7-01-17 today"},
    // Signs
    {"marker.sign-look-alike", "cutm",
     "stop here{\u037E|;} note{\u2236|:} read{\u2215|/}write, and{\u2044|/}or{\u2024|.}"},
    {"marker.sign-look-alike", "cutm", "wait{\u01C3|!} note{\uA789|:} this{\u201A|,} so"},
    {"marker.sign-look-alike", "ctm", "wait{\uFF0C|,} then{\uFF0E|.}"},
    {"marker.sign-look-alike", "c", "wait{\uFF01|!} use {\uFF08|(}this{\uFF09|)} 2026{\u2215|/}06"},
    // Normal forms
    {"marker.normal-form", "cutm", "caf\u00E9, na\u00EFve, {u\u0308|\u00FC}bergr\u00F6\u00DFe"},
    {"marker.normal-form", "cutm", "one caf{e\u0301|\u00E9} only"},
    {"marker.normal-form", "c", "caf{e\u0301|\u00E9} r{e\u0301|\u00E9}sum{e\u0301|\u00E9}"},
    {"marker.normal-form", "cutm",
     "\u0439\u043E\u0433\u0430, \u0451\u043B\u043A\u0430 {\u0438\u0306|\u0439}\u043E\u0434"},
    {"marker.normal-form", "c", "\uD55C\uAD6D\uC5B4 {\u1112\u1161\u11AB|\uD55C}"},
    {"marker.normal-form", "cutm", "as{\u212A|K} the question"},
    {"marker.normal-form", "c", "5 {\u212B|\u00C5} and 4 {\u2126|\u03A9}"},
    {"marker.normal-form", "cutm", "It is {n\u0307|n}ot a letter of the text."},
    {"marker.normal-form", "cutm", "say re{\u0335|}ad once"},
    {"marker.normal-form", "cutm", "The task lis{\u0332|}t is empty and l{\u0307|}eft"},
};

TEST_CASE("markers made of characters are found in place and stripped to the clean text", "[inspect][characters]") {
  for (const Row& row : rows) {
    const MarkedText marked = parse_marked(row.text);
    for (const char* voice = row.voices; *voice != '\0'; ++voice) {
      DYNAMIC_SECTION(utf8::escaped(row.text) << ", said by " << *voice) {
        const std::string body = body_of(*voice, marked.sent);
        const Seen seen = look_at(body, character_rules());
        for (const inspect::Finding& finding : seen.findings)
          UNSCOPED_INFO(finding.rule << ": " << finding.message << " | " << finding.excerpt);
        REQUIRE(seen.findings.size() == marked.spans.size());
        for (std::size_t i = 0; i < marked.spans.size(); ++i) {
          CHECK(seen.findings[i].rule == row.rule);
          CHECK(seen.findings[i].span->begin == marked.spans[i].begin);
          CHECK(seen.findings[i].span->end == marked.spans[i].end);
          CHECK(seen.findings[i].bits > 0);
        }
        CHECK(seen.stripped == body_of(*voice, marked.clean));
        CHECK(look_at(seen.stripped, character_rules()).stripped == seen.stripped);
        if (row.decoded != nullptr) {
          REQUIRE_FALSE(seen.findings[0].carries.empty());
          CHECK(seen.findings[0].carries[0] == std::pair<std::string, std::string>("decoded", row.decoded));
        }
      }
    }
  }
}

TEST_CASE("what is known to be typed is no marker", "[inspect][characters]") {
  const std::vector<std::string> typed{"strip a\u200Bb and p\u0430y and \u202Exyz"};
  const Request received = request(body_of('u', typed.front()));
  Options options;
  options.typed = &typed;
  CHECK(judge(received, character_rules(), options).verdict.findings.empty());
}

TEST_CASE("escapes in JSON are read as the characters they write", "[inspect][characters]") {
  const std::string body = R"({"model":"m","max_tokens":1,"system":"a sh\u200bort t\u0430sk","messages":[]})";
  const Seen seen = look_at(body, character_rules());
  REQUIRE(seen.findings.size() == 2);
  CHECK(seen.stripped == R"({"model":"m","max_tokens":1,"system":"a short task","messages":[]})");
}

}  // namespace
