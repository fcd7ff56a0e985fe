// Implements renaming: edits for every place that means the object or field, and the proof that nothing else changes.
#include <pipexpr/rename.h>

#include <algorithm>

#include <pipexpr/references.h>
#include <pipexpr/syntax_tree.h>

#include "base/json_escape.h"
#include "base/report.h"
#include "base/utf8.h"
#include "checker/findings.h"
#include "definition/slot_table.h"
#include "inspect/json_keys.h"
#include "syntax/find_opener.h"

namespace pipexpr {
namespace {

using Kind = DefinitionReference::Kind;
using TargetKind = ReferenceTarget::Kind;
using Edits = std::vector<TextEdit>;

// As an expression would write it; a field's name may be a secret's.
bool is_name(std::string_view name) {
  const auto tree = SyntaxTree::parse(fmt::format("#{{{}}}", name));
  if (!tree || tree->nodes().size() != 1 || tree->segments().size() != 1) return false;
  return tree->nodes()[0].kind == NodeKind::name && tree->text(tree->nodes()[0].name) == name;
}
bool is_identifier(std::string_view name) { return is_name(name) && !name.starts_with('*') && !name.starts_with('@'); }

class Renaming {
 public:
  Renaming(const PipelineDefinition& graph, const CompileOptions& options, std::string_view from, std::string_view to)
      : graph_(graph), options_(options), from_(from), to_(to) {}

  Result<Edits> object() {
    const auto found = graph_.find(from_);
    if (!found) return refuse({}, "there is no such object");
    object_ = *found;
    const SourceSpan place = graph_.span(object_);
    if (from_ == "Default" || to_ == "Default") return refuse(place, "'Default' is the parent of all others by its id");
    if (const std::string_view why = why_no_id(); !why.empty()) return refuse(place, why);
    if (const auto taken = graph_.find(to_)) return refuse(graph_.span(*taken), "there is an object of that id");
    before_ = references_of(graph_, options_);
    edit(place, true);
    for (const DefinitionReference& use : before_) {
      if (!means_object(use)) continue;
      if (use.kind == Kind::name && !is_identifier(to_)) {
        return refuse(use.json_span, "an expression names the object, and the new id is no identifier");
      }
      if (!edit(use.json_span, false)) return refuse(place, "a value that is not in the file names the object");
    }
    return finish([&](const DefinitionReference& use) { return means_object(use); });
  }

  Result<Edits> field(std::string_view object_id) {
    const auto found = graph_.find(object_id);
    if (!found) return refuse({}, fmt::format("there is no object '{}'", base::excerpt(object_id)));
    object_ = *found;
    const std::vector<SourceSpan> keys = inspect::key_spans(graph_, object_, from_);
    if (keys.empty()) return refuse(graph_.span(object_), "the object has no such field written");
    if (const std::string why = why_no_field(); !why.empty()) return refuse(keys.front(), why);
    before_ = references_of(graph_, options_);
    for (const SourceSpan key : keys) edit(key, true);
    for (const DefinitionReference& use : before_) {
      if (!means_field(use)) continue;
      if (!edit(use.json_span, false)) return refuse(keys.front(), "a value that is not in the file reads the field");
    }
    return finish([&](const DefinitionReference& use) { return means_field(use); });
  }

  Result<Edits> parameter() {
    const std::vector<SourceSpan> places = inspect::parameter_spans(graph_, from_);
    if (places.empty()) return refuse({}, "there is no such parameter in the file");
    if (!is_name(to_) || to_.starts_with('@')) return refuse(places.front(), "the new name is no identifier");
    if (from_.starts_with('*') != to_.starts_with('*')) {
      return refuse(places.front(), "a name with '*' is secret, one without is not");
    }
    const std::vector<SourceSpan> taken = inspect::parameter_spans(graph_, to_);
    if (!taken.empty()) return refuse(taken.front(), "there is a parameter of that name");
    before_ = references_of(graph_, options_);
    for (const SourceSpan place : places) edit(place, true);
    for (const DefinitionReference& use : before_) {
      if (!means_parameter(use)) continue;
      if (!edit(use.json_span, false))
        return refuse(places.front(), "a value that is not in the file reads the parameter");
    }
    return finish([&](const DefinitionReference& use) { return means_parameter(use); });
  }

 private:
  Diagnostics refuse(SourceSpan span, std::string_view why) const {
    return {base::report(DiagnosticCode::rename_refused, span, base::excerpt(from_), base::excerpt(to_), why)};
  }

