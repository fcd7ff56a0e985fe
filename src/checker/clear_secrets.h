// Passwords and access keys that stand in a text in clear.
#pragma once

#include <functional>
#include <string_view>

#include <pipexpr/result.h>

namespace pipexpr::checker {

// Access keys of AWS, and what follows `password=` and the like. `what` says which kind it is.
void each_clear_secret(std::string_view text,
                       const std::function<void(SourceSpan secret, std::string_view what)>& visit);

}  // namespace pipexpr::checker
