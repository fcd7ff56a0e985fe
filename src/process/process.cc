// Runs a program, and writes its input and reads both of its streams at once, so that none can fill up.
#include "process/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

extern char** environ;

namespace pipexpr::process {
namespace {

// Appends what there is; false at the end of the stream.
bool read_some(int descriptor, std::string& out) {
  char block[4096];
  const ssize_t size = ::read(descriptor, block, sizeof block);
  if (size > 0) out.append(block, static_cast<std::size_t>(size));
  return size > 0 || (size < 0 && errno == EINTR);
}

// A program that ends without reading its input must not end this one.
class IgnoredPipeSignal {
 public:
  IgnoredPipeSignal() {
    struct sigaction ignore = {};
    ignore.sa_handler = SIG_IGN;
    ::sigaction(SIGPIPE, &ignore, &before_);
  }
  IgnoredPipeSignal(const IgnoredPipeSignal&) = delete;
  IgnoredPipeSignal& operator=(const IgnoredPipeSignal&) = delete;
  ~IgnoredPipeSignal() { ::sigaction(SIGPIPE, &before_, nullptr); }

 private:
  struct sigaction before_ = {};
};

// Writes what the pipe takes; false when there is no more to write, or the reader has closed it.
bool write_some(int descriptor, std::string_view& input) {
  const ssize_t size = ::write(descriptor, input.data(), input.size());
  if (size > 0) input.remove_prefix(static_cast<std::size_t>(size));
  return !input.empty() && (size >= 0 || errno == EINTR || errno == EAGAIN);
}

// Not negative, and rounded up, so that 0 means that the time has come.
int millis_until(std::chrono::steady_clock::time_point deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  return static_cast<int>(std::max<std::chrono::milliseconds::rep>(0, left.count()));
}

}  // namespace

Finished run_program(const std::vector<std::string>& words, std::string_view input, std::chrono::seconds limit) {
  Finished result;
  int output[2], errors[2], in[2] = {-1, -1};
  if (::pipe2(output, O_CLOEXEC) != 0) {
    result.problem = std::strerror(errno);
    return result;
  }
  if (::pipe2(errors, O_CLOEXEC) != 0) {
    result.problem = std::strerror(errno);
    ::close(output[0]);
    ::close(output[1]);
    return result;
  }
  if (!input.empty() && ::pipe2(in, O_CLOEXEC) != 0) {
    result.problem = std::strerror(errno);
    for (const int end : {output[0], output[1], errors[0], errors[1]}) ::close(end);
    return result;
  }
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  if (input.empty()) {
    ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  } else {
    ::posix_spawn_file_actions_adddup2(&actions, in[0], 0);
  }
  ::posix_spawn_file_actions_adddup2(&actions, output[1], 1);
  ::posix_spawn_file_actions_adddup2(&actions, errors[1], 2);
  pid_t child = 0;
  const int failed = ::posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(output[1]);
  ::close(errors[1]);
  if (in[0] >= 0) ::close(in[0]);
  if (failed != 0) {
    result.problem = std::strerror(failed);
  } else {
    const IgnoredPipeSignal ignored;
    if (in[1] >= 0) ::fcntl(in[1], F_SETFL, O_NONBLOCK);
    // A negative descriptor is passed over.
    pollfd streams[3] = {{output[0], POLLIN, 0}, {errors[0], POLLIN, 0}, {in[1], POLLOUT, 0}};
    const auto deadline = std::chrono::steady_clock::now() + limit;
    while (streams[0].fd >= 0 || streams[1].fd >= 0) {
      const int wait = limit.count() == 0 ? -1 : millis_until(deadline);
      if (wait == 0) {
        ::kill(child, SIGKILL);
        result.problem = "no answer in " + std::to_string(limit.count()) + " seconds";
        break;
      }
      if (::poll(streams, 3, wait) < 0 && errno != EINTR) break;
      for (std::size_t i = 0; i < 3; ++i) {
        if (streams[i].fd < 0 || (streams[i].revents & (POLLIN | POLLOUT | POLLHUP | POLLERR)) == 0) continue;
        const bool has_more =
            i == 2 ? write_some(in[1], input) : read_some(streams[i].fd, i == 0 ? result.output : result.errors);
        if (!has_more) {
          streams[i].fd = -1;
          if (i == 2) ::close(std::exchange(in[1], -1));
        }
        streams[i].revents = 0;
      }
    }
    if (in[1] >= 0) ::close(std::exchange(in[1], -1));
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  if (in[1] >= 0) ::close(in[1]);
  ::close(output[0]);
  ::close(errors[0]);
  return result;
}

}  // namespace pipexpr::process
