// Says of each field of an explanation where the definition has it from.
#include "explainer/origins.h"

#include <algorithm>
#include <map>

namespace pipexpr::explainer {
namespace {

using Info = PipelineDefinition::FieldInfo;

class Finder {
 public:
  explicit Finder(const PipelineDefinition& definition) : definition_(definition) {}

  void field(std::string_view name, ExplainedOrigin& origin) {
    if (origin.object == kNoObject) return parameter(name, origin);
    const Info* const info = find(origin.object, name);
    if (info == nullptr) return;
    if (info->defined_by != origin.object) origin.defined_by = definition_.id(info->defined_by);
    set_span(origin, definition_.key_span(origin.object, name));
  }

  // The schedule of the object whose run it is.
  void run(ExplainedOrigin& origin) {
    if (origin.object == kNoObject) return;
    const Info* const info = find(origin.object, "schedule");
    if (info == nullptr || info->field.count == 0) return;
    const ValueView& schedule = info->field.items->value;
    if (!schedule.is(Kind::reference) || schedule.object() == kNoObject) return;
    origin.schedule = definition_.id(schedule.object());
    const Info* const period = find(schedule.object(), "period");
    if (period == nullptr || period->field.count == 0) return;
    const FieldItem& item = *period->field.items;
    if (item.value.is(Kind::string)) origin.period = item.value.text().substr(0, 64);
  }

 private:
  void parameter(std::string_view name, ExplainedOrigin& origin) const {
    const auto& all = definition_.parameters();
    const auto found = std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.id == name; });
    if (found == all.end()) return;
    origin.parameter = found->source;
    origin.parameter_type = found->type_text;
    set_span(origin, found->span);
  }

  static void set_span(ExplainedOrigin& origin, SourceSpan span) {
    if (span.length != 0) origin.definition_span = span;
  }

  const Info* find(ObjectId object, std::string_view name) {
    auto [known, fresh] = fields_.try_emplace(object);
    if (fresh) {
      for (const Info& info : definition_.fields(object, true)) known->second.emplace(info.name, info);
    }
    const auto found = known->second.find(name);
    return found == known->second.end() ? nullptr : &found->second;
  }

  const PipelineDefinition& definition_;
  std::map<ObjectId, std::map<std::string_view, Info>> fields_;
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
