// Endpoints side by side, and in each the places. Covered by tests/unit/diff/compare_sides_test.cpp.
#include "diff/compare_sides.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>

#include "diff/place_pair.hpp"

namespace telltale::diff {
namespace {

using Places = std::map<std::pair<Sort, std::string>, Place>;
using Entry = std::pair<const Endpoint, EndpointProfile>;

struct Matched {
  const Entry* a = nullptr;
  const Entry* b = nullptr;
};

/// What stays of an endpoint where host and path are others.
auto family_of(const Endpoint& endpoint) {
  return std::tie(endpoint.method, endpoint.api, endpoint.tools);
}

bool names_an_api(const Endpoint& endpoint) {
  return !endpoint.api.empty() && endpoint.api != "json";
}

// The only one left over of that family.
Matched* only_partner(std::vector<Matched>& matched, const Endpoint& wanted) {
  Matched* out = nullptr;
  std::size_t of_own = 0;
  for (Matched& one : matched) {
    if (one.a != nullptr && one.b != nullptr) continue;
    const Endpoint& endpoint = one.a != nullptr ? one.a->first : one.b->first;
    if (family_of(endpoint) != family_of(wanted)) continue;
    if (one.a == nullptr) {
      ++of_own;
      continue;
    }
    if (out != nullptr) return nullptr;
    out = &one;
  }
  return of_own == 1 ? out : nullptr;
}

std::vector<Matched> match_endpoints(const Profile& a, const Profile& b) {
  std::vector<Matched> out;
  for (const Entry& entry : a.endpoints()) out.push_back({&entry, nullptr});
  for (const Entry& entry : b.endpoints()) {
    const auto same = std::find_if(out.begin(), out.end(), [&entry](const Matched& one) {
      return one.a != nullptr && one.a->first == entry.first;
    });
    if (same == out.end())
      out.push_back({nullptr, &entry});
    else
      same->b = &entry;
  }
  // Another gateway, or another model in the path.
  for (Matched& one : out) {
    if (one.a != nullptr || one.b == nullptr || !names_an_api(one.b->first)) continue;
    Matched* const partner = only_partner(out, one.b->first);
    if (partner == nullptr) continue;
    partner->b = one.b;
    one.b = nullptr;
  }
  std::erase_if(out, [](const Matched& one) { return one.a == nullptr && one.b == nullptr; });
  return out;
}

EndpointSide side_of(const Entry* entry) {
  if (entry == nullptr) return {};
  const auto& [endpoint, profile] = *entry;
  return {endpoint.host, endpoint.path,       profile.requests,   profile.turns,
          profile.blind, profile.least_bytes, profile.most_bytes, profile.bytes};
}

EndpointPair pair_of(const Matched& matched) {
  const Endpoint& endpoint = (matched.a != nullptr ? matched.a : matched.b)->first;
  return {endpoint.method, endpoint.api, endpoint.tools, side_of(matched.a), side_of(matched.b)};
}

std::string_view parent_of(std::string_view place) {
  const std::size_t step = place.rfind('/');
  return step == std::string_view::npos ? std::string_view() : place.substr(0, step);
}

// What is said of a container: what it is described by.
void describe(const std::string& name, const Places& places, Sample& sample) {
  if (sample.text != "{") return;
  constexpr std::array<std::string_view, 5> members = {"/description", "/function/description", "/text", "/content",
                                                       "/type"};
  for (const std::string_view member : members) {
    const auto found = places.find({Sort::value, name + std::string(member)});
    if (found == places.end() || !found->second.forms.front().is_string) continue;
    sample.text = sample_of(found->second.forms.front(), 0).text;
    sample.is_string = true;
    return;
  }
}

/// The places of one endpoint that both sides have.
class EndpointComparison {
 public:
  EndpointComparison(const Sides& sides, Budget& budget, Gather& out) : sides_(sides), budget_(budget), out_(out) {}

  void run() {
    one_sided(sides_.a.places, sides_.b.places, What::gone, loose_.a);
    one_sided(sides_.b.places, sides_.a.places, What::added, loose_.b);
    for (const auto& [key, of_a] : sides_.a.places) {
      const auto of_b = sides_.b.places.find(key);
      if (of_b == sides_.b.places.end() || key.first == Sort::spacing) continue;
      const PlacePair pair{key.first, key.second, of_a, of_b->second, sides_};
      if (key.first == Sort::order)
        compare_orders(pair, out_);
      else
        compare_values(pair, budget_, loose_, out_);
    }
    compare_blanks();
    compare_loose(loose_, sides_, budget_, out_);
  }

