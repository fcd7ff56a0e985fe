// Literal values against declared types.
#pragma once

#include <string>
#include <string_view>

#include <pipexpr/value.h>

namespace pipexpr::checker {

// What was expected, when the text is no value of the type; empty when it is.
std::string_view type_mismatch(SlotType type, std::string_view text);
// The same of a field that takes one of a few words.
std::string_view wrong_word(std::string_view field, std::string_view text);

}  // namespace pipexpr::checker
