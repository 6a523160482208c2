#include "inspect/style.hpp"

#include <random>

#include "support/style_rows.hpp"

using namespace telltale;
using namespace telltale::inspect;
using namespace telltale::test;

namespace {

struct Row {
  const char* name;
  std::string system;
  std::string tool = "Reads a file.";
};

const std::string typeset_prompt =
    "You’re a helper that doesn’t guess. It’s rarely right to invent a file’s name, and the user can’t see what you’ve "
    "read. Avoid “simply” and “just”; say “done” when it’s done… A well-formed answer fits — more or less — on one "
    "screen.\n";

}  // namespace

TEST_CASE("honest typography is left alone", "[inspect][style]") {
  const std::string plain = plain_prompt;
  const Row rows[] = {
      {"ASCII throughout", plain, "Doesn't read the same file twice."},
      {"typeset throughout", typeset_prompt, "Doesn’t read the same file twice."},
      {"typeset, and code in ASCII", typeset_prompt + "Use `don't` and:\n```sh\necho 'it's' \"x\" - y\n```\n"},
      {"typeset, and JSON in ASCII", typeset_prompt + "Answer {\"name\": \"x\", \"args\": [\"a\", \"b\"]} alone.\n"},
      {"typeset, and options", typeset_prompt + "Call it with --dry-run, -v or --no-cache.\n"},
      {"typeset short text", "Don’t guess, it’s wrong."},
      {"a quoted French sentence", plain + "Answer \"J’aimerais un café\" in French.\n"},
      {"French in French",
       "L’outil n’écrit qu’un fichier\u00A0: c’est «\u00A0tout\u00A0» à la fin\u00A0; d’accord\u00A0?"},
      {"French with narrow spaces", "Écrivez «\u202Fterminé\u202F» à la fin\u202F; c’est plus clair\u202F!"},
      {"French with ASCII apostrophes", "L'outil n'écrit qu'un fichier, et c'est tout ce qu'il fait ; d'accord ?"},
      {"Italian", "L’utente non l’ha chiesto: dell’output nell’editor c’è già un’altra copia."},
      {"German quotes in German", "Schreibe „fertig“, wenn die Datei „sauber“ ist – und nicht früher."},
      {"German quotes in English", plain + "Write „unverändert“ if a text is in German.\n"},
      {"Swiss quotes", "Schreibe «fertig», wenn der Test grün ist."},
      {"Polish", "Napisz „gotowe”, gdy test się uda – nie wcześniej. Plik leży w katalogu."},
      {"Swedish", "Skriv ”klart” när testet är grönt – inte förr."},
      {"Spanish", "¿Qué hace «esto»? ¡Nada! Escribe «listo» cuando esté – por fin – hecho."},
      {"Portuguese", "Escreva “pronto” quando o teste não falhar – e não antes."},
      {"Dutch", "Schrijf ‘klaar’ als de foto’s en de video’s goed zijn – niet eerder."},
      {"Russian", "Пиши «готово», когда тест пройден — не раньше."},
      {"Ukrainian", "Комп’ютер і п’ять об’єктів: пиши «готово», коли сім’я вдома."},
      {"Ukrainian with the letter apostrophe", "Компʼютер і пʼять обʼєктів: сімʼя вдома."},
      {"Czech one-letter words", "Soubor leží v\u00A0adresáři a\u00A0nesmí být prázdný; zapište „hotovo“."},
      {"Chinese", "今天的任务：读取“文件”，然后写入。　下一段——结束……"},
      {"Japanese", "「完了」と書いてください。　次の段落ー終わり…"},
      {"Korean", "‘완료’라고 쓰세요 — 그 전에는 안 됩니다…"},
      {"Hebrew", "בצה״ל וג׳ירפה: אל תיגע בקובץ."},
      {"Armenian", "Գրիր «պատրաստ է», երբ ավարտես։"},
      {"Hawaiian names", plain + "The offices are in Hawaiʻi, on Oʻahu and Kauaʻi.\n"},
      {"Uzbek", "O‘zbek tilida yozing: bo‘lsa, yo‘q deb ayting, so‘ng to‘xtang."},
      {"transliteration", plain + "Romanise as Qurʼan, Kaʿba, rusʹ and Baháʼí.\n"},
      {"IPA", plain + "The word is pronounced /ˈæpəl/ or /əˈbaʊt/.\n"},
      {"primes", plain + "A board of 5′ by 3″, f′(x) and g″(x), at 12° 30′ 15″.\n"},
      {"minus", plain + "It is −5\u00A0°C, x − y, 3 − 4, and 10⁻³.\n"},
      {"ranges", plain + "Read 3–4 files, pages 10–12, versions 2.1–2.4, 60s–270s.\n"},
      {"ranges, all with hyphens", plain + "Read 3-4 files, pages 10-12, items 5-6.\n"},
      {"names joined by a dash", plain + "The New York–London line, a Paris–Lyon train.\n"},
      {"em dashes by habit", plain + "Tell the user — in one line — what was done — and stop.\n"},
      {"em dashes beside options", plain + "Use --all — never --some — when asked — always.\n"},
      {"tight em dashes", plain + "Tell the user—in one line—what was done.\n"},
      {"en dashes by habit", plain + "Tell the user – in one line – what was done – and stop.\n"},
      {"an ellipsis by habit", plain + "Results are cut off… ask for more… and wait.\n"},
      {"dots in code", plain + "Call f(...), spread [...x], and wait… for it.\n"},
      {"marks named alone", plain + "Never use the marks ’ or “ or ” or … or – in code.\n"},
      {"the plural of a code span", plain + "Find the `session_id`s first, then a `row`'s `key`s.\n"},
      {"marks in code spans", plain + "Replace `’` and `“x”` by ASCII ones.\n"},
      {"a phone number", plain + "Call +49 30 1234-5678 or 555-0100.\n"},
      {"ISO dates", plain + "Between 2026-01-02 and 2026-01-05.\n"},
      {"thousands", "Il y a 1\u202F000 fichiers et 10\u00A0000 lignes, soit 25\u00A0%."},
      {"a number and its unit, always joined", "Wait 10\u00A0ms, then 5\u00A0s, at 3\u00A0GHz."},
      {"abbreviations", "Siehe z.\u00A0B. §\u00A05 oder Nr.\u00A07 für die Prüfung."},
      {"a tree", plain + "│\u00A0\u00A0 ├── main.c\n│\u00A0\u00A0 └── main.h\n"},
      {"arrows and signs", plain + "a → b, x ≠ y, 3 × 4, ≥ 5, ✅ done, ❤️.\n"},
      {"accents", plain + "Café, naïve, Übergröße, façade, coöperate.\n"},
      {"strings in single quotes", plain + "Pass 'name' or 'x', not 'y'.\n"},
      {"quotes within quotes", typeset_prompt + "Say “the word ‘done’ is theirs”.\n"},
      {"possessives", typeset_prompt + "The users’ files and the tools’ names aren’t yours.\n"},
      {"years and clipped words", typeset_prompt + "Rock ’n’ roll of the ’90s.\n"},
      {"kana dash", "データベース－サーバー、コーヒーを飲む。"},
      {"a lone tick", plain + "Escape a ` or a ´ before you print it.\n"},
  };
  for (const Row& row : rows) DYNAMIC_SECTION(row.name) {
      check_style_honest(row.system, row.tool);
    }
}

