#include "service/log.h"

#include <unistd.h>

#include <cctype>

#include "service/scheduler/clock.h"
#include "service/protocol/json_view.h"
#include "service/protocol/constraints.h"
#include "service/scheduler/plan.h"

namespace pipexpr::service {

void Log::write(LogLevel level, std::string_view event, std::initializer_list<Item> items) {
  if (!enabled(level)) return;
  static constexpr const char* kNames[] = {"debug", "info", "warning", "error", "off"};
  rapidjson::StringBuffer buffer;
  Writer out(buffer);
  out.StartObject();
  Millis now = wall_millis();
  std::string time = time_text(now);
  char millis[8] = {'.',
                    static_cast<char>('0' + now / 100 % 10),
                    static_cast<char>('0' + now / 10 % 10),
                    static_cast<char>('0' + now % 10),
                    'Z',
                    0,
                    0,
                    0};
  write_text(out, "time", time + millis);
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
  // A log that cannot be written must not stop the service.
  [[maybe_unused]] ssize_t written = ::write(descriptor_, buffer.GetString(), buffer.GetSize());
}

}  // namespace pipexpr::service
