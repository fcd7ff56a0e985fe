// Words for what the grammar expected, and the diagnostic code of each: one row per ast::Expected.
#pragma once

#include <pipexpr/diagnostic.h>

#include "ast/builder.h"

namespace pipexpr::grammar {

constexpr DiagnosticCode code_of(ast::Expected expected) {
  switch (expected) {
    case ast::Expected::operand: return DiagnosticCode::expected_operand;
    case ast::Expected::operator_or_end: return DiagnosticCode::expected_operator;
    case ast::Expected::closing_parenthesis: return DiagnosticCode::expected_closing_parenthesis;
    case ast::Expected::call_end: return DiagnosticCode::expected_call_end;
    case ast::Expected::member: return DiagnosticCode::expected_member;
    case ast::Expected::name: return DiagnosticCode::expected_name;
    case ast::Expected::number: return DiagnosticCode::unsupported_number;
    case ast::Expected::nothing: break;
  }
  return DiagnosticCode::internal_fault;
}

}  // namespace pipexpr::grammar
