// Lines and columns of a text: a table of line beginnings, and counts of characters before every block of bytes.
#include <pipexpr/line_index.h>

#include <algorithm>

#include "base/utf8.h"

namespace pipexpr {
namespace {

constexpr std::size_t kBlock = 1024;

bool is_pair(char c) { return static_cast<unsigned char>(c) >= 0xF0; }  // the first byte of four

}  // namespace

LineIndex::LineIndex(std::string_view text) : text_(text), begins_{0} {
  for (std::size_t at = text.find('\n'); at != text.npos; at = text.find('\n', at + 1)) {
    begins_.push_back(static_cast<std::uint32_t>(at + 1));
  }
  if (std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; })) return;
  Counts counts;
  blocks_.reserve(text.size() / kBlock + 1);
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (at % kBlock == 0) blocks_.push_back(counts);
    counts.continuations += base::continues_utf8(text[at]) ? 1U : 0U;
    counts.pairs += is_pair(text[at]) ? 1U : 0U;
  }
}

// Of the whole text, not of the line.
std::size_t LineIndex::units_before(std::size_t offset, ColumnUnit unit) const {
  if (unit == ColumnUnit::bytes || blocks_.empty() || offset == 0) return offset;
  const std::size_t block = (offset - 1) / kBlock;
  std::size_t continuations = blocks_[block].continuations, pairs = blocks_[block].pairs;
  for (std::size_t at = block * kBlock; at < offset; ++at) {
    continuations += base::continues_utf8(text_[at]) ? 1U : 0U;
    pairs += is_pair(text_[at]) ? 1U : 0U;
  }
  return offset - continuations + (unit == ColumnUnit::utf16 ? pairs : 0);
}

SourceLocation LineIndex::locate(std::size_t offset, ColumnUnit unit) const {
  offset = std::min(offset, text_.size());
  const auto next = std::upper_bound(begins_.begin(), begins_.end(), offset);
  const std::size_t begin = *(next - 1);
  return {static_cast<std::uint32_t>(next - begins_.begin()),
          static_cast<std::uint32_t>(units_before(offset, unit) - units_before(begin, unit) + 1)};
}

std::size_t LineIndex::offset(SourceLocation location, ColumnUnit unit) const {
  if (location.line > begins_.size()) return text_.size();
  const std::size_t begin = line_begin(std::max(location.line, 1U));
  const std::size_t end = begin + line(std::max(location.line, 1U)).size();
  const std::size_t wanted = units_before(begin, unit) + std::max(location.column, 1U) - 1;
  // The first offset that has so many units before it and is no character's inside.
  std::size_t low = begin, high = end;
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (units_before(middle, unit) < wanted) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  while (unit != ColumnUnit::bytes && low < end && base::continues_utf8(text_[low])) ++low;
  return low;
}

std::size_t LineIndex::line_begin(std::size_t number) const {
  return number > begins_.size() ? text_.size() : begins_[number == 0 ? 0 : number - 1];
}

std::string_view LineIndex::line(std::size_t number) const {
  if (number > begins_.size()) return {};
  const std::size_t begin = line_begin(number);
  const std::size_t end = number < begins_.size() ? begins_[std::max<std::size_t>(number, 1)] - 1 : text_.size();
  return text_.substr(begin, end - begin);
}

SourceLocation locate(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  SourceLocation result;
  result.line += static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n'));
  const std::size_t newline = before.rfind('\n');
  result.column += static_cast<std::uint32_t>(before.size() - (newline == before.npos ? 0 : newline + 1));
  return result;
}

}  // namespace pipexpr
