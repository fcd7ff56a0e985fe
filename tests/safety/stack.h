// Runs code on a thread with a stack of a given size.
#pragma once

#include <cstddef>
#include <functional>

#include "memory.h"

namespace safety {

// The stacks that the promise names: a small thread's for the default limits, a larger one for their ceilings.
inline constexpr std::size_t kKiB = 1024;
inline constexpr std::size_t kSmallStack = (kSanitized ? 1024 : 256) * kKiB;
inline constexpr std::size_t kCeilingStack = (kSanitized ? 4096 : 1024) * kKiB;

// How many bytes of the stack were used. Running out of it ends the program, which is a failed test.
std::size_t on_stack(std::size_t size, const std::function<void()>& act);

}  // namespace safety
