// Runs the server from its start to the signal that ends it.
#include "service/serve.h"

#include <sys/resource.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <fstream>
#include <optional>

#include <fmt/format.h>

#include "adapter/json_view.h"
#include "base/unset_runtime.h"
#include "service/http/server.h"
#include "service/protocol.h"
#include "service/scheduler/scheduled_definition.h"

namespace pipexpr::service {
namespace {

int print_error(int status, std::string_view why) {
  std::string line = fmt::format("pipexpr serve: {}\n", why);
  [[maybe_unused]] ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
  return status;
}

void say(const std::string& line) {
  std::string text = line + "\n";
  [[maybe_unused]] ssize_t written = ::write(STDOUT_FILENO, text.data(), text.size());
}

std::optional<LogLevel> level_of(std::string_view name) {
  constexpr std::string_view kNames[] = {"debug", "info", "warning", "error", "off"};
  const auto* found = std::find(std::begin(kNames), std::end(kNames), name);
  if (found == std::end(kNames)) return std::nullopt;
  return static_cast<LogLevel>(found - std::begin(kNames));
}

// "127.0.0.1:8321" or "[::1]:8321".
bool split_address(std::string_view text, std::string& address, std::uint16_t& port) {
  std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  std::string_view host = text.substr(0, colon);
  if (host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  address = host == "localhost" ? "127.0.0.1" : std::string(host);
  auto [end, error] = std::from_chars(text.data() + colon + 1, text.data() + text.size(), port);
  return error == std::errc{} && end == text.data() + text.size();
}

bool is_loopback(std::string_view address) { return address.starts_with("127.") || address == "::1"; }

// Descriptors that the store, the log and the event loops need.
constexpr std::size_t kOtherDescriptors = 64;

// Each connection is a descriptor, and a shell allows 1,024 of them unless it is asked for more. Returns how many
// connections there can be.
std::size_t allow_connections(std::size_t wanted) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return wanted;
  rlim_t enough = wanted + kOtherDescriptors;
  if (limit.rlim_cur < enough) {
    limit.rlim_cur = std::min(limit.rlim_max, enough);
    ::setrlimit(RLIMIT_NOFILE, &limit);
    ::getrlimit(RLIMIT_NOFILE, &limit);
  }
  std::size_t possible =
      limit.rlim_cur > 2 * kOtherDescriptors ? limit.rlim_cur - kOtherDescriptors : kOtherDescriptors;
  return std::min(wanted, possible);
}

// Nothing, or why a number of the command line cannot be meant.
std::string check_numbers(const ServeOptions& options) {
  struct Range {
    const char* name;
    std::int64_t value;
    std::int64_t min;
    std::int64_t max;
  };
  constexpr std::int64_t kDay = 86'400;
  constexpr std::int64_t kMaxBytes = std::int64_t{1} << 40;
  const Range ranges[] = {
      {"threads", options.threads, 1, 256},
      {"workers", options.workers, 1, 256},
      {"max-connections", options.max_connections, 1, 10'000'000},
      {"max-body-bytes", options.max_body_bytes, 1, kMaxBytes},
      {"max-buffered-bytes", options.max_buffered_bytes, 1, kMaxBytes},
      {"max-objects", options.max_objects, 1, 100'000},
      {"long-poll", options.long_poll_seconds, 0, kDay},
      {"header-timeout", options.header_seconds, 1, kDay},
      {"transfer-timeout", options.transfer_seconds, 1, kDay},
      {"idle-timeout", options.idle_seconds, 1, kDay},
  };
  for (const Range& range : ranges) {
    if (range.value >= range.min && range.value <= range.max) continue;
    return fmt::format("expected --{} from {} to {}, found {}", range.name, range.min, range.max, range.value);
  }
  return {};
}

// A definition file, up to `max_bytes`: a device may have no end.
std::optional<std::string> read_file(const std::string& file, std::size_t max_bytes, std::string& why) {
  std::ifstream in(file, std::ios::binary);
  std::string text;
  std::array<char, 65536> block{};
  while (in && text.size() <= max_bytes) {
    in.read(block.data(), block.size());
    text.append(block.data(), static_cast<std::size_t>(in.gcount()));
  }
  if (!in.eof() && text.size() <= max_bytes) {
    why = fmt::format("cannot read '{}'", file);
    return std::nullopt;
  }
  if (text.size() > max_bytes) {
    why = fmt::format("'{}' is longer than {} bytes, the limit of --max-body-bytes", file, max_bytes);
    return std::nullopt;
  }
  return text;
}

}  // namespace

int serve(const ServeOptions& options) {
  ServerOptions server_options;
  if (std::string why = check_numbers(options); !why.empty()) return print_error(2, why);
  if (!split_address(options.listen, server_options.address, server_options.port)) {
    return print_error(
        2, fmt::format("expected --listen ADDRESS:PORT such as 127.0.0.1:8321, found '{}'", options.listen));
  }
  std::optional<LogLevel> level = level_of(options.log_level);
  if (!level) {
    return print_error(
        2, fmt::format("expected --log-level debug, info, warning, error or off, found '{}'", options.log_level));
  }
  std::optional<Millis> virtual_start;
  if (options.clock.starts_with("virtual")) {
    std::string start = options.clock.size() > 8 ? options.clock.substr(8) : time_text(wall_millis());
    Result<DateTime> time = parse_datetime(start);
    if (!time)
      return print_error(2, fmt::format("expected --clock virtual:YYYY-MM-DDTHH:MM:SS, found '{}'", options.clock));
    virtual_start = time->epoch_millis;
  } else if (options.clock != "wall") {
    return print_error(2, fmt::format("expected --clock wall, virtual or virtual:TIME, found '{}'", options.clock));
  }

  std::optional<Millis> keep_finished;
  if (!options.keep_finished.empty()) {
    Result<Period> period = parse_period(options.keep_finished);
    Result<DateTime> end = period ? add(DateTime{}, *period) : Result<DateTime>(period.error());
    if (!end || end->epoch_millis < 60'000) {
      return print_error(
          2, fmt::format("expected --keep-finished with a duration from 1 minute, such as '30 days', found '{}'",
                         options.keep_finished));
    }
    keep_finished = end->epoch_millis;
  }

  std::optional<Verifier> verifier;
  if (!options.credentials.empty()) {
    std::string why;
    std::optional<Credentials> credentials = load_credentials(options.credentials, why);
    if (!credentials) return print_error(2, fmt::format("credentials file '{}': {}", options.credentials, why));
    verifier.emplace(*std::move(credentials));
  } else if (!is_loopback(server_options.address)) {
    return print_error(
        2, fmt::format("without --credentials it listens on the loopback only, found '{}'", server_options.address));
  }

  server_options.io_threads = static_cast<std::size_t>(options.threads);
  server_options.workers = static_cast<std::size_t>(options.workers);
  server_options.max_connections = allow_connections(static_cast<std::size_t>(options.max_connections));
  server_options.max_body_bytes = static_cast<std::size_t>(options.max_body_bytes);
  server_options.max_buffered_bytes = static_cast<std::size_t>(options.max_buffered_bytes);
  server_options.header_seconds = options.header_seconds;
  server_options.transfer_seconds = options.transfer_seconds;
  server_options.idle_seconds = options.idle_seconds;
  ServiceOptions service_options;
  service_options.max_objects = static_cast<std::size_t>(options.max_objects);
  service_options.keep_finished = keep_finished;
  const std::optional<UnsetRuntime> unset_runtime = base::unset_runtime_of(options.unset_runtime);
  if (!unset_runtime) {
    return print_error(
        2, fmt::format("expected --unset-runtime error, null, empty or keep, found '{}'", options.unset_runtime));
  }
  service_options.unset_runtime = *unset_runtime;
  service_options.long_poll = options.long_poll_seconds * 1000;

  std::signal(SIGPIPE, SIG_IGN);
#ifdef __GLIBC__
  // Texts of megabytes go back to the system when they are answered, instead of staying with the thread that
  // had them.
  mallopt(M_MMAP_THRESHOLD, 1 << 20);
#endif
  try {
    Store store(open_database(options.store), server_options.workers + 1);
    Clock clock(virtual_start);
    Log log(STDERR_FILENO, *level);
    Metrics metrics;
    Service service(store, clock, log, metrics, verifier ? &*verifier : nullptr, service_options);
    for (const std::string& file : options.load) {
      std::string why;
      std::optional<std::string> json = read_file(file, server_options.max_body_bytes, why);
      if (!json) return print_error(1, why);
      try {
        Service::Loaded loaded = service.load_definition(file, *json);
        say(fmt::format("loaded {} as {}{}", file, loaded.pipeline,
                        loaded.why_inactive.empty() ? "" : ", not activated"));
        if (!loaded.why_inactive.empty())
          print_error(0, fmt::format("{}: not activated: {}", file, loaded.why_inactive));
      } catch (const ServiceError& error) {
        return print_error(1, fmt::format("{}: {}", file, error.message));
      }
    }
    Server server(service, log, metrics, server_options);
    std::string why = server.listen();
    if (!why.empty()) return print_error(1, why);
    std::string host = server_options.address.find(':') == std::string::npos ? server_options.address
                                                                             : "[" + server_options.address + "]";
    say(fmt::format("listening on {}:{}{}", host, server.port(),
                    verifier ? "" : " without authentication, for programs of this machine only"));
    log.write(LogLevel::info, "started",
              {{"port", std::int64_t{server.port()}},
               {"store", store.database().kind()},
               {"clock", options.clock},
               {"connections", static_cast<std::int64_t>(server_options.max_connections)},
               {"authentication", verifier ? "sigv4" : "none"}});
    server.run();
    log.write(LogLevel::info, "stopped");
    return 0;
  } catch (const StoreError& error) {
    return print_error(1, error.what());
  }
}

}  // namespace pipexpr::service
