// Declares the flags that several verbs share and turns them into options of the library.
#include "cli/flags.h"
#include "base/unset_runtime.h"
#include "base/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>

#include <pipexpr/definition.h>

#include "cli/command_context.h"
#include "cli/io/input.h"
#include "cli/options.h"
#include "forms/parameter_values.h"
#include "process/interrupt.h"

namespace cli {
namespace {

constexpr double kMaxTimeout = 1e6;

// The object id in {"ref": "ID"}; empty when the text is anything else.
std::string_view reference_in(std::string_view text) {
  const auto skip = [&](std::string_view token) {
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    const bool there = text.starts_with(token);
    if (there) text.remove_prefix(token.size());
    return there;
  };
  if (!skip("{") || !skip("\"ref\"") || !skip(":") || !skip("\"")) return {};
  const std::size_t end = text.find_first_of("\"\\");
  if (end == std::string_view::npos) return {};
  const std::string_view id = text.substr(0, end);
  text.remove_prefix(end);
  return skip("\"") && skip("}") && text.find_first_not_of(' ') == std::string_view::npos ? id : std::string_view();
}

// NAME=VALUE of a flag; VALUE may be {"ref": "ID"}. False: there is no '=' or no name before it.
bool split_assignment(std::string_view word, pipexpr::FieldOverride& out) {
  const std::size_t equals = word.find('=');
  if (equals == 0 || equals == std::string_view::npos) return false;
  out.name = word.substr(0, equals);
  out.text = word.substr(equals + 1);
  const std::string_view id = reference_in(out.text);
  out.is_reference = !id.empty();
  if (out.is_reference) out.text = id;
  return true;
}

std::string take_moment(const std::string& text, std::optional<pipexpr::DateTime>& out) {
  const auto time = pipexpr::parse_datetime(text);
  if (!time) return time.error().front().message;
  out = *time;
  return "";
}

template <class Number>
std::string take_number(const std::string& text, Number least, Number most, Number& out) {
  const char* const end = text.data() + text.size();
  Number value{};
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error == std::errc() && stop == end && value >= least && value <= most) return out = value, "";
  return fmt::format("expected a number from {} to {}, found '{}'", least, most, text);
}

}  // namespace

pipexpr::EvaluateOptions Flags::evaluate_options() const {
  pipexpr::EvaluateOptions options{
      .limits = limits, .deadline = deadline(), .cancel = &pipexpr::process::interrupt_flag()};
  options.unset_runtime = pipexpr::base::unset_runtime_of(unset_runtime).value_or(options.unset_runtime);
  return options;
}

pipexpr::RenderSettings Flags::render_settings(bool color) const {
  return {.at = moments.at,
          .end = moments.end,
          .attempt = moments.attempt,
          .now = moments.now.value_or(pipexpr::DateTime{}),
          .overrides = overrides,
          .node = node,
          .evaluate = evaluate_options(),
          .timeout =
              std::chrono::duration_cast<std::chrono::steady_clock::duration>(std::chrono::duration<double>(timeout)),
          .color = color,
          .keep = partial                   ? pipexpr::KeepUnknown::name
                  : unset_runtime == "keep" ? pipexpr::KeepUnknown::runtime
                                            : pipexpr::KeepUnknown::field};
}

std::optional<std::chrono::steady_clock::time_point> Flags::deadline() const {
  if (timeout <= 0) return std::nullopt;
  return std::chrono::steady_clock::now() + std::chrono::microseconds(static_cast<std::int64_t>(timeout * 1e6));
}

pipexpr::Delimiters delimiters_of(std::string_view name, bool& known) {
  known = true;
  if (name == "both") return pipexpr::Delimiters::both;
  if (name == "braces") return pipexpr::Delimiters::braces;
  if (name == "angles") return pipexpr::Delimiters::angles;
  known = false;
  return pipexpr::Delimiters::both;
}

void add_parameter_flags(CLI::App& command, Flags& flags) {
  add_option(command, "--parameters", flags.parameter_file, "FILE",
             "JSON file of parameter objects: {\"parameters\": [{\"id\": \"name\"}]}");
  add_option(command, "--values", flags.values, "FILE",
             "JSON file of parameter values: {\"values\": {\"name\": \"value\"}}");
  add_repeatable(command, "--parameter", flags.parameters, "NAME=VALUE",
                 "Value of a parameter, before any file's; repeat it for a list");
  add_option(command, "--at-pointer", flags.pointer, "POINTER",
             "JSON pointer of the definition, or of a template's pipeline, in its file: /app/definition");
}

