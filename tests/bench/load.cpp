// bench_load: puts load on a proxy and prints one JSON line about it. Commands:
//   serve CERT KEY                       the upstream (upstream.cpp)
//   post WHERE CA BODY_FILE CONNECTIONS REQUESTS [new]
//                                        POSTs over kept-alive connections, or over a new one each
//   pace WHERE CA BODY_FILE CONNECTIONS RATE SECONDS
//                                        RATE POSTs a second in all, a new connection every 64 of one
//   sse WHERE CA EVENTS MS               one stream; did each event arrive before the next was sent?
//   idle WHERE CA STREAMS [kept]         holds streams open until stdin closes; kept: connections between two requests
// WHERE is PROXY_PORT/NAME:PORT (through CONNECT) or PORT/NAME (TLS directly, for a reverse proxy), always on
// 127.0.0.1. Part of scripts/bench; measured, not tested.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <thread>
#include <vector>

#include "wire.hpp"

namespace {

using bench::fail;
using bench::Message;
using bench::now_ns;
using bench::Wire;

struct Where {
  std::uint16_t port = 0;
  std::string name;
  std::string authority;  ///< NAME:PORT for CONNECT; empty: no proxy
};

Where parse_where(const std::string& text) {
  const auto slash = text.find('/');
  if (slash == std::string::npos) fail("not PORT/NAME or PORT/NAME:PORT: " + text);
  Where out;
  out.port = static_cast<std::uint16_t>(std::strtoul(text.c_str(), nullptr, 10));
  const std::string rest = text.substr(slash + 1);
  out.name = rest.substr(0, rest.find(':'));
  if (rest.find(':') != std::string::npos) out.authority = rest;
  return out;
}

/// A connection ready for a request, through CONNECT if there is a proxy; null if it could not be had.
std::unique_ptr<Wire> open_wire(const Where& where, SSL_CTX* context) {
  auto wire = std::make_unique<Wire>(bench::connect_to("127.0.0.1", where.port));
  if (!where.authority.empty()) {
    std::string buffer;
    Message answer;
    if (!wire->write("CONNECT " + where.authority + " HTTP/1.1\r\nHost: " + where.authority + "\r\n\r\n") ||
        !bench::read_message(*wire, buffer, answer) || answer.head.find(" 200 ") == std::string::npos)
      return nullptr;
  }
  if (!wire->start_client(context, where.name)) return nullptr;
  return wire;
}

std::string head_of(const Where& where, const char* start, std::size_t body) {
  std::string head = std::string(start) +
                     " HTTP/1.1\r\nHost: " + (where.authority.empty() ? where.name : where.authority) +
                     "\r\nUser-Agent: bench/1\r\nAccept: application/json\r\nx-api-key: made-up\r\n"
                     "anthropic-version: 2023-06-01\r\nContent-Type: application/json\r\n";
  if (body > 0) head += "Content-Length: " + std::to_string(body) + "\r\n";
  return head + "\r\n";
}

struct Posting {
  Where where;
  SSL_CTX* context = nullptr;
  std::string request;
  bool new_connection = false;
  std::atomic<long> left{0};
  std::atomic<long> failed{0};
};

/// One connection after another until no request is left; every request's time goes to `times`.
void post_some(Posting& job, std::vector<std::int64_t>& times) {
  std::unique_ptr<Wire> wire;
  std::string buffer;
  Message answer;
  while (job.left.fetch_sub(1) > 0) {
    const std::int64_t start = now_ns();
    if (!wire || job.new_connection) {
      buffer.clear();
      wire = open_wire(job.where, job.context);
    }
    if (!wire || !wire->write(job.request) || !bench::read_message(*wire, buffer, answer) ||
        !answer.head.starts_with("HTTP/1.1 200")) {
      job.failed.fetch_add(1);
      wire.reset();
      continue;
    }
    times.push_back(now_ns() - start);
  }
}

/// A request every `apart` of its own, whether or not the one before was late.
void post_paced(Posting& job, std::int64_t apart, std::int64_t end, std::vector<std::int64_t>& times) {
  constexpr int requests_each = 64;
  std::unique_ptr<Wire> wire;
  std::string buffer;
  Message answer;
  int left = 0;
  for (std::int64_t next = now_ns(); next < end && now_ns() < end; next += apart) {
    std::this_thread::sleep_for(std::chrono::nanoseconds(next - now_ns()));
    const std::int64_t start = now_ns();
    if (left-- <= 0) {
      buffer.clear();
      wire = open_wire(job.where, job.context);
      left = requests_each;
    }
    if (!wire || !wire->write(job.request) || !bench::read_message(*wire, buffer, answer) ||
        !answer.head.starts_with("HTTP/1.1 200")) {
      job.failed.fetch_add(1);
      left = 0;
      continue;
    }
    times.push_back(now_ns() - start);
  }
}

std::string read_file(const char* path) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (bytes.empty()) fail(std::string("cannot read ") + path);
  return bytes;
}

/// Runs `work` for each of the lists of times in a thread of its own, and prints the line about all of them.
template <class Work>
void run_and_report(const Posting& job, std::size_t connections, const Work& work) {
  std::vector<std::vector<std::int64_t>> times(connections);
  std::vector<std::thread> threads;
  const std::int64_t start = now_ns();
  for (auto& mine : times) threads.emplace_back([&work, &mine] { work(mine); });
  for (auto& thread : threads) thread.join();
  const double seconds = static_cast<double>(now_ns() - start) / 1e9;

  std::vector<std::int64_t> all;
  for (const auto& mine : times) all.insert(all.end(), mine.begin(), mine.end());
  std::sort(all.begin(), all.end());
  const auto at = [&all](double part) {
    return all.empty()
               ? 0.0
               : static_cast<double>(all[static_cast<std::size_t>(part * static_cast<double>(all.size() - 1))]) / 1e6;
  };
  std::printf("{\"done\":%zu,\"failed\":%ld,\"seconds\":%.4f,\"p50_ms\":%.3f,\"p99_ms\":%.3f}\n", all.size(),
              job.failed.load(), seconds, at(0.5), at(0.99));
}

