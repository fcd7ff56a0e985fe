// Tests of the layout of pictures: what holds for every picture, on pictures of many kinds.
#include "picture/layout.h"

#include <string>

#include "catch.h"

using namespace pipexpr::picture;

namespace {

struct Picture {
  std::vector<Box> boxes;
  std::vector<Arrow> arrows;
  Size size;
};

Picture drawn(std::size_t boxes, const std::vector<std::pair<std::uint32_t, std::uint32_t>>& arrows) {
  Picture picture;
  for (std::size_t i = 0; i < boxes; ++i) picture.boxes.push_back({60 + static_cast<double>(i % 7) * 20, 40});
  for (const auto& [from, to] : arrows) picture.arrows.push_back({from, to});
  picture.size = lay_out(picture.boxes, picture.arrows);
  return picture;
}

bool is_at(const Box& box, const Point& point) {
  return point.x >= box.x - 0.01 && point.x <= box.x + box.width + 0.01 && point.y >= box.y - 0.01 &&
         point.y <= box.y + box.height + 0.01;
}

// Boxes are inside and apart from each other, and every arrow begins and ends at its boxes.
void check(const Picture& picture) {
  for (std::size_t i = 0; i < picture.boxes.size(); ++i) {
    const Box& a = picture.boxes[i];
    CHECK(a.x >= 0);
    CHECK(a.y >= 0);
    CHECK(a.x + a.width <= picture.size.width);
    CHECK(a.y + a.height <= picture.size.height);
    for (std::size_t k = 0; k < i; ++k) {
      const Box& b = picture.boxes[k];
      const bool apart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
      if (!apart) FAIL("boxes " << k << " and " << i << " overlap");
    }
  }
  for (const Arrow& arrow : picture.arrows) {
    REQUIRE(arrow.points.size() >= 2);
    CHECK(is_at(picture.boxes[arrow.from], arrow.points.front()));
    CHECK(is_at(picture.boxes[arrow.to], arrow.points.back()));
  }
}

}  // namespace

TEST_CASE("picture: boxes are apart and arrows lead to the right") {
  const Picture none = drawn(0, {});
  CHECK(none.size.width > 0);
  check(drawn(1, {}));
  check(drawn(30, {}));
  const Picture chain = drawn(4, {{0, 1}, {1, 2}, {2, 3}, {0, 3}});
  check(chain);
  for (const Arrow& arrow : chain.arrows) CHECK(arrow.points.front().x < arrow.points.back().x);
  CHECK(chain.arrows[3].points.size() == 6);  // through two columns
}

TEST_CASE("picture: an arrow through other columns meets no box there") {
  const Picture picture = drawn(5, {{0, 1}, {1, 2}, {0, 3}, {3, 2}, {0, 2}, {4, 2}});
  check(picture);
  for (const Point& point : picture.arrows[4].points) {
    CHECK_FALSE(is_at(picture.boxes[1], point));
    CHECK_FALSE(is_at(picture.boxes[3], point));
  }
}

TEST_CASE("picture: circles, arrows back and arrows between neighbors are drawn") {
  check(drawn(2, {{0, 1}, {1, 0}}));
  check(drawn(3, {{0, 1}, {1, 2}, {2, 0}}));
  check(drawn(4, {{1, 0}, {2, 1}, {3, 2}, {0, 3}, {0, 2}}));
  check(drawn(3, {{0, 1}, {0, 1}, {1, 0}, {2, 0}, {2, 1}}));
}

TEST_CASE("picture: random pictures keep the rules") {
  std::uint32_t state = 1;
  const auto random = [&](std::uint32_t below) { return (state = state * 1664525 + 1013904223) / 65536 % below; };
  for (int round = 0; round < 40; ++round) {
    const std::uint32_t boxes = 2 + random(25);
    std::vector<std::pair<std::uint32_t, std::uint32_t>> arrows;
    for (std::uint32_t i = random(40); i-- > 0;) {
      const std::uint32_t from = random(boxes), to = random(boxes);
      if (from != to) arrows.emplace_back(from, to);
    }
    INFO("round " << round);
    check(drawn(boxes, arrows));
  }
}

// Lengths that recursion would not survive. Of this many crossings the arrows are straight.
TEST_CASE("picture: long chains and many arrows") {
  constexpr std::uint32_t kBoxes = 20'000;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> arrows;
  for (std::uint32_t i = 0; i + 1 < kBoxes; ++i) arrows.emplace_back(i, i + 1);
  for (std::uint32_t i = 0; i < 100; ++i) arrows.emplace_back(i, kBoxes - 1 - i);
  const Picture picture = drawn(kBoxes, arrows);
  CHECK(picture.boxes.back().x > picture.boxes.front().x);
  CHECK(picture.arrows.back().points.size() == 2);
}
