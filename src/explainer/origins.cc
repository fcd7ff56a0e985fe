// Says of each field of an explanation where the definition has it from.
#include "explainer/origins.h"

#include <map>
#include <optional>
#include <set>

namespace pipexpr::explainer {
namespace {

using Info = PipelineDefinition::FieldInfo;

class Finder {
 public:
  explicit Finder(const PipelineDefinition& definition) : definition_(definition) {}

  void field(std::string_view name, ExplainedOrigin& origin) {
    if (origin.object == kNoObject) return parameter(name, origin);
    const std::optional<Info> info = find(origin.object, name);
    if (!info) return;
    if (info->defined_by != origin.object) origin.defined_by = definition_.id(info->defined_by);
    set_span(origin, definition_.key_span(origin.object, name));
  }

  // The schedule of the object whose run it is.
  void run(ExplainedOrigin& origin) {
    if (origin.object == kNoObject) return;
    const std::optional<Info> info = find(origin.object, "schedule");
    if (!info || info->field.count == 0) return;
    const ValueView& schedule = info->field.items->value;
    if (!schedule.is(Kind::reference) || schedule.object() == kNoObject) return;
    origin.schedule = definition_.id(schedule.object());
    const std::optional<Info> period = find(schedule.object(), "period");
    if (!period || period->field.count == 0) return;
    const FieldItem& item = *period->field.items;
    if (item.value.is(Kind::string)) origin.period = item.value.text().substr(0, 64);
  }

 private:
  void parameter(std::string_view name, ExplainedOrigin& origin) {
    if (parameters_.empty()) {
      for (const auto& one : definition_.parameters()) parameters_.emplace(one.id, &one);
    }
    const auto known = parameters_.find(name);
    if (known == parameters_.end()) return;
    const PipelineDefinition::ParameterInfo& found = *known->second;
    origin.parameter = found.source;
    origin.parameter_type = found.type_text;
    set_span(origin, found.span);
  }

  static void set_span(ExplainedOrigin& origin, SourceSpan span) {
    if (span.length != 0) origin.definition_span = span;
  }

  // A field that the object has written or inherits; what it has without that, such as a name, has no origin.
  std::optional<Info> find(ObjectId object, std::string_view name) {
    std::optional<Info> found = definition_.find_field(object, name);
    if (!found || found->defined_by != object) return found;
    auto [known, fresh] = own_.try_emplace(object);
    if (fresh) {
      for (const Info& info : definition_.fields(object)) known->second.insert(info.name);
    }
    return known->second.contains(name) ? found : std::nullopt;
  }

  const PipelineDefinition& definition_;
  std::map<std::string_view, const PipelineDefinition::ParameterInfo*> parameters_;
  std::map<ObjectId, std::set<std::string_view>> own_;  // names
};

}  // namespace

void find_origins(Explanation& tree, const PipelineDefinition& definition) {
  Finder finder(definition);
  for (const ExplainedNode& node : tree.nodes) {
    if (node.origin == ExplainedNode::kNone) continue;
    ExplainedOrigin& origin = tree.origins[node.origin];
    if (origin.from_run) {
      finder.run(origin);
    } else if (origin.origin != Origin::context && origin.origin != Origin::run) {
      finder.field(node.name, origin);
    }
  }
}

}  // namespace pipexpr::explainer
