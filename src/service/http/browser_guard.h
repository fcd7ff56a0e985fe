// Which clients may talk to a server that asks for no signatures: programs of this machine, not pages in its browsers.
#pragma once

#include <optional>

#include "adapter/request.h"
#include "adapter/service_error.h"
#include "service/protocol.h"

namespace pipexpr::service {

// Browsers say where a request comes from, and cannot use a name that leads here but is not ours. Nothing when the
// request can be answered.
std::optional<ServiceError> refuse_browsers(const Request& request);

}  // namespace pipexpr::service
