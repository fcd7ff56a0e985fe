// The version of pipexpr; the build reads it from here.
//
//   static_assert(PIPEXPR_VERSION_MAJOR == 0 && PIPEXPR_VERSION_MINOR >= 1);
//   if (pipexpr::version() != PIPEXPR_VERSION_STRING) ...   // compiled with one version, running with another
#pragma once

#include <string_view>

#include <pipexpr/export.h>

#define PIPEXPR_VERSION_MAJOR 0
#define PIPEXPR_VERSION_MINOR 1
#define PIPEXPR_VERSION_PATCH 0
#define PIPEXPR_VERSION_STRING "0.1.0"

namespace pipexpr {

// The version of the library that the program runs with. Before 1.0 a minor version may change the interface; the name
// of the shared library and find_package therefore tell minor versions apart.
PIPEXPR_API std::string_view version() noexcept;

}  // namespace pipexpr
