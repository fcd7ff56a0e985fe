// The table of runtime fields and what messages say of those that are unset.
#include "base/runtime_fields.h"

#include <algorithm>
#include <iterator>

namespace pipexpr::base {
namespace {

constexpr RuntimeField kFields[] = {
#include "base/runtime_fields.inc"
};

}  // namespace

std::span<const RuntimeField> runtime_fields() { return kFields; }

const RuntimeField* find_runtime_field(std::string_view name) {
  const RuntimeField* const field =
      std::lower_bound(std::begin(kFields), std::end(kFields), name,
                       [](const RuntimeField& row, std::string_view wanted) { return row.name < wanted; });
  return field != std::end(kFields) && field->name == name ? field : nullptr;
}

bool is_set_by_run(std::string_view name) { return name.starts_with('@') || find_runtime_field(name) != nullptr; }

std::string_view why_unset(std::string_view name, bool has_run) {
  if (!has_run && (name == "@scheduledStartTime" || name == "@scheduledEndTime")) {
    return "no run was given; give its scheduled start, with --at on the command line";
  }
  if (name == "@scheduledEndTime") {
    return "no schedule says when the run ends; give its scheduled end, with --end on the command line";
  }
  return "the service sets it while the pipeline runs; give it, with --set on the command line";
}

}  // namespace pipexpr::base
