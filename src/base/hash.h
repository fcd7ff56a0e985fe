// A hash for tables whose keys are untrusted input: keyed with a number of this process, so that no sender can prepare
// keys that all fall into one bucket. Nothing may depend on the order of such a table.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace pipexpr::base {

using HashKey = std::array<std::uint64_t, 2>;

// Drawn once for the process.
const HashKey& process_key();

// SipHash with so many rounds for each eight bytes and at the end.
std::uint64_t siphash(std::string_view text, const HashKey& key, int rounds, int last_rounds);

struct Hash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return siphash(text, process_key(), 1, 3); }
};

}  // namespace pipexpr::base