void add_unset_runtime_flag(CLI::App& command, Session& session, std::string& word, const std::string& help,
                            bool can_keep) {
  std::vector<std::string> words;
  for (const auto& [known, value] : pipexpr::base::kUnsetRuntimeWords) {
    if (can_keep || known != "keep") words.emplace_back(known);
  }
  add_choice(command, session, "--unset-runtime", word, std::move(words), help);
}

void add_definition_flags(CLI::App& command, Session& session, Flags& flags, bool can_keep) {
  add_parameter_flags(command, flags);
  add_option(command, "--pipeline-id", flags.pipeline_id, "ID", "What @pipelineId is");
  add_option(command, "--node", flags.node, "ID", "The object that 'node' stands for in an alarm or precondition");
  add_unset_runtime_flag(command, session, flags.unset_runtime, kUnsetRuntimeHelp, can_keep);
  add_choice(command, session, "--delimiters", flags.delimiters_name, {"both", "braces", "angles"},
             "What opens an expression, #{ } or #< >");
}

void add_run_flags(CLI::App& command, Flags& flags) {
  Moments& moments = flags.moments;
  const auto take_start = [&moments](const std::string& text) {
    std::optional<pipexpr::DateTime> at;
    std::string error = take_moment(text, at);
    if (error.empty()) moments.all.push_back(*at);
    if (error.empty()) moments.at = moments.all.front();
    return error;
  };
  add_checked_values(command, "--at", "TIME", "Scheduled start of the run, such as 2024-05-24T17:00:00", take_start);
  add_checked(command, "--end", "TIME",
              "Scheduled end of the run; without it, one period of the object's schedule later",
              [&moments](const std::string& text) { return take_moment(text, moments.end); });
  add_checked(
      command, "--attempt", "N", "Which attempt of the run; without it, the instance itself",
      [&moments](const std::string& text) { return take_number<std::uint32_t>(text, 1, 1'000'000, moments.attempt); });
  add_checked(command, "--now", "TIME", "Current time passed to host functions; no built-in function reads it",
              [&moments](const std::string& text) { return take_moment(text, moments.now); });
}

void add_selection_flags(CLI::App& command, Session& session, Flags& flags, std::vector<std::string>& objects,
                         std::vector<std::string>& fields) {
  add_repeatable(command, "-o,--object", objects, "ID", "Only this object; * and ? stand for others; may be repeated");
  add_repeatable(command, "--field", fields, "NAME", "Only this field; may be repeated");
  add_repeatable(command, "--set", flags.sets, "FIELD=VALUE",
                 "A runtime field of every object, such as @status=FINISHED");
  add_run_flags(command, flags);
  add_range_flags(command, flags.range);
  add_definition_flags(command, session, flags);
}

