// Names what a file is that is no definition in JSON, for the message that refuses it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "definition/json_document.h"

namespace pipexpr::definition {

// Why the text is no JSON at that byte, in words for the mistakes that people make; `why` when it is none of them.
std::string json_mistake(std::string_view text, std::size_t at, std::string_view why);

// What a JSON object without a list of objects is: a template of another tool, a file of parameter values, or something
// that has a definition inside.
std::string other_form(const JsonText& json);

}  // namespace pipexpr::definition
