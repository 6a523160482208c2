// In which order things stand. Covered by tests/unit/compare/sweep_test.cpp.
#include <algorithm>
#include <set>

#include "compare/feature_list.hpp"

namespace telltale::compare {
namespace {

using Names = std::vector<std::string_view>;

// An order of k things has k(k-1)/2 pairs; past this many things only the order as a whole is looked at.
constexpr std::size_t most_paired = 16;
// Pairs tell something the whole does not only where the whole takes many forms.
constexpr std::size_t least_orders = 4;
constexpr double pair_weight = 0.05;

Names split(std::string_view order) {
  Names out;
  for (std::size_t at = 0; at < order.size();) {
    const std::size_t end = order.find(order_separator, at);
    out.push_back(order.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

std::string shown(std::string_view name) {
  // "name=read_file" of an element, "key#2" of the second member of a name.
  std::string out(name.starts_with("name=") ? name.substr(5) : name);
  std::replace(out.begin(), out.end(), '\x02', '#');
  return out;
}

/// The orders of one container in all runs, cut down to what all of them hold: what is missing is told elsewhere.
class Orders {
 public:
  explicit Orders(const RowContext& context) : context_(context), of_run_(context.runs()) {
    bool is_first = true;
    for (std::size_t run = 0; run < context.runs(); ++run) {
      if (context.row.cells[run] == nullptr) continue;
      of_run_[run] = split(context.value(run));
      const std::set<std::string_view> names(of_run_[run].begin(), of_run_[run].end());
      if (is_first)
        common_ = names;
      else
        std::erase_if(common_, [&names](std::string_view name) { return !names.contains(name); });
      is_first = false;
    }
    for (Names& names : of_run_)
      std::erase_if(names, [this](std::string_view name) { return !common_.contains(name); });
  }

  void add_whole(std::vector<Feature>& out) {
    Levels levels(context_.runs());
    std::set<std::string> orders;
    for_each_run([&](std::size_t run) {
      std::string order;
      for (const std::string_view name : of_run_[run]) order += (order.empty() ? "" : ", ") + shown(name);
      levels.set(run, order);
      orders.insert(order);
    });
    different_ = orders.size();
    if (different_ > 1) add(levels.feature(Aspect::order, 1.0), out);
  }

  void add_pairs(std::vector<Feature>& out) {
    if (different_ < least_orders || common_.size() > most_paired) return;
    for (auto first = common_.begin(); first != common_.end(); ++first)
      for (auto second = std::next(first); second != common_.end(); ++second) add_pair(*first, *second, out);
  }

 private:
  template <class Function>
  void for_each_run(Function function) {
    for (std::size_t run = 0; run < of_run_.size(); ++run)
      if (context_.row.cells[run] != nullptr) function(run);
  }

  void add_pair(std::string_view first, std::string_view second, std::vector<Feature>& out) {
    Levels levels(context_.runs());
    std::set<bool> seen;
    for_each_run([&](std::size_t run) {
      const Names& names = of_run_[run];
      const bool leads = std::find(names.begin(), names.end(), first) < std::find(names.begin(), names.end(), second);
      seen.insert(leads);
      levels.set(run, leads ? shown(first) + ", " + shown(second) : shown(second) + ", " + shown(first));
    });
    if (seen.size() > 1) add(levels.feature(Aspect::pair_order, pair_weight), out);
  }

  void add(Feature feature, std::vector<Feature>& out) {
    context_.place_at(feature, context_.shown_run([](std::size_t) { return true; }));
    out.push_back(std::move(feature));
  }

  const RowContext& context_;
  std::vector<Names> of_run_;
  std::set<std::string_view> common_;
  std::size_t different_ = 0;
};

}  // namespace

void add_order_features(const RowContext& context, std::vector<Feature>& out) {
  Orders orders(context);
  orders.add_whole(out);
  orders.add_pairs(out);
}

}  // namespace telltale::compare
