// The errors that clients see, by their names on the wire.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace pipexpr::adapter {

// The service model's own, and those that every AWS JSON service has: with status 400, those of authentication too.
enum class FaultType : std::uint8_t {
  invalid_request,
  validation,
  internal,
  pipeline_not_found,
  pipeline_deleted,
  task_not_found,
  serialization,
  unknown_operation,
  missing_token,
  incomplete_signature,
  invalid_signature,
  unrecognized_client,
  access_denied,
  throttling,
  request_too_large,
  unavailable,
  not_found,
  bad_request,
};

struct FaultInfo {
  std::string_view name;
  unsigned status;
};

constexpr FaultInfo fault_info(FaultType type) {
  switch (type) {
    case FaultType::invalid_request: return {"InvalidRequestException", 400};
    case FaultType::validation: return {"ValidationException", 400};
    case FaultType::internal: return {"InternalServiceError", 500};
    case FaultType::pipeline_not_found: return {"PipelineNotFoundException", 400};
    case FaultType::pipeline_deleted: return {"PipelineDeletedException", 400};
    case FaultType::task_not_found: return {"TaskNotFoundException", 400};
    case FaultType::serialization: return {"SerializationException", 400};
    case FaultType::unknown_operation: return {"UnknownOperationException", 400};
    case FaultType::missing_token: return {"MissingAuthenticationTokenException", 400};
    case FaultType::incomplete_signature: return {"IncompleteSignatureException", 400};
    case FaultType::invalid_signature: return {"InvalidSignatureException", 400};
    case FaultType::unrecognized_client: return {"UnrecognizedClientException", 400};
    case FaultType::access_denied: return {"AccessDeniedException", 400};
    case FaultType::throttling: return {"ThrottlingException", 400};
    case FaultType::request_too_large: return {"RequestEntityTooLargeException", 413};
    case FaultType::unavailable: return {"ServiceUnavailableException", 503};
    case FaultType::not_found: return {"NotFoundException", 404};
    case FaultType::bad_request: return {"BadRequestException", 400};
  }
  return {"InternalServiceError", 500};
}

// Thrown by an operation and caught by the dispatcher, never further up.
struct Fault {
  FaultType type;
  std::string message;
};

}  // namespace pipexpr::adapter
