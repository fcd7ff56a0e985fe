// Tests of the layout of diagrams: what holds for every diagram, on diagrams of many kinds.
#include "diagram/layout.h"

#include <string>

#include "catch.h"

using namespace pipexpr::diagram;

namespace {

struct Diagram {
  std::vector<Box> boxes;
  std::vector<Arrow> arrows;
  Size size;
};

Diagram drawn(std::size_t boxes, const std::vector<std::pair<std::uint32_t, std::uint32_t>>& arrows) {
  Diagram diagram;
  for (std::size_t i = 0; i < boxes; ++i) diagram.boxes.push_back({60 + static_cast<double>(i % 7) * 20, 40});
  for (const auto& [from, to] : arrows) diagram.arrows.push_back({from, to});
  diagram.size = lay_out(diagram.boxes, diagram.arrows);
  return diagram;
}

bool is_at(const Box& box, const Point& point) {
  return point.x >= box.x - 0.01 && point.x <= box.x + box.width + 0.01 && point.y >= box.y - 0.01 &&
         point.y <= box.y + box.height + 0.01;
}

// Boxes are inside and apart from each other, and every arrow begins and ends at its boxes.
void check(const Diagram& diagram) {
  for (std::size_t i = 0; i < diagram.boxes.size(); ++i) {
    const Box& a = diagram.boxes[i];
    CHECK(a.x >= 0);
    CHECK(a.y >= 0);
    CHECK(a.x + a.width <= diagram.size.width);
    CHECK(a.y + a.height <= diagram.size.height);
    for (std::size_t k = 0; k < i; ++k) {
      const Box& b = diagram.boxes[k];
      const bool apart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
      if (!apart) FAIL("boxes " << k << " and " << i << " overlap");
    }
  }
  for (const Arrow& arrow : diagram.arrows) {
    REQUIRE(arrow.points.size() >= 2);
    CHECK(is_at(diagram.boxes[arrow.from], arrow.points.front()));
    CHECK(is_at(diagram.boxes[arrow.to], arrow.points.back()));
  }
}

}  // namespace

TEST_CASE("diagram: boxes are apart and arrows lead to the right") {
  const Diagram none = drawn(0, {});
  CHECK(none.size.width > 0);
  check(drawn(1, {}));
  check(drawn(30, {}));
  const Diagram chain = drawn(4, {{0, 1}, {1, 2}, {2, 3}, {0, 3}});
  check(chain);
  for (const Arrow& arrow : chain.arrows) CHECK(arrow.points.front().x < arrow.points.back().x);
  CHECK(chain.arrows[3].points.size() == 6);  // through two columns
}

TEST_CASE("diagram: an arrow through other columns meets no box there") {
  const Diagram diagram = drawn(5, {{0, 1}, {1, 2}, {0, 3}, {3, 2}, {0, 2}, {4, 2}});
  check(diagram);
  for (const Point& point : diagram.arrows[4].points) {
    CHECK_FALSE(is_at(diagram.boxes[1], point));
    CHECK_FALSE(is_at(diagram.boxes[3], point));
  }
}

TEST_CASE("diagram: circles, arrows back and arrows between neighbors are drawn") {
  check(drawn(2, {{0, 1}, {1, 0}}));
  check(drawn(3, {{0, 1}, {1, 2}, {2, 0}}));
  check(drawn(4, {{1, 0}, {2, 1}, {3, 2}, {0, 3}, {0, 2}}));
  check(drawn(3, {{0, 1}, {0, 1}, {1, 0}, {2, 0}, {2, 1}}));
}

TEST_CASE("diagram: random diagrams keep the rules") {
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
TEST_CASE("diagram: long chains and many arrows") {
  constexpr std::uint32_t kBoxes = 20'000;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> arrows;
  for (std::uint32_t i = 0; i + 1 < kBoxes; ++i) arrows.emplace_back(i, i + 1);
  for (std::uint32_t i = 0; i < 100; ++i) arrows.emplace_back(i, kBoxes - 1 - i);
  const Diagram diagram = drawn(kBoxes, arrows);
  CHECK(diagram.boxes.back().x > diagram.boxes.front().x);
  CHECK(diagram.arrows.back().points.size() == 2);
}
