// Asking whether certificates are revoked. The question runs beside the connection that needs it, so that it ends even
// when that has gone, and everybody who needs the same answer waits for one question. RFC 6960 appendix A (HTTP), RFC
// 5280 section 4.2.1.13. Covered by tests/hostile/tls/revocation_fetch_test.py.
#include "net/status_check.hpp"

#include <fmt/format.h>
#include <openssl/x509.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <ctime>

#include "certs/parts.hpp"
#include "net/status_answer.hpp"

namespace telltale::net {
namespace {

using certs::Owned;
using Clock = std::chrono::steady_clock;
using State = CertificateStatus::State;

constexpr std::size_t read_bytes = 16 * 1024;
// Lists from here on are read apart; shorter ones take less than a handshake.
constexpr std::size_t apart_bytes = 32 * 1024;

void free_chain(STACK_OF(X509) * chain) {
  sk_X509_pop_free(chain, X509_free);
}

CertificateStatus unknown(std::string why) {
  return {State::unknown, std::move(why), 0};
}

std::string host_field(const http::Authority& place) {
  std::string text = http::text_of(place);
  if (place.port == 80) text.resize(text.size() - 3);
  return text;
}

std::string request_to(const http::AbsoluteTarget& target, const std::string& body) {
  const std::string host = host_field(target.authority);
  if (body.empty())
    return fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", target.origin_form, host);
  return fmt::format(
      "POST {} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/ocsp-request\r\nContent-Length: {}\r\n"
      "Connection: close\r\n\r\n{}",
      target.origin_form, host, body.size(), body);
}

/// Settles a question when it ends, however it ends.
struct Settling {
  Settling(std::shared_ptr<StatusDesk> its_desk, std::string its_certificate)
      : desk(std::move(its_desk)), certificate(std::move(its_certificate)) {}
  ~Settling() { desk->cache.settle(certificate, std::move(status), std::time(nullptr)); }
  Settling(const Settling&) = delete;
  Settling& operator=(const Settling&) = delete;
  std::shared_ptr<StatusDesk> desk;
  std::string certificate;
  CertificateStatus status = unknown("the question was given up");
};

}  // namespace

/// One certificate being asked about: all that is needed of its chain, held.
struct StatusCheck::Inquiry {
  Inquiry(SSL* ssl, int depth)
      : chain(X509_chain_up_ref(SSL_get0_verified_chain(ssl))), trust(SSL_CTX_get_cert_store(SSL_get_SSL_CTX(ssl))) {
    X509_STORE_up_ref(trust.get());
    if (!chain) return;
    subject.certificate = sk_X509_value(chain.get(), depth);
    subject.issuer = sk_X509_value(chain.get(), depth + 1);
    subject.chain = chain.get();
    subject.trust = trust.get();
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    if (X509_digest(subject.certificate, EVP_sha256(), digest.data(), &size) == 1)
      certificate.assign(digest.begin(), digest.begin() + size);
  }
  std::string certificate;  ///< its SHA-256; empty: out of memory
  StatusSubject subject;
  Owned<STACK_OF(X509), free_chain> chain;
  Owned<X509_STORE, X509_STORE_free> trust;
};

struct StatusCheck::Waiting {
  std::string certificate;
  CertificateStatus status;
  std::shared_ptr<Signal> settled;  ///< null: `status` is known already
};

StatusCheck::StatusCheck(boost::asio::io_context& context, std::unique_ptr<Dialer> dialer,
                         std::shared_ptr<StatusDesk> desk)
    : context_(context),
      dialer_(std::move(dialer)),
      desk_(std::move(desk)),
      bell_(std::make_shared<Doorbell>(context)) {}

StatusCheck::~StatusCheck() {
  bell_->take_down();
}

StatusCheck::Waiting StatusCheck::ask(std::shared_ptr<Inquiry> inquiry, std::int64_t now) {
  Waiting waiting{inquiry->certificate, unknown("too many certificates are being asked about"), nullptr};
  if (waiting.certificate.empty()) return waiting;
  auto settled = std::make_shared<Signal>(context_);
  using Asked = StatusCache::Asked;
  const Asked asked = desk_->cache.ask(waiting.certificate, now, Doorbell::rope(bell_, settled), waiting.status);
  if (asked == Asked::ours || asked == Asked::theirs) waiting.settled = std::move(settled);
  if (asked == Asked::ours) boost::asio::co_spawn(context_, settle(std::move(inquiry)), boost::asio::detached);
  return waiting;
}

Task<CertificateStatus> StatusCheck::judge(SSL* ssl, bool leaf_is_good) {
  const auto end = Clock::now() + desk_->limits.upstream_status_time;
  const int below_root = sk_X509_num(SSL_get0_verified_chain(ssl)) - 1;
  std::vector<Waiting> all;
  for (int depth = leaf_is_good ? 1 : 0; depth < below_root; ++depth)
    all.push_back(ask(std::make_shared<Inquiry>(ssl, depth), std::time(nullptr)));
  CertificateStatus worst;
  worst.state = State::good;
  for (Waiting& one : all) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
    if (one.settled != nullptr && left.count() > 0) co_await one.settled->wait(left);
    if (one.settled != nullptr && !desk_->cache.known(one.certificate, std::time(nullptr), one.status))
      one.status = unknown("no answer within the time allowed");
    if (one.status.state == State::revoked) co_return std::move(one.status);
    if (one.status.state == State::unknown && worst.state == State::good) worst = std::move(one.status);
  }
  co_return worst;
}

