// The diagnostic code of what the calendar refuses.
#pragma once

#include <pipexpr/diagnostic.h>

#include "time/failure.h"

namespace pipexpr::time {

constexpr DiagnosticCode code_of(FailureKind kind) {
  switch (kind) {
    case FailureKind::pattern: return DiagnosticCode::invalid_pattern;
    case FailureKind::limit: return DiagnosticCode::limit_pattern;
    case FailureKind::zone: return DiagnosticCode::unknown_time_zone;
    case FailureKind::zone_data: return DiagnosticCode::time_zone_database;
    case FailureKind::text: return DiagnosticCode::invalid_datetime;
    case FailureKind::range:
    case FailureKind::overflow: break;
  }
  return DiagnosticCode::datetime_range;
}

}  // namespace pipexpr::time
