#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/limits.hpp"
#include "core/result.hpp"
#include "record/http_stream.hpp"

namespace telltale::app {

/// The HTTP exchanges of a packet capture (pcapng, pcap), which tshark puts together and decrypts: with the keys the
/// file holds, or those of a key log (SSLKEYLOGFILE) beside it. What could not be decrypted, and HTTP/2, is told as
/// tunnels that were not looked at.
class PacketCapture {
 public:
  PacketCapture(std::string path, std::string key_log, const Limits& limits)
      : path_(std::move(path)), key_log_(std::move(key_log)), limits_(limits) {}

  /// The next capture lines, each with its end; empty at the end. Errors: input_unreadable, the last thing said.
  [[nodiscard]] Result<std::string> next();

 private:
  struct Stream {
    record::Conversation about;
    std::int64_t begun = 0;  ///< milliseconds since 1970
    bool is_tls = false, is_http = false, is_http2 = false;
  };

  [[nodiscard]] std::vector<std::string> arguments() const;
  [[nodiscard]] Result<void> list_streams();
  void take_row(std::string_view row);
  [[nodiscard]] Result<std::string> follow(const std::vector<unsigned>& numbers);
  void tell(unsigned number, std::string_view one, std::string_view other, std::string& out);
  [[nodiscard]] static std::string tunnel_line(const Stream& stream, std::string_view cause);

  std::string path_, key_log_;
  Limits limits_;
  std::map<unsigned, Stream> streams_;
  bool listed_ = false;
  std::map<unsigned, Stream>::const_iterator at_;
  std::string damage_;  ///< told when all else is
};

}  // namespace telltale::app
