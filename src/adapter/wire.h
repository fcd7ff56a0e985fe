// Both wire forms of the API: AWS JSON, and the query form of the API's description.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "adapter/constraints.h"
#include "adapter/json_view.h"
#include "adapter/request.h"
#include "adapter/service_error.h"

namespace pipexpr::adapter {

// A request on its way through the service. Owned by shared_ptr: a long poll outlives the call that started
// it.
struct Exchange {
  Request request;         // views into the connection's buffers, which live as long as the exchange
  char* body = nullptr;    // the same bytes as request.body, writable and NUL-terminated: JSON is parsed in place
  std::string id;          // x-amzn-requestid
  std::string access_key;  // of the signature; empty without
  const OperationModel* operation = nullptr;
  rapidjson::MemoryPoolAllocator<> pool{960};  // of a size that malloc has at hand: most requests need no more
  rapidjson::Document input{&pool};
  Reply reply;
  std::int64_t started = 0;  // steady nanoseconds
};

// Reads operation and input from the request; the error to answer when that fails.
std::optional<ServiceError> read_request(Exchange& exchange);

// The operation that a request names, without looking at its input; nullptr when it names none.
const OperationModel* named_operation(const Request& request);

void set_error(Reply& reply, const ServiceError& error);

}  // namespace pipexpr::adapter
