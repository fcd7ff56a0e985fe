// Texts of megabytes as JSON, faster than RapidJSON's writer puts them down.
#pragma once

#include <string>
#include <string_view>

namespace pipexpr::adapter {

// The text as it stands between the quotes of a JSON string. It must be UTF-8.
void append_escaped(std::string& out, std::string_view text);

}  // namespace pipexpr::adapter
