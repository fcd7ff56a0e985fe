// Lines and columns of a text, both ways: byte offsets, and the columns that editors count.
//
//   const pipexpr::LineIndex lines(json);                      // reads the text once; the text must outlive it
//   const pipexpr::SourceLocation at = lines.locate(finding.span.offset);            // 1-based, columns in bytes
//   lines.locate(finding.span.offset, pipexpr::ColumnUnit::utf16);                   // as language servers count
//   lines.offset({.line = 12, .column = 5}, pipexpr::ColumnUnit::code_points);       // back to a byte offset
//   lines.line(at.line);                                                             // that line, without its '\n'
//
// A line ends after its '\n'. Offsets beyond the text count as its end. Bytes that are no UTF-8 count as one character
// each, unless they look like the continuation of one. Each question takes time logarithmic in the number of lines, and
// for the units other than bytes a constant more; nothing here fails. An index is immutable: any thread may ask it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include <pipexpr/export.h>
#include <pipexpr/source.h>

namespace pipexpr {

// What a column counts.
enum class ColumnUnit : std::uint8_t {
  bytes,        // as compilers do
  code_points,  // characters of UTF-8, as SARIF does
  utf16,        // units of UTF-16, as the language server protocol and JavaScript do
};

class PIPEXPR_API LineIndex {
 public:
  explicit LineIndex(std::string_view text);

  std::string_view text() const { return text_; }
  std::size_t line_count() const { return begins_.size(); }  // at least 1

  // The line and column of a byte offset.
  SourceLocation locate(std::size_t offset, ColumnUnit unit = ColumnUnit::bytes) const;

  // The byte offset of a line and column. A column after the line's last character is the line's end, a column inside
  // a character is the next one's beginning; a line 0 counts as the first, one after the last as the text's end.
  std::size_t offset(SourceLocation location, ColumnUnit unit = ColumnUnit::bytes) const;

  // Where line `number`, from 1, begins, and its text without '\n'; empty after the last line.
  std::size_t line_begin(std::size_t number) const;
  std::string_view line(std::size_t number) const;

 private:
  std::size_t units_before(std::size_t offset, ColumnUnit unit) const;

  std::string_view text_;
  std::vector<std::uint32_t> begins_;  // of each line
  // Before every block of bytes: how many bytes continue a character, and how many characters are two units of UTF-16.
  struct Counts {
    std::uint32_t continuations = 0, pairs = 0;
  };
  std::vector<Counts> blocks_;  // empty for a text of ASCII
};

}  // namespace pipexpr
