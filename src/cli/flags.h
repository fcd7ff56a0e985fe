// The flags that say what is evaluated against what: eval, render and later commands share them.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <pipexpr/field_override.h>
#include <pipexpr/options.h>
#include <pipexpr/render.h>
#include <pipexpr/result.h>
#include <pipexpr/runs.h>

namespace CLI {
class App;
}

namespace cli {

struct Session;

// When the run under evaluation starts and ends; without a start there is no run.
struct Moments {
  std::optional<pipexpr::DateTime> at, end, now;
  std::vector<pipexpr::DateTime> all;  // every --at; `at` is the first
  std::uint32_t attempt = 0;
};

struct Flags {
  std::string definition;               // path
  std::string values;                   // path of a file with parameter values
  std::string parameter_file;           // path of a file with parameter objects
  std::vector<std::string> parameters;  // name=value
  std::string pointer;                  // where the definition stands in its file
  std::vector<std::string> sets;        // field=value
  std::string pipeline_id;
  std::string node;  // id of the object that `node` stands for
  Moments moments;
  pipexpr::RunRange range;
  std::string delimiters_name = "both";
  pipexpr::Limits limits;
  double timeout = 0;                   // seconds for one evaluation, 0: none
  std::string unset_runtime = "error";  // error, null, empty or keep
  bool partial = false;
  bool several_runs = false;  // whether --at may be repeated
  bool fold_constants = true;

  // Filled by finish_flags.
  pipexpr::Delimiters delimiters = pipexpr::Delimiters::both;
  std::string parameter_objects;  // the file's text
  std::vector<std::pair<std::string, std::string>> parameter_values;
  std::vector<pipexpr::FieldOverride> overrides;

  pipexpr::CompileOptions compile_options() const {
    return {.delimiters = delimiters, .limits = limits, .fold_constants = fold_constants};
  }
  pipexpr::EvaluateOptions evaluate_options() const;
  pipexpr::RenderSettings render_settings(bool color) const;
  std::optional<std::chrono::steady_clock::time_point> deadline() const;  // counted from now
};

// The two files that AWS takes beside a definition, parameter objects and their values, and single values.
void add_parameter_flags(CLI::App& command, Flags& flags);
// Reads those files; part of finish_flags.
int finish_parameters(const CLI::App& command, Flags& flags);
inline constexpr const char* kUnsetRuntimeHelp = "What a runtime field without a value is";
// `can_keep`: keep is among the words.
void add_unset_runtime_flag(CLI::App& command, Session& session, std::string& word,
                            const std::string& help = kUnsetRuntimeHelp, bool can_keep = true);
// Parameters, values, pipeline id, node, delimiters, and --unset-runtime, as above.
void add_definition_flags(CLI::App& command, Session& session, Flags& flags, bool can_keep = true);
// What render and diff are about: objects, fields and runs of a definition.
void add_selection_flags(CLI::App& command, Session& session, Flags& flags, std::vector<std::string>& objects,
                         std::vector<std::string>& fields);
void add_run_flags(CLI::App& command, Flags& flags);  // at, end, attempt, now
// Which runs of the schedules: --from, an end under that name, --runs, --activation.
void add_range_flags(CLI::App& command, pipexpr::RunRange& range, const std::string& end = "--to");
void add_limit_flags(CLI::App& command, Flags& flags);  // one for every row of the table, and the timeout

// Reads --values and splits the assignments; prints what is wrong. kFine, or the status to end with.
int finish_flags(const CLI::App& command, Flags& flags);

// Refuses an --output that leads to a file that is read, which would be lost. kFine, or the status to end with.
int check_output(const CLI::App& command, const std::string& output, const Flags& flags);

pipexpr::Delimiters delimiters_of(std::string_view name, bool& known);

}  // namespace cli
