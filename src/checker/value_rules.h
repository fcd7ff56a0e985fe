// Literal values against declared types.
#pragma once

#include <string>
#include <string_view>

#include <pipexpr/value.h>

namespace pipexpr::checker {

// What was expected, when the text is no value of the type; empty when it is.
std::string_view type_mismatch(SlotType type, std::string_view text);

}  // namespace pipexpr::checker
