// Arena: its limit to the byte, what it gave, and what it takes back.
#include "eval/arena.h"

#include <cstring>

#include "catch.h"
#include "eval/memo.h"
#include "eval/stack.h"

using namespace pipexpr;
using namespace pipexpr::eval;

TEST_CASE("eval: an arena gives its limit and not a byte more, new or used") {
  Arena arena;
  for (int round = 0; round < 5; ++round) {
    for (const std::uint64_t limit :
         {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{5000}, std::uint64_t{100'000}}) {
      arena.reset(limit);
      std::uint64_t got = 0;
      for (const std::size_t size : {std::size_t{1}, std::size_t{7}, std::size_t{500}, std::size_t{4000}}) {
        if (got + size > limit) continue;
        REQUIRE(arena.allocate(size) != nullptr);
        got += size;
      }
      CHECK(arena.allocate(limit - got + 1) == nullptr);
      CHECK_FALSE(arena.charge(limit - got + 1));
      CHECK(arena.allocate(limit - got) != nullptr);
      CHECK(arena.allocate(0) != nullptr);
      CHECK(arena.allocate(1) == nullptr);
    }
  }
}

TEST_CASE("eval: what an arena gave stays where it is") {
  Arena arena;
  arena.reset(1'000'000);
  std::vector<char*> given;
  for (int i = 0; i < 1000; ++i) {
    char* const buffer = arena.allocate(100);
    REQUIRE(buffer != nullptr);
    std::memset(buffer, i % 128, 100);
    given.push_back(buffer);
  }
  for (int i = 0; i < 1000; ++i) {
    for (int k = 0; k < 100; ++k) REQUIRE(given[static_cast<std::size_t>(i)][k] == i % 128);
  }
}

TEST_CASE("eval: an arena takes back what was not used, and aligns values") {
  Arena arena;
  arena.reset(100);
  char* const buffer = arena.allocate(90);
  arena.shrink(buffer + 10);
  CHECK(arena.allocate(91) == nullptr);
  REQUIRE(arena.allocate(1) != nullptr);
  auto* const values = arena.allocate_values<ValueView>(5);
  REQUIRE(values != nullptr);
  CHECK(reinterpret_cast<std::uintptr_t>(values) % alignof(ValueView) == 0);
  CHECK(arena.allocate_values<ValueView>(1) == nullptr);
}

TEST_CASE("eval: the memo knows fields by identity, object and sphere") {
  Memo memo;
  const int fields[600] = {};
  for (int round = 0; round < 3; ++round) {
    memo.reset();
    bool fresh = false;
    for (const int& field : fields) {
      const Memo::Key key{&field, ObjectId{1}, Sphere::component};
      memo.find(key, fresh);
      REQUIRE(fresh);
      REQUIRE_FALSE(memo.find(key, fresh).done);
      REQUIRE_FALSE(fresh);
      memo.finish(key, ValueView(std::int64_t{&field - fields}));
    }
    for (const int& field : fields) {
      const Memo::Entry& entry = memo.find({&field, ObjectId{1}, Sphere::component}, fresh);
      REQUIRE(!fresh);
      REQUIRE(entry.done);
      REQUIRE(entry.value.integer() == &field - fields);
    }
    memo.find({&fields[0], ObjectId{2}, Sphere::component}, fresh);
    CHECK(fresh);
    memo.find({&fields[0], ObjectId{1}, Sphere::instance}, fresh);
    CHECK(fresh);
    memo.forget({&fields[5], ObjectId{1}, Sphere::component});
    memo.find({&fields[5], ObjectId{1}, Sphere::component}, fresh);
    CHECK(fresh);
  }
}

TEST_CASE("eval: the stack grows and keeps its order") {
  Stack<int> stack;
  for (int i = 0; i < 1000; ++i) stack.push_back(i);
  CHECK(stack.size() == 1000);
  CHECK(stack.front() == 0);
  CHECK(stack.pop() == 999);
  stack.shrink(10);
  CHECK(stack.back() == 9);
  stack.clear();
  CHECK(stack.empty());
}
