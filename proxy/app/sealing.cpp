// Captures under a key, by OpenSSL's scrypt (RFC 7914), HKDF (RFC 5869) and AES-256-GCM (NIST SP 800-38D). Covered by
// tests/unit/app/sealing_test.cpp and tests/hostile/secrets/sealed_test.py.
#include "app/sealing.hpp"

#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/rand.h>

#include <array>
#include <optional>

#include "app/passphrase.hpp"

namespace telltale::app {
namespace {

namespace sealed = record::sealed;

constexpr std::size_t key_bytes = 32;
constexpr std::uint64_t scrypt_n = 1U << 15U;
constexpr std::uint64_t scrypt_memory = std::uint64_t{64} * 1024 * 1024;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes_of(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

tl::unexpected<Error> failed(std::string_view what) {
  return fail(Errc::crypto_failed, std::string(what) + " failed");
}

Result<std::string> random_bytes(std::size_t size) {
  std::string out(size, '\0');
  if (RAND_bytes(bytes_of(out), static_cast<int>(size)) != 1) return failed("the random source");
  return out;
}

// The stream's own key.
Result<Secret> stream_key(std::string_view master, std::string_view salt) {
  constexpr std::string_view purpose = "telltale capture stream 1";
  const std::unique_ptr<EVP_PKEY_CTX, void (*)(EVP_PKEY_CTX*)> context(EVP_PKEY_CTX_new_id(EVP_PKEY_HKDF, nullptr),
                                                                       EVP_PKEY_CTX_free);
  std::string out(key_bytes, '\0');
  std::size_t size = out.size();
  const bool made =
      context != nullptr && EVP_PKEY_derive_init(context.get()) == 1 &&
      EVP_PKEY_CTX_set_hkdf_md(context.get(), EVP_sha256()) == 1 &&
      EVP_PKEY_CTX_set1_hkdf_salt(context.get(), bytes_of(salt), static_cast<int>(salt.size())) == 1 &&
      EVP_PKEY_CTX_set1_hkdf_key(context.get(), bytes_of(master), static_cast<int>(master.size())) == 1 &&
      EVP_PKEY_CTX_add1_hkdf_info(context.get(), bytes_of(purpose), static_cast<int>(purpose.size())) == 1 &&
      EVP_PKEY_derive(context.get(), bytes_of(out), &size) == 1 && size == key_bytes;
  if (!made) return failed("HKDF");
  return Secret(std::move(out));
}

using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, void (*)(EVP_CIPHER_CTX*)>;

std::array<unsigned char, 12> nonce_of(std::uint64_t number) {
  std::array<unsigned char, 12> out{};
  for (std::size_t i = 0; i < 8; ++i) out[11 - i] = static_cast<unsigned char>(number >> (8 * i));
  return out;
}

// `text` sealed, and its tag behind it.
Result<std::string> seal(std::string_view key, std::uint64_t number, std::string_view proven, std::string_view text) {
  const CipherContext context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  const auto nonce = nonce_of(number);
  std::string out(text.size() + sealed::tag_bytes, '\0');
  int size = 0;
  const bool done =
      context != nullptr &&
      EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, bytes_of(key), nonce.data()) == 1 &&
      EVP_EncryptUpdate(context.get(), nullptr, &size, bytes_of(proven), static_cast<int>(proven.size())) == 1 &&
      EVP_EncryptUpdate(context.get(), bytes_of(out), &size, bytes_of(text), static_cast<int>(text.size())) == 1 &&
      EVP_EncryptFinal_ex(context.get(), bytes_of(out) + text.size(), &size) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, sealed::tag_bytes, bytes_of(out) + text.size()) == 1;
  if (!done) return failed("AES-256-GCM");
  return out;
}

// Nothing if it is not what was sealed.
std::optional<std::string> unseal(std::string_view key, std::uint64_t number, std::string_view proven,
                                  std::string_view text, std::string_view tag) {
  const CipherContext context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  const auto nonce = nonce_of(number);
  std::string wanted(tag);
  std::string out(text.size(), '\0');
  int size = 0;
  unsigned char none[sealed::tag_bytes];
  const bool done =
      context != nullptr &&
      EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, bytes_of(key), nonce.data()) == 1 &&
      EVP_DecryptUpdate(context.get(), nullptr, &size, bytes_of(proven), static_cast<int>(proven.size())) == 1 &&
      EVP_DecryptUpdate(context.get(), bytes_of(out), &size, bytes_of(text), static_cast<int>(text.size())) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, sealed::tag_bytes, wanted.data()) == 1 &&
      EVP_DecryptFinal_ex(context.get(), none, &size) == 1;
  if (!done) return std::nullopt;
  return out;
}

class StreamOpener : public sealed::Opener {
 public:
  explicit StreamOpener(StoreKey& key) : key_(key) {}

