// What stands between the id of an instance and the number of its attempt: @Component_2012-12-12T00:00:00_Attempt=1.
#pragma once

#include <string_view>

namespace pipexpr::base {

inline constexpr std::string_view kAttemptMark = "_Attempt=";

}  // namespace pipexpr::base
