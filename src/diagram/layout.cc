// Implements lay_out in the steps of Sugiyama: columns, places for arrows that cross columns, order in each column, and
// heights. Nothing recurses: a chain of objects may be as long as a definition.
#include "diagram/layout.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <numeric>
#include <set>

namespace pipexpr::diagram {
namespace {

constexpr double kMargin = 16, kColumnGap = 96, kRowGap = 18, kLoop = 36, kEndGap = 10;
constexpr std::size_t kMaxCrossings = 20'000;  // more are drawn as straight arrows
constexpr int kSweeps = 8;

// A box, or the place where an arrow crosses a column.
struct Spot {
  std::size_t column = 0;
  double width = 0, height = 0, center = 0, key = 0;
  std::vector<std::size_t> before, after;  // spots in the neighbor columns
};

class Layout {
 public:
  Layout(std::vector<Box>& boxes, std::vector<Arrow>& arrows) : boxes_(boxes), arrows_(arrows) {}

  Size run() {
    find_columns();
    add_spots();
    for (std::size_t i = 0; i < spots_.size(); ++i) columns_[spots_[i].column].push_back(i);
    for (int i = 0; i < kSweeps; ++i) sort_columns(i % 2 == 0);
    for (auto& column : columns_) stack(column);
    for (int i = 0; i < kSweeps; ++i) pull(i % 2 == 0);
    return write();
  }

 private:
  // The longest way that leads to each box. A circle is opened at its first box in the order of the file.
  void find_columns() {
    const std::size_t count = boxes_.size();
    std::vector<std::vector<std::uint32_t>> successors(count);
    std::vector<std::size_t> waits(count);
    std::set<std::pair<std::uint32_t, std::uint32_t>> seen;
    for (const Arrow& arrow : arrows_) {
      if (!seen.emplace(arrow.from, arrow.to).second) continue;
      successors[arrow.from].push_back(arrow.to);
      ++waits[arrow.to];
    }
    spots_.resize(count);
    const std::vector<std::size_t> arriving = waits;
    std::vector<bool> done(count);
    std::vector<std::size_t> ready;
    for (std::size_t i = count; i-- > 0;) {
      if (waits[i] == 0) ready.push_back(i);
    }
    for (std::size_t placed = 0, first = 0; placed < count; ++placed) {
      if (ready.empty()) {
        while (done[first]) ++first;
        ready.push_back(first);
      }
      const std::size_t at = ready.back();
      ready.pop_back();
      done[at] = true;
      for (const std::uint32_t next : successors[at]) {
        if (done[next]) continue;
        spots_[next].column = std::max(spots_[next].column, spots_[at].column + 1);
        if (--waits[next] == 0) ready.push_back(next);
      }
    }
    // What nothing leads to stands next to what it leads to, as a precondition beside the object that it guards.
    for (std::size_t i = 0; i < count; ++i) {
      if (arriving[i] != 0 || successors[i].empty()) continue;
      std::size_t nearest = std::numeric_limits<std::size_t>::max();
      for (const std::uint32_t next : successors[i]) nearest = std::min(nearest, spots_[next].column);
      if (nearest != 0) spots_[i].column = nearest - 1;
    }
    std::size_t last = 0;
    for (std::size_t i = 0; i < count; ++i) {
      spots_[i].width = boxes_[i].width;
      spots_[i].height = boxes_[i].height;
      last = std::max(last, spots_[i].column);
    }
    columns_.resize(last + 1);
  }

  // The spots of each arrow, from left to right.
  void add_spots() {
    std::size_t crossings = 0;
    for (const Arrow& arrow : arrows_) {
      const auto [left, right] = std::minmax(spots_[arrow.from].column, spots_[arrow.to].column);
      if (right > left) crossings += right - left - 1;
    }
    const bool is_straight = crossings > kMaxCrossings;
    ways_.resize(arrows_.size());
    for (std::size_t i = 0; i < arrows_.size(); ++i) {
      std::size_t from = arrows_[i].from, to = arrows_[i].to;
      if (spots_[from].column > spots_[to].column) std::swap(from, to);
      std::vector<std::size_t>& way = ways_[i];
      way.push_back(from);
      for (std::size_t column = spots_[from].column + 1; !is_straight && column < spots_[to].column; ++column) {
        Spot crossing;
        crossing.column = column;
        crossing.height = 4;
        way.push_back(spots_.size());
        spots_.push_back(crossing);
      }
      way.push_back(to);
      for (std::size_t k = 0; k + 1 < way.size(); ++k) {
        if (spots_[way[k]].column == spots_[way[k + 1]].column) continue;
        spots_[way[k]].after.push_back(way[k + 1]);
        spots_[way[k + 1]].before.push_back(way[k]);
      }
    }
  }

  const std::vector<std::size_t>& neighbors(const Spot& spot, bool forwards) const {
    return forwards ? spot.before : spot.after;
  }

  // Each spot to the mean place of those it is connected with in the column that was sorted before.
  void sort_columns(bool forwards) {
    for (auto& column : columns_) {
      for (std::size_t i = 0; i < column.size(); ++i) spots_[column[i]].center = static_cast<double>(i);
    }
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      auto& column = columns_[forwards ? i : columns_.size() - 1 - i];
      for (const std::size_t at : column) spots_[at].key = mean(spots_[at], forwards);
      std::stable_sort(column.begin(), column.end(),
                       [&](std::size_t a, std::size_t b) { return spots_[a].key < spots_[b].key; });
      for (std::size_t k = 0; k < column.size(); ++k) spots_[column[k]].center = static_cast<double>(k);
    }
  }

