// Reads NAME=VALUE of --set.
#include "cli/field_overrides.h"

#include <algorithm>

namespace cli {
namespace {

// The object id in {"ref": "ID"}; empty when the text is anything else.
std::string_view reference_in(std::string_view text) {
  const auto skip = [&](std::string_view token) {
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    const bool there = text.starts_with(token);
    if (there) text.remove_prefix(token.size());
    return there;
  };
  if (!skip("{") || !skip("\"ref\"") || !skip(":") || !skip("\"")) return {};
  const std::size_t end = text.find_first_of("\"\\");
  if (end == std::string_view::npos) return {};
  const std::string_view id = text.substr(0, end);
  text.remove_prefix(end);
  return skip("\"") && skip("}") && text.find_first_not_of(' ') == std::string_view::npos ? id : std::string_view();
}

}  // namespace

bool split_assignment(std::string_view word, Given& out) {
  const std::size_t equals = word.find('=');
  if (equals == 0 || equals == std::string_view::npos) return false;
  out.name = word.substr(0, equals);
  out.text = word.substr(equals + 1);
  const std::string_view id = reference_in(out.text);
  out.is_reference = !id.empty();
  if (out.is_reference) out.text = id;
  return true;
}

}  // namespace cli