TEST_CASE("a form that the client's text does not use is found and undone", "[inspect][style]") {
  const std::string plain = plain_prompt;
  const Row rows[] = {
      {"modifier apostrophe", plain + "You{ʼ|'}ve used 3 calls.\n"},
      {"modifier prime", plain + "Today{ʹ|'}s date is known.\n"},
      {"turned comma", plain + "It isn{ʻ|'}t known.\n"},
      {"stress mark", plain + "It isn{ˈ|'}t known.\n"},
      {"acute", plain + "It isn{´|'}t known.\n"},
      {"grave", plain + "It isn{`|'}t known.\n"},
      {"graves beside code", plain + "The `id`s: it isn{`|'}t known and doesn{`|'}t matter.\n"},
      {"prime", plain + "It isn{′|'}t known.\n"},
      {"reversed nine", plain + "It isn{‛|'}t known.\n"},
      {"left quote", plain + "It isn{‘|'}t known.\n"},
      {"fullwidth", plain + "It isn{＇|'}t known.\n"},
      {"Armenian", plain + "It isn{՚|'}t known.\n"},
      {"saltillo", plain + "It isn{ꞌ|'}t known.\n"},
      {"geresh", plain + "It isn{׳|'}t known.\n"},
      {"one typographic among ASCII", plain + "It isn{’|'}t known.\n"},
      {"one in a tool", plain, "Doesn{’|'}t read a file twice."},
      {"an odd one in a tool", plain, "The page{ʼ|'}s content is data."},
      {"a possessive", plain + "Keep the users{ʼ|'} files.\n"},
      {"one ASCII among typographic", typeset_prompt + "It isn{'|’}t known.\n"},
      {"an odd one in a typeset text", typeset_prompt + "It isn{ʼ|’}t known.\n"},
      {"several forms", plain + "It isn{ʼ|'}t known, it{ʹ|'}s a guess, and you{ˈ|'}re right.\n"},
      {"the only apostrophe", "Today{’|'}s date is known.", "Reads."},
      {"going back and forth", "A{’|'}s b's c{’|'}s d's e{’|'}s f's g's h's."},
      {"a pair of quotes", plain + "The phrase {“|\"}next{”|\"} is not a date.\n"},
      {"half a pair", plain + "The phrase {“|\"}next\" is not a date.\n"},
      {"low quotes in English", plain + "The phrase {„|\"}next{”|\"} is not a date.\n"},
      {"guillemets in English", plain + "The phrase {«|\"}next{»|\"} is not a date.\n"},
      {"double primes", plain + "The phrase {″|\"}next{″|\"} is not a date.\n"},
      {"fullwidth quotes", plain + "The phrase {＂|\"}next{＂|\"} is not a date.\n"},
      {"ornaments", plain + "The phrase {❝|\"}next{❞|\"} is not a date.\n"},
      {"modifier double prime", plain + "The phrase {ʺ|\"}next{ʺ|\"} is not a date.\n"},
      {"the only pair", "Don't say it's done. The word {“|\"}next{”|\"} is no date.", "Reads."},
      {"ASCII quotes in a typeset text",
       typeset_prompt + "Avoid “a”, “b”, “c”, “d”. The phrase {\"|“}next{\"|”} is no date.\n"},
      {"single quotes", plain + "Avoid 'very' and 'quite', and the word {‘|'}next{’|'} too.\n"},
      {"hyphen sign", plain + "A long{‐|-}term plan.\n"},
      {"non-breaking hyphen", plain + "A long{‑|-}term plan.\n"},
      {"figure dash", plain + "A long{‒|-}term plan.\n"},
      {"minus for a hyphen", plain + "A long{−|-}term plan.\n"},
      {"en dash for a hyphen", plain + "A long{–|-}term plan.\n"},
      {"small hyphen", plain + "A long{﹣|-}term plan.\n"},
      {"fullwidth hyphen", plain + "A long{－|-}term plan.\n"},
      {"hyphen bullet", plain + "A long{⁃|-}term plan.\n"},
      {"modifier minus", plain + "A long{˗|-}term plan.\n"},
      {"in an option", plain + "Use --dry{‐|-}run here.\n"},
      {"before an option", plain + "Use {‐|-}v here.\n"},
      {"in a tool", plain, "A long{‐|-}running job."},
      {"odd sign between blanks", plain + "One screen {‑|-} no more.\n"},
      {"a spaced dash of another kind", plain + "One screen - no more. Names {–|-} and only names - matter.\n"},
      {"odd sign in a range", plain + "Read 3{‐|-}4 files.\n"},
      {"an ellipsis", plain + "Results are cut off{…|...} ask again. A limit... or two... or more.\n"},
      {"non-breaking space", plain + "Read the{\u00A0| }file.\n"},
      {"figure space", plain + "Read the{\u2007| }file.\n"},
      {"en space", plain + "Read the{\u2002| }file.\n"},
      {"three kinds", plain + "Read{\u2004| }the{\u2006| }file{\u2009| }whole.\n"},
      {"hair space", plain + "Read the{\u200A| }file.\n"},
      {"mathematical space", plain + "Read the{\u205F| }file.\n"},
      {"narrow non-breaking space", plain + "Read the{\u202F| }file.\n"},
      {"ideographic space", plain + "Read the{\u3000| }file.\n"},
      {"ogham space", plain + "Read the{\u1680| }file.\n"},
      {"in a tool's text", plain, "Reads the{\u00A0| }file."},
      {"after a full stop", plain + "Read it.{\u2003| }Then write.\n"},
      {"before a unit, where others have a plain space",
       plain + "Wait 10 seconds, 20 seconds, or 30{\u00A0| }seconds.\n"},
      {"in a bullet", plain + "-{\u00A0| }Tell the user.\n"},
      {"in French text too", "Le fichier\u00A0: c’est{\u2005| }tout ce que l’outil écrit\u00A0; d’accord\u00A0?"},
  };
  for (const Row& row : rows) DYNAMIC_SECTION(row.name) {
      check_style_undone(read_styled(row.system), read_styled(row.tool));
    }
}

