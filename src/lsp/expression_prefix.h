// ExpressionPrefix: what an expression looks like up to a place in it, complete or not.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <pipexpr/options.h>

namespace pipexpr::lsp {

struct ExpressionPrefix {
  bool is_inside = false;  // the place is in an expression at all

  // The innermost string that is open.
  bool in_string = false;
  std::string_view string;  // what stands in it so far

  // Calls that are open, the outermost first. A parenthesis that is no call has no name.
  struct OpenCall {
    std::string_view name;
    bool is_method = false;
    std::uint32_t argument = 0;  // the number of the argument that the place is in; a method's object is number 0
  };
  std::vector<OpenCall> calls;

  // The name that is being typed, with its prefix, and what it is a member of: the names of the path before it.
  std::string_view partial;
  bool is_member = false;
  std::vector<std::string_view> path;  // empty for a member of anything but a plain path
};

// Of a template's text up to a place; views are of the text.
ExpressionPrefix expression_prefix(std::string_view text, Delimiters delimiters);

}  // namespace pipexpr::lsp
