// The checker's name for the trees of one template.
#pragma once

#include "syntax/parsed_template.h"

namespace pipexpr::checker {

using syntax::read_tree;
using syntax::Tree;

}  // namespace pipexpr::checker
