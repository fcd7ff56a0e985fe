// Loads definitions and keeps those that are in use.
#include "cli/loaded_definition.h"

#include <pipexpr/schedule.h>

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/shown.h"
#include "base/similar_names.h"
#include "check_config/glob.h"
#include "cli/command_context.h"
#include "cli/io/output.h"
#include "forms/load.h"

namespace cli {
namespace {

constexpr std::size_t kMaxDefinitions = 16;
constexpr std::size_t kMaxRememberedBytes = 8 * 1024 * 1024;  // bytes of template text
constexpr std::size_t kMaxRememberedText = 64 * 1024;

// A value for a parameter that the definition does not declare is a misspelling, or meant for another definition.
void warn_unknown(const pipexpr::PipelineDefinition& graph, std::vector<std::string> declared) {
  for (const auto& parameter : graph.parameters()) {
    if (parameter.declared) declared.emplace_back(parameter.id);
  }
  if (declared.empty()) return;  // they may be declared elsewhere
  for (const auto& parameter : graph.parameters()) {
    if (parameter.declared || parameter.source != pipexpr::PipelineDefinition::ParameterInfo::Source::override_value)
      continue;
    print_error(pipexpr::base::show("warning: a value is given to parameter '{}', which is not declared{}\n",
                                    parameter.id, pipexpr::base::did_you_mean(parameter.id, declared)));
  }
}

std::unique_ptr<Loaded> load(std::string_view path, const ParameterValues& values, const Flags& flags) {
  auto loaded = std::make_unique<Loaded>();
  loaded->path = path;
  loaded->flags = &flags;
  std::string_view json = R"({"objects": []})";
  if (!path.empty()) {
    loaded->file = read_file(loaded->path, flags.limits.max_definition_bytes);
    loaded->problem = loaded->file.problem;
    json = loaded->file.view();
  }
  if (!loaded->problem.empty()) return loaded;
  pipexpr::LoadOptions options{
      .source_name = std::string(shown_name(path)), .compile = flags.compile_options(), .limits = flags.limits};
  options.parameter_values = values;
  options.parameter_objects = flags.parameter_objects;
  if (!flags.pipeline_id.empty()) options.runtime_fields = {{"@pipelineId", flags.pipeline_id}};
  std::vector<std::string> declared;  // by a template, besides the definition's own
  auto result = pipexpr::forms::load_one(
      json, options, {.file_name = loaded->path, .pointer = path.empty() ? "" : flags.pointer}, &declared);
  if (result) {
    loaded->graph = std::move(result->definition);
    if (!flags.parameter_values.empty() && values == flags.parameter_values)
      warn_unknown(*loaded->graph, std::move(declared));
  } else {
    loaded->why = result.error();
  }
  return loaded;
}

}  // namespace

pipexpr::Result<pipexpr::Expression> Loaded::compile(std::string_view text, const pipexpr::CompileOptions& options) {
  if (text.size() > kMaxRememberedText) {
    pipexpr::CompileOptions borrowing = options;
    borrowing.borrow_source = true;
    auto expression = pipexpr::Expression::compile(text, borrowing);
    return expression;
  }
  const auto known = expressions_.find(text);
  if (known != expressions_.end()) return known->second;
  auto expression = pipexpr::Expression::compile(text, options);
  if (!expression) return expression;
  // When there is too much to remember, all of it is forgotten: cheap, and as good for any mix of templates.
  if (remembered_ + text.size() + sizeof(*expression) > kMaxRememberedBytes) {
    expressions_.clear();
    remembered_ = 0;
  }
  remembered_ += text.size() + 1024;  // the compiled form is of that order
  return expressions_.emplace(text, expression->bind(*graph)).first->second;
}

std::optional<pipexpr::Period> Loaded::period(pipexpr::ObjectId object) {
  const auto known = periods_.find(static_cast<std::uint64_t>(object));
  if (known != periods_.end()) return known->second;
  const auto period = pipexpr::period_of(*graph, object, flags->evaluate_options());
  periods_.emplace(static_cast<std::uint64_t>(object), period);
  return period;
}

std::vector<std::string> Loaded::ids() const {
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < graph->object_count(); ++i) ids.emplace_back(graph->id(graph->object(i)));
  return ids;
}

