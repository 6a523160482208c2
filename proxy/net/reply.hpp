#pragma once
#include <string_view>

#include "net/worker.hpp"

namespace telltale::net {

/// Answers with a problem document and reads on for a moment, so that a client in the middle of sending gets to see it
/// (closing on unread bytes would reset the connection and lose the answer). The connection must be closed after it.
/// `code` is as for problem_response.
Task<void> reply_problem(Worker& worker, Connection& client, Error error, std::string_view extra, bool bodiless,
                         std::string_view code = {});

/// As above, for a connection or request that never became an exchange; it is reported and counted.
Task<void> refuse(Flow& flow, Connection& client, std::string_view host, Error error, std::string_view code = {});

}  // namespace telltale::net
