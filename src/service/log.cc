// Writes the lines of the log.
#include "service/log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include <fmt/format.h>

#include "adapter/constraints.h"
#include "adapter/json_view.h"
#include "service/protocol.h"
#include "service/scheduler/clock.h"
#include "service/scheduler/scheduled_definition.h"

namespace pipexpr::service {
namespace {

// What waits for a reader that is slow; more than that is dropped.
constexpr std::size_t kMaxQueuedBytes = 4 << 20;
// How long the last lines may take when the server ends.
constexpr std::chrono::milliseconds kLastLines{500};

bool is_file(int descriptor) {
  struct stat status {};
  return ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
}

std::string log_time(Millis now) { return fmt::format("{}.{:03}Z", time_text(now), now % 1000); }

}  // namespace

struct Log::Queue {
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::string> lines;
  std::size_t bytes = 0;
  std::int64_t dropped = 0;
  bool writing = false;
  bool ending = false;
};

Log::Log(int descriptor, LogLevel least) : descriptor_(descriptor), least_(least) {
  if (least == LogLevel::off || is_file(descriptor)) return;
  queue_ = std::make_shared<Queue>();
  // Not joined: it may hang in a write to a reader that has stopped, and the server must end all the same.
  std::thread(write_queued, queue_, descriptor).detach();
}

Log::~Log() {
  if (!queue_) return;
  std::unique_lock lock(queue_->mutex);
  queue_->ending = true;
  queue_->changed.notify_all();
  queue_->changed.wait_for(lock, kLastLines, [this] { return queue_->lines.empty() && !queue_->writing; });
}

void Log::write_queued(const std::shared_ptr<Queue>& queue, int descriptor) {
  std::unique_lock lock(queue->mutex);
  for (;;) {
    queue->changed.wait(lock, [&] { return queue->ending || !queue->lines.empty(); });
    if (queue->lines.empty()) return;
    std::string line = std::move(queue->lines.front());
    queue->lines.pop_front();
    queue->bytes -= line.size();
    std::int64_t dropped = std::exchange(queue->dropped, 0);
    queue->writing = true;
    lock.unlock();
    if (dropped != 0) {
      line += fmt::format("{{\"time\":\"{}\",\"level\":\"warning\",\"event\":\"log_lines_dropped\",\"lines\":{}}}\n",
                          log_time(wall_millis()), dropped);
    }
    for (std::string_view rest = line; !rest.empty();) {
      ssize_t written = ::write(descriptor, rest.data(), rest.size());
      if (written <= 0) break;
      rest.remove_prefix(static_cast<std::size_t>(written));
    }
    lock.lock();
    queue->writing = false;
    if (queue->lines.empty()) queue->changed.notify_all();
  }
}

void Log::enqueue(std::string line) {
  std::lock_guard lock(queue_->mutex);
  if (queue_->bytes + line.size() > kMaxQueuedBytes) {
    ++queue_->dropped;
    return;
  }
  queue_->bytes += line.size();
  queue_->lines.push_back(std::move(line));
  queue_->changed.notify_all();
}

void Log::write(LogLevel level, std::string_view event, std::initializer_list<Item> items) {
  if (!enabled(level)) return;
  static constexpr const char* kNames[] = {"debug", "info", "warning", "error", "off"};
  rapidjson::StringBuffer buffer;
  Writer out(buffer);
  out.StartObject();
  write_text(out, "time", log_time(wall_millis()));
  write_text(out, "level", kNames[static_cast<std::size_t>(level)]);
  write_text(out, "event", event);
  for (const auto& [name, value] : items) {
    out.Key(name.data(), static_cast<rapidjson::SizeType>(name.size()));
    if (const auto* text = std::get_if<std::string_view>(&value)) {
      write_text(out, printable(*text));
    } else {
      out.Int64(std::get<std::int64_t>(value));
    }
  }
  out.EndObject();
  buffer.Put('\n');
  if (queue_) return enqueue(std::string(view_of(buffer)));
  // Neither must a full disk: what cannot be written is lost.
  [[maybe_unused]] ssize_t written = ::write(descriptor_, buffer.GetString(), buffer.GetSize());
}

}  // namespace pipexpr::service
