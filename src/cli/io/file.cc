// Reads whole files into memory, bounded by a limit.
#include "cli/io/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "cli/io/interrupt.h"

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
    if (got < 0 && errno == EINTR && !interrupted()) continue;
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

}  // namespace cli
