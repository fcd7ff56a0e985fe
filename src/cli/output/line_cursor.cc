#include "cli/output/line_cursor.h"

#include <algorithm>

#include "cli/output/utf8_output.h"

namespace cli {

void Cursor::move_to(std::size_t offset) {
  offset = std::min(offset, text_.size());
  const std::size_t from = std::min(offset, offset_);
  const std::string_view way = text_.substr(from, std::max(offset, offset_) - from);
  const std::uint64_t lines = static_cast<std::uint64_t>(std::count(way.begin(), way.end(), '\n'));
  if (lines != 0) {
    line_ += offset > offset_ ? lines : 0 - lines;
    line_start_ = offset == 0 ? 0 : text_.rfind('\n', offset - 1) + 1;  // npos + 1 is 0
    characters_ = count_characters(text_.substr(line_start_, offset - line_start_));
  } else {
    characters_ += offset > offset_ ? count_characters(way) : 0 - count_characters(way);
  }
  offset_ = offset;
}

}  // namespace cli
