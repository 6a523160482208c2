#pragma once
#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string_view>

#include "http/authority.hpp"
#include "net/dialer.hpp"

namespace telltale::app {

/// Sees each request the built-in upstream received, exactly as the proxy sent it: head, and body after transfer
/// coding. Called on the I/O thread of its connection.
using MockSink = std::function<void(const http::Authority& target, std::string_view head, std::string_view body)>;

/// The built-in upstream of `run --mock`: answers for every host name, in every API the codecs know, streaming and not,
/// and `{}` for anything else. No socket leaves the machine. `received` may be null.
[[nodiscard]] std::unique_ptr<net::Dialer> make_mock_dialer(boost::asio::io_context& context,
                                                            MockSink received = nullptr);

}  // namespace telltale::app
