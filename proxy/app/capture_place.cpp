// Where captures go. Covered by tests/e2e/proxy_test.py and doctor_test.py.
#include "app/capture_place.hpp"

#include <cstdlib>

namespace telltale::app {

std::string state_dir() {
  if (const char* state = std::getenv("XDG_STATE_HOME"); state != nullptr && *state == '/')
    return std::string(state) + "/telltale";
  const char* home = std::getenv("HOME");
  return std::string(home != nullptr ? home : ".") + "/.local/state/telltale";
}

std::string capture_place(const ProxyCommand& command) {
  if (!command.capture.empty()) return command.capture;
  return command.no_store ? std::string() : state_dir() + "/captures";
}

}  // namespace telltale::app
