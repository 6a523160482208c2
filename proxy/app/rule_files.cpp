// Rule packs from the binary or from files. Covered by tests/unit/app/rule_files_test.cpp.
#include "app/rule_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "app/embedded_rules.hpp"
#include "app/file_text.hpp"

namespace telltale::app {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_pack = std::size_t{16} * 1024 * 1024;

Result<std::vector<std::string>> packs_in(const std::string& folder) {
  std::vector<std::string> out;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
    if (at->path().extension() == ".jsonc") out.push_back(at->path().string());
  if (error) return fail(Errc::file_failed, fmt::format("{}: {}", folder, error.message()));
  if (out.empty()) return fail(Errc::file_failed, fmt::format("{}: no *.jsonc in this folder", folder));
  std::sort(out.begin(), out.end());
  return out;
}

Result<std::vector<std::string>> pack_files(const std::vector<std::string>& paths) {
  std::vector<std::string> out;
  for (const std::string& path : paths) {
    std::error_code ignored;
    if (!fs::is_directory(path, ignored)) {
      out.push_back(path);
      continue;
    }
    TT_TRY(const auto inside, packs_in(path));
    out.insert(out.end(), inside.begin(), inside.end());
  }
  return out;
}

}  // namespace

Result<std::vector<inspect::RulePack>> read_packs(const std::vector<std::string>& paths) {
  std::vector<inspect::RulePack> out;
  if (paths.empty()) {
    for (const EmbeddedFile& file : embedded_rules()) {
      TT_TRY(inspect::RulePack pack, inspect::load_rule_pack(file.name, file.text));
      out.push_back(std::move(pack));
    }
    return out;
  }
  TT_TRY(const auto files, pack_files(paths));
  for (const std::string& file : files) {
    TT_TRY(const std::string text, read_file(file, longest_pack));
    TT_TRY(inspect::RulePack pack, inspect::load_rule_pack(file, text));
    out.push_back(std::move(pack));
  }
  return out;
}

Result<std::shared_ptr<const inspect::RuleSet>> load_rules(const std::vector<std::string>& paths) {
  TT_TRY(const auto packs, read_packs(paths));
  return inspect::RuleSet::compile(packs);
}

}  // namespace telltale::app
