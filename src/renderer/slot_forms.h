// Which texts of a field say the same because of what its slot takes.
#pragma once

#include <string_view>

namespace pipexpr {

// Whether the service reads both texts as one value in that field of an object of that type: a period, an instant or a
// word such as CASCADE, whose letters may be of any case.
bool same_in_slot(std::string_view object_type, std::string_view field, std::string_view a, std::string_view b);

}  // namespace pipexpr
