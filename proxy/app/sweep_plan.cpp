// Designs of sweeps. Covered by tests/unit/app/sweep_plan_test.cpp.
#include "app/sweep_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <numeric>
#include <random>
#include <set>

#include "core/ascii.hpp"

namespace telltale::app {
namespace {

constexpr std::string_view known_factors[] = {"hostname", "user", "cwd", "os-release", "client", "clock", "proxy"};
constexpr std::string_view proxy_variables[] = {"HTTPS_PROXY", "https_proxy", "HTTP_PROXY",
                                                "http_proxy",  "ALL_PROXY",   "all_proxy"};

struct Profile {
  std::string_view name;
  std::string_view factor;
};

// Zones: aliases of one place, offsets without a name, halves and quarters of an hour. Gateways: the vendor, none, a
// neutral host, country domains, vendor keywords, both, loopback.
constexpr Profile profiles[] = {
    {"timezone",
     "TZ=UTC,Etc/GMT-8,Asia/Shanghai,Asia/Chongqing,PRC,Asia/Urumqi,Asia/Singapore,Asia/Tehran,Asia/Kathmandu,"
     "Europe/Moscow,Europe/Berlin,America/New_York,CST-8"},
    {"gateway",
     "ANTHROPIC_BASE_URL=,https://api.anthropic.com,https://gateway.example.test,https://gateway.example.cn,"
     "https://gateway.example.ru,https://gateway.example.ir,https://deepseek.example.test,https://zhipu.example.test,"
     "https://moonshot.example.cn,https://localhost:8443"},
    {"locale", "LANG=C.UTF-8,en_US.UTF-8,en_GB.UTF-8,de_DE.UTF-8,zh_CN.UTF-8,zh_TW.UTF-8,fa_IR.UTF-8,ru_RU.UTF-8"},
    {"identity", "user=user,ann,wangwei"},
    {"identity", "hostname=workstation,build-17,DESKTOP-4K2P9QX"},
    {"identity", "os-release=Debian GNU/Linux 12 (bookworm),Ubuntu 24.04.1 LTS,Deepin 23"},
};

// A row is made greedily: of the values of each factor the one that makes most pairs not seen yet.
class Pairs {
 public:
  explicit Pairs(const std::vector<SweepFactor>& factors) : factors_(factors) {
    for (std::size_t i = 0; i < factors.size(); ++i)
      for (std::size_t j = i + 1; j < factors.size(); ++j)
        for (std::size_t a = 0; a < factors[i].levels.size(); ++a)
          for (std::size_t b = 0; b < factors[j].levels.size(); ++b) open_.insert({i, a, j, b});
  }

  std::vector<Cell> cells() {
    std::vector<Cell> out;
    while (!open_.empty()) out.push_back(next());
    return out;
  }

 private:
  using Pair = std::array<std::size_t, 4>;  // factor, value, later factor, its value
  static constexpr std::size_t unset = static_cast<std::size_t>(-1);

  static Pair pair_of(std::size_t i, std::size_t a, std::size_t j, std::size_t b) {
    return i < j ? Pair{i, a, j, b} : Pair{j, b, i, a};
  }

  [[nodiscard]] std::size_t gain(const Cell& cell, std::size_t factor, std::size_t level) const {
    std::size_t out = 0;
    for (std::size_t other = 0; other < cell.size(); ++other)
      if (other != factor && cell[other] != unset) out += open_.count(pair_of(factor, level, other, cell[other]));
    return out;
  }

  // Starts from an open pair, so that each row closes at least one.
  Cell next() {
    const Pair first = *open_.begin();
    Cell cell(factors_.size(), unset);
    cell[first[0]] = first[1];
    cell[first[2]] = first[3];
    for (std::size_t factor = 0; factor < cell.size(); ++factor) {
      if (cell[factor] != unset) continue;
      std::size_t best = 0;
      for (std::size_t level = 1; level < factors_[factor].levels.size(); ++level)
        if (gain(cell, factor, level) > gain(cell, factor, best)) best = level;
      cell[factor] = best;
    }
    for (std::size_t i = 0; i < cell.size(); ++i)
      for (std::size_t j = i + 1; j < cell.size(); ++j) open_.erase({i, cell[i], j, cell[j]});
    return cell;
  }

