// Many requests laid over each other. Covered by tests/unit/diff/profile_test.cpp.
#include "diff/profile.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace telltale::diff {
namespace {

std::uint64_t digest_of(const Said& said) {
  std::uint64_t hash = said.is_string ? 0xCBF29CE484222325ULL : 0x84222325CBF29CE4ULL;
  const auto feed = [&hash](std::string_view text) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
  };
  feed(said.text);
  if (!said.raw.empty()) hash = ~hash;
  feed(said.raw);
  return hash;
}

}  // namespace

bool Form::says_the_same(const Form& other) const {
  if (digest != other.digest || size != other.size || is_string != other.is_string) return false;
  return !kept || !other.kept || (text == other.text && raw == other.raw);
}

void Profile::add(Statement&& statement) {
  ++requests_;
  if (endpoints_.size() == most_endpoints && !endpoints_.contains(statement.endpoint)) {
    ++requests_left_out_;
    return;
  }
  EndpointProfile& endpoint = endpoints_[statement.endpoint];
  endpoint.least_bytes = endpoint.requests == 0 ? statement.bytes : std::min(endpoint.least_bytes, statement.bytes);
  endpoint.most_bytes = std::max(endpoint.most_bytes, statement.bytes);
  endpoint.bytes += statement.bytes;
  endpoint.turns = std::max(endpoint.turns, statement.turns);
  ++endpoint.requests;
  if (!statement.blind.empty()) ++endpoint.blind;
  for (Said& said : statement.said) add_said(std::move(said), statement.exchange, endpoint);
}

Place* Profile::reach(const Said& said, EndpointProfile& endpoint) {
  std::pair<Sort, std::string> key{said.sort, said.place};
  const auto found = endpoint.places.find(key);
  if (found != endpoint.places.end()) return &found->second;
  if (places_ == most_places) {
    ++places_left_out_;
    return nullptr;
  }
  ++places_;
  Place& out = endpoint.places[std::move(key)];
  out.kind = said.kind;
  out.turn = said.turn;
  return &out;
}

Form* Profile::reach(Said&& said, const std::string& exchange, Place& place) {
  std::uint64_t digest = digest_of(said);
  // Two texts of one digest are made on purpose; the second goes by another.
  for (auto known = place.by_digest.find(digest); known != place.by_digest.end();
       known = place.by_digest.find(++digest)) {
    Form& form = place.forms[known->second];
    const bool is_it =
        form.size == said.text.size() && (!form.kept || (form.text == said.text && form.raw == said.raw));
    if (!is_it) continue;
    // Ids are in order of time; what is shown does not depend on which was read first.
    if (std::tie(exchange, said.where) < std::tie(form.exchange, form.where)) {
      form.exchange = exchange;
      form.where = std::move(said.where);
    }
    return &form;
  }
  if (place.forms.size() == most_forms || forms_ == most_forms_in_all) {
    leave_out(digest, place);
    return nullptr;
  }
  ++forms_;
  place.by_digest.emplace(digest, static_cast<std::uint32_t>(place.forms.size()));
  std::string where = std::move(said.where);
  const std::uint32_t turn = said.turn;
  Form& out = place.forms.emplace_back(make_form(std::move(said), digest));
  out.turn = turn;
  out.where = std::move(where);
  out.exchange = exchange;
  return &out;
}

// That the other side has it too can still be told.
void Profile::leave_out(std::uint64_t digest, Place& place) {
  if (place.further.contains(digest)) return;
  ++forms_left_out_;
  if (digests_ == most_digests) {
    ++place.not_kept;
    return;
  }
  ++digests_;
  place.further.insert(digest);
}

void Profile::add_said(Said&& said, const std::string& exchange, EndpointProfile& endpoint) {
  Place* const place = reach(said, endpoint);
  if (place == nullptr) return;
  const std::uint32_t turn = said.turn;
  place->turn = std::min(place->turn, turn);
  place->kind = std::min(place->kind, said.kind);
  if (place->last != requests_) ++place->requests;
  place->last = requests_;
  Form* const form = reach(std::move(said), exchange, *place);
  if (form == nullptr) return;
  form->turn = std::min(form->turn, turn);
  if (form->last != requests_) ++form->requests;
  form->last = requests_;
}

void Profile::settle() {
  const auto is_before = [](const Form& l, const Form& r) {
    return std::tie(l.text, l.raw, l.digest) < std::tie(r.text, r.raw, r.digest);
  };
  for (auto& [name, endpoint] : endpoints_)
    for (auto& [key, place] : endpoint.places) {
      if (place.forms.size() < 2) continue;
      std::sort(place.forms.begin(), place.forms.end(), is_before);
      for (std::uint32_t i = 0; i < place.forms.size(); ++i) place.by_digest[place.forms[i].digest] = i;
    }
}

Form Profile::make_form(Said&& said, std::uint64_t digest) {
  Form out;
  out.digest = digest;
  out.size = said.text.size();
  out.is_string = said.is_string;
  const std::size_t bytes = said.text.size() + said.raw.size();
  if (bytes > longest_text || text_bytes_ + bytes > most_text_bytes) {
    out.kept = false;
    ++by_digest_alone_;
    return out;
  }
  text_bytes_ += bytes;
  out.text = std::move(said.text);
  out.raw = std::move(said.raw);
  return out;
}

std::vector<std::string> Profile::left_out() const {
  std::vector<std::string> out;
  const auto tell = [&out](std::uint64_t count, std::string_view what) {
    if (count > 0) out.push_back(fmt::format("{} {}", count, what));
  };
  tell(requests_left_out_, "requests of further endpoints were not looked at");
  tell(places_left_out_, "values at further places were not looked at");
  tell(forms_left_out_, "further values at places with very many were only compared as equal or not");
  tell(by_digest_alone_, "texts were too long or too many to be kept, and only compared as equal or not");
  return out;
}

}  // namespace telltale::diff