TEST_CASE("a text stripped of odd style is left alone, whatever was put into it", "[inspect][style]") {
  const std::vector<std::string> usual{"don't ",     "it's ",  "\"so\" ", "well-known ", "a - b ",
                                       "off... ",    "10 km ", "3-4 ",    "the ",        "is ",
                                       "end. Then ", "file, ", "end.\n",  "end\n\n",     "- item\n"};
  const std::vector<std::string> odd{
      "it’s ",       "you\u02BCre ",  "l’été ",           "“so” ",      "„so“ ",      "«so» ",
      "‘so’ ",       "well‐known ",   "a – b ",           "a — b ",     "3–4 ",       "off… ",
      "a\u00A0b ",   "a\u2004b ",     "10\u00A0km ",      "the  file ", "the\tfile ", "end.  Then ",
      "end . Then ", "end \n",        "end\t\n",          "end\r\n",    "* item\n",   "-  item\n",
      "`a  b’s` ",   "users’ files ", "today 2026/04/15 "};
  std::mt19937 random(20261);
  const auto text_of = [&](std::size_t length, std::size_t one_in) {
    std::string text;
    for (std::size_t i = 0; i < length; ++i) {
      const std::vector<std::string>& from = random() % one_in == 0 ? odd : usual;
      text += from[random() % from.size()];
    }
    return text;
  };
  for (int i = 0; i < 400; ++i) {
    const std::string body = style_body(text_of(40 + random() % 100, 6 + random() % 40), text_of(random() % 12, 8));
    const Judgement once = judge(request(body), style_rules());
    if (!once.body) continue;
    INFO(body);
    INFO(*once.body);
    CHECK(judge(request(*once.body), style_rules()).body.value_or(*once.body) == *once.body);
  }
}

