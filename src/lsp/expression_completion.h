// Completion inside of expressions: names, functions, and the letters of date patterns.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lsp/expression_prefix.h"
#include "lsp/question.h"

namespace pipexpr::lsp {

// Numbers of the protocol.
enum class CompletionKind : std::uint8_t {
  function = 3,
  field = 5,
  variable = 6,
  type = 7,
  property = 10,
  value = 12,
  constant = 21,
  reference = 18
};

struct Proposal {
  std::string label;
  CompletionKind kind = CompletionKind::value;
  std::string detail = {};
  std::string documentation = {};
  std::string insert = {};  // empty: the label
  bool is_snippet = false;
  char rank = 'b';  // those of a lower letter come first
};

// What could be written at the end of the prefix, in a field's text of that object; kNoObject: of a parameter.
std::vector<Proposal> expression_proposals(const Question& question, const ExpressionPrefix& prefix, ObjectId object,
                                           std::string_view field);
// How many bytes before the place a proposal replaces.
std::size_t replaced_before(const ExpressionPrefix& prefix);

// The objects that a path leads to from an object; none when the definition does not tell.
std::vector<ObjectId> follow(const PipelineDefinition& definition, const RunValues& values, ObjectId object,
                             const std::vector<std::string_view>& path);

}  // namespace pipexpr::lsp
