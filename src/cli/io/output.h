// Output: standard output (or any descriptor), buffered, and what is known about its failures.
//
// What goes to a terminal cannot steer it: of control characters it gets line ends, tabs and colors.
// A closed pipe is no error to speak of: SIGPIPE keeps its default action, and where the parent ignores that
// signal the write's EPIPE ends the command just as quietly. Everything else, a full disk for one, is
// reported once.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace cli {

class Output {
 public:
  explicit Output(int descriptor);
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  void write(std::string_view text);
  // Long texts go out without being copied.
  void write(std::span<const std::string_view> pieces);
  // What steers the terminal itself: the program's own, without anything of the user's in it.
  void control(std::string_view sequence);
  bool flush();
  int error() const { return error_; }  // errno of the first failure, 0: none

 private:
  void put(std::span<const std::string_view> pieces);
  void send(std::span<const std::string_view> pieces);

  int descriptor_;
  bool is_terminal_;
  int error_ = 0;
  std::string buffer_;
};

// Writes to standard error at once; failures have nowhere to be reported.
void print_error(std::string_view text);
// Begins the last line of standard error again: `text` stands in the place of what it had.
void replace_error_line(std::string_view text);

// Writes a file that may exist: one that does is given other content as by rewrite_file, and a reader never sees half
// of a new one. Devices and pipes are written directly. Empty: done; otherwise why not.
std::string write_file(const std::string& path, std::string_view content);

// Gives a file that exists other content, and keeps what it is: links lead to it as before, owner and mode stay. A file
// that the user may not write is refused. Empty: done; otherwise why not.
std::string rewrite_file(const std::string& path, std::string_view content);

}  // namespace cli
