// What to do about an error, by who reads it. The library's messages end with advice for the command line and for
// programs; clients of the API have neither options nor a Limits, and read other advice. So does the author of a
// definition, who reads in a run why a task of it failed, and has nothing to evaluate. The one home of all. Header
// only: the adapter links nothing but the library.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace pipexpr::base {

// The ends of one message.
struct Advice {
  std::string_view on_command_line;
  std::string_view to_client;
  std::string_view to_author;
};

enum class Reader : std::uint8_t { client, author };

inline constexpr Advice kGiveStart = {"; give its scheduled start, with --at on the command line",
                                      "; evaluate it on an instance or attempt", ""};
inline constexpr Advice kGiveEnd = {"; give its scheduled end, with --end on the command line", "", ""};
inline constexpr Advice kGiveField = {"; give it, with --set on the command line",
                                      "; evaluate it on an instance or attempt that has one",
                                      "; read it only where the service has set it by then, or not at all"};
inline constexpr Advice kGiveAttempt = {"; give the attempt's number, with --attempt on the command line",
                                        "; evaluate it on an attempt", "; read it in the fields of a task only"};
// How messages of limits go on in codes.def: what a client exceeds, it cannot raise.
inline constexpr std::string_view kRaiseLimit = "; raise it with Limits::";

// How the message of a parameter without a value goes on, with its id and "=VALUE" after it.
inline constexpr std::string_view kGiveParameter = "give it one under \"values\" or with --parameter ";
inline constexpr std::string_view kGiveParameterToClient = "give it one with parameterValues";

// The message as the reader, who has no command line, reads it.
inline std::string for_reader(std::string message, Reader reader) {
  for (const Advice& advice : {kGiveStart, kGiveEnd, kGiveField, kGiveAttempt}) {
    if (!message.ends_with(advice.on_command_line)) continue;
    message.resize(message.size() - advice.on_command_line.size());
    return message += reader == Reader::client ? advice.to_client : advice.to_author;
  }
  if (const std::size_t parameter = message.rfind(kGiveParameter);
      parameter != std::string::npos && message.ends_with("=VALUE")) {
    message.resize(parameter);
    return message += kGiveParameterToClient;
  }
  const std::size_t limit = message.rfind(kRaiseLimit);
  const std::size_t end = message.find(')', limit == std::string::npos ? message.size() : limit);
  if (end != std::string::npos && end + 1 == message.size()) message.resize(limit);
  return message;
}

inline std::string for_client(std::string message) { return for_reader(std::move(message), Reader::client); }

}  // namespace pipexpr::base