  const std::vector<SweepFactor>& factors_;
  std::set<Pair> open_;
};

std::vector<Cell> all_combinations(const std::vector<SweepFactor>& factors) {
  std::vector<Cell> out;
  for (Cell cell(factors.size(), 0);;) {
    out.push_back(cell);
    std::size_t at = cell.size();
    while (at > 0 && ++cell[at - 1] == factors[at - 1].levels.size()) cell[--at] = 0;
    if (at == 0) return out;
  }
}

std::vector<Cell> one_by_one(const std::vector<SweepFactor>& factors) {
  const Cell first(factors.size(), 0);
  std::vector<Cell> out = {first};
  for (std::size_t factor = 0; factor < factors.size(); ++factor)
    for (std::size_t level = 1; level < factors[factor].levels.size(); ++level) {
      out.push_back(first);
      out.back()[factor] = level;
    }
  return out;
}

std::size_t combinations(const std::vector<SweepFactor>& factors) {
  std::size_t out = 1;
  for (const SweepFactor& factor : factors) {
    out *= factor.levels.size();
    if (out > most_cells) return out;
  }
  return out;
}

// "2026-01-31" or "2026-01-31 23:30:00".
bool is_clock_level(std::string_view level) {
  constexpr std::string_view pattern = "9999-99-99 99:99:99";
  if (level.size() != 10 && level.size() != pattern.size()) return false;
  for (std::size_t i = 0; i < level.size(); ++i)
    if (pattern[i] == '9' ? !ascii::is_digit(level[i]) : level[i] != pattern[i]) return false;
  return true;
}

// Names joined by "+".
bool is_proxy_level(std::string_view level) {
  for (;;) {
    const std::string_view name = level.substr(0, level.find('+'));
    if (std::find(std::begin(proxy_variables), std::end(proxy_variables), name) == std::end(proxy_variables))
      return false;
    if (name.size() == level.size()) return true;
    level.remove_prefix(name.size() + 1);
  }
}

Result<void> check_levels(const SweepFactor& factor) {
  for (const std::string& level : factor.levels) {
    if (factor.name == "clock" && !is_clock_level(level))
      return fail(Errc::option_invalid,
                  fmt::format("clock: {} is no time; write 2026-01-31 or 2026-01-31 23:30:00", level));
    if (factor.name == "proxy" && !is_proxy_level(level))
      return fail(Errc::option_invalid,
                  fmt::format("proxy: {} is no variable for a proxy; give {}, joined by + for several", level,
                              fmt::join(proxy_variables, ", ")));
  }
  return {};
}

}  // namespace

bool is_variable_factor(std::string_view name) {
  const auto fits = [](char c) { return (c >= 'A' && c <= 'Z') || ascii::is_digit(c) || c == '_'; };
  return !name.empty() && !ascii::is_digit(name[0]) && std::all_of(name.begin(), name.end(), fits);
}

Result<SweepFactor> parse_factor(std::string_view text) {
  const std::size_t equals = text.find('=');
  SweepFactor out{std::string(text.substr(0, equals)), {}};
  if (equals == std::string_view::npos)
    return fail(Errc::option_invalid, fmt::format("{} has no values; write NAME=value,value", text));
  if (out.name == "entry")
    return fail(
        Errc::option_invalid,
        "entry cannot be varied: the proxy is entered by CONNECT alone so far; vary proxy for the variables that "
        "lead to it");
  const bool known = std::find(std::begin(known_factors), std::end(known_factors), out.name) != std::end(known_factors);
  if (!known && !is_variable_factor(out.name))
    return fail(Errc::option_invalid, fmt::format("{} cannot be varied; give an environment variable in capitals or {}",
                                                  out.name, fmt::join(known_factors, ", ")));
  std::string level;
  for (std::size_t at = equals + 1; at <= text.size(); ++at) {
    if (at == text.size() || text[at] == ',') {
      out.levels.push_back(std::exchange(level, {}));
      continue;
    }
    if (text[at] == '\\' && at + 1 < text.size() && text[at + 1] == ',') ++at;
    level += text[at];
  }
  const std::set<std::string> different(out.levels.begin(), out.levels.end());
  if (different.size() != out.levels.size())
    return fail(Errc::option_invalid, fmt::format("{} has a value twice", out.name));
  if (out.levels.size() < 2) return fail(Errc::option_invalid, fmt::format("{} needs two values or more", out.name));
  if (known && different.contains("")) return fail(Errc::option_invalid, fmt::format("{}: a value is empty", out.name));
  if (auto checked = check_levels(out); !checked) return tl::unexpected<Error>(checked.error());
  return out;
}

Result<std::vector<SweepFactor>> profile_factors(std::string_view name) {
  std::vector<SweepFactor> out;
  for (const Profile& profile : profiles) {
    if (name != "everything" && name != profile.name) continue;
    TT_TRY(SweepFactor factor, parse_factor(profile.factor));
    out.push_back(std::move(factor));
  }
  if (!out.empty()) return out;
  return fail(Errc::option_invalid,
              fmt::format("{} is unknown; give one of timezone, gateway, locale, identity, everything", name));
}

Result<std::vector<Cell>> design_cells(const std::vector<SweepFactor>& factors, Design design) {
  if (design == Design::full && combinations(factors) > most_cells)
    return fail(Errc::option_invalid, fmt::format("more than {} combinations; take --design pairwise", most_cells));
  // Of one factor there are no pairs.
  if (design == Design::full || (design == Design::pairwise && factors.size() < 2)) return all_combinations(factors);
  std::vector<Cell> out = design == Design::pairwise ? Pairs(factors).cells() : one_by_one(factors);
  if (out.size() > most_cells) return fail(Errc::option_invalid, fmt::format("more than {} cells", most_cells));
  return out;
}

std::vector<PlannedRun> order_runs(std::size_t cells, unsigned rounds, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<PlannedRun> out;
  std::vector<std::size_t> order(cells);
  for (unsigned round = 0; round < rounds; ++round) {
    std::iota(order.begin(), order.end(), std::size_t{0});
    // std::shuffle may differ between libraries; this does not. The bias of % is of no concern here.
    for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random() % i]);
    for (const std::size_t cell : order) out.push_back({cell, round});
  }
  return out;
}

