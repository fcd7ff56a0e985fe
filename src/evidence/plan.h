// What `pipexpr evidence` asks AWS: a pipeline that is never activated, and expressions whose value no document
// settles.
#pragma once

#include <span>
#include <string_view>

namespace pipexpr::evidence {

std::string_view evidence_definition();
std::span<const std::string_view> evidence_expressions();

}  // namespace pipexpr::evidence
