// The command line. One table of options a command; CLI11 splits words, option_values checks them. Covered by
// tests/unit/app/options_test.cpp.
#include "app/options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <span>

#include "app/option_values.hpp"
#include "app/suggest.hpp"
#include "app/version.hpp"

namespace telltale::app {
namespace {

using Words = std::vector<std::string>;

enum class Takes : std::uint8_t {
  nothing,
  one,
  each,
  many,
  whole
};  // each: one value an occurrence; many: up to the next option; whole: as each, commas and all

struct Option {
  const char* name;
  Takes takes;
  const char* placeholder;
  const char* help;  ///< null: named in the last lines of the help only, and explained in docs/configuration.md;
                     ///< empty: named by the line before; `in_docs`: only explained there
};

constexpr const char* in_docs = "-";

constexpr Option mode_option = {"mode", Takes::one, "MODE", "observe, flag, strip or block [flag]"};
constexpr Option rules_option = {"rules", Takes::each, "PACK", "pack or folder, in place of the built-in ones"};
constexpr Option signed_option = {"danger-strip-signed", Takes::each, "RULE", nullptr};
constexpr Option uninspected_option = {"uninspected", Takes::each, "CAUSE=block|pass", in_docs};
constexpr Option typed_from_option = {"typed-from", Takes::many, "PATH", "transcripts of what the user typed, live"};
constexpr Option upstream_ca_option = {"upstream-ca", Takes::one, "FILE", "trusted roots, in place of the system's"};
constexpr Option resolve_option = {"resolve", Takes::many, "HOST:PORT:ADDR", "connect there for that name"};
constexpr Option allow_option = {"allow-upstream", Takes::many, "CIDR", "loopback or private targets to allow"};
constexpr Option format_option = {"format", Takes::one, "FORMAT", "text or json [text]"};
constexpr Option ca_dir_option = {"ca-dir", Takes::one, "DIR", "folder of the CA [the user's data folder]"};

constexpr Option ca_passphrase_option = {"ca-passphrase", Takes::one, "SOURCE", nullptr};

constexpr Option store_key_option = {"store-key", Takes::one, "SOURCE", in_docs};

constexpr Option baseline_option = {"baseline", Takes::each, "CAPTURE", "earlier requests, to compare with"};

constexpr Option proxy_options[] = {
    {"listen", Takes::one, "HOST:PORT", "where to accept; 0 picks a port [127.0.0.1:8899]"},
    mode_option,
    {"intercept", Takes::many, "GLOB", "hosts [known AI APIs]; or --intercept-all"},
    {"intercept-all", Takes::nothing, "", ""},
    ca_dir_option,
    upstream_ca_option,
    allow_option,
    {"capture", Takes::one, "FILE|DIR", "keep exchanges there; or --no-store"},
    {"no-store", Takes::nothing, "", ""},
    {"store-days", Takes::one, "N", ""},
    {"store-megabytes", Takes::one, "N", ""},
    {"store-key", Takes::one, "SOURCE", nullptr},
    {"baselines", Takes::one, "FILE", "what is learned of clients; or --no-baselines"},
    {"no-baselines", Takes::nothing, "", ""},
    baseline_option,
    rules_option,
    signed_option,
    typed_from_option,
    {"admin", Takes::one, "HOST:PORT", "metrics, prompts, findings; loopback only"},
    format_option,
    {"threads", Takes::one, "N", nullptr},
    {"max-connections", Takes::one, "N", ""},
    {"max-client-connections", Takes::one, "N", ""},
    {"max-client-requests", Takes::one, "N", ""},
    {"message-memory", Takes::one, "MIB", ""},
    {"environment", Takes::one, "FILE|self", nullptr},
    ca_passphrase_option,
    {"upstream-crl", Takes::each, "FILE", in_docs},
    {"require-crl", Takes::nothing, "", in_docs},
    {"revocation", Takes::one, "off|fetch|require", in_docs},
    {"danger-other-names", Takes::each, "GLOB", in_docs},
    {"resolve", Takes::many, "HOST:PORT:ADDR", nullptr},
    {"no-verdict-header", Takes::nothing, "", in_docs},
    uninspected_option,
    {"capture-sync", Takes::one, "off|flush|full", in_docs},
    {"drain-time", Takes::one, "SECONDS", in_docs},
    {"user", Takes::one, "NAME", nullptr},
    {"sandbox", Takes::one, "on|off", nullptr},
    {"danger-admin-anywhere", Takes::nothing, "", in_docs},
    {"config", Takes::one, "FILE", "JSON with comments; options win over it"},
};
constexpr Option run_options[] = {
    {"mock", Takes::nothing, "", "answer for the API: no account, no network"},
    {"mock-received", Takes::one, "FILE", "keep what the mock received, after editing"},
    {"save", Takes::one, "FILE", "keep the capture"},
    store_key_option,
    typed_from_option,
    baseline_option,
    mode_option,
    {"fail-on", Takes::one, "LEVEL", "exit 1 on findings from there [never]"},
    format_option,
    {"output", Takes::one, "FILE", "report file [standard error]"},
    upstream_ca_option,
    allow_option,
    resolve_option,
    rules_option,
    signed_option,
    {"fact", Takes::whole, "NAME=VALUE", nullptr},
    uninspected_option,
};
constexpr Option replay_options[] = {
    {"captures", Takes::many, "CAPTURE", "files, folders, or - for standard input"},
    {"typed", Takes::one, "FILE", "what the user typed: lines, or a JSON array"},
    {"typed-from", Takes::many, "PATH", "clients' transcripts: files, folders"},
    {"environment", Takes::one, "FILE", "what is known of the machine: a JSON object"},
    baseline_option,
    {"baseline-findings", Takes::one, "FILE", "accepted findings; or --write-baseline"},
    {"write-baseline", Takes::one, "FILE", ""},
    {"today", Takes::one, "DAY", nullptr},
    {"lock", Takes::one, "FILE", "what clients may send; new things are findings"},
    mode_option,
    {"fail-on", Takes::one, "LEVEL", "exit 1 on findings from there, or never [medium]"},
    {"require-coverage", Takes::nothing, "", "exit 4 if not everything could be inspected"},
    store_key_option,
    {"segments", Takes::nothing, "", "list where every text comes from (json)"},
    {"format", Takes::one, "FORMAT", "[text] json sarif junit github markdown cef ocsf"},
    {"output", Takes::one, "FILE", "report file [standard output]"},
    {"strip-to", Takes::one, "FILE", "write the stripped traffic as a capture"},
    {"jobs", Takes::one, "N", "threads; the result does not depend on it [1]"},
    rules_option,
    {"quiet", Takes::nothing, "", nullptr},
    {"keylog", Takes::one, "FILE", nullptr},
    signed_option,
    uninspected_option,
};
constexpr Option convert_options[] = {
    {"captures", Takes::many, "IN", "files, folders, - for standard input; then OUT"},
    {"format", Takes::one, "FORMAT", "jsonl, har or flows [by the ending of OUT]"},
    {"flow-version", Takes::one, "N", "of flows: 21, or 17 for mitmproxy 8 and 9 [21]"},
    {"keylog", Takes::one, "FILE", "TLS keys of packet captures (SSLKEYLOGFILE)"},
    {"quiet", Takes::nothing, "", "no progress, no count; what is dropped is told"},
    store_key_option,
};
constexpr Option diff_options[] = {
    {"captures", Takes::many, "CAPTURE", "two: files, folders, or - for standard input"},
    {"typed", Takes::one, "FILE", "what the user typed: lines, or a JSON array"},
    {"typed-from", Takes::many, "PATH", "clients' transcripts: files, folders"},
    {"environment", Takes::one, "FILE", "what is known of the machine: a JSON object"},
    {"all", Takes::nothing, "", "tell what is noise too: ids, times, prompts"},
    {"fail-on", Takes::one, "LEVEL", "exit 1 on new findings from there [any change]"},
    {"format", Takes::one, "FORMAT", "text, json or html [text]"},
    {"output", Takes::one, "FILE", "report file [standard output]"},
    {"jobs", Takes::one, "N", "threads; the result does not depend on it [1]"},
    rules_option,
    store_key_option,
};
constexpr Option sweep_options[] = {
    {"verb", Takes::one, "VERB", "run or analyse"},
    {"captures", Takes::many, "CAPTURE", "analyse: files, folders, - for standard input"},
    {"vary", Takes::whole, "NAME=V,V...", "run: a VARIABLE, hostname, user, cwd..."},
    {"profile", Takes::each, "NAME", "run: timezone, gateway, locale, identity"},
    {"design", Takes::one, "DESIGN", "run: full, pairwise, one-at-a-time"},
    {"repeat", Takes::one, "N", "run: rounds [each value six times]"},
    {"save", Takes::one, "DIR", "run: keep captures, go on with those there"},
    store_key_option,
    {"keep", Takes::each, "NAME", "run: a variable the client gets too"},
    {"jobs", Takes::one, "N", "run: cells at a time [1]"},
    {"cell-time", Takes::one, "SECONDS", "run: longest a cell (--total-time: all) takes"},
    {"total-time", Takes::one, "SECONDS", ""},
    {"factor", Takes::each, "NAME", "fact to look at [all that differ]"},
    {"alpha", Takes::one, "P", "chance of any false finding at all [0.02]"},
    {"seed", Takes::one, "N", "of the permutations, where not all fit [1]"},
    {"fail-on", Takes::one, "LEVEL", "exit 1 on findings from there, or never [medium]"},
    format_option,
    {"output", Takes::one, "FILE", "report file [standard output]"},
    {"html", Takes::one, "FILE", "the report as a page (--rule: as rules)"},
    {"rule", Takes::one, "FILE", ""},
};
constexpr Option captures_option = {"captures", Takes::many, "CAPTURE", "files, folders, or - for standard input"};
constexpr Option jobs_option = {"jobs", Takes::one, "N", "threads; the result does not depend on it [1]"};

constexpr Option lock_options[] = {
    captures_option,
    {"output", Takes::one, "FILE", "the inventory, also -o [standard output]"},
    {"update", Takes::nothing, "", "add to the one that is there"},
    {"check", Takes::one, "FILE", "say what is not in that one; writes none"},
    {"fail-on", Takes::one, "LEVEL", "check: never: do not exit 1 on new things"},
    format_option,
    jobs_option,
    rules_option,
    store_key_option,
};
constexpr Option retro_options[] = {
    captures_option,
    {"by", Takes::one, "day|week", "steps of the timeline [day]"},
    {"fail-on", Takes::one, "LEVEL", "exit 1 on findings from there [never]"},
    format_option,
    {"output", Takes::one, "FILE", "report file [standard output]"},
    jobs_option,
    rules_option,
    store_key_option,
};
constexpr Option rules_options[] = {
    {"verb", Takes::one, "VERB", "list, explain or test"},
    {"arguments", Takes::many, "ARG", "a rule id for explain; packs for test"},
    rules_option,
    format_option,
};
constexpr Option ca_options[] = {
    {"verb", Takes::one, "VERB", "create, show, export, trust, untrust, rotate"},
    ca_dir_option,
    {"permit", Takes::many, "GLOB", "hosts a new CA may sign for (name constraints)"},
    {"any-host", Takes::nothing, "", "a new CA may sign for every host"},
    {"store", Takes::many, "NAME", "trust: debian, fedora, nss, java [all there]"},
    {"into", Takes::one, "DIR", "trust: an image's folder, in place of /"},
    {"finish", Takes::nothing, "", "rotate: the prepared CA takes over"},
    {"output", Takes::one, "FILE", "where to export the root [standard output]"},
    ca_passphrase_option,
};

// And all of `proxy`, whose set-up is what is looked at.
constexpr Option doctor_options[] = {
    {"proxy", Takes::one, "HOST:PORT", "a running proxy [as --listen of proxy]"},
    {"admin", Takes::one, "HOST:PORT", "its admin listener [found in the CA's folder]"},
    {"admin-token", Takes::one, "FILE", "the listener's token [admin.token there]"},
    ca_dir_option,
    {"config", Takes::one, "FILE", "the proxy's configuration, to be looked at too"},
    format_option,
};

struct CommandLine {
  Words words;   // behind the command, before "--"
  Words behind;  // behind "--"
};

struct Entry {
  const char* name;
  const char* summary;
  const char* usage;
  const char* example;
  std::span<const Option> options;
  Result<Command> (*make)(const Values& values, const CommandLine& line);
  std::span<const Option> more = {};  ///< of another command, taken too

