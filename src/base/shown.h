// Text of a user as messages, tables and annotations show it: nothing in it steers a terminal, ends a line or turns the
// direction of writing. What is printed goes through here once; JSON has its own escapes and carries the text as it is.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace pipexpr::base {

// A control character, U+2028, U+2029 or a mark of direction that the text begins with, and the bytes it takes; no
// bytes: it begins with none.
struct Steering {
  std::uint32_t code = 0;
  std::size_t bytes = 0;
};
Steering steering(std::string_view text);

// The text on one line: \n, \r, \t; other control characters as \xNN or \uNNNN; a byte that is no UTF-8 as U+FFFD. What
// is shown already stays as it is.
std::string shown(std::string_view text);
// The same, with line ends as they are.
std::string shown_lines(std::string_view text);

// A user's text for a message: at most about 80 bytes, cut at a character, and shown.
std::string excerpt(std::string_view text);

template <class T>
decltype(auto) shown_argument(const T& argument) {
  if constexpr (std::is_convertible_v<const T&, std::string_view>) {
    return shown(argument);
  } else {
    return (argument);
  }
}

// fmt::format for lines that people read: each text among the arguments is shown.
template <class... Args>
std::string show(fmt::format_string<decltype(shown_argument(std::declval<const Args&>()))...> format,
                 const Args&... args) {
  return fmt::format(format, shown_argument(args)...);
}

}  // namespace pipexpr::base
