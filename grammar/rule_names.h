// Words for what the grammar expected, and the diagnostic code of each: one row per syntax::Expected.
#pragma once

#include <pipexpr/diagnostic.h>

#include "syntax/builder.h"

namespace pipexpr::grammar {

constexpr DiagnosticCode code_of(syntax::Expected expected) {
  switch (expected) {
    case syntax::Expected::operand: return DiagnosticCode::expected_operand;
    case syntax::Expected::operator_or_end: return DiagnosticCode::expected_operator;
    case syntax::Expected::closing_parenthesis: return DiagnosticCode::expected_closing_parenthesis;
    case syntax::Expected::call_end: return DiagnosticCode::expected_call_end;
    case syntax::Expected::member: return DiagnosticCode::expected_member;
    case syntax::Expected::name: return DiagnosticCode::expected_name;
    case syntax::Expected::number: return DiagnosticCode::unsupported_number;
    case syntax::Expected::nothing: break;
  }
  return DiagnosticCode::internal_error;
}

}  // namespace pipexpr::grammar
