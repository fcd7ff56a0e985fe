// Lines and columns of many offsets in one text, mostly in order: the way from each to the next is all that is read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cli {

class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  void move_to(std::size_t offset);

  std::uint64_t line() const { return line_; }                        // from 1
  std::uint64_t column() const { return 1 + offset_ - line_start_; }  // from 1, in bytes
  std::uint64_t character() const { return 1 + characters_; }         // the column from 1, in characters
  std::size_t line_start() const { return line_start_; }              // an offset

 private:
  std::string_view text_;
  std::size_t offset_ = 0, line_start_ = 0;
  std::uint64_t line_ = 1, characters_ = 0;  // of the line, before the offset
};

}  // namespace cli
