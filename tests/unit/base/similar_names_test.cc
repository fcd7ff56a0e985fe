// Tests of suggestions for unknown names.
#include "base/similar_names.h"

#include "catch.h"

TEST_CASE("text: the nearest name is suggested, and nothing far") {
  const auto nearest = [](std::string_view wanted, std::initializer_list<const char*> names) {
    pipexpr::base::Similar similar(wanted);
    for (const char* name : names) similar.consider(name);
    return std::string(similar.best());
  };
  CHECK(nearest("minusDay", {"minusDays", "minusHours"}) == "minusDays");
  CHECK(nearest("mnius", {"minus"}) == "minus");              // neighbours swapped
  CHECK(nearest("FORMAT", {"month", "format"}) == "format");  // case alone
  CHECK(nearest("ab", {"cd", "abc"}) == "abc");
  CHECK(nearest("ab", {"abcd"}).empty());
  CHECK(nearest("", {"a", "b"}) == "a");
  CHECK(nearest("same", {"same"}).empty());             // it is not unknown then
  CHECK(nearest("first", {"fist", "firs"}) == "fist");  // the earlier of two
  CHECK(nearest("abcdefghijkl", {"abcdefghiXYZ"}) == "abcdefghiXYZ");
  CHECK(nearest("abcdefghijkl", {"abcdefghWXYZ"}).empty());  // four edits are too many
  const std::string longest(64, 'x'), longer(65, 'x');
  CHECK(nearest(longest, {(longest.substr(1) + "y").c_str()}) == longest.substr(1) + "y");
  CHECK(nearest(longer, {longest.c_str()}).empty());
  CHECK(nearest("a\xFF", {"a\xFE"}) == "a\xFE");
}
