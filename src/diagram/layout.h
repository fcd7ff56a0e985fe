// Where the objects of a diagram stand: columns from left to right, so that arrows lead to the right but for circles.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace pipexpr::diagram {

struct Point {
  double x = 0, y = 0;
};

// A box, given its size; its place is found. Lengths are pixels, and y grows downwards.
struct Box {
  double width = 0, height = 0;
  double x = 0, y = 0;  // of the upper left corner
};

struct Arrow {
  std::uint32_t from = 0, to = 0;  // places in the boxes; they differ
  std::vector<Point> points = {};  // from the edge of one box to that of the other, between the boxes of other columns
};

struct Size {
  double width = 0, height = 0;
};

// Places the boxes and leads the arrows. The size of all.
Size lay_out(std::vector<Box>& boxes, std::vector<Arrow>& arrows);

}  // namespace pipexpr::diagram
