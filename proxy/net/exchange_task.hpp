#pragma once
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "net/judging.hpp"
#include "net/request_reader.hpp"
#include "net/sending.hpp"
#include "net/worker.hpp"

namespace telltale::net {

/// What a connection is for: the same for all its requests, except in absolute form.
struct Errand {
  Route route;
  std::string_view scheme = "https";
  std::string_view via = "connect";
  bool inspected = true;  ///< false: relayed by its framing, but neither judged nor recorded
};

/// One request from its head to the end of its response.
class ExchangeTask {
 public:
  ExchangeTask(Flow& flow, Connection& client, const Errand& errand);

  /// Serves the request with that head. True if the client's connection can carry another one.
  Task<bool> run(http::RequestHead head);

 private:
  /// An upstream connection with the response bytes read from it so far.
  struct Answer {
    std::unique_ptr<Stream> stream;
    std::string bytes;
    http::ResponseHead head;
    std::shared_ptr<Sending> sending;  ///< over before the stream goes
  };

  [[nodiscard]] Result<void> check(const http::RequestHead& head) const;
  [[nodiscard]] Result<void> check_hop(const http::RequestHead& head) const;
  [[nodiscard]] Result<void> admit(const RequestPlace& place, const http::RequestHead& head);
  Task<bool> answer_last_hop(const http::RequestHead& head);
  Task<bool> read_body(const http::RequestHead& head);
  void open_exchange(http::RequestHead head);
  Task<bool> judge();
  [[nodiscard]] Result<void> prepare_outgoing();

  Task<Result<Answer>> ask();
  Task<Result<Answer>> ask_once(bool& stale);
  Task<Result<std::unique_ptr<Stream>>> obtain(bool& reused);
  Task<Result<void>> read_answer_head(Answer& answer);
  Task<Result<void>> skip_interim(Answer& answer);

  Task<bool> relay(Answer answer);
  Task<bool> relay_answer(Answer& answer);
  [[nodiscard]] bool keeps(std::size_t bytes);
  [[nodiscard]] Error explained(Error error);
  Task<void> switch_protocols(Answer& answer);
  Task<Result<bool>> relay_body(Answer& answer, http::Framing framing, bool& begun);
  Task<bool> write_client(std::span<const std::string_view> pieces);
  Task<bool> fail_exchange(Error error);
  Task<void> finish();

  Flow& flow_;
  Worker& worker_;
  Connection& client_;
  const Errand& errand_;
  Held held_;
  std::optional<Watched> watched_;    ///< from when the upstream is asked
  std::shared_ptr<Sending> sending_;  ///< of the latest try
  http::Framing framing_;
  RequestBody body_;
  inspect::Judgement judgement_;
  std::string outgoing_head_;  ///< if it differs from what was received
  std::string outgoing_body_;  ///< an edited body in its new chunk
  std::string verdict_line_;
  Exchange exchange_;
  std::chrono::steady_clock::time_point started_;
  std::uint64_t relayed_ = 0;
  std::size_t interim_ = 0;
  bool keep_ = false;
  bool recorded_ = false;
  bool upgrades_ = false;   ///< asks for WebSocket, at a host that is not inspected
  bool continued_ = false;  ///< we answered Expect: 100-continue ourselves
};

}  // namespace telltale::net
