// Finds the line and column of an offset in a text.
#include <algorithm>

#include <pipexpr/source.h>

namespace pipexpr {

SourceLocation locate(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  SourceLocation result;
  result.line += static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n'));
  const std::size_t newline = before.rfind('\n');
  result.column += static_cast<std::uint32_t>(before.size() - (newline == before.npos ? 0 : newline + 1));
  return result;
}

}  // namespace pipexpr
