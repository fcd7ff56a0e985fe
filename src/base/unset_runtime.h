// The words that users write for UnsetRuntime: in options of the command and in files of tests.
#pragma once

#include <optional>
#include <string_view>
#include <utility>

#include <pipexpr/options.h>

namespace pipexpr::base {

inline constexpr std::pair<std::string_view, UnsetRuntime> kUnsetRuntimeWords[] = {{"error", UnsetRuntime::error},
                                                                                   {"null", UnsetRuntime::null},
                                                                                   {"empty", UnsetRuntime::empty},
                                                                                   {"keep", UnsetRuntime::keep}};

// Nothing: the word is none of them.
inline std::optional<UnsetRuntime> unset_runtime_of(std::string_view word) {
  for (const auto& [known, value] : kUnsetRuntimeWords) {
    if (word == known) return value;
  }
  return std::nullopt;
}

}  // namespace pipexpr::base