TEST_CASE("the date line of a short note is spelt like the rest of its client's text", "[inspect][style]") {
  const std::string note = "<system-reminder>\nToday’s date is 2026-06-30.\n</system-reminder>\nDon't do it.";
  for (const bool is_typeset : {true, false}) {
    const std::string body =
        fmt::format(R"({{"model":"m","max_tokens":1,"system":{},"messages":[{{"role":"user","content":{}}}]}})",
                    json_quoted(is_typeset ? typeset_prompt : plain_prompt), json_quoted(note));
    CHECK(judge(request(body), shipped_rules()).verdict.findings.empty() == is_typeset);
  }
}

TEST_CASE("a typographic apostrophe weighs less in a text that is mixed in two other ways", "[inspect][style]") {
  struct Weight {
    const char* name;
    const char* more;
    const char* rule;
  };
  const Weight rows[] = {
      {"nothing else is mixed", "", "marker.style-apostrophe"},
      {"only the dashes", "Wait - or not \u2014 as asked.\n", "marker.style-apostrophe"},
      {"dashes and dots", "Wait - or not \u2014 as asked... or cut it\u2026 there.\n",
       "marker.style-patchwork-apostrophe"},
      {"quotes and dots", "Say \"a\" or \u201Cb\u201D as asked... or cut it\u2026 there.\n",
       "marker.style-patchwork-apostrophe"},
  };
  for (const Weight& row : rows) DYNAMIC_SECTION(row.name) {
      const std::string system = plain_prompt + std::string("It isn\u2019t known.\n") + row.more;
      std::vector<std::string> told;
      for (const Finding& one : judge(request(style_body(system, "Reads.")), style_rules()).verdict.findings)
        if (one.rule.ends_with("apostrophe")) told.push_back(one.rule);
      CHECK(told == std::vector<std::string>{row.rule});
    }
}
