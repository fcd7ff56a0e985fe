// Fields that take one of a few words, in any case, of which definitions make use.
#pragma once

#include <span>
#include <string_view>

namespace pipexpr::definition {

struct SlotWords {
  std::string_view field, wanted;  // for messages: "cron, timeseries or ondemand"
  std::string_view words[4];       // as the guide spells them; the last ones may be empty
};

// nullptr: the field takes any string.
const SlotWords* find_slot_words(std::string_view field);
// The same words alone; none for other fields.
std::span<const std::string_view> slot_words(std::string_view field);

}  // namespace pipexpr::definition