  template <class Test>
  static bool leads_to(const DefinitionReference& use, const Test& is_meant) {
    return std::any_of(use.targets.begin(), use.targets.end(), is_meant);
  }
  bool means_object(const DefinitionReference& use) const {
    return (use.kind == Kind::object || use.kind == Kind::name) && leads_to(use, [&](const ReferenceTarget& target) {
             return target.kind == TargetKind::object && target.object == object_;
           });
  }
  bool means_field(const DefinitionReference& use) const {
    return use.name == from_ && leads_to(use, [&](const ReferenceTarget& target) {
             return target.kind == TargetKind::field && target.defined_by == object_;
           });
  }
  bool means_parameter(const DefinitionReference& use) const {
    return use.name == from_ &&
           leads_to(use, [](const ReferenceTarget& target) { return target.kind == TargetKind::parameter; });
  }

  // Replaces a JSON string, or a part of one.
  bool edit(SourceSpan span, bool whole) {
    if (span.length == 0) return false;
    const std::string text = base::json_escaped(to_);
    edits_.push_back({span, whole ? '"' + text + '"' : text});
    return true;
  }

  // An id is any text that can stand in a file and in a message, and in which the language sees nothing.
  std::string_view why_no_id() const {
    if (to_.empty()) return "expected an id of at least one character";
    if (base::find_invalid_utf8(to_) != to_.npos) return "the new id is not UTF-8";
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
    if (std::any_of(to_.begin(), to_.end(), is_control)) return "the new id has a control character";
    if (to_.front() == ' ' || to_.back() == ' ') return "the new id begins or ends with a space";
    if (to_.front() == '@' || to_.front() == '*') return "ids beginning with '@' or '*' have a meaning of their own";
    if (syntax::find_opener(to_, 0, options_.delimiters) != to_.size()) return "the new id would begin an expression";
    if (to_ == "node") return "'node' stands for an alarm's object";
    return "";
  }

  // What the service, or the language, gives a meaning to cannot be renamed, and nothing may be hidden or uncovered.
  std::string why_no_field() const {
    for (const std::string_view name : {from_, to_}) {
      if (name == "id" || name == "name" || name == "type" || name == "parent" || name == "node" ||
          name.starts_with('@')) {
        return fmt::format("'{}' has a meaning of its own", base::excerpt(name));
      }
      if (!is_name(name)) return fmt::format("'{}' is no identifier", base::excerpt(name));
    }
    if (from_.starts_with('*') != to_.starts_with('*')) return "a name with '*' is secret, one without is not";
    for (std::size_t i = 0; i < graph_.object_count(); ++i) {
      const ObjectId object = graph_.object(i);
      bool has_it = object == object_, has_other = false, is_own = false;
      for (const auto& field : graph_.fields(object, true)) {
        has_it = has_it || (field.name == from_ && field.defined_by == object_);
        has_other = has_other || field.name == to_;
        is_own = is_own || (field.name == from_ && field.defined_by == object && object != object_ && below(object));
      }
      const std::string id = base::excerpt(graph_.id(object));
      if (is_own) return fmt::format("'{}', which inherits from the object, has a field '{}' of its own", id, from_);
      if (!has_it) continue;
      for (const std::string_view name : {from_, to_}) {
        if (is_documented(graph_.type(object), name)) {
          return fmt::format("the service has a field '{}' for objects such as '{}'", base::excerpt(name), id);
        }
      }
      if (has_other) return fmt::format("object '{}' has a field of that name already", id);
    }
    Field covered;
    if (const ObjectId parent = parent_of(object_); parent != kNoObject && graph_.field(parent, {from_}, covered)) {
      return fmt::format("it replaces a field '{}' that the object would inherit", base::excerpt(from_));
    }
    return {};
  }

  static bool is_documented(std::string_view type, std::string_view field) {
    if (definition::is_documented(type)) return definition::slot_use(type, field) != definition::SlotUse::none;
    bool known = false;  // an object of no known type: what any type has
    definition::each_slot(
        "", [&](std::string_view slot, SlotType, definition::SlotUse) { known = known || slot == field; });
    return known;
  }

  ObjectId parent_of(ObjectId object) const {
    Field parent;
    if (!graph_.field(object, {"parent"}, parent) || parent.count == 0) return kNoObject;
    return parent.items[0].value.is(pipexpr::Kind::reference) ? parent.items[0].value.object() : kNoObject;
  }
  bool below(ObjectId object) const {
    while (object != kNoObject && object != object_) object = parent_of(object);
    return object == object_;
  }