 private:
  void one_sided(const Places& own, const Places& other, What what, std::vector<LooseText>& loose) {
    std::map<std::string, std::uint32_t> within;
    std::vector<const Places::value_type*> tops;
    for (const auto& entry : own) {
      const auto& [sort, name] = entry.first;
      const bool stands_alone = sort == Sort::value || sort == Sort::header;
      if (!stands_alone || other.contains(entry.first)) continue;
      if (sort == Sort::value)
        for (const Form& form : entry.second.forms) add_loose(form, name, entry.second, loose);
      const std::string top = topmost(name, sort, own, other);
      if (top == name)
        tops.push_back(&entry);
      else
        ++within[top];
    }
    for (const auto* const top : tops) tell_one_sided(*top, own, what, within[top->first.second]);
  }

  // Of what came or went together, the outermost.
  static std::string topmost(const std::string& name, Sort sort, const Places& own, const Places& other) {
    std::string out = name;
    for (std::string_view parent = parent_of(out); !parent.empty(); parent = parent_of(parent)) {
      const std::pair<Sort, std::string> key{sort, std::string(parent)};
      if (!own.contains(key) || other.contains(key)) break;
      out = key.second;
    }
    return out;
  }

  void tell_one_sided(const Places::value_type& entry, const Places& own, What what, std::uint32_t within) {
    const auto& [key, place] = entry;
    const bool is_gone = what == What::gone;
    const EndpointProfile& side = is_gone ? sides_.a : sides_.b;
    const EndpointProfile& other = is_gone ? sides_.b : sides_.a;
    const PlacePair pair{key.first, key.second, place, place, sides_};
    Difference difference = start_of(pair, what);
    Sample& sample = is_gone ? difference.a : difference.b;
    sample = sample_of(place.forms.front(), side.requests);
    sample.requests = place.requests;
    describe(key.second, own, sample);
    difference.within = within;
    if (is_conversation(place.kind) && place.kind != codec::SegmentKind::user_text)
      difference.noise = Noise::conversation;
    else if (other.turns > 0 && place.turn >= other.turns)
      difference.noise = Noise::further_turn;
    out_.add(std::move(difference));
  }

  void compare_blanks() {
    for (const auto& [key, of_a] : sides_.a.places) {
      if (key.first != Sort::value) continue;
      if (!sides_.b.places.contains(key)) continue;
      const std::pair<Sort, std::string> spacing{Sort::spacing, key.second};
      const auto in_a = sides_.a.places.find(spacing);
      const auto in_b = sides_.b.places.find(spacing);
      const Place* const blanks_a = in_a == sides_.a.places.end() ? nullptr : &in_a->second;
      const Place* const blanks_b = in_b == sides_.b.places.end() ? nullptr : &in_b->second;
      if (blanks_a != nullptr || blanks_b != nullptr) compare_spacing(key.second, blanks_a, blanks_b, sides_, out_);
    }
  }

  const Sides& sides_;
  Budget& budget_;
  Gather& out_;
  LooseTexts loose_;
};

void note_left_out(std::string_view side, const Profile& profile, Gather& out) {
  for (const std::string& what : profile.left_out()) out.add_note(fmt::format("{}: {}", side, what));
}

}  // namespace

DiffReport compare_sides(const Profile& a, const Profile& b, const CompareOptions& options) {
  DiffReport out;
  Gather gather(options.all);
  Budget budget{most_compared};
  for (const Matched& matched : match_endpoints(a, b)) {
    const auto number = static_cast<std::uint32_t>(out.endpoints.size());
    out.endpoints.push_back(pair_of(matched));
    if (matched.a == nullptr || matched.b == nullptr) continue;
    const Sides sides{matched.a->second, matched.b->second, number};
    EndpointComparison(sides, budget, gather).run();
  }
  note_left_out("A", a, gather);
  note_left_out("B", b, gather);
  if (budget.exhausted)
    gather.add_note(
        fmt::format("texts past {} MiB were not compared word by word, only told to differ", most_compared >> 20U));
  gather.finish(out);
  return out;
}

bool DiffReport::differs() const {
  const bool one_sided = std::any_of(endpoints.begin(), endpoints.end(), [](const EndpointPair& pair) {
    return pair.a.requests == 0 || pair.b.requests == 0;
  });
  return one_sided || !differences.empty() || !findings.empty();
}

std::string_view name_of(What what) {
  constexpr std::string_view names[] = {"added", "gone", "changed", "spelling", "moved", "more_often", "less_often"};
  return names[static_cast<std::size_t>(what)];
}

}  // namespace telltale::diff
