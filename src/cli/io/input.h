// Input: whole files, read once into memory, and lines as they arrive.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

struct File {
  std::unique_ptr<char[]> bytes;
  std::size_t size = 0;
  std::string problem;  // why it could not be read; empty otherwise

  std::string_view view() const { return {bytes.get(), size}; }
};

// "-" is standard input. Of a pipe it reads at most `most` bytes and one more, by which the engine sees that
// its limit is passed.
File read_file(const std::string& path, std::size_t most);

// The name of a file in messages.
std::string_view shown_name(std::string_view path);

// Lines from a descriptor that may be a pipe that another program is still writing to.
class Lines {
 public:
  // `before_waiting` is called when there is no input at the moment: the time to flush answers.
  Lines(int descriptor, std::size_t longest, std::function<void()> before_waiting)
      : descriptor_(descriptor), longest_(longest), before_waiting_(std::move(before_waiting)) {}

  struct Line {
    char* text = nullptr;  // text[size] may be written
    std::size_t size = 0;
    bool too_long = false;  // its bytes are dropped
  };
  // The next line without its newline, valid until the next call. False: the end, an error or an interrupt.
  bool next(Line& line);
  int error() const { return error_; }  // errno; 0 at the end

 private:
  bool fill();

  int descriptor_;
  std::size_t longest_;
  std::function<void()> before_waiting_;
  std::vector<char> buffer_ = std::vector<char>(64 * 1024);
  std::size_t begin_ = 0, scanned_ = 0, end_ = 0;
  bool skipping_ = false;
  int error_ = 0;
};

}  // namespace cli
