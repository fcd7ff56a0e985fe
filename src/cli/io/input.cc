// Reads whole files into memory, bounded by a limit, and lines as they arrive.
#include "cli/io/input.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "process/interrupt.h"

namespace cli {
namespace {

constexpr std::size_t kFirst = 64 * 1024;
constexpr std::size_t kLargest = std::size_t{1} << 30;  // of a regular file

void read_all(int descriptor, std::size_t most, File& file) {
  struct stat status {};
  std::size_t capacity = kFirst;
  // A regular file is read to its end, so that a message about its length can be true; one byte more than it
  // has shows that end without a second, larger buffer.
  if (::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode)) {
    capacity = std::min(static_cast<std::size_t>(status.st_size), kLargest) + 1;
    most = std::max(most, capacity - 1);
  }
  capacity = std::min(capacity, most + 1);
  file.bytes = std::make_unique_for_overwrite<char[]>(capacity);
  while (file.size <= most) {
    if (file.size == capacity) {
      const std::size_t larger = std::min(capacity * 2, most + 1);
      auto bytes = std::make_unique_for_overwrite<char[]>(larger);
      std::copy_n(file.bytes.get(), file.size, bytes.get());
      file.bytes = std::move(bytes);
      capacity = larger;
    }
    const ssize_t got = ::read(descriptor, file.bytes.get() + file.size, capacity - file.size);
    if (got == 0) return;
    if (got < 0 && errno == EINTR && !pipexpr::process::interrupted()) continue;
    if (got < 0) {
      file.problem = std::strerror(errno);
      return;
    }
    file.size += static_cast<std::size_t>(got);
  }
}

}  // namespace

File read_file(const std::string& path, std::size_t most) {
  File file;
  const bool standard = path == "-";
  const int descriptor = standard ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    file.problem = std::strerror(errno);
    return file;
  }
  read_all(descriptor, most, file);
  if (!standard) ::close(descriptor);
  return file;
}

std::string_view shown_name(std::string_view path) { return path == "-" ? "standard input" : path; }

bool Lines::next(Line& line) {
  line.too_long = false;
  for (;;) {
    char* const from = buffer_.data() + scanned_;
    if (void* const newline = std::memchr(from, '\n', end_ - scanned_)) {
      const auto at = static_cast<std::size_t>(static_cast<char*>(newline) - buffer_.data());
      line.text = buffer_.data() + begin_;
      line.size = at - begin_;
      line.too_long = skipping_;
      skipping_ = false;
      begin_ = scanned_ = at + 1;
      return true;
    }
    scanned_ = end_;
    if (end_ - begin_ > longest_) {
      skipping_ = true;
      begin_ = scanned_ = end_ = 0;
    }
    if (fill()) continue;
    // The last line need not end in a newline.
    if (error_ != 0 || (begin_ == end_ && !skipping_)) return false;
    line.text = buffer_.data() + begin_;
    line.size = end_ - begin_;
    line.too_long = skipping_;
    skipping_ = false;
    begin_ = scanned_ = end_;
    return true;
  }
}

// Reads more after what is there. One byte of the buffer stays free, for the NUL after a last line.
bool Lines::fill() {
  if (begin_ != 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    scanned_ -= begin_;
    begin_ = 0;
  }
  if (end_ + 1 >= buffer_.size()) buffer_.resize(buffer_.size() * 2);
  pollfd waiting{.fd = descriptor_, .events = POLLIN, .revents = 0};
  if (::poll(&waiting, 1, 0) == 0) before_waiting_();
  for (;;) {
    if (pipexpr::process::interrupted()) {
      error_ = EINTR;
      return false;
    }
    const ssize_t got = ::read(descriptor_, buffer_.data() + end_, buffer_.size() - end_ - 1);
    if (got > 0) {
      end_ += static_cast<std::size_t>(got);
      return true;
    }
    if (got == 0) return false;
    if (errno == EINTR) continue;
    error_ = errno;
    return false;
  }
}

}  // namespace cli