void add_range_flags(CLI::App& command, pipexpr::RunRange& range, const std::string& end) {
  add_checked(command, "--from", "TIME", "Every run of the schedules that starts at this time or later",
              [&range](const std::string& text) { return take_moment(text, range.from); });
  add_checked(command, end, "TIME", "... and before this time",
              [&range](const std::string& text) { return take_moment(text, range.to); });
  add_checked(command, "--runs", "N", "At most so many runs of each schedule", [&range](const std::string& text) {
    return take_number<std::int64_t>(text, 1, 1'000'000'000, range.runs);
  });
  add_checked(command, "--activation", "TIME", "When the pipeline is activated, for schedules that begin then",
              [&range](const std::string& text) { return take_moment(text, range.activation); });
}

void add_limit_flags(CLI::App& command, Flags& flags) {
  add_checked(
      command, "--timeout", "SECONDS", "The longest that one evaluation may take",
      [&flags](const std::string& text) { return take_number(text, 0.0, kMaxTimeout, flags.timeout); }, "Limits");
  for (const pipexpr::LimitInfo& row : pipexpr::limits()) {
    std::string name = fmt::format("--{}", row.name);
    std::replace(name.begin(), name.end(), '_', '-');
    add_checked(
        command, name, "N", fmt::format("{} (default {}, at most {})", row.unit, row.default_value, row.ceiling),
        [&flags, &row](const std::string& text) {
          return take_number<std::uint64_t>(text, 0, row.ceiling, flags.limits.*row.member);
        },
        "Limits");
  }
}

int check_output(const CLI::App& command, const std::string& output, const Flags& flags) {
  if (output.empty()) return kFine;
  std::error_code none;
  for (const std::string& input : {flags.definition, flags.values, flags.parameter_file}) {
    if (!input.empty() && input != "-" && std::filesystem::equivalent(output, input, none))
      return usage_error(command, fmt::format("--output: '{}' is read here, and would be lost", output));
  }
  return kFine;
}

int finish_parameters(const CLI::App& command, Flags& flags) {
  if (!flags.parameter_file.empty()) {
    const File file = read_file(flags.parameter_file, flags.limits.max_definition_bytes);
    if (!file.problem.empty()) {
      return unreadable(command, fmt::format("cannot read '{}': {}", flags.parameter_file, file.problem));
    }
    flags.parameter_objects = file.view();
    // Loaded alone first, so that an error is one of this file.
    pipexpr::LoadOptions alone;
    alone.parameter_objects = flags.parameter_objects;
    if (flags.parameter_objects.empty()) alone.parameter_objects = " ";
    const auto loaded = pipexpr::PipelineDefinition::load(R"({"objects": []})", alone);
    if (!loaded) {
      return unreadable(command,
                        fmt::format("{}: {}", shown_name(flags.parameter_file), loaded.error().front().message));
    }
  }
  if (!flags.values.empty()) {
    const File file = read_file(flags.values, flags.limits.max_definition_bytes);
    std::string error = file.problem;
    if (!error.empty()) return unreadable(command, fmt::format("cannot read '{}': {}", flags.values, error));
    error = pipexpr::forms::read_parameter_values(file.view(), flags.parameter_values);
    if (!error.empty()) return unreadable(command, fmt::format("{}: {}", shown_name(flags.values), error));
  }
  std::vector<pipexpr::FieldOverride> parameters(flags.parameters.size());
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (!split_assignment(flags.parameters[i], parameters[i])) {
      return usage_error(command, fmt::format("--parameter: expected NAME=VALUE, found '{}'", flags.parameters[i]));
    }
    // As in a definition, which is JSON.
    if (pipexpr::base::find_invalid_utf8(flags.parameters[i]) != std::string_view::npos) {
      return usage_error(command, fmt::format("--parameter: the value of '{}' is no UTF-8 text", parameters[i].name));
    }
  }
  std::erase_if(flags.parameter_values, [&](const auto& from_file) {
    return std::any_of(parameters.begin(), parameters.end(),
                       [&](const pipexpr::FieldOverride& one) { return one.name == from_file.first; });
  });
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const std::string& word = flags.parameters[i];
    flags.parameter_values.emplace_back(parameters[i].name, word.substr(parameters[i].name.size() + 1));
  }
  return kFine;
}

namespace {

// What would be taken in silence: a path names no field, and half a run that says otherwise than --at is none.
int check_set(const CLI::App& command, std::string_view name, const Flags& flags) {
  if (const std::size_t dot = name.find(".@"); dot != std::string_view::npos) {
    return usage_error(command, fmt::format("--set: expected a field, found the path '{}'; '{}=VALUE' holds for every "
                                            "object of the run",
                                            name, name.substr(dot + 1)));
  }
  if (!flags.moments.at && !flags.range.is_set()) return kFine;
  if (name == "@scheduledStartTime") return usage_error(command, "--set: the run's start is what --at gives");
  if (name == "@scheduledEndTime") return usage_error(command, "--set: the run's end is what --end gives");
  return kFine;
}

}  // namespace

int finish_flags(const CLI::App& command, Flags& flags) {
  bool known = true;
  flags.delimiters = delimiters_of(flags.delimiters_name, known);
  if (const int status = finish_parameters(command, flags); status != kFine) return status;
  for (const std::string& word : flags.sets) {
    if (!split_assignment(word, flags.overrides.emplace_back())) {
      return usage_error(command, fmt::format("--set: expected FIELD=VALUE, found '{}'", word));
    }
    if (const int status = check_set(command, flags.overrides.back().name, flags); status != kFine) return status;
  }
  if (!flags.node.empty()) flags.overrides.push_back({"node", flags.node, true});
  if (flags.moments.all.size() > 1 && !flags.several_runs) return usage_error(command, "--at: can be given only once");
  if (!flags.moments.at && (flags.moments.end || flags.moments.attempt != 0)) {
    return usage_error(command, "--end and --attempt need the run's start: give --at");
  }
  const pipexpr::RunRange& range = flags.range;
  if (range.is_set() && (flags.moments.at || flags.moments.attempt != 0)) {
    return usage_error(command, "--at is one run and --from, --to and --runs are many: give either");
  }
  if (range.activation && !range.is_set()) {
    return usage_error(command, "--activation needs the runs that it begins: give --from, --to or --runs");
  }
  if (range.from && range.to && range.to->epoch_millis <= range.from->epoch_millis) {
    return usage_error(command, fmt::format("--to: expected a time after --from, {}, found '{}'",
                                            pipexpr::to_string(*range.from), pipexpr::to_string(*range.to)));
  }
  return kFine;
}

}  // namespace cli
