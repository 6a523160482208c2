// Packets to exchanges: one run of tshark lists the connections, others give the bytes of some of them each. Covered by
// tests/e2e/packets_test.py.
#include "app/packet_capture.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <filesystem>

#include "app/tshark.hpp"
#include "certs/pem.hpp"
#include "record/utc.hpp"

namespace telltale::app {
namespace {

// Bytes of that many are held at once.
constexpr std::size_t streams_at_once = 32;
constexpr std::size_t most_streams = 100'000;

constexpr const char* fields[] = {"tcp.stream",         "frame.time_epoch", "ip.src",
                                  "ipv6.src",           "tcp.srcport",      "ip.dst",
                                  "ipv6.dst",           "tcp.dstport",      "tls.handshake.extensions_server_name",
                                  "tls.handshake.type", "http.request",     "http.response",
                                  "http2.streamid"};
enum Column : std::size_t {
  stream,
  time,
  source,
  source6,
  source_port,
  target,
  target6,
  target_port,
  server_name,
  hello,
  request,
  response,
  http2,
  columns
};

std::vector<std::string_view> split(std::string_view row, char mark) {
  std::vector<std::string_view> out;
  for (;;) {
    const std::size_t end = std::min(row.find(mark), row.size());
    out.push_back(row.substr(0, end));
    if (end == row.size()) return out;
    row.remove_prefix(end + 1);
  }
}

template <class Number>
Number number_of(std::string_view text) {
  Number out{};
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

std::string_view first_of(std::string_view list) {
  return list.substr(0, list.find(','));
}

// "1" or "1,1": how many messages end with this packet.
std::size_t count_of(std::string_view list) {
  return list.empty() ? 0 : split(list, ',').size();
}

std::string address_of(std::string_view v4, std::string_view v6, std::string_view port) {
  if (v4.empty()) return fmt::format("[{}]:{}", first_of(v6), port);
  return fmt::format("{}:{}", first_of(v4), port);
}

void append_unhexed(std::string& out, std::string_view text) {
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    unsigned byte = 0;
    std::from_chars(text.data() + i, text.data() + i + 2, byte, 16);
    out.push_back(static_cast<char>(byte));
  }
}

}  // namespace

std::vector<std::string> PacketCapture::arguments() const {
  // A path cannot be taken for an option. Names are not looked up.
  std::error_code error;
  const std::string path = std::filesystem::absolute(path_, error).string();
  std::vector<std::string> out = {"-n", "-r", error ? "./" + path_ : path};
  if (!key_log_.empty()) {
    const std::string keys = std::filesystem::absolute(key_log_, error).string();
    out.insert(out.end(), {"-o", "tls.keylog_file:" + (error ? key_log_ : keys)});
  }
  return out;
}

Result<void> PacketCapture::list_streams() {
  std::vector<std::string> words = arguments();
  words.insert(words.end(), {"-Y", "http.request or http.response or http2 or tls.handshake.type == 1", "-T", "fields",
                             "-E", "separator=/t", "-E", "occurrence=a", "-E", "aggregator=,"});
  for (const char* const field : fields) words.insert(words.end(), {"-e", field});
  TT_TRY(damage_, run_tshark(std::move(words), [this](std::string_view row) { take_row(row); }));
  return {};
}

void PacketCapture::take_row(std::string_view row) {
  const auto cells = split(row, '\t');
  if (cells.size() != columns || cells[Column::stream].empty() || streams_.size() >= most_streams) return;
  const auto number = number_of<unsigned>(first_of(cells[Column::stream]));
  const bool is_new = !streams_.contains(number);
  Stream& found = streams_[number];
  const bool from_server = !cells[response].empty() && cells[request].empty();
  if (is_new) {
    const std::string there = address_of(cells[target], cells[target6], cells[target_port]);
    const std::string here = address_of(cells[source], cells[source6], cells[source_port]);
    found.about.id = fmt::format("tcp-{}", number);
    found.about.client = from_server ? there : here;
    const std::string_view server = from_server ? here : there;
    found.about.host = server.substr(0, server.rfind(':'));
    found.about.port = number_of<std::uint16_t>(cells[from_server ? source_port : target_port]);
  }
  if (!cells[server_name].empty()) found.about.host = first_of(cells[server_name]);
  found.is_tls = found.is_tls || !cells[hello].empty();
  found.is_http2 = found.is_http2 || !cells[http2].empty();
  found.is_http = found.is_http || !cells[request].empty() || !cells[response].empty();
  found.about.scheme = found.is_tls ? "https" : "http";
  const auto at = static_cast<std::int64_t>(std::llround(number_of<double>(first_of(cells[Column::time])) * 1000));
  if (is_new) found.begun = at;
  found.about.asked.insert(found.about.asked.end(), count_of(cells[request]), at);
  found.about.answered.insert(found.about.answered.end(), count_of(cells[response]), at);
}

// Sides are told apart by what they say: a response begins with its version.
void PacketCapture::tell(unsigned number, std::string_view one, std::string_view other, std::string& out) {
  const Stream& found = streams_.at(number);
  if (one.starts_with("HTTP/")) std::swap(one, other);
  record::Exchanges got = record::exchanges_in(one, other, found.about, limits_);
  for (record::Capture& capture : got.captures) out += record::to_line(std::move(capture), certs::sha256) + "\n";
  if (!got.stopped) return;
  if (!damage_.empty()) damage_ += "; ";
  if (damage_.size() < 1000)
    damage_ +=
        fmt::format("connection {} ({}), byte {}: {}", number, found.about.host, got.stopped->at, got.stopped->detail);
}

// What `-z follow` prints: a frame of `=`, a head with `Filter: tcp.stream eq N`, then hex, one side's behind a tab.
Result<std::string> PacketCapture::follow(const std::vector<unsigned>& numbers) {
  std::vector<std::string> words = arguments();
  words.emplace_back("-q");
  for (const unsigned number : numbers) {
    const char* const layer = streams_.at(number).is_tls ? "tls" : "tcp";
    words.insert(words.end(), {"-z", fmt::format("follow,{},raw,{}", layer, number)});
  }
  std::string out, one, other;
  std::optional<unsigned> number;
  const auto take = [&](std::string_view line) {
    constexpr std::string_view filter = "Filter: tcp.stream eq ";
    if (line.starts_with(filter)) {
      number = number_of<unsigned>(line.substr(filter.size()));
      if (!streams_.contains(*number)) number.reset();
    } else if (line.starts_with("===")) {
      if (number && (!one.empty() || !other.empty())) tell(*number, one, other, out);
      if (number) number.reset();
      one.clear();
      other.clear();
    } else if (number && !line.starts_with("Node ") && one.size() + other.size() < limits_.capture_line_bytes) {
      const bool is_other = line.starts_with('\t');
      append_unhexed(is_other ? other : one, line.substr(is_other ? 1 : 0));
    }
  };
  TT_TRY(const std::string complaint, run_tshark(std::move(words), take));
  if (damage_.empty()) damage_ = complaint;
  return out;
}

std::string PacketCapture::tunnel_line(const Stream& stream, std::string_view cause) {
  record::Capture capture;
  capture.id = stream.about.id;
  capture.time = record::time_text(stream.begun);
  capture.flow_id = stream.about.id;
  capture.flow_client = stream.about.client;
  capture.flow_via = "import";
  capture.request.method = "CONNECT";
  capture.request.url = fmt::format("{}:{}", stream.about.host, stream.about.port);
  inspect::Verdict verdict;
  verdict.coverage.state = inspect::Coverage::State::none;
  verdict.coverage.causes.emplace_back(cause);
  capture.inspection = std::move(verdict);
  return record::to_line(std::move(capture), certs::sha256) + "\n";
}

Result<std::string> PacketCapture::next() {
  if (!listed_) {
    listed_ = true;
    const auto listed = list_streams();
    at_ = streams_.cbegin();
    if (!listed) {
      at_ = streams_.cend();
      return tl::unexpected<Error>(listed.error());
    }
  }
  std::string out;
  while (out.empty() && at_ != streams_.cend()) {
    std::vector<unsigned> numbers;
    for (; at_ != streams_.cend() && numbers.size() < streams_at_once; ++at_) {
      const Stream& found = at_->second;
      if (found.is_http2)
        out += tunnel_line(found, "http2");
      else if (!found.is_http)
        out += tunnel_line(found, "not_decrypted");
      else
        numbers.push_back(at_->first);
    }
    if (numbers.empty()) continue;
    TT_TRY(const std::string lines, follow(numbers));
    out += lines;
  }
  if (out.empty() && !damage_.empty()) return fail(Errc::input_unreadable, std::exchange(damage_, {}));
  return out;
}

}  // namespace telltale::app
