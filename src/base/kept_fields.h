// What is wrong with a template in which runtime fields without a value may stay, as UnsetRuntime::keep has it. Header
// only: the service has it too.
#pragma once

#include <algorithm>

#include <pipexpr/diagnostic.h>

namespace pipexpr::base {

// Such a field is no error; what else is wrong is. Empty when nothing else is.
inline Diagnostics besides_kept(Diagnostics all) {
  all.erase(std::remove_if(all.begin(), all.end(),
                           [](const Diagnostic& why) { return why.code == DiagnosticCode::runtime_field_unset; }),
            all.end());
  return all;
}

}  // namespace pipexpr::base
