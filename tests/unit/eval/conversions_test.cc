// What converts to a value: every integer type, booleans, and nothing by accident.
#include <limits>

#include <pipexpr/pipexpr.h>

#include "catch.h"

using namespace pipexpr;

static_assert(!std::is_constructible_v<Value, std::nullptr_t> && !std::is_constructible_v<ValueView, std::nullptr_t>);
static_assert(!std::is_constructible_v<Value, char> && !std::is_constructible_v<ValueView, char32_t>);
static_assert(!std::is_constructible_v<Value, int*> && !std::is_constructible_v<ValueView, void*>);
static_assert(ValueView(7).integer() == 7 && ValueView(std::int8_t{-7}).integer() == -7);

TEST_CASE("eval: every integer type converts to an integer") {
  const Value values[] = {
      Value(1),       Value(1U), Value(1L), Value(1UL), Value(1LL), Value(std::size_t{1}), Value(std::uint8_t{1}),
      Value(short{1})};
  for (const Value& value : values) {
    CHECK(value.kind() == Kind::integer);
    CHECK(value == Value(std::int64_t{1}));
  }
  CHECK(ValueView(0).is(Kind::integer));
  CHECK(Value(std::numeric_limits<std::int64_t>::min()).integer() == std::numeric_limits<std::int64_t>::min());
}

TEST_CASE("eval: an unsigned value that fits in no integer becomes a number") {
  const std::uint64_t most = std::numeric_limits<std::int64_t>::max();
  CHECK(Value(most).integer() == std::numeric_limits<std::int64_t>::max());
  CHECK(Value(most + 1).number() == 9223372036854775808.0);
  CHECK(ValueView(most).is(Kind::integer));
  CHECK(ValueView(most + 1).number() == 9223372036854775808.0);
}

TEST_CASE("eval: a bool is the string true or false") {
  CHECK(Value(true) == Value("true"));
  CHECK(Value(false).text() == "false");
  CHECK(ValueView(true).text() == "true");
  CHECK(ValueView(false).slot() == SlotType::boolean);
}

TEST_CASE("eval: accessors of another kind do not give what is not there") {
  CHECK(ValueView(static_cast<const ValueView*>(nullptr), 3).size() == 0);
#ifndef PIPEXPR_CHECKED
  CHECK_THROWS_AS(Value(1).text(), std::bad_variant_access);
  CHECK_THROWS_AS(Value("1").items(), std::bad_variant_access);
#endif
}

TEST_CASE("eval: what is too long for a view is as long as a view can be") {
  // The bytes are never read: only their number is looked at.
  const char byte = 'x';
  CHECK(ValueView(std::string_view(&byte, (std::size_t{1} << 32) + 3)).text().size() == ValueView::kMaxTextSize);
  CHECK(ValueView(std::string_view(&byte, std::size_t{0xFFFFFFFF})).text().size() == ValueView::kMaxTextSize);
}
