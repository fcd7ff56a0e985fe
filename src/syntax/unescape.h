// Escapes in quoted texts: \\ \' \" \n \t and \r; a backslash before any other byte stands for itself.
#pragma once

#include <cstddef>
#include <string_view>

namespace pipexpr::syntax {

// Writes the text between quotes with its escapes replaced, at most as many bytes as it has; returns how many.
std::size_t unescape(std::string_view source, char* to);

}  // namespace pipexpr::syntax
