// What a definition knows about the fields of an explanation.
#pragma once

#include <pipexpr/explain.h>

namespace pipexpr::explainer {

// Fills in what each origin's field was inherited from, what gave a parameter its value, and the schedule of runs.
void find_origins(Explanation& tree, const PipelineDefinition& definition);

}  // namespace pipexpr::explainer
