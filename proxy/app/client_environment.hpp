#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace telltale::app {

/// Environment variables by name.
using Variables = std::map<std::string, std::string, std::less<>>;

/// "NAME=value" texts, as a process has and gets them; the first of equal names counts.
[[nodiscard]] Variables read_variables(const char* const* environment);
[[nodiscard]] std::vector<std::string> write_variables(const Variables& variables);

/// What the client of `run` is to be told.
struct ClientSettings {
  std::string proxy_url;    ///< "http://127.0.0.1:41234"
  std::string root_file;    ///< PEM of our root alone, for variables that add to what a client trusts
  std::string bundle_file;  ///< the public roots and ours, for variables that replace it
  bool mock = false;        ///< the API is the mock: a client without an account gets a stand-in key
  std::string program;      ///< the client's command, for what only one client needs
};

struct ClientEnvironment {
  Variables variables;
  std::vector<std::string> stand_ins;  ///< names of the keys and switches set because of `mock`, to be told
};

/// The inherited variables with proxy and trust of the private proxy in place of any others.
///
/// HTTPS_PROXY alone reaches every measured client. HTTP_PROXY is set only when a base URL (a variable ending in
/// _BASE_URL or _ENDPOINT) begins with http://, and then NO_PROXY for loopback with it, unless that base URL is on
/// loopback itself: one client asks its own helper process on 127.0.0.1 through HTTP_PROXY. ALL_PROXY and any other
/// NO_PROXY are dropped: each of them makes some client go around the proxy. Pure.
[[nodiscard]] ClientEnvironment client_environment(const Variables& inherited, const ClientSettings& settings);

/// The texts among a client's arguments (without its name) that count as typed by the user: values of prompt options
/// (-p, --print, -q, --query, --prompt, -i, --prompt-interactive, --message), every argument with a blank in it, and
/// the last argument if it is no option. What follows an option named for a key, token, secret or password never does.
[[nodiscard]] std::vector<std::string> typed_arguments(const std::vector<std::string>& arguments);

}  // namespace telltale::app
