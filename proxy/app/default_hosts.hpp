#pragma once
#include <string>
#include <vector>

namespace telltale::app {

/// What `telltale proxy` intercepts if nothing else is said: the API and telemetry hosts of published AI clients. A
/// list of where to look by default, not of what is recognised: any host named by --intercept is read by the shape of
/// its requests.
[[nodiscard]] const std::vector<std::string>& default_intercept_hosts();

}  // namespace telltale::app
