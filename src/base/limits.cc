// The table of limits as data, from limits.def.
#include <pipexpr/limits.h>

namespace pipexpr {

std::span<const LimitInfo> limit_table() {
  static constexpr LimitInfo kTable[] = {
#define PIPEXPR_LIMIT(name, initial, ceiling, unit, reason) {#name, initial, ceiling, #unit, reason, &Limits::name},
#include <pipexpr/limits.def>
#undef PIPEXPR_LIMIT
  };
  return kTable;
}

}  // namespace pipexpr
