// Writes buffered output to a descriptor and remembers whether that failed.
#include "cli/io/output.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "base/shown.h"
#include "process/interrupt.h"

namespace cli {
namespace {

constexpr std::size_t kBuffer = 64 * 1024;

std::string why(const char* what) { return std::string(what) + ": " + std::strerror(errno); }

// The bytes of a color, ESC [ digits m, that the text begins with; 0: it begins with none.
std::size_t color_at(std::string_view text) {
  if (!text.starts_with("\x1b[")) return 0;
  const std::size_t end = text.find_first_not_of("0123456789;", 2);
  return end != text.npos && text[end] == 'm' ? end + 1 : 0;
}

std::string for_terminal(std::string_view text) {
  std::string out;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t color = color_at(text.substr(begin));
    if (color != 0 || text[begin] == '\t') {
      out += text.substr(begin, std::max<std::size_t>(color, 1));
      begin += std::max<std::size_t>(color, 1);
      continue;
    }
    const std::size_t end = std::min(text.find_first_of("\x1b\t", begin + 1), text.size());
    out += pipexpr::base::shown_lines(text.substr(begin, end - begin));
    begin = end;
  }
  return out;
}

// Writes all of it; empty, or why not.
std::string write_all(int file, std::string_view content) {
  Output out(file);
  out.write(content);
  if (out.flush()) return {};
  errno = out.error();
  return why("write");
}

}  // namespace

Output::Output(int descriptor) : descriptor_(descriptor), is_terminal_(::isatty(descriptor) == 1) {}

void Output::write(std::string_view text) { write({&text, 1}); }

void Output::write(std::span<const std::string_view> pieces) {
  if (!is_terminal_) return put(pieces);
  std::string all;
  for (std::string_view piece : pieces) all += piece;
  const std::string safe = for_terminal(all);
  const std::string_view whole = safe;
  put({&whole, 1});
}

void Output::control(std::string_view sequence) { put({&sequence, 1}); }

void Output::put(std::span<const std::string_view> pieces) {
  std::size_t size = 0;
  for (std::string_view piece : pieces) size += piece.size();
  if (buffer_.size() + size > kBuffer) flush();
  if (size > kBuffer) return send(pieces);
  for (std::string_view piece : pieces) buffer_ += piece;
}

bool Output::flush() {
  const std::string_view all = buffer_;
  if (!all.empty()) send({&all, 1});
  buffer_.clear();
  return error_ == 0;
}

void Output::send(std::span<const std::string_view> pieces) {
  std::size_t next = 0, done = 0;  // the first piece not written, and how much of it is
  while (next < pieces.size() && error_ == 0) {
    std::array<iovec, 64> vectors;
    std::size_t count = 0;
    for (std::size_t i = next; i < pieces.size() && count < vectors.size(); ++i, ++count) {
      const std::string_view rest = pieces[i].substr(i == next ? done : 0);
      vectors[count] = {const_cast<char*>(rest.data()), rest.size()};
    }
    const ssize_t written = ::writev(descriptor_, vectors.data(), static_cast<int>(count));
    if (written < 0) {
      if (errno != EINTR || pipexpr::process::interrupted()) error_ = errno;
      continue;
    }
    for (auto left = static_cast<std::size_t>(written);;) {
      if (next == pieces.size()) break;
      const std::size_t step = std::min(left, pieces[next].size() - done);
      left -= step;
      done += step;
      if (done < pieces[next].size()) break;
      ++next;
      done = 0;
    }
  }
}

void print_error(std::string_view text) {
  Output out(STDERR_FILENO);
  out.write(text);
  out.flush();
}

void replace_error_line(std::string_view text) {
  Output out(STDERR_FILENO);
  out.control("\r\x1b[K");
  out.write(text);
  out.flush();
}

namespace {

// A reader never sees half of it.
std::string replace_file(const std::string& path, std::string_view content, mode_t mode) {
  std::string temporary = path + ".XXXXXX";
  const int file = ::mkostemp(temporary.data(), O_CLOEXEC);
  if (file < 0) return why("create");
  std::string problem = write_all(file, content);
  ::fchmod(file, mode);
  if (::close(file) != 0 && problem.empty()) problem = why("write");
  if (problem.empty() && ::rename(temporary.c_str(), path.c_str()) != 0) problem = why("rename");
  if (!problem.empty()) ::unlink(temporary.c_str());
  return problem;
}

std::string write_directly(const std::string& path, std::string_view content, int flags) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CLOEXEC | flags, 0666);
  if (file < 0) return why("open");
  std::string problem = write_all(file, content);
  if (::close(file) != 0 && problem.empty()) problem = why("write");
  return problem;
}

}  // namespace

std::string write_file(const std::string& path, std::string_view content) {
  struct stat link {
  }, there{};
  if (::stat(path.c_str(), &there) == 0)
    return S_ISREG(there.st_mode) ? rewrite_file(path, content) : write_directly(path, content, 0);
  // What the link leads to is made.
  if (::lstat(path.c_str(), &link) == 0) return write_directly(path, content, O_CREAT);
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return replace_file(path, content, 0666 & ~mask);
}

std::string rewrite_file(const std::string& path, std::string_view content) {
  struct stat link {
  }, there{};
  if (::lstat(path.c_str(), &link) != 0 || ::stat(path.c_str(), &there) != 0) return why("open");
  if (!S_ISREG(there.st_mode)) return "it is no regular file";
  // Root may write everything, and should not do so unasked.
  constexpr mode_t kWriters = 0222;
  if ((there.st_mode & kWriters) == 0 || ::access(path.c_str(), W_OK) != 0) return "it is read-only";
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  struct stat around {};
  const bool can_rename =
      ::stat(folder.c_str(), &around) == 0 && (around.st_mode & kWriters) != 0 && ::access(folder.c_str(), W_OK) == 0;
  const bool plain =
      S_ISREG(link.st_mode) && there.st_nlink == 1 && there.st_uid == ::geteuid() && there.st_gid == ::getegid();
  if (plain && can_rename) return replace_file(path, content, there.st_mode & 07777);
  // In place: another file would be no link's target, or belong to another user.
  const int file = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (file < 0) return why("open");
  std::string problem = write_all(file, content);
  if (problem.empty() && ::ftruncate(file, static_cast<off_t>(content.size())) != 0) problem = why("write");
  if (::close(file) != 0 && problem.empty()) problem = why("write");
  return problem;
}

}  // namespace cli
