// Reads lines from a descriptor as they arrive.
#include "cli/io/lines.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "cli/io/interrupt.h"

namespace cli {

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
    if (interrupted()) {
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