  template <class Means>
  Result<Edits> finish(Means means) {
    Diagnostics unclear = unclear_places();
    if (!unclear.empty()) return unclear;
    std::sort(edits_.begin(), edits_.end(),
              [](const TextEdit& a, const TextEdit& b) { return a.span.offset < b.span.offset; });
    const std::string edited = apply_edits(graph_.json(), edits_);
    const auto after =
        PipelineDefinition::load(edited, {.source_name = std::string(graph_.source_name()), .compile = options_});
    if (!after) return refuse({}, after.error().front().message);
    const std::vector<DefinitionReference> now = references_of(**after, options_);
    for (std::size_t i = 0; i < std::max(before_.size(), now.size()); ++i) {
      const bool both = i < before_.size() && i < now.size();
      if (both && now[i].name == (means(before_[i]) ? to_ : before_[i].name) && now[i].targets == before_[i].targets)
        continue;
      const DefinitionReference& use = i < before_.size() ? before_[i] : now[i];
      return base::report(DiagnosticCode::rename_changes_meaning, use.json_span, base::excerpt(from_),
                          base::excerpt(to_), base::excerpt(use.name));
    }
    return std::move(edits_);
  }

  // Names that may mean it and may not, and texts that do not parse and hold it.
  Diagnostics unclear_places() const {
    Diagnostics unclear;
    const auto add = [&](SourceSpan span, std::string_view why) {
      if (unclear.size() >= options_.limits.clamped().max_diagnostics) return;
      unclear.push_back(base::report(DiagnosticCode::rename_unclear, span, base::excerpt(from_), why));
    };
    for (const DefinitionReference& use : before_) {
      if (use.name != from_ || use.kind == Kind::function) continue;
      const bool is_unknown = std::any_of(use.targets.begin(), use.targets.end(), [](const ReferenceTarget& target) {
        return target.kind == TargetKind::unknown;
      });
      if (is_unknown) add(use.json_span, "only a run decides what it stands for");
    }
    const auto look = [&](ObjectId object, std::string_view name, const Field& field) {
      for (std::uint32_t k = 0; k < field.count; ++k) {
        const FieldItem& item = field.items[k];
        if (item.form == FieldItem::Form::literal || !item.value.is(pipexpr::Kind::string)) continue;
        const std::string_view text = item.value.text();
        const std::size_t at = text.find(from_);
        if (at == text.npos || SyntaxTree::parse(text, options_)) continue;
        const SourceSpan part{static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(from_.size())};
        add(graph_.span(object, name, k, part), "the text does not parse");
      }
    };
    for (std::size_t i = 0; i < graph_.object_count(); ++i) {
      for (const auto& field : graph_.fields(graph_.object(i))) look(graph_.object(i), field.name, field.field);
    }
    for (const auto& parameter : graph_.parameters()) look(kNoObject, parameter.id, parameter.value);
    for (const inspect::JsonString& text : inspect::replaced_defaults(graph_)) {
      if (text.value.find(from_) == text.value.npos) continue;
      const auto tree = SyntaxTree::parse(text.value, options_);
      if (!tree || !tree->names().empty())
        add(text.span, "a value replaces this default, so that nothing shows what it means");
    }
    return unclear;
  }

  const PipelineDefinition& graph_;
  const CompileOptions& options_;
  std::string_view from_, to_;
  ObjectId object_ = kNoObject;
  std::vector<DefinitionReference> before_;
  Edits edits_;
};

}  // namespace

Result<std::vector<TextEdit>> rename_object(const PipelineDefinition& definition, std::string_view id,
                                            std::string_view new_id, const CompileOptions& options) {
  return Renaming(definition, options, id, new_id).object();
}

Result<std::vector<TextEdit>> rename_field(const PipelineDefinition& definition, std::string_view object,
                                           std::string_view field, std::string_view new_name,
                                           const CompileOptions& options) {
  return Renaming(definition, options, field, new_name).field(object);
}

Result<std::vector<TextEdit>> rename_parameter(const PipelineDefinition& definition, std::string_view id,
                                               std::string_view new_id, const CompileOptions& options) {
  return Renaming(definition, options, id, new_id).parameter();
}

std::string apply_edits(std::string_view text, const std::vector<TextEdit>& edits) {
  std::string result;
  std::size_t at = 0;
  for (const TextEdit& edit : edits) {
    if (edit.span.offset < at || edit.span.end() > text.size()) continue;
    result += text.substr(at, edit.span.offset - at);
    result += edit.text;
    at = edit.span.end();
  }
  result += text.substr(at);
  return result;
}

}  // namespace pipexpr
