// A line diff: what both texts have at their ends is cut off, and the rest goes through a table of common lines.
#include "report/unified_diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/shown.h"

namespace pipexpr::report {
namespace {

constexpr std::size_t kAround = 3;           // lines of context
constexpr std::size_t kLargest = 4'000'000;  // cells of the table; larger changes are shown as one block

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

struct Step {
  char mark;  // ' ', '-', '+'
  std::string_view line;
};

using Lines = std::vector<std::string_view>;

void middle(const Lines& a, std::size_t a0, std::size_t a1, const Lines& b, std::size_t b0, std::size_t b1,
            std::vector<Step>& out) {
  const std::size_t rows = a1 - a0, columns = b1 - b0;
  std::vector<std::uint32_t> common;
  const bool table = (rows + 1) * (columns + 1) <= kLargest;
  const auto at = [&](std::size_t i, std::size_t j) -> std::uint32_t& { return common[i * (columns + 1) + j]; };
  if (table) {
    common.assign((rows + 1) * (columns + 1), 0);
    for (std::size_t i = rows; i-- > 0;) {
      for (std::size_t j = columns; j-- > 0;) {
        at(i, j) = a[a0 + i] == b[b0 + j] ? at(i + 1, j + 1) + 1 : std::max(at(i + 1, j), at(i, j + 1));
      }
    }
  }
  std::size_t i = 0, j = 0;
  while (i < rows || j < columns) {
    if (table && i < rows && j < columns && a[a0 + i] == b[b0 + j]) {
      out.push_back({' ', a[a0 + i]});
      ++i;
      ++j;
    } else if (i < rows && (j == columns || !table || at(i + 1, j) >= at(i, j + 1))) {
      out.push_back({'-', a[a0 + i++]});
    } else {
      out.push_back({'+', b[b0 + j++]});
    }
  }
}

}  // namespace

std::string unified_diff(std::string_view name, std::string_view before, std::string_view after) {
  if (before == after) return {};
  const Lines a = lines_of(before), b = lines_of(after);
  std::size_t head = 0, tail = 0;
  const std::size_t shorter = std::min(a.size(), b.size());
  while (head < shorter && a[head] == b[head]) ++head;
  while (tail < shorter - head && a[a.size() - 1 - tail] == b[b.size() - 1 - tail]) ++tail;
  std::vector<Step> steps;
  for (std::size_t i = 0; i < head; ++i) steps.push_back({' ', a[i]});
  middle(a, head, a.size() - tail, b, head, b.size() - tail, steps);
  for (std::size_t i = a.size() - tail; i < a.size(); ++i) steps.push_back({' ', a[i]});

  std::string out = base::show("--- {0}\n+++ {0}\n", name);
  std::size_t old_line = 1, new_line = 1, at = 0;
  while (at < steps.size()) {
    // The next change, and everything up to where six lines in a row are the same.
    std::size_t first = at;
    while (first < steps.size() && steps[first].mark == ' ') ++first;
    if (first == steps.size()) break;
    const std::size_t begin = first - std::min(kAround, first - at);
    std::size_t last = first;
    for (std::size_t i = first; i < steps.size() && i - last <= 2 * kAround; ++i) {
      if (steps[i].mark != ' ') last = i;
    }
    const std::size_t end = std::min(last + 1 + kAround, steps.size());
    for (; at < begin; ++at) ++old_line, ++new_line;
    std::size_t removed = 0, added = 0;
    std::string body;
    for (; at < end; ++at) {
      removed += steps[at].mark != '+' ? 1u : 0u;
      added += steps[at].mark != '-' ? 1u : 0u;
      body += fmt::format("{}{}\n", steps[at].mark, steps[at].line);
    }
    out += fmt::format("@@ -{},{} +{},{} @@\n{}", old_line, removed, new_line, added, body);
    old_line += removed;
    new_line += added;
  }
  return out;
}

}  // namespace pipexpr::report
