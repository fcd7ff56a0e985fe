// Where the steps of an explanation are in the definition's file.
#pragma once

#include <pipexpr/explain.h>

namespace pipexpr::explainer {

// Fills in each node's definition_span. The origins must be known already: see find_origins.
void find_definition_spans(Explanation& tree, const PipelineDefinition& definition);

}  // namespace pipexpr::explainer
