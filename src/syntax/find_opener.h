// Finds where expressions may begin: the first `#{` or `#<` at or after a position, at memory speed.
#pragma once

#include <cstddef>
#include <string_view>

#include <pipexpr/options.h>

namespace pipexpr::syntax {

// Position of the '#' of the next opener; text.size() when there is none.
std::size_t find_opener(std::string_view text, std::size_t from, Delimiters delimiters);

}  // namespace pipexpr::syntax
