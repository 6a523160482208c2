// The newest typed texts, shared with the I/O threads. Covered by tests/unit/app/typed_texts_test.cpp.
#include "app/typed_texts.hpp"

#include <algorithm>

namespace telltale::app {

TypedTexts::TypedTexts(std::uint32_t most_texts, std::uint64_t most_bytes)
    : most_texts_(most_texts), most_bytes_(most_bytes) {}

void TypedTexts::add(std::vector<std::string> texts) {
  const std::lock_guard adding(adding_);
  for (std::string& text : texts)
    if (!text.empty()) take(std::move(text));
  if (texts_.empty()) return;
  auto next = std::make_shared<const inspect::TypedIndex>(std::vector<Text>(texts_.begin(), texts_.end()));
  const std::lock_guard lock(lock_);
  snapshot_.swap(next);
}

std::shared_ptr<const inspect::TypedIndex> TypedTexts::snapshot() const {
  const std::lock_guard lock(lock_);
  return snapshot_;
}

// A list, so that a text that comes again moves to the end without a search.
void TypedTexts::take(std::string&& text) {
  const auto known = places_.find(text);
  if (known != places_.end()) {
    texts_.splice(texts_.end(), texts_, known->second);
    return;
  }
  bytes_ += text.size();
  texts_.push_back(std::make_shared<const std::string>(std::move(text)));
  places_.emplace(*texts_.back(), std::prev(texts_.end()));
  while (texts_.size() > 1 && (texts_.size() > most_texts_ || bytes_ > most_bytes_)) {
    bytes_ -= texts_.front()->size();
    places_.erase(*texts_.front());
    texts_.pop_front();
  }
}

}  // namespace telltale::app
