// Places in a text: byte spans, and the lines and columns that people read.
#pragma once

#include <cstdint>
#include <string_view>

#include <pipexpr/export.h>

namespace pipexpr {

// Bytes [offset, offset + length) of a text.
struct SourceSpan {
  std::uint32_t offset = 0;
  std::uint32_t length = 0;

  std::uint32_t end() const { return offset + length; }
  friend bool operator==(const SourceSpan&, const SourceSpan&) = default;
};

// 1-based; columns count bytes, as compilers do.
struct SourceLocation {
  std::uint32_t line = 1;
  std::uint32_t column = 1;

  friend bool operator==(const SourceLocation&, const SourceLocation&) = default;
};

// Where the byte at `offset` is; an offset past the end gives the place after the last byte. Linear in offset.
PIPEXPR_API SourceLocation locate(std::string_view text, std::size_t offset);

}  // namespace pipexpr
