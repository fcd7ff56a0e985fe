// Where the steps of an explanation stand in the definition's file.
#include <pipexpr/explain.h>

#include "definition/json_document.h"

namespace pipexpr {
namespace {

constexpr std::size_t kLongEscaped = 65'536;  // finding a place in an escaped text takes time linear in its length

}  // namespace

ExplainedPlaces::ExplainedPlaces(const Explanation& explanation, const PipelineDefinition& definition)
    : explanation_(explanation), definition_(definition), lines_(definition.json()) {
  // A source's name is that of the field its nodes lie in.
  std::vector<const std::string*>& names = names_;
  names.assign(explanation.origins.size(), nullptr);
  for (const ExplainedNode& node : explanation.nodes) {
    if (node.origin != ExplainedNode::kNone && node.kind == ExplainedNode::Kind::field) names[node.origin] = &node.name;
  }
  for (const ExplainedSource& source : explanation.sources) {
    SourceSpan& base = bases_.emplace_back();
    if (source.origin == ExplainedNode::kNone || names[source.origin] == nullptr) continue;
    const ExplainedOrigin& origin = explanation.origins[source.origin];
    if (!origin.has_place) continue;
    base = definition.span(origin.object, *names[source.origin], source.item,
                           {0, static_cast<std::uint32_t>(source.text.size())});
  }
}

bool ExplainedPlaces::find(const ExplainedNode& node, SourceSpan& span, SourceLocation& location) const {
  if (node.source != ExplainedNode::kNone && bases_[node.source].length != 0) {
    const ExplainedSource& source = explanation_.sources[node.source];
    const SourceSpan base = bases_[node.source];
    span = base;
    if (base.length == source.text.size()) {
      span = {base.offset + node.span.offset, node.span.length};
    } else if (definition_.origin() != nullptr) {
      const ExplainedOrigin& origin = explanation_.origins[source.origin];
      span = definition_.span(origin.object, *names_[source.origin], source.item, node.span);
    } else if (source.text.size() <= kLongEscaped) {
      // The value with its quotes; the one in front of it has no part in `base`.
      const std::string_view raw = definition_.json().substr(base.offset - 1, base.length + 2);
      const auto begin = static_cast<std::uint32_t>(definition::raw_offset(raw, node.span.offset));
      const auto end = static_cast<std::uint32_t>(definition::raw_offset(raw, node.span.end()));
      span = {base.offset - 1 + begin, end - begin};
    }
  } else if (node.kind == ExplainedNode::Kind::field && node.origin != ExplainedNode::kNone &&
             explanation_.origins[node.origin].has_place) {
    span = explanation_.origins[node.origin].place;
  } else {
    return false;
  }
  location = lines_.locate(span.offset);
  return true;
}

}  // namespace pipexpr