  bool begin(const sealed::StreamHead& head, std::string_view proven, std::string_view tag) override {
    // Who appends takes the salt that is there. So a file costs one scrypt, whoever made it.
    if (!salt_.empty() && head.salt != salt_) return false;
    salt_ = head.salt;
    const auto master = key_.master(head.salt);
    if (!master) return false;
    auto key = stream_key(*master, head.stream_salt);
    if (!key || !unseal(key->reveal(), 0, proven, {}, tag)) return false;
    stream_ = std::move(*key);
    return true;
  }
  std::optional<std::string> open(std::uint64_t number, std::string_view head, std::string_view text,
                                  std::string_view tag) override {
    return unseal(stream_.reveal(), number, head, text, tag);
  }

 private:
  StoreKey& key_;
  std::string salt_;
  Secret stream_;
};

std::unique_ptr<StoreKey>& given_key() {
  static std::unique_ptr<StoreKey> key;
  return key;
}

}  // namespace

Result<std::string_view> StoreKey::master(const std::string& salt) {
  const std::lock_guard lock(mutex_);
  const auto known = masters_.find(salt);
  if (known != masters_.end()) return known->second.reveal();
  std::string out(key_bytes, '\0');
  const std::string_view passphrase = passphrase_.reveal();
  if (EVP_PBE_scrypt(passphrase.data(), passphrase.size(), bytes_of(salt), salt.size(), scrypt_n, 8, 1, scrypt_memory,
                     bytes_of(out), out.size()) != 1)
    return failed("scrypt");
  return masters_.emplace(salt, Secret(std::move(out))).first->second.reveal();
}

Result<std::string> StoreKey::salt_for_writing(const std::string& proposed) {
  const std::lock_guard lock(mutex_);
  if (salt_.empty()) salt_ = proposed;
  if (salt_.empty()) {
    TT_TRY(salt_, random_bytes(sealed::salt_bytes));
  }
  return salt_;
}

Result<Sealer> Sealer::begin(StoreKey& key, std::string_view before, const std::string& salt) {
  sealed::StreamHead head;
  head.before = before.empty() ? std::string(sealed::tag_bytes, '\0') : std::string(before);
  head.salt = salt;
  if (before.empty()) {
    TT_TRY(head.salt, key.salt_for_writing(salt));
  }
  TT_TRY(head.stream_salt, random_bytes(sealed::stream_salt_bytes));
  TT_TRY(const std::string_view master, key.master(head.salt));
  Sealer out;
  TT_TRY(out.key_, stream_key(master, head.stream_salt));
  out.head_ = sealed::text_of(head);
  TT_TRY(const std::string tag, app::seal(out.key_.reveal(), 0, out.head_, {}));
  out.head_ += tag;
  return out;
}

Result<std::string> Sealer::seal(std::string_view record) {
  std::string out;
  out.reserve(record.size() + (record.size() / sealed::chunk_bytes + 1) * 32);
  sealed::ChunkHead head;
  head.begins = true;
  do {
    const std::string_view part = record.substr(0, sealed::chunk_bytes);
    record.remove_prefix(part.size());
    head.ends = record.empty();
    head.length = static_cast<std::uint32_t>(part.size());
    head.number = ++number_;
    const std::string proven = sealed::text_of(head);
    TT_TRY(const std::string text, app::seal(key_.reveal(), head.number, proven, part));
    out += proven + text;
    head.begins = false;
  } while (!record.empty());
  return out;
}

Result<std::string> Sealer::close() {
  sealed::ChunkHead head;
  head.last = true;
  head.number = ++number_;
  const std::string proven = sealed::text_of(head);
  TT_TRY(const std::string tag, app::seal(key_.reveal(), head.number, proven, {}));
  return proven + tag;
}

std::unique_ptr<sealed::Opener> make_opener(StoreKey& key) {
  return std::make_unique<StreamOpener>(key);
}

Result<std::string> seal_text(StoreKey& key, std::string_view text) {
  TT_TRY(Sealer sealer, Sealer::begin(key, {}, {}));
  TT_TRY(const std::string records, sealer.seal(text));
  TT_TRY(const std::string end, sealer.close());
  return sealer.head() + records + end;
}

Result<std::string> open_text(StoreKey& key, std::string_view bytes) {
  const auto opener = make_opener(key);
  sealed::Reader reader(*opener);
  std::string out;
  for (bool more = true; more;) {
    TT_TRY(const std::string part, reader.next(bytes, true));
    out += part;
    more = !part.empty() || !bytes.empty();
  }
  if (auto done = reader.finish(false); !done) return tl::unexpected<Error>(std::move(done.error()));
  return out;
}

Result<void> take_store_key(const std::string& source) {
  if (source.empty()) return {};
  TT_TRY(Secret passphrase, read_passphrase(source, "--store-key"));
  given_key() = std::make_unique<StoreKey>(std::move(passphrase));
  return {};
}

StoreKey* store_key() {
  return given_key().get();
}

}  // namespace telltale::app
