// Regular expressions in time linear in the text.
#include <regex>

#include "suite/run_tests.h"

namespace pipexpr::suite {

std::optional<bool> matches_pattern(const std::string& pattern, const std::string& text) {
  auto flags = std::regex_constants::ECMAScript;
#ifdef __GLIBCXX__
  // Without it the library tries one way after the other, by recursion: the stack would end long before the text.
  flags |= std::regex_constants::__polynomial;
#else
  constexpr std::size_t kMaxText = 4096;
  if (text.size() > kMaxText) return std::nullopt;
#endif
  try {
    return std::regex_match(text, std::regex(pattern, flags));
  } catch (const std::regex_error&) {
    return std::nullopt;
  }
}

}  // namespace pipexpr::suite
