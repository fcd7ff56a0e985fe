// The version that a program has at run time.
#include <pipexpr/version.h>

namespace pipexpr {

std::string_view version() noexcept { return PIPEXPR_VERSION_STRING; }

}  // namespace pipexpr
