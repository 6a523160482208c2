#pragma once
#include <boost/asio/io_context.hpp>
#include <memory>

#include "net/dialer.hpp"

namespace telltale::app {

/// The built-in upstream of `run --mock`: answers for every host name, in every API the codecs know, streaming and not,
/// and `{}` for anything else. No socket leaves the machine.
[[nodiscard]] std::unique_ptr<net::Dialer> make_mock_dialer(boost::asio::io_context& context);

}  // namespace telltale::app
