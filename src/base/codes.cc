// The table of diagnostic codes: ids, names and messages, from codes.def.
#include <iterator>

#include <pipexpr/diagnostic.h>

#include "base/message.h"

namespace pipexpr {
namespace {

struct Row {
  std::string_view id, name, message;
};

constexpr Row kRows[] = {
#define PIPEXPR_CODE(id, name, message) {#id, #name, message},
#include <pipexpr/codes.def>
#undef PIPEXPR_CODE
};

const Row& row(DiagnosticCode code) {
  static constexpr Row kNone{"", "", ""};
  const auto at = static_cast<std::size_t>(code);
  return at < std::size(kRows) ? kRows[at] : kNone;
}

}  // namespace

std::string_view code_id(DiagnosticCode code) { return row(code).id; }
std::string_view code_name(DiagnosticCode code) { return row(code).name; }
std::string_view code_description(DiagnosticCode code) { return row(code).message; }

std::span<const DiagnosticCode> codes() {
  static constexpr DiagnosticCode kCodes[] = {
#define PIPEXPR_CODE(id, name, message) DiagnosticCode::name,
#include <pipexpr/codes.def>
#undef PIPEXPR_CODE
  };
  return kCodes;
}

std::optional<DiagnosticCode> find_code(std::string_view text) {
  for (const DiagnosticCode code : codes()) {
    if (code_id(code) == text || code_name(code) == text) return code;
  }
  return std::nullopt;
}

std::string format_message(DiagnosticCode code, std::span<const std::string> arguments) {
  return base::fill(code_description(code), arguments);
}
std::string format_message(std::string_view message, std::span<const std::string> arguments) {
  return base::fill(message, arguments);
}

}  // namespace pipexpr
