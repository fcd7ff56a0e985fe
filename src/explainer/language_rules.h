// Which rule each step of an evaluation follows.
#pragma once

#include <pipexpr/explain.h>

namespace pipexpr::explainer {

// Names the rule of every node, from its kind, name, value and children.
void find_rules(Explanation& tree);

}  // namespace pipexpr::explainer
