#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "core/secret.hpp"
#include "record/sealed.hpp"

namespace telltale::app {

/// The key of captures: a passphrase, and what scrypt (RFC 7914; N 2^15, r 8, p 1: some 100 ms and 32 MiB) makes of it
/// for a salt. From any thread.
class StoreKey {
 public:
  explicit StoreKey(Secret passphrase) : passphrase_(std::move(passphrase)) {}
  /// 32 bytes, valid as long as this is. Each salt costs once. Error: crypto_failed.
  [[nodiscard]] Result<std::string_view> master(const std::string& salt);
  /// The salt of what is written from here on: the first one that was proposed, else a random one.
  [[nodiscard]] Result<std::string> salt_for_writing(const std::string& proposed);

 private:
  Secret passphrase_;
  std::mutex mutex_;
  std::map<std::string, Secret> masters_;
  std::string salt_;
};

/// One stream that is written: its own random key (HKDF-SHA-256 of the master), AES-256-GCM, the chunk's number as the
/// nonce, so that no key and number are used twice.
class Sealer {
 public:
  /// `before`: the tag that stands before it in the file; empty at the start. `salt`: that of the file, if it has one.
  /// Error: crypto_failed.
  [[nodiscard]] static Result<Sealer> begin(StoreKey& key, std::string_view before, const std::string& salt);
  Sealer(Sealer&&) noexcept = default;
  Sealer& operator=(Sealer&&) noexcept = default;

  /// The stream's head, due before the first record.
  [[nodiscard]] const std::string& head() const { return head_; }
  /// A record in as many chunks as it takes. Error: crypto_failed.
  [[nodiscard]] Result<std::string> seal(std::string_view record);
  /// The chunk that closes the stream. Error: crypto_failed.
  [[nodiscard]] Result<std::string> close();

 private:
  Sealer() = default;
  Secret key_;
  std::string head_;
  std::uint64_t number_ = 0;
};

/// Opens the streams of one file with that key, which must live longer.
[[nodiscard]] std::unique_ptr<record::sealed::Opener> make_opener(StoreKey& key);

/// A whole text as one closed stream, and back. Errors: crypto_failed; capture_locked (another key), capture_malformed
/// or input_unreadable (damaged).
[[nodiscard]] Result<std::string> seal_text(StoreKey& key, std::string_view text);
[[nodiscard]] Result<std::string> open_text(StoreKey& key, std::string_view bytes);

/// Takes the key of this process from `source` (as read_passphrase; empty: there is none). Once, before the first
/// thread: readers and writers of captures find it here, wherever they stand. Errors: as read_passphrase.
[[nodiscard]] Result<void> take_store_key(const std::string& source);
/// Null: none was given.
[[nodiscard]] StoreKey* store_key();

}  // namespace telltale::app
