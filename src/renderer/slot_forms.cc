// Compares texts as a slot of the service reads them.
#include "renderer/slot_forms.h"

#include <algorithm>
#include <string>

#include <pipexpr/datetime.h>
#include <pipexpr/definition.h>

#include "base/char_class.h"
#include "definition/slot_words.h"

namespace pipexpr {

bool same_in_slot(std::string_view object_type, std::string_view field, std::string_view a, std::string_view b) {
  if (a == b) return true;
  const SlotType type = slot_type(object_type, field);
  if (type == SlotType::period) {
    const auto first = parse_period(a), second = parse_period(b);
    return first && second && *first == *second;
  }
  if (type == SlotType::datetime) {
    const auto first = parse_datetime(a), second = parse_datetime(b);
    return first && second && first->epoch_millis == second->epoch_millis;
  }
  const std::string word = base::lowercase(a);
  if (word != base::lowercase(b)) return false;
  if (type == SlotType::boolean) return word == "true" || word == "false";
  const auto words = definition::slot_words(field);
  return std::any_of(words.begin(), words.end(), [&](std::string_view one) { return base::lowercase(one) == word; });
}

}  // namespace pipexpr
