// "did you mean": the candidate nearest to what was typed.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace cli {

// ", did you mean 'X'?", or nothing when no candidate is near.
std::string did_you_mean(std::string_view typed, std::span<const std::string> candidates);

}  // namespace cli
