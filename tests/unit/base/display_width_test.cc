// Tests of how many columns texts take.
#include "base/display_width.h"

#include <initializer_list>
#include <utility>

#include "catch.h"

using pipexpr::base::cut_to_width;
using pipexpr::base::display_width;

TEST_CASE("text: columns of a terminal") {
  for (const auto& [text, columns] : std::initializer_list<std::pair<std::string_view, std::size_t>>{
           {"", 0},
           {"abc", 3},
           {"é", 1},
           {"e\u0301", 1},             // a letter and its accent
           {"日報", 4},                // two columns each
           {"ｱｲ", 2},                  // half width
           {"Ａ", 2},                  // full width
           {"한글", 4},                // syllables
           {"\u1112\u1161\u11AB", 2},  // ... and the letters of one
           {"ภาษาไทย", 7},             // no marks above
           {"กำลัง", 4},                // a vowel above
           {"🚀", 2},
           {"👍🏽", 2},         // with a skin tone
           {"👩\u200D👩\u200D👧", 2},  // joined
           {"❤", 1},
           {"❤\uFE0F", 2},  // as a picture
           {"🇩🇪", 2},       // a flag
           {"1\uFE0F\u20E3", 1},
           {"a\u200Bb", 2},
           {"\u202Ex", 1},
           {"\xFF\xFE", 2},  // bytes that are no characters
           {"\xE6\x97", 1},
       }) {
    CAPTURE(text);
    CHECK(display_width(text) == columns);
  }
}

TEST_CASE("text: the beginning that fits into some columns has no half a character") {
  CHECK(cut_to_width("abc", 2) == "ab");
  CHECK(cut_to_width("abc", 3) == "abc");
  CHECK(cut_to_width("日報x", 3) == "日");
  CHECK(cut_to_width("日報x", 4) == "日報");
  CHECK(cut_to_width("e\u0301e\u0301", 1) == "e\u0301");
  CHECK(cut_to_width("👩\u200D👩\u200D👧x", 2) == "👩\u200D👩\u200D👧");
  CHECK(cut_to_width("日", 1).empty());
  CHECK(cut_to_width("", 5).empty());
}
