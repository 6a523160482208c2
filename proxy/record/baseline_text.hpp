#pragma once
#include <string>
#include <string_view>

#include "core/limits.hpp"
#include "core/result.hpp"
#include "inspect/baselines.hpp"
#include "record/capture.hpp"

namespace telltale::record {

/// Most bytes of a store of baselines. A client's lines take some 100 KB; past it those that changed longest ago are
/// left out.
inline constexpr std::size_t most_baseline_bytes = std::size_t{64} * 1024 * 1024;

/// What is known of all clients, as lines of JSON: a header line with the version, then one line a client, version and
/// endpoint, the one that changed longest ago first. The same baselines give the same bytes. Source:
/// docs/configuration.md.
///
/// Credentials in what was learned are masked as in captures. A mask stands in a slot: the place counts as one that
/// varies, so that the real value does not differ from what is read back.
[[nodiscard]] std::string save_baselines(const inspect::Baselines& baselines, Digest digest);

/// Reads what `save_baselines` wrote. Strict: an unknown member, a wrong kind, a slot outside its text or more than the
/// bounds in baselines.hpp, template_texts.hpp and shape.hpp refuse the whole text.
/// Errors: input_unreadable; `at` is an offset in `text`, `detail` names the line.
[[nodiscard]] Result<inspect::Baselines> load_baselines(std::string_view text, const Limits& limits);

}  // namespace telltale::record
