// Tests of lines and columns, both ways, in bytes, characters and units of UTF-16.
#include <pipexpr/line_index.h>

#include <random>

#include "catch.h"

using pipexpr::ColumnUnit;
using pipexpr::LineIndex;
using pipexpr::locate;
using pipexpr::SourceLocation;

TEST_CASE("text: places as lines and columns") {
  const std::string_view text = "ab\ncd\r\n\nx";
  const SourceLocation expected[] = {{1, 1}, {1, 2}, {1, 3}, {2, 1}, {2, 2}, {2, 3}, {2, 4}, {3, 1}, {4, 1}, {4, 2}};
  const LineIndex lines(text);
  for (std::size_t i = 0; i < std::size(expected); ++i) {
    INFO(i);
    CHECK(locate(text, i) == expected[i]);
    CHECK(lines.locate(i) == expected[i]);
    CHECK(lines.offset(expected[i]) == i);
  }
  CHECK(locate(text, 1000) == SourceLocation{4, 2});
  CHECK(lines.locate(1000) == SourceLocation{4, 2});
  CHECK(locate("", 0) == SourceLocation{1, 1});
  CHECK(LineIndex("").locate(0) == SourceLocation{1, 1});
  CHECK(LineIndex("").offset({1, 1}) == 0);
  CHECK(LineIndex("").line_count() == 1);
}

TEST_CASE("text: lines of an index") {
  const LineIndex lines("ab\n\nc\n");
  CHECK(lines.line_count() == 4);
  CHECK(lines.line(1) == "ab");
  CHECK(lines.line(2).empty());
  CHECK(lines.line(3) == "c");
  CHECK(lines.line(4).empty());
  CHECK(lines.line(5).empty());
  CHECK(lines.line_begin(3) == 4);
  CHECK(lines.line_begin(9) == 6);
}

TEST_CASE("text: columns in characters and in units of UTF-16") {
  const LineIndex lines("a\u00E9\u20AC\U0001F600b\nz");  // 1, 2, 3, 4 and 1 bytes
  CHECK(lines.locate(10) == SourceLocation{1, 11});
  CHECK(lines.locate(10, ColumnUnit::code_points) == SourceLocation{1, 5});
  CHECK(lines.locate(10, ColumnUnit::utf16) == SourceLocation{1, 6});
  CHECK(lines.locate(12, ColumnUnit::utf16) == SourceLocation{2, 1});
  CHECK(lines.offset({1, 5}, ColumnUnit::code_points) == 10);
  CHECK(lines.offset({1, 6}, ColumnUnit::utf16) == 10);
  CHECK(lines.offset({1, 5}, ColumnUnit::utf16) == 10);  // between the two units of one character: the next
  CHECK(lines.offset({1, 4}, ColumnUnit::utf16) == 6);
}

TEST_CASE("text: places that are not there") {
  const LineIndex lines("ab\ncd");
  CHECK(lines.offset({1, 99}) == 2);
  CHECK(lines.offset({2, 99}) == 5);
  CHECK(lines.offset({3, 1}) == 5);
  CHECK(lines.offset({0, 0}) == 0);
  CHECK(lines.offset({2, 0}) == 3);
}

TEST_CASE("text: an index agrees with counting, and there and back is the same place") {
  std::mt19937 random(7);
  const std::string_view pieces[] = {"a", "\n", "\u00E9", "\u20AC", "\U0001F600", "word ", "\xFF"};
  std::string text;
  while (text.size() < 5000) text += pieces[random() % std::size(pieces)];
  const LineIndex lines(text);
  for (std::size_t at = 0; at <= text.size(); ++at) {
    const SourceLocation place = lines.locate(at);
    if (place != locate(text, at) || lines.offset(place) != at) FAIL("byte " << at);
    if (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) continue;
    for (const ColumnUnit unit : {ColumnUnit::code_points, ColumnUnit::utf16}) {
      if (lines.offset(lines.locate(at, unit), unit) != at) FAIL("byte " << at << " unit " << static_cast<int>(unit));
    }
    std::uint32_t characters = 1;
    for (std::size_t i = lines.line_begin(place.line); i < at; ++i) {
      characters += (static_cast<unsigned char>(text[i]) & 0xC0) != 0x80 ? 1U : 0U;
    }
    if (lines.locate(at, ColumnUnit::code_points).column != characters) FAIL("characters before byte " << at);
  }
}
