// The table of diagnostic codes: ids, names and messages, from codes.def.
#include <array>

#include <pipexpr/diagnostic.h>

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

const Row& row(DiagnosticCode code) { return kRows[static_cast<std::size_t>(code)]; }

}  // namespace

std::string_view code_id(DiagnosticCode code) { return row(code).id; }
std::string_view code_name(DiagnosticCode code) { return row(code).name; }
std::string_view code_message(DiagnosticCode code) { return row(code).message; }

std::vector<DiagnosticCode> all_codes() {
  std::vector<DiagnosticCode> result;
  for (std::size_t i = 0; i < std::size(kRows); ++i) result.push_back(static_cast<DiagnosticCode>(i));
  return result;
}

}  // namespace pipexpr