std::vector<std::string> Loaded::expanded(const std::vector<std::string>& ids) const {
  std::vector<std::string> out;
  const auto add = [&](std::string_view id) {
    if (std::find(out.begin(), out.end(), id) == out.end()) out.emplace_back(id);
  };
  for (const std::string& wanted : ids) {
    const std::size_t before = out.size();
    const bool is_id = graph->find(wanted).has_value();  // an id may hold a * itself
    for (std::size_t i = 0; i < graph->object_count() && !is_id; ++i) {
      const std::string_view id = graph->id(graph->object(i));
      if (pipexpr::check_config::matches_glob(wanted, id)) add(id);
    }
    if (out.size() == before) add(wanted);
  }
  return out;
}

std::vector<std::string> Loaded::field_names(const std::vector<std::string>& objects) const {
  std::set<std::string> names;
  for (std::size_t i = 0; i < graph->object_count(); ++i) {
    const pipexpr::ObjectId object = graph->object(i);
    if (!objects.empty() && std::find(objects.begin(), objects.end(), graph->id(object)) == objects.end()) continue;
    for (const auto& field : graph->fields(object, !objects.empty())) names.emplace(field.name);
  }
  return {names.begin(), names.end()};
}

Loaded& Definitions::get(std::string_view path, const ParameterValues& values) {
  // Lengths keep two different sets of values from giving one key.
  key_.assign(path);
  for (const auto& [name, value] : values)
    fmt::format_to(std::back_inserter(key_), "\n{} {}\n{}{}", name.size(), value.size(), name, value);
  const auto same = [&](const auto& entry) { return entry.first == key_; };
  const auto known = std::find_if(loaded_.begin(), loaded_.end(), same);
  if (known != loaded_.end()) {
    if (known != loaded_.begin()) std::rotate(loaded_.begin(), known, known + 1);
    return *loaded_.front().second;
  }
  if (loaded_.size() == kMaxDefinitions) loaded_.pop_back();
  loaded_.emplace_front(key_, load(path, values, flags_));
  return *loaded_.front().second;
}

bool make_run(const Moments& moments, Loaded& loaded, pipexpr::ObjectId object, pipexpr::Run& run,
              pipexpr::Diagnostics& why) {
  run.scheduled_start = *moments.at;
  run.scheduled_end = moments.end;
  run.attempt = moments.attempt;
  if (moments.end) return true;
  if (const auto period = loaded.period(object)) {
    const auto end = pipexpr::add(*moments.at, *period);
    if (!end) return why = end.error(), false;
    run.scheduled_end = *end;
  }
  return true;
}

int say_unloaded(const CLI::App& command, const Session& session, const Loaded& loaded) {
  const std::string_view name = shown_name(loaded.path);
  if (!loaded.problem.empty()) return unreadable(command, fmt::format("cannot read '{}': {}", name, loaded.problem));
  print_error(
      render_all(loaded.why, {.source_name = name, .source = loaded.file.view(), .color = session.color_errors()}));
  return kUnreadable;
}

int Place::find(const CLI::App& command, const Session& session, const std::string& object) {
  loaded_ = &definitions_.get(flags_.definition, flags_.parameter_values);
  if (!loaded_->graph) return say_unloaded(command, session, *loaded_);
  for (const std::string* id : {&object, &flags_.node}) {
    if (id->empty()) continue;
    const auto found = graph().find(*id);
    if (!found) {
      return usage_error(
          command, fmt::format("there is no object '{}'{}", *id, pipexpr::base::did_you_mean(*id, loaded_->ids())));
    }
    if (id == &object) context_.object = *found;
  }
  return kFine;
}

bool Place::enter(pipexpr::DateTime now, pipexpr::Diagnostics& why) {
  bindings_.assign(flags_.overrides, {}, graph(), context_.object);
  context_.fields = bindings_.all();
  context_.now = flags_.moments.now.value_or(now);
  if (!flags_.moments.at) return true;
  if (!make_run(flags_.moments, *loaded_, context_.object, context_.run.emplace(), why)) return false;
  context_.run->fields = bindings_.runtime();
  return true;
}

}  // namespace cli
