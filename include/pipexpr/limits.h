// Every number that bounds the engine. All limits are on by default and stay on while tracing.
//
//   pipexpr::CompileOptions options;
//   options.limits.max_nesting = 100;      // raise it, up to the ceiling of 200
//
// Going over one gives a diagnostic E6xx that names the limit, its value and how to raise it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>

#include <pipexpr/export.h>

namespace pipexpr {

struct Limits {
#define PIPEXPR_LIMIT(name, initial, ceiling, unit, reason) std::uint64_t name = initial;
#include <pipexpr/limits.def>
#undef PIPEXPR_LIMIT

  // The same limits, none above its ceiling, and room for one diagnostic: what the engine works with.
  Limits clamped() const {
    Limits result = *this;
#define PIPEXPR_LIMIT(name, initial, ceiling, unit, reason) result.name = std::min<std::uint64_t>(result.name, ceiling);
#include <pipexpr/limits.def>
#undef PIPEXPR_LIMIT
    result.max_diagnostics = std::max<std::uint64_t>(result.max_diagnostics, 1);
    return result;
  }

  // Of each limit the lower value.
  Limits stricter(const Limits& other) const {
    Limits result = *this;
#define PIPEXPR_LIMIT(name, initial, ceiling, unit, reason) result.name = std::min(name, other.name);
#include <pipexpr/limits.def>
#undef PIPEXPR_LIMIT
    return result;
  }

  friend bool operator==(const Limits&, const Limits&) = default;
};

// The table as data, for documentation, command lines and tests.
struct LimitInfo {
  std::string_view name;
  std::uint64_t initial;
  std::uint64_t ceiling;
  std::string_view unit;
  std::string_view reason;
  std::uint64_t Limits::*member;
};
PIPEXPR_API std::span<const LimitInfo> limit_table();

}  // namespace pipexpr
