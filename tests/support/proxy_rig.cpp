// A whole proxy in one test process, on port 0.
#include "support/proxy_rig.hpp"

#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <stdexcept>

namespace telltale::test {

void Recorder::judged(const net::Exchange&) {
  const std::lock_guard lock(mutex_);
  ++judged_;
}

void Recorder::finished(net::Exchange&& exchange) {
  const std::lock_guard lock(mutex_);
  exchanges_.push_back(std::move(exchange));
  changed_.notify_all();
}

void Recorder::tunnelled(net::Tunnelled&& tunnel) {
  const std::lock_guard lock(mutex_);
  tunnels_.push_back(std::move(tunnel));
  changed_.notify_all();
}

void Recorder::refused(std::string_view, std::string_view host, const Error& error) {
  const std::lock_guard lock(mutex_);
  refusals_.push_back(Refusal{std::string(host), error});
  changed_.notify_all();
}

std::shared_ptr<const inspect::TypedIndex> Recorder::typed() {
  return nullptr;
}

template <class T>
T Recorder::wait_for(std::vector<T>& list, std::size_t index) {
  std::unique_lock lock(mutex_);
  const bool came = changed_.wait_for(lock, std::chrono::seconds(10), [&] { return list.size() > index; });
  if (!came) throw std::runtime_error("the proxy never reported it");
  return list[index];
}

net::Exchange Recorder::exchange(std::size_t index) {
  return wait_for(exchanges_, index);
}
Recorder::Refusal Recorder::refusal(std::size_t index) {
  return wait_for(refusals_, index);
}
net::Tunnelled Recorder::tunnel(std::size_t index) {
  return wait_for(tunnels_, index);
}
std::size_t Recorder::judged_count() {
  const std::lock_guard lock(mutex_);
  return judged_;
}
std::size_t Recorder::finished_count() {
  const std::lock_guard lock(mutex_);
  return exchanges_.size();
}
std::size_t Recorder::refused_count() {
  const std::lock_guard lock(mutex_);
  return refusals_.size();
}

const certs::Authority& ProxyRig::upstream_authority() {
  static const certs::Authority authority = certs::Authority::create({}).value();
  return authority;
}

const std::shared_ptr<const certs::Authority>& ProxyRig::proxy_authority() {
  static const auto authority = std::make_shared<const certs::Authority>(certs::Authority::create({}).value());
  return authority;
}

ProxyRig::ProxyRig(Upstream& upstream, const std::function<void(net::ProxyOptions&)>& tune)
    : port(upstream.port()), client_tls(client_context(proxy_authority().get())) {
  char path[] = "/tmp/telltale-test-XXXXXX";
  const int fd = ::mkstemp(path);
  ca_file = path;
  const std::string pem = upstream_authority().certificate_pem();
  const bool written = fd >= 0 && ::write(fd, pem.data(), pem.size()) == static_cast<ssize_t>(pem.size());
  if (fd >= 0) ::close(fd);
  if (!written) throw std::runtime_error("temporary file");
  net::ProxyOptions options;
  options.listen_port = 0;
  options.intercept = {host};
  options.pseudonym = "rig";
  options.upstream_ca_file = ca_file;
  options.allow_upstream = {net::parse_cidr("127.0.0.0/8").value()};
  options.resolve = {net::Resolution{http::Authority{host, port}, "127.0.0.1"}};
  if (tune) tune(options);
  auto leaves = std::make_shared<certs::LeafCache>(proxy_authority(), 16);
  proxy = std::make_unique<net::Proxy>(std::move(options), std::move(leaves), test_judging(), recorder);
  const auto started = proxy->start();
  if (!started) throw std::runtime_error("proxy: " + started.error().detail);
}

ProxyRig::~ProxyRig() {
  proxy.reset();
  ::unlink(ca_file.c_str());
}

Wire ProxyRig::connect(const std::string& where, std::string& answer) const {
  Wire wire = plain();
  wire.send("CONNECT " + where + " HTTP/1.1\r\nHost: " + where + "\r\n\r\n");
  answer = wire.receive_head();
  return wire;
}

Wire ProxyRig::secure() const {
  std::string answer;
  Wire wire = connect(target(), answer);
  if (!answer.starts_with("HTTP/1.1 200 ")) throw std::runtime_error("CONNECT was answered with " + answer);
  wire.connect_tls(client_tls.get(), host);
  return wire;
}

}  // namespace telltale::test
