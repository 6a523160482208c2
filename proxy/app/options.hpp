#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "app/exit_code.hpp"
#include "app/packer.hpp"
#include "app/sweep_plan.hpp"
#include "inspect/uninspected.hpp"
#include "inspect/verdict.hpp"
#include "net/revocation.hpp"
#include "record/conversion.hpp"
#include "record/utc.hpp"

// What the command line said, one struct a command, already checked: ports are ports, enums are enums. Every option has
// an environment variable TELLTALE_<OPTION> and a default; the command line wins over the variable, that over the
// configuration file.

namespace telltale::app {

/// Options of every command that inspects.
struct Inspecting {
  inspect::Mode mode = inspect::Mode::flag;
  std::vector<std::string> rules;                ///< packs or folders in place of the built-in ones; empty: built-in
  std::vector<std::string> danger_strip_signed;  ///< rule ids that may edit a signed body
  inspect::BlindChoices uninspected;             ///< what is done with requests that could not be looked at
};

/// At or above this severity a finding makes exit code 1; nothing: `never`.
using FailOn = std::optional<inspect::Severity>;

/// What a response waits for before its last byte goes to the client: nothing, that its record is written (and outlives
/// the process), or that the record is on the disk (and outlives a power cut).
enum class CaptureSync : std::uint8_t { off, flush, full };

struct ProxyCommand {
  Inspecting inspecting;
  std::string listen_host = "127.0.0.1";
  std::uint16_t listen_port = 8899;
  std::string ca_dir;         ///< default: the user's data folder
  std::string ca_passphrase;  ///< where it comes from, see read_passphrase; empty: keys are not encrypted
  std::vector<std::string> intercept;
  bool intercept_all = false;
  std::string upstream_ca;
  std::vector<std::string> upstream_crl;  ///< files of revocation lists
  bool require_crl = false;               ///< refuse chains without a list
  net::Revocation revocation = net::Revocation::off;
  std::vector<std::string> danger_other_names;  ///< hosts for which CONNECT, SNI and Host may differ
  std::vector<std::string> allow_upstream;      ///< CIDR
  std::vector<std::string> resolve;             ///< HOST:PORT:ADDR
  std::string capture;                          ///< file or folder; empty: the embedded store
  CaptureSync capture_sync = CaptureSync::flush;
  bool no_store = false;
  std::optional<std::uint64_t>
      store_days;  ///< captures in a folder are removed after so many; nothing: 30 in the store
  std::optional<std::uint64_t> store_megabytes;  ///< and past so many; nothing: 1024 in the store
  std::string baselines_file;                    ///< where what is learned of clients is kept; empty: beside the store
  bool no_baselines = false;                     ///< learn nothing
  std::vector<std::string> baselines;            ///< captures of earlier requests, never learned over
  unsigned threads = 1;
  unsigned drain_time = 30;  ///< seconds
  /// Bounds on what clients share, as in Limits; 0: the default.
  unsigned max_connections = 0, max_client_connections = 0, max_client_requests = 0;
  unsigned message_memory = 0;  ///< MiB, Limits::held_bytes
  bool verdict_header = true;
  std::string format = "text";          ///< of the findings printed as they happen: text, json
  std::vector<std::string> typed_from;  ///< transcripts: files and folders
  std::string environment_file;         ///< what is known of the client's machine; "self": it is this one
  std::string admin_host;               ///< empty: no admin listener
  std::uint16_t admin_port = 0;
  bool danger_admin_anywhere = false;  ///< admin_host need not be loopback
  std::string user;                    ///< who to become once the port is open; empty: nobody else
  std::optional<bool> sandbox;         ///< with the filter or not at all, without it; nothing: with it where possible
  std::string store_key;               ///< where the key of captures comes from, see read_passphrase; empty: plain
  std::vector<std::string> dangers;    ///< every danger option that is on, with what gave it: for people
};

struct RunCommand {
  Inspecting inspecting;
  std::vector<std::string> client;  ///< command and its arguments; never empty
  bool mock = false;
  std::string mock_received;            ///< with `mock`: capture file of what it received, after editing; empty: none
  std::string save;                     ///< capture file; empty: none
  std::vector<std::string> typed_from;  ///< as for `proxy`
  std::vector<std::string> baselines;   ///< captures of earlier requests: files or folders
  std::string upstream_ca;              ///< as for `proxy`
  std::vector<std::string> resolve;     ///< as for `proxy`
  std::vector<std::string> allow_upstream;
  FailOn fail_on;                  ///< `run` passes the child's exit status on unless this is set and fires
  std::string format = "text";     ///< text, json
  std::string output;              ///< report file; empty: stderr, so that the client keeps stdout
  std::string store_key;           ///< as for `proxy`
  std::vector<std::string> facts;  ///< "NAME=value" for the captures' environment
};

struct ReplayCommand {
  Inspecting inspecting;
  std::vector<std::string> captures;  ///< files, folders, "-" for stdin
  std::string typed_file;
  std::vector<std::string> typed_from;  ///< transcripts, read once
  std::string environment_file;
  std::vector<std::string> baselines;  ///< captures of earlier requests: files or folders
  std::string baseline_findings;       ///< file of accepted findings; empty: none
  std::string write_baseline;          ///< where to write such a file; empty: nowhere
  std::optional<record::Day> today;    ///< by which accepted findings expire; nothing: the day of the exchange
  std::string lock;                    ///< inventory to check against; empty: none
  FailOn fail_on = inspect::Severity::medium;
  bool require_coverage = false;
  bool segments = false;
  std::string format = "text";  ///< text, json, sarif, junit, github, markdown, cef, ocsf
  std::string output;           ///< empty: stdout
  std::string store_key;        ///< as for `proxy`
  std::string strip_to;         ///< capture file of the stripped traffic; empty: none
  unsigned jobs = 1;
  bool quiet = false;   ///< no progress line
  std::string key_log;  ///< TLS keys of packet captures (SSLKEYLOGFILE)
};

struct ConvertCommand {
  std::vector<std::string> captures;  ///< files, folders, "-" for stdin
  std::string output;                 ///< "-": stdout
  record::Format format = record::Format::jsonl;
  Packing packing = Packing::none;
  unsigned flow_version = record::newest_flow_version;
  bool quiet = false;
  std::string key_log;    ///< as for `replay`
  std::string store_key;  ///< as for `proxy`
};

struct LockCommand {
  std::vector<std::string> rules;     ///< as Inspecting::rules
  std::vector<std::string> captures;  ///< files, folders, "-" for stdin
  std::string check;                  ///< inventory to check the captures against; empty: one is made of them
  bool update = false;                ///< add them to the one at `output`
  std::string output;                 ///< empty: stdout
  FailOn fail_on = inspect::Severity::medium;
  std::string format = "text";  ///< of what a check says: text, json
  unsigned jobs = 1;
  std::string store_key;  ///< as for `proxy`
};

struct DiffCommand {
  std::vector<std::string> captures;  ///< two: files, folders, "-" for stdin
  std::vector<std::string> rules;     ///< as Inspecting::rules
  std::string typed_file;             ///< of both sides, as for `replay`; the others too
  std::vector<std::string> typed_from;
  std::string environment_file;
  bool all = false;               ///< tell what is noise too
  std::optional<FailOn> fail_on;  ///< on new findings from there; nothing: on any difference
  std::string format = "text";    ///< text, json, html
  std::string output;             ///< empty: stdout
  unsigned jobs = 1;
  std::string store_key;  ///< as for `proxy`
};

struct RetroCommand {
  std::vector<std::string> rules;     ///< as Inspecting::rules
  std::vector<std::string> captures;  ///< files, folders, "-" for stdin
  bool by_week = false;
  FailOn fail_on;
  std::string format = "text";  ///< text, json
  std::string output;           ///< empty: stdout
  unsigned jobs = 1;
  std::string store_key;  ///< as for `proxy`
};

struct RulesCommand {
  enum class Verb { list, explain, test } verb = Verb::list;
  std::vector<std::string> rules;  ///< as Inspecting::rules
  std::string id;                  ///< for explain
  std::vector<std::string> packs;  ///< for test; empty: those in use
  std::string format = "text";
};

struct CaCommand {
  enum class Verb { create, show, export_root, trust, untrust, rotate } verb = Verb::show;
  std::string ca_dir;
  std::string ca_passphrase;  ///< as for `proxy`
  std::vector<std::string> permit;
  bool any_host = false;
  bool finish = false;              ///< for rotate
  std::vector<std::string> stores;  ///< for trust and untrust; empty: all that are there
  std::string into;                 ///< for trust and untrust: folder in place of `/`
  std::string output;               ///< for export; empty: stdout
};

struct DoctorCommand {
  ProxyCommand proxy;        ///< as `telltale proxy` would run with these options, variables and file
  std::string config;        ///< the file; empty: none
  std::string config_error;  ///< what is wrong with it; then `proxy` is without it
  std::string address;       ///< of a running proxy: "127.0.0.1:8899"
  bool address_given = false;
  std::string admin_token;          ///< file; empty: the one in the CA's folder
  std::vector<std::string> client;  ///< command and its arguments; empty: look at the running proxy
  std::string format = "text";      ///< text, json
};

struct SweepCommand {
  enum class Verb { analyse, run } verb = Verb::analyse;
  std::vector<std::string> captures;  ///< files, folders, "-" for stdin
  std::vector<std::string> factors;   ///< facts of the environment to look at; empty: all that differ
  std::vector<std::string> client;    ///< for run: command and arguments
  std::vector<std::string> vary;      ///< for run: "NAME=value,value"
  std::vector<std::string> profiles;  ///< for run
  std::vector<std::string> keep;      ///< for run: variables that the client gets as they are
  Design design = Design::full;
  unsigned repeat = 0;  ///< 0: enough
  unsigned jobs = 1;    ///< for run: cells at a time
  unsigned cell_seconds = 300;
  unsigned total_seconds = 4 * 3600;
  std::string store_key;  ///< as for `proxy`
  std::string save;       ///< for run: folder of the captures; empty: they are not kept
  double alpha = 0.02;
  std::uint64_t seed = 1;
  FailOn fail_on = inspect::Severity::medium;
  std::string format = "text";  ///< text, json
  std::string output;           ///< empty: stdout
  std::string html;             ///< the report as a page, too; empty: none
  std::string rule;             ///< rule pack made of what is found; empty: none
};

/// Something was asked that is answered by text alone (help, version), or the line was wrong (usage, text on stderr).
struct Answer {
  ExitCode code = ExitCode::clean;
  std::string text;
};

using Command = std::variant<Answer, ProxyCommand, RunCommand, ReplayCommand, DiffCommand, ConvertCommand, SweepCommand,
                             LockCommand, RetroCommand, RulesCommand, CaCommand, DoctorCommand>;

/// Reads command line, environment and (for `proxy`) the file named by --config. The only file that knows CLI11.
[[nodiscard]] Command parse_command_line(int argc, const char* const* argv);

}  // namespace telltale::app
