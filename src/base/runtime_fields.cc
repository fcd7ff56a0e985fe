// The table of runtime fields and what messages say of those that are unset.
#include "base/runtime_fields.h"

#include <algorithm>
#include <iterator>

#include "base/advice.h"

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

std::string_view field_behind(std::string_view name) {
  if (name == "@resource") return "runsOn";
  return name == "@waitingOn" || name == "@cascadeFailedOn" ? "dependsOn" : "";
}

std::string why_unset(std::string_view name, bool has_run, UnsetUse use) {
  const bool is_start = name == "@scheduledStartTime", is_end = name == "@scheduledEndTime";
  const bool is_of_attempt = name == "@instanceParent";
  const bool needs_run = !has_run && (is_start || is_end || is_of_attempt || use == UnsetUse::replaced);
  const bool is_never_unset = has_run && use == UnsetUse::replaced;
  std::string why = needs_run        ? "no run was given"
                    : is_never_unset ? "in a run the service always has one, so that nothing stands for it"
                    : is_end         ? "no schedule says when the run ends"
                    : is_of_attempt  ? "only an attempt has it"
                                     : "the service sets it while the pipeline runs";
  if (needs_run && use == UnsetUse::replaced) why += ", and only in a run is there something else in its place";
  if (use == UnsetUse::null_computed) why += ", and 'null', which stands for it until then, cannot be used here";
  if (use == UnsetUse::empty_computed) why += ", and it is unset until then, which cannot be used here";
  const Advice& advice = needs_run ? kGiveStart : is_end ? kGiveEnd : is_of_attempt ? kGiveAttempt : kGiveField;
  return why.append(advice.on_command_line);
}

}  // namespace pipexpr::base
