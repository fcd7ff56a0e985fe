// Where the steps of an explanation stand in the definition's file.
#include <algorithm>

#include <pipexpr/explain.h>

namespace pipexpr {
namespace {

constexpr std::size_t kLongEscaped = 65'536;  // finding a place in an escaped text takes time linear in its length

}  // namespace

ExplainedPlaces::ExplainedPlaces(const Explanation& explanation, const PipelineDefinition& definition)
    : explanation_(explanation), definition_(definition) {
  const std::string_view json = definition.json();
  for (std::size_t at = json.find('\n'); at != json.npos; at = json.find('\n', at + 1)) {
    newlines_.push_back(static_cast<std::uint32_t>(at));
  }
  // A source's name is that of the field its nodes lie in.
  std::vector<const std::string*> names(explanation.origins.size(), nullptr);
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
    } else if (source.text.size() <= kLongEscaped) {
      const std::string_view raw = definition_.json().substr(base.offset, base.length);
      // Walks over the escapes of the JSON text; \uXXXX may stand for one to four bytes.
      const std::string_view text = source.text;
      std::size_t to = 0, begin = raw.size(), end = raw.size();
      for (std::size_t from = 0; from < raw.size();) {
        if (to == node.span.offset) begin = std::min(begin, from);
        if (to >= node.span.end()) {
          end = from;
          break;
        }
        if (raw[from] != '\\') {
          ++from;
          ++to;
        } else if (from + 1 < raw.size() && raw[from + 1] == 'u') {
          const auto lead = static_cast<unsigned char>(to < text.size() ? text[to] : 'x');
          const std::size_t bytes = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
          from += bytes == 4 ? 12 : 6;
          to += bytes;
        } else {
          from += 2;
          ++to;
        }
      }
      if (begin <= end)
        span = {base.offset + static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end - begin)};
    }
  } else if (node.kind == ExplainedNode::Kind::field && node.origin != ExplainedNode::kNone &&
             explanation_.origins[node.origin].has_place) {
    span = explanation_.origins[node.origin].place;
  } else {
    return false;
  }
  const auto line = std::lower_bound(newlines_.begin(), newlines_.end(), span.offset);
  location.line = static_cast<std::uint32_t>(line - newlines_.begin()) + 1;
  location.column = span.offset - (line == newlines_.begin() ? 0 : *(line - 1) + 1) + 1;
  return true;
}

}  // namespace pipexpr
