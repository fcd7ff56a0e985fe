// Evaluates every field of a definition as a run of the pipeline would see it.
#include "render.h"

namespace corpus {
namespace {

using pipexpr::Context;
using pipexpr::Diagnostics;
using pipexpr::Expression;
using pipexpr::FieldItem;
using pipexpr::ObjectId;
using pipexpr::PipelineDefinition;

std::string dummy(const PipelineDefinition::ParameterInfo& parameter) {
  switch (parameter.type) {
    case pipexpr::SlotType::integer: return "1";
    case pipexpr::SlotType::number: return "0.5";
    default: break;
  }
  if (!parameter.allowed_values.empty()) return std::string(parameter.allowed_values.front());
  if (parameter.type_text == "AWS::S3::ObjectKey") return "s3://bucket/key";
  // Parameters of type String that are used as a time or a period say so in their names, if anywhere.
  const std::string_view id = parameter.id;
  if (id.find("Time") != id.npos || id.find("Date") != id.npos) return "2017-08-01T00:00:00";
  if (id.find("Period") != id.npos) return "1 day";
  return "value";
}

// The text of one value of a field; empty for values that are none.
std::string_view text_of(const FieldItem& item) {
  return item.form != FieldItem::Form::literal && item.value.is(pipexpr::Kind::string) ? item.value.text()
                                                                                       : std::string_view();
}

class Renderer {
 public:
  Renderer(const PipelineDefinition& definition, Counts& counts, std::vector<Failure>& failures)
      : definition_(definition), counts_(counts), failures_(failures) {
    run_.scheduled_start = pipexpr::parse_datetime("2017-08-13T14:20:27").value();
    run_.scheduled_end = pipexpr::parse_datetime("2017-08-14T14:20:27").value();
  }

  void field(ObjectId object, const PipelineDefinition::FieldInfo& info) {
    bool has_expressions = false;
    Diagnostics why;
    for (std::uint32_t i = 0; i < info.field.count; ++i) {
      const FieldItem& item = info.field.items[i];
      std::string_view text = text_of(item);
      if (item.form == FieldItem::Form::compiled) text = item.expression->text();
      if (text.empty()) continue;
      check_place(object, info.name, i, text);
      const auto compiled = Expression::compile(text);
      if (compiled && compiled->is_literal()) continue;
      has_expressions = true;
      if (!compiled) {
        why = compiled.error();
        break;
      }
      counts_.expressions += compiled->canonical().size();
      why = evaluate(*compiled, object);
      if (!why.empty()) break;
    }
    if (!has_expressions) {
      ++counts_.untouched;
    } else if (why.empty()) {
      ++counts_.rendered;
      counts_.results.push_back(std::string(definition_.id(object)) + "." + std::string(info.name) + ": " + text_);
    } else {
      ++counts_.reported;
      failures_.push_back({std::string(definition_.id(object)), std::string(info.name),
                           std::string(code_id(why.front().code)), why.front().message});
      const auto place = definition_.locate(why.front(), object, info.name);
      if (place.line == 0 || place.column == 0) counts_.problems.push_back("no place for: " + why.front().message);
    }
  }

 private:
  // The file has at its place what the field holds, escapes aside.
  void check_place(ObjectId object, std::string_view field, std::uint32_t item, std::string_view text) {
    const auto span = definition_.span(object, field, item, {0, static_cast<std::uint32_t>(text.size())});
    const std::string_view written =
        definition_.json().substr(std::min<std::size_t>(span.offset, definition_.json().size()), span.length);
    const bool escaped = written.find('\\') != written.npos;
    if (escaped ? written.size() <= text.size() : written != text)
      counts_.problems.push_back(std::string(definition_.id(object)) + "." + std::string(field) +
                                 " is not what stands at its place");
  }

