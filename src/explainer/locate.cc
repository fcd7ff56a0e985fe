// Where the steps of an explanation are in the definition's file.
#include "explainer/locate.h"

#include <string>
#include <vector>

#include "definition/json_document.h"

namespace pipexpr::explainer {
namespace {

class Finder {
 public:
  Finder(const Explanation& tree, const PipelineDefinition& definition)
      : tree_(tree), definition_(definition), names_(tree.origins.size(), nullptr) {
    // A source's name is that of the field its nodes lie in.
    for (const ExplainedNode& node : tree.nodes) {
      if (node.origin != ExplainedNode::kNone && node.kind == ExplainedNode::Kind::field) {
        names_[node.origin] = &node.name;
      }
    }
    for (const ExplainedSource& source : tree.sources) {
      const SourceSpan all = wholes_.emplace_back(whole(source));
      const bool is_escaped = all.length != 0 && all.length != source.text.size() && definition.origin() == nullptr;
      marks_.push_back(is_escaped ? definition::offset_marks(with_quotes(all)) : definition::OffsetMarks{});
    }
  }

  std::optional<SourceSpan> find(const ExplainedNode& node) const {
    if (node.source != ExplainedNode::kNone && wholes_[node.source].length != 0) return part(node);
    if (node.kind != ExplainedNode::Kind::field || node.origin == ExplainedNode::kNone) return std::nullopt;
    return tree_.origins[node.origin].definition_span;
  }

 private:
  // The source's whole text; of length 0 when it is not in the file.
  SourceSpan whole(const ExplainedSource& source) const {
    if (source.origin == ExplainedNode::kNone || names_[source.origin] == nullptr) return {};
    const ExplainedOrigin& origin = tree_.origins[source.origin];
    if (!origin.definition_span) return {};
    return definition_.span(origin.object, *names_[source.origin], source.item,
                            {0, static_cast<std::uint32_t>(source.text.size())});
  }

  // The value with its quotes; the one in front of it has no part in its span.
  std::string_view with_quotes(SourceSpan value) const {
    return definition_.json().substr(value.offset - 1, value.length + 2);
  }

  SourceSpan part(const ExplainedNode& node) const {
    const ExplainedSource& source = tree_.sources[node.source];
    const SourceSpan whole = wholes_[node.source];
    if (whole.length == source.text.size()) return {whole.offset + node.span.offset, node.span.length};
    if (definition_.origin() != nullptr) {
      const ExplainedOrigin& origin = tree_.origins[source.origin];
      return definition_.span(origin.object, *names_[source.origin], source.item, node.span);
    }
    const std::string_view raw = with_quotes(whole);
    const definition::OffsetMarks& marks = marks_[node.source];
    const auto begin = static_cast<std::uint32_t>(definition::raw_offset(raw, node.span.offset, marks));
    const auto end = static_cast<std::uint32_t>(definition::raw_offset(raw, node.span.end(), marks));
    return {whole.offset - 1 + begin, end - begin};
  }

  const Explanation& tree_;
  const PipelineDefinition& definition_;
  std::vector<const std::string*> names_;       // by origin: of the field that it is
  std::vector<SourceSpan> wholes_;              // by source
  std::vector<definition::OffsetMarks> marks_;  // by source: places of a string with escapes
};

}  // namespace

void find_definition_spans(Explanation& tree, const PipelineDefinition& definition) {
  const Finder finder(tree, definition);
  for (ExplainedNode& node : tree.nodes) node.definition_span = finder.find(node);
}

}  // namespace pipexpr::explainer
