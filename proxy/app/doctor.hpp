#pragma once
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "app/client_environment.hpp"
#include "app/diagnostics.hpp"
#include "app/options.hpp"

// The checks of `telltale doctor`. Each looks at one thing and gives one row, also where it could not look. The table
// of ids is docs/doctor.md.

namespace telltale::app::doctor {

enum class State : std::uint8_t {
  ok,
  note,     ///< fine; could be better
  warn,     ///< works, and will not for long, or not for all
  wrong,    ///< does not work, or is not safe
  unknown,  ///< not looked at; `found` says why
  blind     ///< not looked at although it was asked for
};
[[nodiscard]] std::string_view name_of(State state);  ///< both of the last are "not looked"

struct Row {
  std::string_view id;    ///< stable: "doctor.ca-expiring"
  std::string looked_at;  ///< a file, a variable, an address, a host
  State state = State::ok;
  std::string found;
  std::string todo;  ///< what to set or type, exactly; empty if nothing
};
using Rows = std::vector<Row>;

/// The address of a proxy as a variable or option gives it: "http://127.0.0.1:8899", "127.0.0.1:8899".
[[nodiscard]] std::string address_of_proxy(std::string_view text);

// --- this machine and the files (doctor_files.cpp, doctor_ca.cpp) ---
[[nodiscard]] Rows check_files(const DoctorCommand& command);  ///< configuration, rules, captures, descriptors, dangers
/// How much room a folder's disk has. Pure.
[[nodiscard]] Row judge_room(std::string place, std::uint64_t free_bytes, std::uint64_t all_bytes);
[[nodiscard]] Rows check_ca(const ProxyCommand& command);

// --- variables of this shell (doctor_variables.cpp) ---
struct Expected {
  std::string proxy;               ///< "127.0.0.1:8899"
  std::string root_file;           ///< ca.pem
  std::string root_pem;            ///< what is in it; empty: there is none
  std::vector<std::string> hosts;  ///< patterns of the hosts that matter
};
[[nodiscard]] Rows check_variables(const Variables& variables, const Expected& expected);

// --- a running proxy (doctor_proxy.cpp) ---
struct Found {
  bool runs = false;  ///< a Telltale answers at the proxy's address
};
[[nodiscard]] Rows check_proxy(const DoctorCommand& command, const std::string& root_sha256, Found& found);

// --- how soon a stream arrives (doctor_stream.cpp) ---
[[nodiscard]] Row check_stream(const std::string& proxy);

// --- what was noticed of clients and hosts (doctor_noticed.cpp) ---
/// `root_file` is what to make clients trust. Pure.
[[nodiscard]] Rows judge_noticed(const Noticed& noticed, const std::string& root_file);

// --- a client (doctor_client.cpp) ---
[[nodiscard]] Rows check_client(const DoctorCommand& command, const Variables& inherited, const std::string& root_file);

// --- the report (doctor_report.cpp) ---
[[nodiscard]] std::string text_of(const Rows& rows);
[[nodiscard]] std::string json_of(const Rows& rows);  ///< a row a line, then {"summary": ...}
/// 0 well, 1 something to mend, 3 could not look at what was asked for (wins).
[[nodiscard]] int exit_code_of(const Rows& rows);

}  // namespace telltale::app::doctor
