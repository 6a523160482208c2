// A judge that does what the body tells it, so that the network part can be tested without rules: `[flag]`, `[block]`,
// `[strip]`, which is cut out, `[blind]`, which says that it could not look, and `[throw]` and `[no memory]`, which
// fail as a faulty detector would. It takes the place of inspect/judge.cpp in this one program: the linker finds these
// definitions first and never opens that member of the library.
#include "inspect/judge.hpp"

#include <new>
#include <stdexcept>

#include "support/proxy_rig.hpp"

namespace telltale::inspect {

Judgement judge(const Received& received, const RuleSet&, const Policy&, const Limits&) {
  Judgement judgement;
  const auto has = [&](std::string_view word) { return received.body.find(word) != std::string_view::npos; };
  if (has("[throw]")) throw std::out_of_range("a detector's fault");
  if (has("[no memory]")) throw std::bad_alloc();
  if (has("[blind]")) {
    judgement.verdict.coverage.state = Coverage::State::none;
    judgement.verdict.coverage.causes.emplace_back("coding-unknown");
  }
  if (has("[flag]")) judgement.verdict.action = Action::flag;
  if (has("[block]")) judgement.verdict.action = Action::block;
  if (judgement.verdict.action != Action::pass) judgement.verdict.findings.emplace_back();
  if (!has("[strip]")) return judgement;
  judgement.verdict.action = Action::strip;
  judgement.verdict.findings.emplace_back();
  std::string body(received.body);
  body.erase(body.find("[strip]"), 7);
  const auto length = received.head->find("content-length");
  if (length) {
    std::string head = received.head->raw;
    head.replace(static_cast<std::size_t>(length->data() - received.head->raw.data()), length->size(),
                 std::to_string(body.size()));
    judgement.head = std::move(head);
  }
  judgement.body = std::move(body);
  return judgement;
}

}  // namespace telltale::inspect

namespace telltale::test {

std::shared_ptr<const net::Judging> test_judging() {
  auto judging = std::make_shared<net::Judging>();
  judging->rules = inspect::RuleSet::compile({}).value();
  return judging;
}

}  // namespace telltale::test
