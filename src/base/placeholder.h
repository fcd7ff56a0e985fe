// Texts in which another tool puts a value before the service sees them.
#pragma once

#include <string_view>

namespace pipexpr::base {

// ${x} of shells, Terraform and CloudFormation, {{ x }} of Jinja and Mustache, <%= x %> of ERB.
inline bool has_placeholder(std::string_view text) {
  for (const std::string_view opener : {"${", "{{", "<%"}) {
    if (text.find(opener) != std::string_view::npos) return true;
  }
  return false;
}

}  // namespace pipexpr::base
