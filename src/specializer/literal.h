// Values as expressions that give them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <pipexpr/options.h>
#include <pipexpr/value.h>

namespace pipexpr::specializer {

// 'text', in quotes and with escapes. Not called 'quoted': where a header brings in <iomanip>, as with g++ 14, a call
// with a std::string would be std::quoted's.
std::string string_literal(std::string_view text);

// An expression whose value is that value and of that kind, fit to stand as an operand; nothing when there is none: for
// lists, references, periods and unset values, and for numbers and times that no literal reaches.
std::optional<std::string> literal(const Value& value);

// Literal text as a template has it: openers are put into quotes.
std::string template_text(std::string_view text, Delimiters delimiters);

}  // namespace pipexpr::specializer
