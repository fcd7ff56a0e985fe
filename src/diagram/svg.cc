// A diagram as SVG, which every browser shows: no script, no font and nothing else from elsewhere.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include <pipexpr/graph_diagram.h>

#include "base/display_width.h"
#include "diagram/label.h"
#include "diagram/layout.h"

namespace pipexpr {
namespace {

using diagram::Box;
using diagram::Point;

constexpr double kColumn = 7.3;  // width of a character of 12 pixels, in a font where all are alike
constexpr double kPadding = 14, kHeight = 42;
constexpr std::size_t kMaxColumns = 36;

constexpr std::string_view kStyle = R"(<style>
svg { background: #ffffff; font: 12px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; }
text { fill: #1b1f24; text-anchor: middle; }
.type, .field { fill: #57606a; font-size: 10px; }
.field { paint-order: stroke; stroke: #ffffff; stroke-width: 4px; }
.box { stroke: #57606a; stroke-width: 1.2; fill: #f6f8fa; }
.activity .box { fill: #ddf4ff; } .data .box { fill: #dafbe1; } .resource .box { fill: #fff1d6; }
.precondition .box { fill: #fbefff; } .action .box { fill: #ffebe9; }
path.arrow { fill: none; stroke: #57606a; stroke-width: 1.2; } .expression { stroke-dasharray: 5 4; }
marker path { fill: #57606a; }
@media (prefers-color-scheme: dark) {
svg { background: #0d1117; } text { fill: #e6edf3; } .type, .field { fill: #9198a1; } .field { stroke: #0d1117; }
.box { fill: #161b22; stroke: #9198a1; } .activity .box { fill: #0c2d6b; } .data .box { fill: #0f3d1e; }
.resource .box { fill: #4d3300; } .precondition .box { fill: #3c1e70; } .action .box { fill: #67060c; }
path.arrow { stroke: #9198a1; } marker path { fill: #9198a1; }
}
</style>
)";

std::string polygon(std::initializer_list<Point> points) {
  std::string out = "<polygon class=\"box\" points=\"";
  for (const Point& one : points) out += fmt::format("{:.1f},{:.1f} ", one.x, one.y);
  out.back() = '"';
  return out + "/>";
}

std::string rectangle(const Box& box, double radius) {
  return fmt::format(R"(<rect class="box" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" rx="{}"/>)", box.x,
                     box.y, box.width, box.height, radius);
}

std::string outline(const Box& box, ObjectRole role) {
  const double left = box.x, right = box.x + box.width, top = box.y, bottom = box.y + box.height;
  const double middle = box.y + box.height / 2, slant = 10;
  switch (role) {
    case ObjectRole::activity: return rectangle(box, 8);
    case ObjectRole::data: return polygon({{left + slant, top}, {right, top}, {right - slant, bottom}, {left, bottom}});
    case ObjectRole::resource:
      return polygon({{left + slant, top},
                      {right - slant, top},
                      {right, middle},
                      {right - slant, bottom},
                      {left + slant, bottom},
                      {left, middle}});
    case ObjectRole::precondition:
      return polygon({{left + slant, top},
                      {right - slant, top},
                      {right, top + slant},
                      {right, bottom - slant},
                      {right - slant, bottom},
                      {left + slant, bottom},
                      {left, bottom - slant},
                      {left, top + slant}});
    case ObjectRole::action:
      return polygon({{left, top}, {right - slant, top}, {right, top + slant}, {right, bottom}, {left, bottom}});
    case ObjectRole::schedule: return rectangle(box, kHeight / 2);
    case ObjectRole::other: break;
  }
  return rectangle(box, 0);
}

// As much of a name as a box holds; all of it is in the box's title.
std::string fitted(std::string_view text) {
  if (base::display_width(text) <= kMaxColumns) return diagram::xml_text(text);
  return diagram::xml_text(base::cut_to_width(text, kMaxColumns - 1)) + "\xE2\x80\xA6";
}

double width_of(const GraphDiagram::Node& node) {
  const std::size_t name = std::min(base::display_width(node.name), kMaxColumns);
  const std::size_t type = std::min(base::display_width(node.type), kMaxColumns);
  return kColumn * std::max(static_cast<double>(name), 0.85 * static_cast<double>(type)) + 2 * kPadding;
}

std::string box_of(const GraphDiagram::Node& node, const Box& box) {
  const double x = box.x + box.width / 2;
  return fmt::format(
      "<g class=\"{}\"><title>{} ({})</title>{}<text x=\"{:.1f}\" y=\"{:.1f}\">{}</text>"
      "<text class=\"type\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text></g>\n",
      object_role_name(node.role), diagram::xml_text(node.id), diagram::xml_text(node.type), outline(box, node.role), x,
      box.y + 18, fitted(node.name), x, box.y + 33, fitted(node.type));
}

// Bent in the gaps between the columns, and straight through them.
std::string path_of(const std::vector<Point>& points) {
  std::string out = fmt::format("M{:.1f} {:.1f}", points[0].x, points[0].y);
  for (std::size_t i = 1; i < points.size(); ++i) {
    const Point a = points[i - 1], b = points[i];
    const double middle = (a.x + b.x) / 2;
    out += a.y == b.y ? fmt::format(" L{:.1f} {:.1f}", b.x, b.y)
                      : fmt::format(" C{:.1f} {:.1f} {:.1f} {:.1f} {:.1f} {:.1f}", middle, a.y, middle, b.y, b.x, b.y);
  }
  return out;
}

}  // namespace

std::string GraphDiagram::to_svg() const {
  std::vector<Box> boxes;
  for (const Node& node : nodes_) boxes.push_back({width_of(node), kHeight});
  // Arrows between two boxes are drawn as one, with the names of all; one to the object itself is not drawn.
  std::vector<diagram::Arrow> arrows;
  std::vector<std::string> labels;
  std::vector<bool> is_expression;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::size_t> known;
  for (const Edge& edge : edges_) {
    if (edge.from == edge.to) continue;
    const auto [place, fresh] = known.try_emplace({edge.from, edge.to}, arrows.size());
    if (!fresh) {
      labels[place->second] += ", " + edge.field;
      continue;
    }
    arrows.push_back({edge.from, edge.to});
    labels.push_back(edge.field);
    is_expression.push_back(edge.is_expression);
  }
  const diagram::Size size = diagram::lay_out(boxes, arrows);

  std::string out = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {:.0f} {:.0f}\" width=\"{:.0f}\" height=\"{:.0f}\" "
      "role=\"img\" aria-label=\"{} objects of a pipeline and {} references\">\n",
      size.width, size.height, size.width, size.height, nodes_.size(), edges_.size());
  out += kStyle;
  out +=
      "<defs><marker id=\"head\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" "
      "orient=\"auto\"><path d=\"M0 0L8 4L0 8z\"/></marker></defs>\n";
  for (std::size_t i = 0; i < arrows.size(); ++i) {
    out += fmt::format("<path class=\"arrow{}\" marker-end=\"url(#head)\" d=\"{}\"/>\n",
                       is_expression[i] ? " expression" : "", path_of(arrows[i].points));
  }
  for (std::size_t i = 0; i < boxes.size(); ++i) out += box_of(nodes_[i], boxes[i]);
  for (std::size_t i = 0; i < arrows.size(); ++i) {
    const std::vector<Point>& points = arrows[i].points;
    const Point a = points[0], b = points[1];
    out += fmt::format("<text class=\"field\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n", (a.x + b.x) / 2,
                       (a.y + b.y) / 2 - 3, fitted(labels[i]));
  }
  return out + "</svg>\n";
}

}  // namespace pipexpr