Task<void> StatusCheck::settle(std::shared_ptr<Inquiry> inquiry) {
  Settling settling(desk_, inquiry->certificate);
  CertificateStatus status = co_await ask_places(std::move(inquiry));
  settling.status = std::move(status);
}

Task<CertificateStatus> StatusCheck::ask_places(std::shared_ptr<Inquiry> inquiry) {
  const auto end = Clock::now() + desk_->limits.upstream_status_time;
  std::vector<std::string> urls = responder_urls(inquiry->subject.certificate);
  const std::size_t responders = urls.size();
  for (std::string& url : list_urls(inquiry->subject.certificate)) urls.push_back(std::move(url));
  CertificateStatus status = unknown("the certificate names no place to ask over plain HTTP");
  for (std::size_t i = 0; i < urls.size() && Clock::now() < end; ++i) {
    CertificateStatus found = co_await ask_place(inquiry, std::move(urls[i]), i >= responders);
    status = std::move(found);
    if (status.state != State::unknown) break;
  }
  co_return status;
}

Task<CertificateStatus> StatusCheck::ask_place(std::shared_ptr<Inquiry> inquiry, std::string url, bool is_list) {
  auto target = http::parse_absolute_target(url);
  if (!target) co_return unknown("the certificate names a place that is no URL");
  const std::string place = http::text_of(target->authority);
  const std::int64_t now = std::time(nullptr);
  if (desk_->cache.is_dead(place, now) || desk_->cache.is_dead(url, now))
    co_return unknown(fmt::format("{}: gave no answer a moment ago", place));
  std::string question = is_list ? std::string() : ocsp_request(inquiry->subject);
  if (question.empty() && !is_list) co_return unknown("no request could be made");
  if (desk_->on_asked) desk_->on_asked();
  auto body = co_await fetch(std::move(url), std::move(*target), std::move(question));
  if (!body) co_return unknown(std::move(body.error().detail));
  CertificateStatus status;
  if (is_list && body->size() >= apart_bytes) {
    CertificateStatus read = co_await read_apart(std::move(inquiry), std::move(*body));
    status = std::move(read);
  } else {
    status = is_list ? read_list(*body, inquiry->subject) : read_ocsp(*body, inquiry->subject);
  }
  if (status.state == State::unknown) status.reason = fmt::format("{}: {}", place, status.reason);
  co_return status;
}

// Without a question it is a list that is fetched.
Task<Result<std::string>> StatusCheck::fetch(std::string url, http::AbsoluteTarget target, std::string question) {
  const std::string place = http::text_of(target.authority);
  auto stream = co_await dialer_->dial(target.authority, false);
  if (!stream) {
    desk_->cache.note_dead(place, std::time(nullptr));
    co_return tl::unexpected<Error>(std::move(stream.error()));
  }
  const bool is_list = question.empty();
  std::string request = request_to(target, question);
  auto body = co_await exchange(**stream, std::move(request), is_list);
  if (body) co_return body;
  Error error = std::move(body.error());
  if (error.code != Errc::upstream_response_malformed) desk_->cache.note_dead(url, std::time(nullptr));
  error.detail = fmt::format("{}: {}", place, error.detail);
  co_return tl::unexpected<Error>(std::move(error));
}

Task<Result<std::string>> StatusCheck::exchange(Stream& stream, std::string request, bool is_list) {
  const Limits& limits = desk_->limits;
  stream.expires_after(limits.status_place_time);
  const std::array<std::string_view, 1> pieces = {request};
  auto wrote = co_await stream.write_all(pieces);
  if (!wrote) co_return tl::unexpected<Error>(std::move(wrote.error()));
  StatusAnswer answer(is_list ? "GET" : "POST", is_list ? limits.status_list_bytes : limits.status_bytes, limits);
  std::string buffer(read_bytes, '\0');
  while (!answer.done()) {
    auto got = co_await stream.read_some(buffer);
    if (!got) co_return tl::unexpected<Error>(std::move(got.error()));
    auto taken = *got == 0 ? answer.end() : answer.push(std::string_view(buffer).substr(0, *got));
    if (!taken) co_return tl::unexpected<Error>(std::move(taken.error()));
  }
  co_return answer.body();
}

Task<CertificateStatus> StatusCheck::read_apart(std::shared_ptr<Inquiry> inquiry, std::string list) {
  const auto done = std::make_shared<Signal>(context_);  // stays here: its timer must not die on another thread
  auto status = std::make_shared<CertificateStatus>(unknown("the list could not be read"));
  auto rope = Doorbell::rope(bell_, done);
  boost::asio::post(desk_->reader, [inquiry = std::move(inquiry), list = std::move(list), status, rope] {
    try {
      *status = read_list(list, inquiry->subject);
    } catch (const std::exception&) {  // out of memory: it stays unknown
    }
    rope();
  });
  while (!done->fired()) co_await done->wait(std::chrono::hours(1));
  co_return std::move(*status);
}

}  // namespace telltale::net