int post(int argc, char** argv) {
  if (argc < 7) fail("post WHERE CA BODY_FILE CONNECTIONS REQUESTS [new]");
  const std::string body = read_file(argv[4]);
  const auto context = bench::client_context(argv[3]);
  Posting job;
  job.where = parse_where(argv[2]);
  job.context = context.get();
  job.request = head_of(job.where, "POST /v1/messages", body.size()) + body;
  job.left = std::strtol(argv[6], nullptr, 10);
  job.new_connection = argc > 7;
  run_and_report(job, std::strtoul(argv[5], nullptr, 10), [&job](auto& times) { post_some(job, times); });
  return 0;
}

int pace(int argc, char** argv) {
  if (argc < 8) fail("pace WHERE CA BODY_FILE CONNECTIONS RATE SECONDS");
  const std::string body = read_file(argv[4]);
  const auto context = bench::client_context(argv[3]);
  Posting job;
  job.where = parse_where(argv[2]);
  job.context = context.get();
  job.request = head_of(job.where, "POST /v1/messages", body.size()) + body;
  const auto connections = std::strtoul(argv[5], nullptr, 10);
  const auto apart = static_cast<std::int64_t>(1e9 * static_cast<double>(connections) / std::strtod(argv[6], nullptr));
  const auto end = now_ns() + static_cast<std::int64_t>(1e9 * std::strtod(argv[7], nullptr));
  run_and_report(job, connections, [&job, apart, end](auto& times) { post_paced(job, apart, end, times); });
  return 0;
}

/// When each event was sent (as it says itself) and when it was here.
struct Arrival {
  std::int64_t sent;
  std::int64_t here;
};

int sse(int argc, char** argv) {
  if (argc < 6) fail("sse WHERE CA EVENTS MS");
  const Where where = parse_where(argv[2]);
  const auto context = bench::client_context(argv[3]);
  const auto wire = open_wire(where, context.get());
  const std::string start = std::string("GET /sse?") + argv[4] + "&" + argv[5];
  if (!wire || !wire->write(head_of(where, start.c_str(), 0))) fail("no stream");
  std::vector<Arrival> events;
  std::string seen;
  std::size_t parsed = 0;
  std::size_t most_per_read = 0;
  while (seen.find("\r\n0\r\n\r\n") == std::string::npos) {
    if (!wire->read(seen)) break;
    const std::int64_t here = now_ns();
    std::size_t in_read = 0;
    for (std::size_t at = 0; (at = seen.find("}\n\n", parsed)) != std::string::npos; ++in_read, parsed = at + 3) {
      const auto sent = seen.rfind("\"sent\":", at);
      events.push_back(Arrival());
      events.back().sent = std::strtoll(seen.c_str() + sent + 7, nullptr, 10);
      events.back().here = here;
    }
    most_per_read = std::max(most_per_read, in_read);
  }
  std::size_t late = 0;
  std::int64_t worst = 0;
  for (std::size_t n = 0; n < events.size(); ++n) {
    worst = std::max(worst, events[n].here - events[n].sent);
    if (n + 1 < events.size() && events[n].here >= events[n + 1].sent) ++late;
  }
  std::printf("{\"events\":%zu,\"late\":%zu,\"most_per_read\":%zu,\"worst_ms\":%.3f}\n", events.size(), late,
              most_per_read, static_cast<double>(worst) / 1e6);
  return 0;
}

/// One event of a stream that goes on; `kept`: a whole answer.
bool begin_idle(Wire& wire, const Where& where, bool kept) {
  std::string seen;
  if (!wire.write(head_of(where, kept ? "GET /" : "GET /idle", 0))) return false;
  Message answer;
  if (kept) return bench::read_message(wire, seen, answer);
  while (seen.find("}\n\n") == std::string::npos)
    if (!wire.read(seen)) return false;
  return true;
}

int idle(int argc, char** argv) {
  if (argc < 5) fail("idle WHERE CA STREAMS [kept]");
  const bool kept = argc > 5;
  const Where where = parse_where(argv[2]);
  const auto context = bench::client_context(argv[3]);
  std::vector<std::unique_ptr<Wire>> held;
  std::size_t failed = 0;
  for (long n = std::strtol(argv[4], nullptr, 10); n > 0; --n) {
    auto wire = open_wire(where, context.get());
    if (!wire || !begin_idle(*wire, where, kept)) ++failed;
    held.push_back(std::move(wire));
  }
  std::printf("{\"held\":%zu,\"failed\":%zu}\n", held.size() - failed, failed);
  std::fflush(stdout);
  while (std::getchar() != EOF) {
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string command = argc > 1 ? argv[1] : "";
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL
  if (command == "serve" && argc == 4) return bench::serve(argv[2], argv[3]);
  if (command == "post") return post(argc, argv);
  if (command == "pace") return pace(argc, argv);
  if (command == "sse") return sse(argc, argv);
  if (command == "idle") return idle(argc, argv);
  fail("the commands are serve, post, pace, sse, idle");
}
