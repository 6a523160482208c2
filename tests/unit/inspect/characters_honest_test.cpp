// What people, programs and pages write for good reasons. None of it may be touched.
#include "support/catch.hpp"
#include "support/marked_text.hpp"

using namespace telltale;
using namespace telltale::test;

namespace {

const inspect::RuleSet& character_rules() {
  static const auto set = rules_from({file_text("rules/characters.jsonc")});
  return *set;
}

struct Row {
  const char* name;
  const char* voices;  ///< c client, u user, t tool, m model
  std::string text;
};

const Row rows[] = {
    // Joiners in cursive scripts
    {"Persian verb", "cutm", "\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645 \u0627\u06CC\u0646"},
    {"Persian plural behind a letter that joins on one side only", "utm",
     "\u06A9\u0627\u0631\u200C\u0647\u0627 \u0631\u0627"},
    {"Persian plural of a Latin word", "cutm",
     "\u0647\u0645\u0647 API\u200C\u0647\u0627 \u0631\u0627 \u0628\u0628\u06CC\u0646"},
    {"Persian before a blank", "utm", "\u0645\u06CC\u200C \u0631\u0648\u062F"},
    {"Urdu", "utm", "\u0628\u06C1\u200C\u062D\u0627\u0644"},
    {"Arabic initial form on its own", "utm", "\u0647\u200D \u0633\u0646\u0629"},
    {"Kurdish", "utm", "\u0647\u200C\u0627\u062A\u0648\u0648"},
    {"Mongolian with joiner and vowel separator", "utm", "\u182E\u1823\u1829\u182D\u180E\u1820 \u1834\u1822\u180B"},
    // Joiners in Indic scripts
    {"Hindi half form", "cutm", "\u0915\u094D\u200D\u0937 \u0930\u094D\u200D\u092F"},
    {"Hindi with visible virama", "utm", "\u0936\u094D\u200C\u0930\u0940"},
    {"Hindi nukta", "cutm", "\u092B\u093C\u093E\u0907\u0932 \u0921\u093C"},
    {"Bengali ra with ya-phalaa", "utm", "\u09B0\u200D\u09CD\u09AF\u09BE\u09AE"},
    {"Sinhala touching letters", "utm", "\u0DC1\u0DCA\u200D\u0DBB\u0DD3 \u0DBD\u0D82\u0D9A\u0DCF"},
    {"Malayalam chillu", "utm", "\u0D05\u0D35\u0D28\u0D4D\u200D"},
    {"Telugu loan word", "utm", "\u0C38\u0C3E\u0C2B\u0C4D\u0C1F\u0C4D\u200C\u0C35\u0C47\u0C30\u0C4D"},
    {"Kannada", "utm", "\u0CB0\u200D\u0CCD\u0C95"},
    {"Khmer with shifters", "utm", "\u1794\u17CA\u200C\u17B8 \u1780\u17D2\u1798"},
    // Breaks in scripts without blanks
    {"Thai", "cutm", "\u0E0A\u0E48\u0E27\u0E22\u200B\u0E41\u0E01\u0E49\u0E42\u0E04\u0E49\u0E14"},
    {"Lao", "utm", "\u0E9E\u0EB2\u0EAA\u0EB2\u200B\u0EA5\u0EB2\u0EA7"},
    {"Khmer", "utm", "\u1797\u17B6\u179F\u17B6\u200B\u1781\u17D2\u1798\u17C2\u179A"},
    {"Burmese", "utm", "\u1019\u103C\u1014\u103A\u1019\u102C\u200B\u1005\u102C"},
    {"Japanese title", "utm", "\u6771\u4EAC\u200B\u30BF\u30EF\u30FC"},
    {"Thai word joiner", "utm", "\u0E01\u2060\u0E02"},
    // Emoji
    {"family", "cutm", "menu: \U0001F468\u200D\U0001F469\u200D\U0001F467\u200D\U0001F466 ok"},
    {"skin tone and profession", "cutm", "\U0001F9D1\U0001F3FD\u200D\U0001F4BB"},
    {"rainbow and pirate flags", "cutm", "\U0001F3F3\uFE0F\u200D\U0001F308 \U0001F3F4\u200D\u2620\uFE0F"},
    {"heart on fire", "cutm", "\u2764\uFE0F\u200D\U0001F525"},
    {"gendered runner", "cutm", "\U0001F3C3\U0001F3FB\u200D\u2640\uFE0F"},
    {"newer sequence with an arrow", "cutm", "\U0001F642\u200D\u2194\uFE0F"},
    {"flags of three countries", "cutm",
     "\U0001F3F4\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F"
     "\U0001F3F4\U000E0067\U000E0062\U000E0073\U000E0063\U000E0074\U000E007F"
     "\U0001F3F4\U000E0067\U000E0062\U000E0077\U000E006C\U000E0073\U000E007F"},
    {"country flags", "cutm", "\U0001F1E9\U0001F1EA \U0001F1EB\U0001F1F7"},
    {"keycaps", "cutm", "1\uFE0F\u20E3 #\uFE0F\u20E3 *\uFE0F\u20E3 2\u20E3"},
    {"text and emoji style", "cutm", "\u2764\uFE0F \u2714\uFE0E \u21A9\uFE0E \u26A0\uFE0F"},
    {"style behind a symbol that is no emoji", "ut", "\u2713\uFE0F done"},
    // Variation of ideographs and signs
    {"ideographic variation", "cutm", "\u845B\U000E0100\u98FE\u533A \u8FBB\U000E0101\u3055\u3093"},
    {"standardized variants", "cutm", "\u2229\uFE00 \u3001\uFE00 \u2654\uFE00"},
    // Right to left
    {"Arabic round a flag", "cutm",
     "\u0623\u0636\u0641 \u200E--dry-run\u200E \u0625\u0644\u0649 \u0627\u0644\u0623\u062F\u0627\u0629.\u200F"},
    {"Hebrew round a file", "cutm", "\u05EA\u05E7\u05DF main.c\u200F, \u05D5\u05D0\u05DC"},
    {"Hebrew with an isolate", "cutm", "\u05E7\u05D5\u05D1\u05E5 \u2066main.c\u2069 \u05DB\u05D0\u05DF"},
    {"Arabic in an embedding", "utm", "\u202B\u0645\u0631\u062D\u0628\u0627 (ok)\u202C and more"},
    {"Arabic letter mark", "utm", "\u0627\u0644\u0631\u0642\u0645 \u061C12-34"},
    {"a command alone on a line amid Arabic", "ut", "\u0634\u063A\u0644\n\u200Enpm test\u200E\n\u062B\u0645"},
    // Typography of European languages
    {"French", "cutm", "J\u2019aimerais qu\u2019on \u00E9crive \u00AB\u00A0fini\u00A0\u00BB\u202F!"},
    {"German compound with soft hyphens", "utm",
     "die Donau\u00ADdampf\u00ADschiff\u00ADfahrt bleibt \u201Eunver\u00E4ndert\u201C"},
    {"German hyphenated throughout", "cutm",
     "Die Auf\u00ADz\u00E4h\u00ADlung be\u00ADschreibt je\u00ADden Ar\u00ADbeits\u00ADschritt im "
     "Ver\u00ADzeich\u00ADnis."},
    {"Turkish", "cutm", "Bunu nas\u0131l yapar\u0131m? \u0130stanbul\u2019da \u0131\u015F\u0131k"},
    {"Turkish town in English", "ut", "The road to Diyarbak\u0131r is long and it is dry."},
    {"Icelandic, Polish, Czech, Romanian", "cutm",
     "\u00FE\u00E6r \u017C\u00F3\u0142w p\u0159\u00EDli\u0161 \u021Bar\u0103"},
    {"Catalan and Dutch", "cutm", "paral\u00B7lel, \u0133sje"},
    {"ordinals and units", "cutm", "1\u00BA 2\u00AA 25\u00B0C 10 \u00B5s"},
    // Other scripts
    {"Russian with English names", "cutm",
     "\u041F\u0440\u043E\u0432\u0435\u0440\u044C, \u043F\u043E\u0447\u0435\u043C\u0443 API \u0438 Git"},
    {"Russian endings on English stems", "ut",
     "\u041C\u043D\u043E\u0433\u043E commit\u043E\u0432 \u0438 issue-\u0441\u043E\u0432 \u0432 git\u0435"},
    {"Russian word made of look-alikes", "utm",
     "\u0447\u0442\u043E \u0437\u043D\u0430\u0447\u0438\u0442 \u0441\u043E\u0440?"},
    {"Ukrainian", "cutm", "\u0417\u043C\u0456\u043D\u0438 \u0439\u043E\u0433\u043E \u0456 \u0457\u0445"},
    {"Serbian", "cutm", "\u0408\u0430 \u0441\u0430\u043C \u0459\u0443\u0434\u0438"},
    {"Greek", "cutm",
     "\u0393\u03B5\u03B9\u03AC \u03C3\u03BF\u03C5 \u03BA\u03CC\u03C3\u03BC\u03B5, \u03C4\u03B9 "
     "\u03BA\u03AC\u03BD\u03B5\u03B9\u03C2;"},
    {"Greek and Cyrillic letters spoken of", "ut",
     "The Greek \u03B1, \u03B2 and the Cyrillic \u0430, \u0435 look like a and e."},
    {"Armenian, Georgian", "cutm",
     "\u0532\u0561\u0580\u0565\u0582 \u10D2\u10D0\u10DB\u10D0\u10E0\u10EF\u10DD\u10D1\u10D0"},
    {"Chinese, fullwidth", "cutm",
     "\u68C0\u67E5\uFF1A\u5B83\uFF08\u8BE6\u89C1\uFF21\uFF29\uFF09\uFF0C\u8C22\u8C22\uFF01\u3000ok"},
    {"Chinese with Latin and fullwidth comma", "utm", "\u7528API\uFF0C\u7136\u540E git push\uFF1B\u597D"},
    {"fullwidth comma in English by an input method", "u", "hello\uFF0Cworld"},
    {"halfwidth kana", "cutm", "\uFF76\uFF80\uFF76\uFF85\u306E\u540D\u524D"},
    {"Korean", "cutm", "\uC774 \uD568\uC218\uAC00 \u3131\u3134\u3137"},
    {"Korean taken apart", "utm", "\u1112\u1161\u11AB\u1100\u1173\u11AF \uC21C\uC11C"},
    {"Korean filler with jamo", "utm", "\u115F\u1161 \u1100\u1160 \u3131\u3164"},
    {"Arabic digits in Arabic, Devanagari in Hindi", "cutm",
     "\u0639\u062F\u062F \u0661\u0662 \n\u0938\u0902\u0916\u094D\u092F\u093E \u0967\u0968"},
    {"Persian digit by a Persian typist", "u", "use version \u06F3 please"},
    {"Hebrew points out of canonical order", "utm", "\u05E9\u05BC\u05C1\u05D1"},
    // Normal forms
    {"Vietnamese, half composed", "utm",
     "\u0110\u01B0\u0300ng \u0111\u00F4\u0309i t\u00EAn ha\u0300m, chi\u0309 s\u01B0\u0309a lo\u0302\u0303i"},
    {"Vietnamese, composed", "cutm", "\u0110\u1EEBng \u0111\u1ED5i t\u00EAn h\u00E0m"},
    {"French, decomposed throughout", "utm", "re\u0301sume\u0301 de l\u2019e\u0301te\u0301"},
    {"Vietnamese line in a longer French text", "t",
     "\u00E9t\u00E9 \u00E0 c\u00F4t\u00E9 d\u00E9j\u00E0 o\u00F9 \u00EAtre\nchi\u0309 s\u01B0\u0309a lo\u0302\u0303i"},
    {"names of files on a system that decomposes", "ut", "caf\u00E9: ls ~/re\u0301sume\u0301.pdf Fu\u0308r/x"},
    {"Yoruba, marks without composed form", "utm", "\u1ECD\u0300r\u1ECD\u0301 n\u0300j\u1EB9\u0301"},
    {"mean and estimate", "utm", "where x\u0304 = 3 and p\u0302 is small"},
    {"struck out", "ut", "s\u0336t\u0336r\u0336u\u0336c\u0336k\u0336 out"},
    {"angstrom, ohm", "ut", "5 \u212B and 4 k\u2126"},
    // Mathematics and code
    {"mathematics", "utm",
     "f\u2032(x) \u2212 g\u2033(x) \u2260 0 for x \u2208 \u211D, |f| \u2264 1\u00A0000 \u22C5 \u03B5, a \u2217 b, 3 "
     "\u2236 4"},
    {"styled variables", "utm", "\U0001D465\u00B2 + \U0001D466\u00B2 = 1"},
    {"styled words", "u", "\U0001D5D5\U0001D5E2\U0001D5DF\U0001D5D7 statement"},
    {"invisible operators", "t", "f\u2061(x) = 2\u2062x + sin\u2061x"},
    {"fractions and exponents", "utm",
     "1\u20442 cup, m\u00B7s\u207B\u00B9, x\u00B2, H\u2082O, 10\u00B3, 1\u02E2\u1D57"},
    {"Greek identifiers", "cutm", "def lambda_h\u00F6he(\u03BB, \u0394t): return \u03BB / \u0394t # \u00B5s, k\u03A9"},
    {"Greek symbols with indices", "utm", "d\u03B1, k\u03BD, \u03C1max and \u03B1max"},
    {"phonetic", "utm", "/d\u0252\u0261/ [\u0261et] t\u02B0e"},
    {"roman numerals in Japanese", "cutm", "\u7B2C\u2163\u7AE0"},
    {"ligatures of a typeset page", "t", "The \uFB01rst of\uFB01ce \uFB02oor is \uFB01ne."},
    // Terminals and files
    {"colours", "ut", "\x1B[31mred\x1B[0m \x1B]0;title\x07"},
    {"overstriking", "t",
     "N\x08NA\x08"
     "AM\x08M"},
    {"field separators", "t",
     std::string("a\x1F"
                 "b\x1E"
                 "c\0d",
                 7)},
    {"prompt glyphs", "ut", "\uE0B0 main \uE0A0 \uF09B repo \U000F0A1E"},
    {"prompt sign", "cut", "\u276F npm run build"},
    {"boxes", "cutm", "\u2554\u2550\u2557\n\u2551 \u2713 \u2551\n\u255A\u2550\u255D"},
    {"braille spinner and plot", "ut", "\u280B wait\n\u2800\u28C0\u2800\u28FF"},
    {"byte order mark of a file", "utm", "\uFEFF1,cursor"},
    {"page breaks in a source file", "ut", "end\n\f\nbegin"},
    {"Latin-1 read from Windows", "ut", "don\xC2\x92t say \xC2\x93no\xC2\x94"},
    {"UTF-8 read twice", "ut", "don\u00E2\xC2\x80\xC2\x99t, caf\u00C3\u00A9"},
    {"mentions held apart from the next name", "t", "thanks @\u200Buser and snake_\u200Bcase"},
    {"dash that holds", "t", "pages 3\u2060\u2013\u20604"},
    {"object in a page", "t", "see \uFFFC below"},
    {"separator ends a paragraph", "ut", "First.\u2028Second."},
    {"new emoji and ideographs", "cutm", "\U0001FAF9 \U0001FAE9 \U0002EBF0"},
    {"a manual of combining marks", "ut", "Both \"cat\" and \"ca\u0300t\" match here, and so does caf\u00E9."},
    {"quoted examples", "u", "What are the code points in \"a\u200Bb\" and `c\u00ADd`?"},
    {"a question about a disguise", "u", "Is p\u0430ypal with a Cyrillic letter the same?"},
    {"bullets, arrows, marks", "cutm", "\u2022 one \u2192 two \u2026 \u00A9 \u2122 \u2116 5 \u20AC \u00D7"},
    {"low quotes open", "cutm", "sie sagte: \u201Aja\u2018 und \u201Enein\u201C"},
};

TEST_CASE("honest characters are left alone", "[inspect][characters]") {
  for (const Row& row : rows) {
    for (const char* voice = row.voices; *voice != '\0'; ++voice) {
      DYNAMIC_SECTION(row.name << ", said by " << *voice) {
        const std::string body = body_of(*voice, row.text);
        const Seen seen = look_at(body, character_rules());
        for (const inspect::Finding& finding : seen.findings)
          UNSCOPED_INFO(finding.message << " | " << finding.excerpt);
        CHECK(seen.findings.empty());
        CHECK(seen.stripped == body);
      }
    }
  }
}

}  // namespace