unsigned enough_rounds(const std::vector<SweepFactor>& factors, const std::vector<Cell>& cells) {
  constexpr std::size_t wanted = 6;
  std::size_t rarest = wanted;
  for (std::size_t factor = 0; factor < factors.size(); ++factor)
    for (std::size_t level = 0; level < factors[factor].levels.size(); ++level) {
      const auto has = [&](const Cell& cell) { return cell[factor] == level; };
      const auto uses = static_cast<std::size_t>(std::count_if(cells.begin(), cells.end(), has));
      rarest = std::min(rarest, std::max<std::size_t>(uses, 1));
    }
  return static_cast<unsigned>(std::max<std::size_t>(2, (wanted + rarest - 1) / rarest));
}

std::string plan_text(const std::vector<SweepFactor>& factors, Design design, const std::vector<std::string>& client,
                      const std::vector<std::string>& keep) {
  constexpr std::string_view names[] = {"full", "pairwise", "one-at-a-time"};
  auto varied = nlohmann::ordered_json::array();
  for (const SweepFactor& factor : factors) varied.push_back({{"name", factor.name}, {"levels", factor.levels}});
  const nlohmann::ordered_json plan = {{"telltale_sweep", 1},
                                       {"design", names[static_cast<std::size_t>(design)]},
                                       {"factors", varied},
                                       {"client", client},
                                       {"keep", keep}};
  return plan.dump(1, ' ', true, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace telltale::app
