// The table of limits as data, from limits.def, and what is computed of all of them.
#include <pipexpr/limits.h>

#include <algorithm>

namespace pipexpr {

Limits Limits::clamped() const {
  Limits result = *this;
#define PIPEXPR_LIMIT(name, initial, ceiling, scope, unit, description) \
  result.name = std::min<std::uint64_t>(result.name, ceiling);
#include <pipexpr/limits.def>
#undef PIPEXPR_LIMIT
  result.max_diagnostics = std::max<std::uint64_t>(result.max_diagnostics, 1);
  return result;
}

Limits Limits::stricter(const Limits& other) const {
  Limits result = *this;
#define PIPEXPR_LIMIT(name, initial, ceiling, scope, unit, description) result.name = std::min(name, other.name);
#include <pipexpr/limits.def>
#undef PIPEXPR_LIMIT
  return result;
}

Limits Limits::ceilings() {
  Limits result;
#define PIPEXPR_LIMIT(name, initial, ceiling, scope, unit, description) result.name = ceiling;
#include <pipexpr/limits.def>
#undef PIPEXPR_LIMIT
  return result;
}

std::span<const LimitInfo> limits() {
  static constexpr LimitInfo kTable[] = {
#define PIPEXPR_LIMIT(name, initial, ceiling, scope, unit, description) \
  {#name, initial, ceiling, LimitScope::scope, #unit, description, &Limits::name},
#include <pipexpr/limits.def>
#undef PIPEXPR_LIMIT
  };
  return kTable;
}

const LimitInfo* find_limit(std::string_view name) {
  for (const LimitInfo& limit : limits()) {
    if (limit.name == name) return &limit;
  }
  return nullptr;
}

}  // namespace pipexpr
