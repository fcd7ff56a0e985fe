// Fills the gaps of messages, and finds out what filled them.
#include "base/message.h"

#include "base/char_class.h"

namespace pipexpr::base {
namespace {

bool is_brace_pair(std::string_view message, std::size_t at) {
  return at + 1 < message.size() && (message[at] == '{' || message[at] == '}') && message[at + 1] == message[at];
}

// Message text with its doubled braces made single.
std::string plain(std::string_view message) {
  std::string out;
  for (std::size_t at = 0; at < message.size(); ++at) {
    out += message[at];
    if (is_brace_pair(message, at)) ++at;
  }
  return out;
}

}  // namespace

std::vector<Gap> gaps_of(std::string_view message) {
  std::vector<Gap> gaps;
  for (std::size_t at = 0; at < message.size(); ++at) {
    if (is_brace_pair(message, at)) {
      ++at;
    } else if (message[at] == '{') {
      const std::size_t close = message.find('}', at);
      if (close == message.npos) break;
      const bool quoted = at > 0 && message[at - 1] == '\'' && close + 1 < message.size() && message[close + 1] == '\'';
      gaps.push_back({at, close + 1 - at, quoted});
      at = close;
    }
  }
  return gaps;
}

std::string fill(std::string_view message, std::span<const std::string> arguments) {
  std::string out;
  std::size_t at = 0, next = 0;
  for (const Gap& gap : gaps_of(message)) {
    out += plain(message.substr(at, gap.offset - at));
    const char first = message[gap.offset + 1];
    const std::size_t index = is_digit(first) ? static_cast<std::size_t>(first - '0') : next++;
    if (index < arguments.size()) out += arguments[index];
    at = gap.offset + gap.length;
  }
  return out + plain(message.substr(at));
}

std::vector<std::string> arguments_of(std::string_view message, std::string_view filled) {
  std::vector<std::string> arguments;
  const std::vector<Gap> gaps = gaps_of(message);
  if (gaps.empty()) return arguments;
  const std::string beginning = plain(message.substr(0, gaps[0].offset));
  if (!filled.starts_with(beginning)) return arguments;
  std::string_view rest = filled.substr(beginning.size());
  for (std::size_t i = 0; i < gaps.size(); ++i) {
    const std::size_t after = gaps[i].offset + gaps[i].length;
    const bool last = i + 1 == gaps.size();
    const std::string between = plain(message.substr(after, last ? message.npos : gaps[i + 1].offset - after));
    std::size_t end = last ? rest.size() - std::min(rest.size(), between.size()) : rest.find(between);
    // Two gaps without anything between them: all of it is the first one's.
    if (!last && between.empty()) end = rest.size();
    if (end == rest.npos || rest.substr(end, between.size()) != between) return {};
    arguments.emplace_back(rest.substr(0, end));
    rest.remove_prefix(end + between.size());
  }
  return arguments;
}

}  // namespace pipexpr::base
