// The table of limits as data, from limits.def.
#include <pipexpr/limits.h>

namespace pipexpr {

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
