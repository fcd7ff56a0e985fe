// Implements references_of: walks every text for every object that it is evaluated for, and asks the checker's scope
// what each name stands for there.
#include <pipexpr/references.h>

#include <map>
#include <set>
#include <unordered_map>

#include <pipexpr/syntax_tree.h>

#include "checker/type_inference.h"

namespace pipexpr {
namespace {

using checker::Found;
using Target = ReferenceTarget;

Target::Kind kind_of(Found::Where where) {
  switch (where) {
    case Found::Where::unknown: return Target::Kind::unknown;
    case Found::Where::field: return Target::Kind::field;
    case Found::Where::runtime: return Target::Kind::runtime;
    case Found::Where::parameter: return Target::Kind::parameter;
    case Found::Where::object: return Target::Kind::object;
    case Found::Where::node: return Target::Kind::node;
    case Found::Where::nowhere:
    case Found::Where::misspelt:
    case Found::Where::impossible:
    case Found::Where::no_node: break;
  }
  return Target::Kind::nothing;
}

class Collector {
 public:
  Collector(const PipelineDefinition& graph, const CompileOptions& options)
      : graph_(graph),
        options_(options),
        check_options_{.only = {}, .ignore = {}, .compile = options},
        scope_(graph),
        types_(scope_, check_options_) {}

  std::vector<DefinitionReference> run() {
    find_owners();
    for (std::size_t i = 0; i < graph_.object_count(); ++i) object(graph_.object(i));
    parameters();
    return std::move(result_);
  }

 private:
  // Which object has a field written, by its values; and for which objects an inherited text is evaluated.
  void find_owners() {
    for (std::size_t i = 0; i < graph_.object_count(); ++i) {
      const ObjectId object = graph_.object(i);
      for (const auto& field : graph_.fields(object, true)) {
        owners_[field.field.items] = field.defined_by;
        if (field.defined_by != object) heirs_[field.field.items].push_back(object);
      }
    }
    for (const auto& parameter : graph_.parameters()) parameters_[parameter.id] = &parameter;
  }

  void object(ObjectId object) {
    for (const auto& field : graph_.fields(object)) {
      std::vector<ObjectId> contexts = {object};
      if (const auto found = heirs_.find(field.field.items); found != heirs_.end()) {
        contexts.insert(contexts.end(), found->second.begin(), found->second.end());
      }
      for (std::uint32_t k = 0; k < field.field.count; ++k) {
        const FieldItem& item = field.field.items[k];
        if (item.value.is(Kind::reference)) {
          reference(object, field.name, k, graph_.id(item.value.object()), item.value.object());
        } else if (item.form != FieldItem::Form::literal) {
          text(object, field.name, k, item.value.text(), contexts);
        } else if (field.field.type == SlotType::reference) {
          reference(object, field.name, k, item.value.text(), kNoObject);
        }
      }
    }
  }

  void reference(ObjectId object, std::string_view field, std::uint32_t item, std::string_view id, ObjectId to) {
    const SourceSpan whole{0, static_cast<std::uint32_t>(id.size())};
    DefinitionReference& made = add(DefinitionReference::Kind::object, id, object, field, item, whole);
    made.targets.push_back({to == kNoObject ? Target::Kind::nothing : Target::Kind::object, object, to, kNoObject});
  }

  DefinitionReference& add(DefinitionReference::Kind kind, std::string_view name, ObjectId object,
                           std::string_view field, std::uint32_t item, SourceSpan span) {
    DefinitionReference& made = result_.emplace_back();
    made.kind = kind;
    made.name = name;
    made.object = object;
    made.field = field;
    made.item = item;
    made.span = span;
    made.json_span = graph_.span(object, field, item, span);
    return made;
  }

  void text(ObjectId object, std::string_view field, std::uint32_t item, std::string_view text,
            const std::vector<ObjectId>& contexts) {
    const auto parsed = SyntaxTree::parse(text, options_);
    if (!parsed) return;
    const std::size_t first = result_.size();
    std::map<std::uint32_t, std::size_t> by_offset;
    for (const NameUse& use : parsed->names()) {
      const auto kind = static_cast<DefinitionReference::Kind>(use.kind);
      by_offset[use.span.offset] = result_.size();
      DefinitionReference& made = add(kind, use.name, object, field, item, use.span);
      if (kind == DefinitionReference::Kind::function)
        made.targets.push_back({Target::Kind::function, kNoObject, kNoObject, kNoObject});
    }
    if (result_.size() == first) return;
    const checker::Tree tree = checker::read_tree(text, options_);
    for (const ObjectId context : contexts) {
      for (const checker::Use& use : types_.walk(tree, context).uses) {
        DefinitionReference& made = result_[by_offset[use.span.offset]];
        const Target target = target_of(use, context);
        if (made.targets.empty() || made.targets.back() != target) made.targets.push_back(target);
        if (target.kind == Target::Kind::parameter) note_reader(made.name, context);
      }
    }
  }

  Target target_of(const checker::Use& use, ObjectId context) const {
    Target target{kind_of(use.where), context, kNoObject, kNoObject};
    if (target.kind == Target::Kind::field) {
      const auto owner = owners_.find(use.items);
      target.defined_by = owner != owners_.end() ? owner->second : use.owner;
    }
    if (target.kind == Target::Kind::field || target.kind == Target::Kind::object ||
        target.kind == Target::Kind::runtime) {
      target.object = use.owner;
    }
    return target;
  }

  void note_reader(std::string_view name, ObjectId context) {
    const PipelineDefinition::ParameterInfo* const info = parameters_.find(name)->second;
    if (!read_.emplace(info, context).second) return;
    readers_[info].push_back(context);
    waiting_.emplace_back(info, context);
  }

  // A parameter's value may read another parameter, for the same object: a field that reads the one reads the other.
  void parameters() {
    std::vector<DefinitionReference> of_objects = std::move(result_);
    while (!waiting_.empty()) {
      const auto [info, context] = waiting_.back();
      waiting_.pop_back();
      result_.clear();
      parameter(*info, {context});
    }
    result_ = std::move(of_objects);
    for (const auto& info : graph_.parameters()) {
      const auto found = readers_.find(&info);
      parameter(info, found == readers_.end() ? std::vector<ObjectId>{kNoObject} : found->second);
    }
  }

  void parameter(const PipelineDefinition::ParameterInfo& info, const std::vector<ObjectId>& contexts) {
    for (std::uint32_t k = 0; k < info.value.count; ++k) {
      const FieldItem& item = info.value.items[k];
      if (item.form != FieldItem::Form::literal) text(kNoObject, info.id, k, item.value.text(), contexts);
    }
  }

  const PipelineDefinition& graph_;
  const CompileOptions& options_;
  CheckOptions check_options_;
  checker::Scope scope_;
  checker::TypeChecker types_;
  std::unordered_map<const FieldItem*, ObjectId> owners_;
  std::unordered_map<const FieldItem*, std::vector<ObjectId>> heirs_;
  using Info = PipelineDefinition::ParameterInfo;
  std::unordered_map<std::string_view, const Info*> parameters_;
  std::set<std::pair<const Info*, ObjectId>> read_;
  std::unordered_map<const Info*, std::vector<ObjectId>> readers_;
  std::vector<std::pair<const Info*, ObjectId>> waiting_;
  std::vector<DefinitionReference> result_;
};

}  // namespace

std::vector<DefinitionReference> references_of(const PipelineDefinition& definition, const CompileOptions& options) {
  return Collector(definition, options).run();
}

}  // namespace pipexpr
