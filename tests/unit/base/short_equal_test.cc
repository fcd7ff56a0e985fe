// Tests of the comparison of short texts at every length.
#include "base/short_equal.h"

#include <string>

#include "catch.h"

using pipexpr::base::same;

TEST_CASE("text: names are the same when every byte is") {
  for (std::size_t size = 0; size <= 40; ++size) {
    CAPTURE(size);
    const std::string one(size, 'a');
    CHECK(same(one, std::string(one)));
    CHECK_FALSE(same(one, one + 'a'));
    CHECK_FALSE(same(one + 'a', one));
    for (std::size_t at = 0; at < size; ++at) {
      std::string other = one;
      other[at] = 'b';
      CAPTURE(at);
      CHECK_FALSE(same(one, other));
    }
  }
}
