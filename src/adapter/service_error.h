// The errors that clients see, by their names on the wire.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace pipexpr::adapter {

// The service model's own, and those that every AWS JSON service has: with status 400, those of authentication too.
enum class ErrorType : std::uint8_t {
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

struct ErrorInfo {
  std::string_view name;
  unsigned status;
};

constexpr ErrorInfo error_info(ErrorType type) {
  switch (type) {
    case ErrorType::invalid_request: return {"InvalidRequestException", 400};
    case ErrorType::validation: return {"ValidationException", 400};
    case ErrorType::internal: return {"InternalServiceError", 500};
    case ErrorType::pipeline_not_found: return {"PipelineNotFoundException", 400};
    case ErrorType::pipeline_deleted: return {"PipelineDeletedException", 400};
    case ErrorType::task_not_found: return {"TaskNotFoundException", 400};
    case ErrorType::serialization: return {"SerializationException", 400};
    case ErrorType::unknown_operation: return {"UnknownOperationException", 400};
    case ErrorType::missing_token: return {"MissingAuthenticationTokenException", 400};
    case ErrorType::incomplete_signature: return {"IncompleteSignatureException", 400};
    case ErrorType::invalid_signature: return {"InvalidSignatureException", 400};
    case ErrorType::unrecognized_client: return {"UnrecognizedClientException", 400};
    case ErrorType::access_denied: return {"AccessDeniedException", 400};
    case ErrorType::throttling: return {"ThrottlingException", 400};
    case ErrorType::request_too_large: return {"RequestEntityTooLargeException", 413};
    case ErrorType::unavailable: return {"ServiceUnavailableException", 503};
    case ErrorType::not_found: return {"NotFoundException", 404};
    case ErrorType::bad_request: return {"BadRequestException", 400};
  }
  return {"InternalServiceError", 500};
}

// Thrown by an operation and caught by the dispatcher, never further up.
struct ServiceError {
  ErrorType type;
  std::string message;
};

}  // namespace pipexpr::adapter
