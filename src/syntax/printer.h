// Prints trees: as canonical text, which parses to the same tree, and as a one-line dump for tests.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "syntax/node.h"

namespace pipexpr::syntax {

// The subtree of `root` with single blanks around binary operators and only the parentheses it needs.
std::string print(std::string_view text, const std::vector<Node>& nodes, std::uint32_t root);

// (call format (name @x) 'pattern'), for tests and the fuzz oracles.
std::string dump(std::string_view text, const std::vector<Node>& nodes, std::uint32_t root);

// The first node of the subtree of `root`.
std::uint32_t first_of(const std::vector<Node>& nodes, std::uint32_t root);

}  // namespace pipexpr::syntax
