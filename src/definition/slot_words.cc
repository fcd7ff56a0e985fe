// The table of fields that take one of a few words.
#include "definition/slot_words.h"

#include <algorithm>
#include <iterator>

namespace pipexpr::definition {
namespace {

constexpr SlotWords kWords[] = {
    {"scheduleType", "cron, timeseries or ondemand", {"cron", "timeseries", "ondemand"}},
    {"failureAndRerunMode", "CASCADE or NONE", {"CASCADE", "NONE"}},
    {"startAt",
     "FIRST_ACTIVATION_DATE_TIME or ONDEMAND_ACTIVATION_TIME",
     {"FIRST_ACTIVATION_DATE_TIME", "ONDEMAND_ACTIVATION_TIME"}},
    {"insertMode",
     "KEEP_EXISTING, OVERWRITE_EXISTING, TRUNCATE or APPEND",
     {"KEEP_EXISTING", "OVERWRITE_EXISTING", "TRUNCATE", "APPEND"}},
    {"actionOnTaskFailure", "continue or terminate", {"continue", "terminate"}},
    {"actionOnResourceFailure", "retryall or retrynone", {"retryall", "retrynone"}},
};

}  // namespace

const SlotWords* find_slot_words(std::string_view field) {
  const auto* const row =
      std::find_if(std::begin(kWords), std::end(kWords), [&](const SlotWords& one) { return one.field == field; });
  return row == std::end(kWords) ? nullptr : row;
}

std::span<const std::string_view> slot_words(std::string_view field) {
  const SlotWords* const row = find_slot_words(field);
  if (row == nullptr) return {};
  const auto* const end = std::find(std::begin(row->words), std::end(row->words), std::string_view());
  return {row->words, static_cast<std::size_t>(end - row->words)};
}

}  // namespace pipexpr::definition
