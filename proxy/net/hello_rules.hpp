#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace telltale::net {

/// Whether a server's hello keeps to what its client offered, where the library is lenient: it skips extensions that
/// nobody asked for, and takes any legacy version. Sees every handshake message of one connection as bytes. Source: RFC
/// 5246 section 7.4.1.4, RFC 8446 sections 4.1.3 and 4.2.
class HelloRules {
 public:
  /// `message` is whole, with its header of four bytes. What is cut or malformed is left to the library, which refuses
  /// it. Cost: O(message), and nothing but for three kinds of message.
  void note(std::span<const unsigned char> message);
  /// What was wrong, for people; null if nothing was.
  [[nodiscard]] const char* broken() const { return broken_; }

 private:
  void check_server(std::span<const unsigned char> body);
  void check_extensions(std::span<const unsigned char> block, bool retry);

  std::vector<std::uint16_t> offered_;
  const char* broken_ = nullptr;
};

}  // namespace telltale::net
