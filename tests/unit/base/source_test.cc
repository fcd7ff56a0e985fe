// Tests of lines and columns.
#include <pipexpr/source.h>

#include "catch.h"

using pipexpr::locate;
using pipexpr::SourceLocation;

TEST_CASE("text: places as lines and columns") {
  const std::string_view text = "ab\ncd\r\n\nx";
  const SourceLocation expected[] = {{1, 1}, {1, 2}, {1, 3}, {2, 1}, {2, 2}, {2, 3}, {2, 4}, {3, 1}, {4, 1}, {4, 2}};
  for (std::size_t i = 0; i < std::size(expected); ++i) {
    INFO(i);
    CHECK(locate(text, i) == expected[i]);
  }
  CHECK(locate(text, 1000) == SourceLocation{4, 2});
  CHECK(locate("", 0) == SourceLocation{1, 1});
}
