// A second parser of the expression language, written by hand from grammar/expression.ebnf and sharing no code with the
// first: both must accept the same texts and see the same trees.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace oracle {

// The tree in the form of syntax::dump; none when the text is no expression. `nesting` is Limits::max_nesting.
std::optional<std::string> parse(std::string_view text, int nesting = 64);

}  // namespace oracle
