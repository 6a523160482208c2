// Answers of responders and revocation lists of any bytes, about one certificate of a fixed chain. The first byte says
// which of the two it is.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "certs/parts.hpp"
#include "net/certificate_status.hpp"

using namespace telltale;

namespace {

constexpr std::string_view root_pem =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBbDCCARKgAwIBAgIUWXxym6gdYgfvw2EBfYrYRrTEt7gwCgYIKoZIzj0EAwIw\n"
    "FDESMBAGA1UEAwwJZnV6eiByb290MB4XDTIwMDEwMTAwMDAwMFoXDTQ5MTIzMTIz\n"
    "NTk1OVowFDESMBAGA1UEAwwJZnV6eiByb290MFkwEwYHKoZIzj0CAQYIKoZIzj0D\n"
    "AQcDQgAExyOY7WPftsoidtFqmyvJmKf828WNs5isgqxB/KK2s4m7shWnNndQS0Mp\n"
    "CPur31DUVEZklZXCqMH/UquyPZkS8aNCMEAwDwYDVR0TAQH/BAUwAwEB/zAOBgNV\n"
    "HQ8BAf8EBAMCAQYwHQYDVR0OBBYEFIZDUUn+lhu9vycw/PxIMhKcWO1kMAoGCCqG\n"
    "SM49BAMCA0gAMEUCIQDx8nxPRZEkUE7sO/ZrdXpPBMh/JXAPouQPVq2iMgrjuwIg\n"
    "KgwV+i76cdnYJCl8WmdBYX0ic/EUpq5EiMONl7nH5V0=\n"
    "-----END CERTIFICATE-----\n";
constexpr std::string_view leaf_pem =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBjzCCATWgAwIBAgIUDqG4z//1cxyjqd++TpoFDsyRRb4wCgYIKoZIzj0EAwIw\n"
    "FDESMBAGA1UEAwwJZnV6eiByb290MB4XDTIwMDEwMTAwMDAwMFoXDTQ5MTIzMTIz\n"
    "NTk1OVowDzENMAsGA1UEAwwEbGVhZjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IA\n"
    "BBg8WG6VGFXnCV/kOs+jYlZEoBji3i22NcqSQUg+sFcT3VpTWupdwIxyg0z0hEjy\n"
    "JlVzZHgLy+z+bgrSwF9L4HqjajBoMBEGA1UdEQQKMAiCBngudGVzdDATBgNVHSUE\n"
    "DDAKBggrBgEFBQcDATAdBgNVHQ4EFgQUAcEwLX7M0hFeDyP725wAjmDINwAwHwYD\n"
    "VR0jBBgwFoAUhkNRSf6WG72/JzD8/EgyEpxY7WQwCgYIKoZIzj0EAwIDSAAwRQIh\n"
    "AJOH8pIKWUZ+D8JMkX1ZO4SGgbW/LvHcUGmDoXQumexyAiA7VGtfG2zpAhxq/PP9\n"
    "iQwxJZ9FjmtbMprVfESvO7ELbg==\n"
    "-----END CERTIFICATE-----\n";

/// Made once, and never taken down: a fuzzer does not end.
struct Chain {
  Chain()
      : root(certs::certificate_from_pem(root_pem).value()),
        leaf(certs::certificate_from_pem(leaf_pem).value()),
        all(sk_X509_new_null()),
        trust(X509_STORE_new()) {
    sk_X509_push(all, leaf.get());
    sk_X509_push(all, root.get());
    X509_STORE_add_cert(trust, root.get());
  }
  certs::X509Ptr root;
  certs::X509Ptr leaf;
  STACK_OF(X509) * all;
  X509_STORE* trust;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Chain* const chain = new Chain;
  if (size == 0) return 0;
  const net::StatusSubject leaf{chain->leaf.get(), chain->root.get(), chain->all, chain->trust};
  const std::string_view answer(reinterpret_cast<const char*>(data) + 1, size - 1);
  const net::CertificateStatus status = data[0] == 'l' ? net::read_list(answer, leaf) : net::read_ocsp(answer, leaf);
  const bool is_known = status.state != net::CertificateStatus::State::unknown;
  if (is_known != (status.until > 0)) std::abort();
  return 0;
}