  /// Each option once; those of `more` are named in no help.
  [[nodiscard]] std::vector<Option> all() const {
    std::vector<Option> out(options.begin(), options.end());
    for (const Option& other : more)
      if (std::none_of(options.begin(), options.end(),
                       [&other](const Option& one) { return std::string_view(one.name) == other.name; }))
        out.push_back(other);
    return out;
  }
  [[nodiscard]] bool takes_client() const { return std::string_view(name) == "run" || !more.empty(); }
};

Result<Command> make_proxy(const Values& values, const CommandLine&) {
  return proxy_command(values).map([](ProxyCommand&& c) { return Command(std::move(c)); });
}
Result<Command> make_run(const Values& values, const CommandLine& line) {
  return run_command(values, line.behind).map([](RunCommand&& c) { return Command(std::move(c)); });
}
Result<Command> make_replay(const Values& values, const CommandLine&) {
  return replay_command(values).map([](ReplayCommand&& c) { return Command(std::move(c)); });
}
Result<Command> make_convert(const Values& values, const CommandLine&) {
  return convert_command(values).map([](ConvertCommand&& c) { return Command(std::move(c)); });
}
Result<Command> make_diff(const Values& values, const CommandLine&) {
  return diff_command(values).map([](DiffCommand&& c) { return Command(std::move(c)); });
}
Result<Command> make_sweep(const Values& values, const CommandLine& line) {
  return sweep_command(values, line.behind).map([](SweepCommand&& c) { return Command(std::move(c)); });
}
Result<Command> make_lock(const Values& values, const CommandLine&) {
  return lock_command(values).map([](LockCommand&& c) { return Command(std::move(c)); });
}
Result<Command> make_retro(const Values& values, const CommandLine&) {
  return retro_command(values).map([](RetroCommand&& c) { return Command(std::move(c)); });
}
Result<Command> make_rules(const Values& values, const CommandLine&) {
  return rules_command(values).map([](RulesCommand&& c) { return Command(std::move(c)); });
}
Result<Command> make_ca(const Values& values, const CommandLine&) {
  return ca_command(values).map([](CaCommand&& c) { return Command(std::move(c)); });
}

Result<Command> make_doctor(const Values& values, const CommandLine& line) {
  return doctor_command(values, line.behind).map([](DoctorCommand&& c) { return Command(std::move(c)); });
}

constexpr Entry entries[] = {
    {"proxy", "the intercepting proxy", "telltale proxy [OPTIONS]",
     "telltale proxy --mode strip --intercept '*.anthropic.com'", proxy_options, make_proxy},
    {"run", "run one AI client behind a private proxy", "telltale run [OPTIONS] -- CLIENT [ARGUMENTS]",
     "telltale run --mock --save out.jsonl -- claude -p 'hello there'", run_options, make_run},
    {"replay", "inspect captures offline", "telltale replay [OPTIONS] CAPTURE...",
     "telltale replay --fail-on high --format json out.jsonl", replay_options, make_replay},
    {"convert", "captures from one format into another", "telltale convert [OPTIONS] IN... OUT",
     "telltale convert captures.jsonl.zst captures.har", convert_options, make_convert},
    {"diff", "what two captures say differently", "telltale diff [OPTIONS] A B",
     "telltale diff --format html --output diff.html old.jsonl new.jsonl", diff_options, make_diff},
    {"sweep", "which bytes of requests depend on which fact of the environment",
     "telltale sweep run [OPTIONS] -- CLIENT | analyse [OPTIONS] CAPTURE...",
     "telltale sweep run --vary TZ=UTC,Asia/Tehran -- claude -p 'hello'", sweep_options, make_sweep},
    {"lock", "the inventory of what a client sends, and what is not in it",
     "telltale lock [OPTIONS] CAPTURE... [-o FILE | --check FILE]", "telltale lock captures.jsonl -o telltale.lock",
     lock_options, make_lock},
    {"retro", "since when and how often captures hold what rules find", "telltale retro [OPTIONS] CAPTURE...",
     "telltale retro --by week --format json captures/", retro_options, make_retro},
    {"rules", "list, explain and test the rules", "telltale rules list | explain ID | test [PACK...]",
     "telltale rules explain marker.date-line", rules_options, make_rules},
    {"doctor", "what is wrong between client and proxy, and what to set",
     "telltale doctor [OPTIONS, also those of proxy] [-- CLIENT [ARGUMENTS]]",
     "telltale doctor -- claude -p 'hello there'", doctor_options, make_doctor, proxy_options},
    {"ca", "the certificate authority", "telltale ca VERB [OPTIONS]",
     "telltale ca create --permit api.anthropic.com '*.openai.com'", ca_options, make_ca},
};

bool is_positional(const Option& option) {
  const std::string_view name = option.name;
  return name == "captures" || name == "verb" || name == "arguments";
}

std::string variable_of(const Option& option) {
  std::string out = "TELLTALE_";
  for (const char c : std::string_view(option.name))
    out.push_back(c == '-' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c);
  return out;
}

std::string synopsis_of(const Option& option) {
  const char* const more = option.takes == Takes::many ? "..." : "";
  if (is_positional(option)) return fmt::format("{}{}", option.placeholder, more);
  if (option.takes == Takes::nothing) return fmt::format("--{}", option.name);
  return fmt::format("--{} {}{}", option.name, option.placeholder, more);
}

// What few need, in as many lines as it takes.
std::string rare_options(const Entry& entry) {
  constexpr std::size_t widest = 79;
  std::string out;
  std::string line = "  Also:";
  for (const Option& option : entry.options) {
    if (option.help != nullptr) continue;
    const std::string word = " " + synopsis_of(option);
    if (line.size() + word.size() > widest) {
      out += line + "\n";
      line = "       ";
    }
    line += word;
  }
  return line == "  Also:" ? out : out + line + "\n";
}

std::string help_of(const Entry& entry) {
  std::string out = fmt::format("telltale {}: {}\n\nUsage: {}\n\n", entry.name, entry.summary, entry.usage);
  for (const Option& option : entry.options)
    if (option.help != nullptr && *option.help != '\0' && option.help != in_docs)
      out += fmt::format("  {:<28} {}\n", synopsis_of(option), option.help);
  out += rare_options(entry);
  out += "\nOptions are variables too (--fail-on: TELLTALE_FAIL_ON; lists with commas).\n";
  return out + fmt::format("Example: {}\n", entry.example);
}

std::string overview() {
  std::string out =
      "telltale: shows what AI assistants say about their users\n\n"
      "Usage: telltale COMMAND [OPTIONS]\n\n";
  for (const Entry& entry : entries) out += fmt::format("  {:<10} {}\n", entry.name, entry.summary);
  out +=
      "  help CMD   the options of a command, as CMD --help\n\n"
      "  --version  this program and the libraries it uses\n\n"
      "Exit codes: 0 clean, 1 findings, 2 usage or configuration, 3 input unreadable,\n"
      "            4 not everything inspected (--require-coverage), 5 our own fault\n\n"
      "Example: telltale run --mock -- claude -p 'hello there'\n";
  return out;
}

Answer usage_error(std::string_view where, std::string_view what) {
  return {ExitCode::usage, fmt::format("telltale{}: {}\n", where, what)};
}

void add_option(CLI::App& app, const Option& option) {
  const std::string flag = is_positional(option) ? option.name : fmt::format("--{}", option.name);
  if (option.takes == Takes::nothing) {
    app.add_flag(flag)->envname(variable_of(option));
    return;
  }
  const bool has_letter = std::string_view(option.name) == "output";
  auto* const added = app.add_option(has_letter ? "-o," + flag : flag);
  if (option.takes == Takes::one) added->take_last();
  if (option.takes != Takes::one)
    added->expected(1, CLI::detail::expected_max_vector_size)->allow_extra_args(option.takes == Takes::many);
  if (is_positional(option)) return;
  added->envname(variable_of(option));
  if (option.takes == Takes::each || option.takes == Takes::many) added->delimiter(',');
}

// `--rules a.jsonc b.jsonc capture.jsonl`: further packs are told from captures by their ending.
Words with_packs_named(const Words& words) {
  Words out;
  bool in_packs = false;
  for (const std::string& word : words) {
    const bool had_first = in_packs && !out.empty() && out.back() != "--rules";
    if (word.starts_with("-") && word.size() > 1)
      in_packs = word == "--rules";
    else if (had_first && word.ends_with(".jsonc"))
      out.emplace_back("--rules");
    else if (had_first)
      in_packs = false;
    out.push_back(word);
  }
  return out;
}

// A complaint names what the user wrote: the option, or else the variable.
std::string label_of(const Option& option, const std::string& flag, const Words& words) {
  if (is_positional(option)) return option.placeholder;
  const bool has_letter = flag == "--output";
  const auto names_it = [&flag, has_letter](const std::string& word) {
    return word == flag || word.starts_with(flag + "=") || (has_letter && word.starts_with("-o"));
  };
  return std::any_of(words.begin(), words.end(), names_it) ? flag : variable_of(option);
}

Values collect(const CLI::App& app, const Entry& entry, const Words& words) {
  Values out;
  for (const Option& option : entry.all()) {
    const std::string flag = is_positional(option) ? option.name : fmt::format("--{}", option.name);
    const CLI::Option* const found = app.get_option(flag);
    if (found->count() == 0) continue;
    out[option.name] = {found->results(), label_of(option, flag, words)};
  }
  return out;
}

// The file's values where neither line nor environment gave one. `listen` stands for two of its keys.
void add_config(Values& values, Values&& file) {
  if (values.contains("listen")) {
    file.erase("listen-host");
    file.erase("listen-port");
  }
  values.merge(file);
}

// CLI11 names the word that is wrong but not the one that was meant.
std::string explain_extras(const CLI::App& app, const Entry& entry) {
  const Words extras = app.remaining();
  if (extras.empty()) return "a word too many";
  const std::string word = extras.front().substr(0, extras.front().find('='));
  if (!word.starts_with("-")) return fmt::format("{} is not expected here", word);
  std::vector<std::string> flags;
  for (const Option& option : entry.all())
    if (!is_positional(option)) flags.push_back(fmt::format("--{}", option.name));
  const std::string_view meant = nearest(word, {flags.begin(), flags.end()});
  return meant.empty() ? fmt::format("{} is no option", word)
                       : fmt::format("{} is no option; did you mean {}?", word, meant);
}

std::string explain_missing(std::string_view what) {
  return fmt::format("{} needs a value", what.substr(0, what.find(':')));
}

// `--output= capture.jsonl`, as `--output=$REPORT capture.jsonl` is without its variable: CLI11 takes the next word.
Words::const_iterator find_empty(const Words& words) {
  return std::find_if(words.begin(), words.end(), [](const std::string& word) {
    return word.starts_with("--") && word.find('=') == word.size() - 1;
  });
}

Result<Values> gather(const Entry& entry, const CommandLine& line) {
  CLI::App app;
  app.set_help_flag();
  for (const Option& option : entry.all()) add_option(app, option);
  Words reversed = with_packs_named(line.words);
  std::reverse(reversed.begin(), reversed.end());
  try {
    app.parse(reversed);
  } catch (const CLI::ExtrasError&) {
    return fail(Errc::option_invalid, explain_extras(app, entry));
  } catch (const CLI::ArgumentMismatch& error) {
    return fail(Errc::option_invalid, explain_missing(error.what()));
  } catch (const CLI::ParseError& error) {
    return fail(Errc::option_invalid, error.what());
  }
  if (const auto empty = find_empty(line.words); empty != line.words.end())
    return fail(Errc::option_invalid, fmt::format("{}: the value is empty", empty->substr(0, empty->size() - 1)));
  Values values = collect(app, entry, line.words);
  const auto config = values.find("config");
  const bool looks_at_it = entry.more.data() != nullptr;  // `doctor` reads it itself
  if (config == values.end() || looks_at_it) return values;
  TT_TRY(Values file, read_config_file(config->second.texts.back()));
  add_config(values, std::move(file));
  return values;
}

Command parse_entry(const Entry& entry, const CommandLine& line) {
  const auto asks_help = [](const std::string& word) { return word == "--help" || word == "-h"; };
  if (std::any_of(line.words.begin(), line.words.end(), asks_help)) return Answer{ExitCode::clean, help_of(entry)};
  const auto command = gather(entry, line).and_then([&](const Values& values) { return entry.make(values, line); });
  if (command) return *command;
  // A message about a file begins with the file's name already.
  const bool names_file = command.error().code != Errc::option_invalid;
  std::string text = command.error().detail;
  if (!names_file) text += fmt::format("\nSee: telltale {} --help", entry.name);
  return usage_error(names_file ? "" : fmt::format(" {}", entry.name), text);
}

const Entry* find_entry(std::string_view name) {
  const auto found =
      std::find_if(std::begin(entries), std::end(entries), [name](const Entry& e) { return name == e.name; });
  return found == std::end(entries) ? nullptr : found;
}

Answer unknown_command(std::string_view name) {
  std::vector<std::string_view> names = {"help", "--help", "--version"};
  for (const Entry& entry : entries) names.emplace_back(entry.name);
  const std::string_view meant = name == "version" ? "--version" : nearest(name, names);
  const std::string hint = meant.empty() ? "" : fmt::format("; did you mean {}?", meant);
  return usage_error("", fmt::format("{} is no command{}\n\n{}", name, hint, overview()));
}

Command parse_help(const Words& words) {
  if (words.empty()) return Answer{ExitCode::clean, overview()};
  const Entry* entry = find_entry(words[0]);
  if (entry == nullptr) return unknown_command(words[0]);
  return Answer{ExitCode::clean, help_of(*entry)};
}

}  // namespace

Command parse_command_line(int argc, const char* const* argv) {
  Words words(argv + std::min(argc, 1), argv + argc);
  if (words.empty()) return usage_error("", fmt::format("say what to do\n\n{}", overview()));
  const std::string name = words[0];
  words.erase(words.begin());
  if (name == "--help" || name == "-h") return Answer{ExitCode::clean, overview()};
  if (name == "--version") return Answer{ExitCode::clean, version_text(CLI11_VERSION)};
  if (name == "help") return parse_help(words);
  const Entry* entry = find_entry(name);
  if (entry == nullptr) return unknown_command(name);
  CommandLine line;
  const auto dashes = std::find(words.begin(), words.end(), "--");
  line.words.assign(words.begin(), dashes);
  if (dashes != words.end()) line.behind.assign(dashes + 1, words.end());
  // Elsewhere `--` only says that no option follows.
  const bool has_client = entry->takes_client() || (name == "sweep" && !line.words.empty() && line.words[0] == "run");
  if (!has_client && dashes != words.end()) line.words.assign(words.begin(), words.end());
  return parse_entry(*entry, line);
}

}  // namespace telltale::app