  // Why it has no value; tried with each referrer as `node` when there are several.
  Diagnostics evaluate(const Expression& expression, ObjectId object) {
    Diagnostics why = once(expression, {.object = object, .run = run_});
    if (why.empty() || why.front().code != pipexpr::DiagnosticCode::node_unavailable) return why;
    bool tried = false;
    for (const ObjectId referrer : callers(object)) {
      tried = true;
      const FieldItem item = FieldItem::of_value(pipexpr::ValueView(referrer));
      const pipexpr::Binding node{"node", {.items = &item, .count = 1, .type = pipexpr::SlotType::reference}};
      why = once(expression, {.object = object, .run = run_, .fields = {&node, 1}});
      if (!why.empty()) return why;
    }
    return tried ? Diagnostics{} : why;
  }

  // The objects that an action or a precondition can belong to: Default's fields are for those that inherit
  // them.
  std::vector<ObjectId> callers(ObjectId object) const {
    std::vector<ObjectId> found;
    for (std::size_t i = 0; i < definition_.object_count(); ++i) {
      const ObjectId caller = definition_.object(i);
      if (definition_.id(caller) == "Default" || !definition_.has_instances(caller)) continue;
      for (const auto& info : definition_.fields(caller, true)) {
        const bool calls = info.name == "onFail" || info.name == "onSuccess" || info.name == "onLateAction" ||
                           info.name == "precondition";
        for (std::uint32_t k = 0; calls && k < info.field.count; ++k) {
          const pipexpr::ValueView& value = info.field.items[k].value;
          if (value.is(pipexpr::Kind::reference) && value.object() == object) found.push_back(caller);
        }
      }
    }
    return found;
  }

  Diagnostics once(const Expression& expression, const Context& context) {
    const auto value = expression.evaluate(definition_, context);
    const auto text = expression.bind(definition_).evaluate_text(definition_, context);
    if (value.has_value() != text.has_value() || (value && value->to_text() != *text))
      counts_.problems.push_back("evaluate and evaluate_text disagree: " + std::string(expression.text()));
    if (text) text_ = *text;
    return value.error();
  }

  const PipelineDefinition& definition_;
  Counts& counts_;
  std::vector<Failure>& failures_;
  pipexpr::Run run_;
  std::string text_;  // the last result
};

}  // namespace

pipexpr::Result<std::shared_ptr<const PipelineDefinition>> load(std::string_view json,
                                                                const std::set<std::string>& undeclared,
                                                                bool fold_constants) {
  pipexpr::LoadOptions options;
  options.compile.fold_constants = fold_constants;
  for (const std::string& name : undeclared) options.parameter_values.emplace_back(name, "value");
  options.runtime_fields = {{"@pipelineId", "df-06372391ZG65EXAMPLE"}};
  auto definition = PipelineDefinition::load(json, options);
  if (!definition) return definition;
  for (const auto& parameter : (*definition)->parameters()) {
    const bool unset = parameter.source == PipelineDefinition::ParameterInfo::Source::none;
    if (unset && !parameter.optional) options.parameter_values.emplace_back(parameter.id, dummy(parameter));
  }
  return PipelineDefinition::load(json, options);
}

std::set<std::string> missing_parameters(const std::vector<Failure>& failures) {
  std::set<std::string> names;
  for (const Failure& failure : failures) {
    const std::size_t quote = failure.message.find('\'');
    if (failure.code != "E502" || quote == std::string::npos) continue;
    const std::string name = failure.message.substr(quote + 1, failure.message.find('\'', quote + 1) - quote - 1);
    if (name.starts_with("my") || name.starts_with("*my")) names.insert(name);
  }
  return names;
}

void render_all(const PipelineDefinition& definition, Counts& counts, std::vector<Failure>& failures) {
  Renderer renderer(definition, counts, failures);
  for (std::size_t i = 0; i < definition.object_count(); ++i) {
    const ObjectId object = definition.object(i);
    for (const auto& info : definition.fields(object)) renderer.field(object, info);
  }
}

}  // namespace corpus
