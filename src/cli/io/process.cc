// Runs a program and reads both of its streams at once, so that neither can fill up.
#include "cli/io/process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

extern char** environ;

namespace cli {
namespace {

// Appends what there is; false at the end of the stream.
bool read_some(int descriptor, std::string& out) {
  char block[4096];
  const ssize_t size = ::read(descriptor, block, sizeof block);
  if (size > 0) out.append(block, static_cast<std::size_t>(size));
  return size > 0 || (size < 0 && errno == EINTR);
}

}  // namespace

Finished run_program(const std::vector<std::string>& words) {
  Finished result;
  int output[2], errors[2];
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
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, output[1], 1);
  ::posix_spawn_file_actions_adddup2(&actions, errors[1], 2);
  pid_t child = 0;
  const int failed = ::posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(output[1]);
  ::close(errors[1]);
  if (failed != 0) {
    result.problem = std::strerror(failed);
  } else {
    pollfd streams[2] = {{output[0], POLLIN, 0}, {errors[0], POLLIN, 0}};
    while (streams[0].fd >= 0 || streams[1].fd >= 0) {
      if (::poll(streams, 2, -1) < 0 && errno != EINTR) break;
      for (std::size_t i = 0; i < 2; ++i) {
        if (streams[i].fd < 0 || (streams[i].revents & (POLLIN | POLLHUP | POLLERR)) == 0) continue;
        if (!read_some(streams[i].fd, i == 0 ? result.output : result.errors)) streams[i].fd = -1;
        streams[i].revents = 0;
      }
    }
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  ::close(output[0]);
  ::close(errors[0]);
  return result;
}

}  // namespace cli