  double mean(const Spot& spot, bool forwards) const {
    const std::vector<std::size_t>& others = neighbors(spot, forwards);
    if (others.empty()) return spot.center;
    double sum = 0;
    for (const std::size_t other : others) sum += spots_[other].center;
    return sum / static_cast<double>(others.size());
  }

  void stack(const std::vector<std::size_t>& column) {
    double y = 0;
    for (const std::size_t at : column) {
      spots_[at].center = y + spots_[at].height / 2;
      y += spots_[at].height + kRowGap;
    }
  }

  // Each spot to the height of its neighbors, in the order that the column has.
  void pull(bool forwards) {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const auto& column = columns_[forwards ? i : columns_.size() - 1 - i];
      double free = std::numeric_limits<double>::lowest(), shift = 0;
      for (const std::size_t at : column) {
        Spot& spot = spots_[at];
        const double wanted = mean(spot, forwards);
        spot.center = std::max(wanted, free + spot.height / 2);
        shift += spot.center - wanted;
        free = spot.center + spot.height / 2 + kRowGap;
      }
      // Those that were pushed down share the way with those that were not.
      shift /= static_cast<double>(std::max<std::size_t>(column.size(), 1));
      for (const std::size_t at : column) spots_[at].center -= shift;
    }
  }

  Size write() {
    double top = std::numeric_limits<double>::max(), bottom = std::numeric_limits<double>::lowest();
    std::vector<double> widths(columns_.size()), lefts(columns_.size());
    for (const Spot& spot : spots_) {
      top = std::min(top, spot.center - spot.height / 2);
      bottom = std::max(bottom, spot.center + spot.height / 2);
      widths[spot.column] = std::max(widths[spot.column], spot.width);
    }
    double x = kMargin;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      lefts[i] = x;
      x += widths[i] + kColumnGap;
    }
    const double down = kMargin - top;
    for (std::size_t i = 0; i < boxes_.size(); ++i) {
      boxes_[i].x = lefts[spots_[i].column] + (widths[spots_[i].column] - spots_[i].width) / 2;
      boxes_[i].y = spots_[i].center + down - spots_[i].height / 2;
    }
    for (std::size_t i = 0; i < arrows_.size(); ++i) lead(i, lefts, widths, down);
    spread_ends();
    for (std::size_t i = 0; i < arrows_.size(); ++i) {
      if (ways_[i].front() != arrows_[i].from) std::reverse(arrows_[i].points.begin(), arrows_[i].points.end());
    }
    if (boxes_.empty()) return {2 * kMargin, 2 * kMargin};
    return {x - kColumnGap + kMargin + kLoop, bottom - top + 2 * kMargin};
  }

  // The points of an arrow from left to right. One that stays in its column goes around on the right.
  void lead(std::size_t arrow, const std::vector<double>& lefts, const std::vector<double>& widths, double down) {
    const std::vector<std::size_t>& way = ways_[arrow];
    std::vector<Point>& points = arrows_[arrow].points;
    const bool in_one_column = spots_[way.front()].column == spots_[way.back()].column;
    for (std::size_t k = 0; k < way.size(); ++k) {
      const Spot& spot = spots_[way[k]];
      const double y = spot.center + down;
      if (k != 0 && k + 1 < way.size()) {
        points.push_back({lefts[spot.column], y});
        points.push_back({lefts[spot.column] + widths[spot.column], y});
        continue;
      }
      const Box& box = boxes_[way[k]];
      points.push_back({k == 0 || in_one_column ? box.x + box.width : box.x, y});
      if (k == 0 && in_one_column) points.push_back({box.x + box.width + kLoop, y});
    }
  }

  // Arrows that meet at one side of a box keep a distance there, in the order of where they come from.
  void spread_ends() {
    std::vector<std::vector<std::pair<double, Point*>>> lefts(boxes_.size()), rights(boxes_.size());
    for (std::size_t i = 0; i < arrows_.size(); ++i) {
      std::vector<Point>& points = arrows_[i].points;
      const std::size_t first = ways_[i].front(), last = ways_[i].back();
      rights[first].emplace_back(points[1].y, &points.front());
      auto& side = spots_[first].column == spots_[last].column ? rights : lefts;
      side[last].emplace_back(points[points.size() - 2].y, &points.back());
    }
    for (auto* sides : {&lefts, &rights}) {
      for (std::size_t box = 0; box < sides->size(); ++box) {
        auto& ends = (*sides)[box];
        std::stable_sort(ends.begin(), ends.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
        if (ends.size() < 2) continue;
        const double last = static_cast<double>(ends.size() - 1);
        const double step = std::min(kEndGap, (boxes_[box].height - kEndGap) / last);
        for (std::size_t i = 0; i < ends.size(); ++i) ends[i].second->y += step * (static_cast<double>(i) - last / 2);
      }
    }
  }

  std::vector<Box>& boxes_;
  std::vector<Arrow>& arrows_;
  std::vector<Spot> spots_;                        // of the boxes, then of crossings
  std::vector<std::vector<std::size_t>> ways_;     // by arrow
  std::vector<std::vector<std::size_t>> columns_;  // places in spots_, from top to bottom
};

}  // namespace

Size lay_out(std::vector<Box>& boxes, std::vector<Arrow>& arrows) { return Layout(boxes, arrows).run(); }

}  // namespace pipexpr::diagram
