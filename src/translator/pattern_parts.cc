// Splits date patterns. What the engine refuses as a pattern never comes here.
#include "translator/pattern_parts.h"

#include "base/char_class.h"

namespace pipexpr::translator {
std::vector<PatternPart> pattern_parts(std::string_view pattern) {
  std::vector<PatternPart> parts;
  for (std::size_t i = 0; i < pattern.size();) {
    const std::size_t begin = i;
    if (base::is_letter(pattern[i])) {
      while (i < pattern.size() && pattern[i] == pattern[begin]) ++i;
      const std::string_view run = pattern.substr(begin, i - begin);
      parts.push_back({run[0], static_cast<std::uint32_t>(run.size()), std::string(run)});
      continue;
    }
    std::string literal;
    for (bool quoted = false; i < pattern.size() && (quoted || !base::is_letter(pattern[i])); ++i) {
      if (pattern[i] != '\'') {
        literal += pattern[i];
      } else if (i + 1 < pattern.size() && pattern[i + 1] == '\'') {
        literal += pattern[++i];
      } else {
        quoted = !quoted;
      }
    }
    if (!literal.empty()) parts.push_back({0, 0, std::move(literal)});
  }
  return parts;
}

}  // namespace pipexpr::translator
