// Definitions, loaded once per path and parameter values, with what was compiled against each.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <pipexpr/definition.h>
#include <pipexpr/expression.h>
#include <pipexpr/field_override.h>

#include "cli/flags.h"
#include "cli/io/input.h"

namespace CLI {
class App;
}

namespace cli {

struct Session;

using ParameterValues = std::vector<std::pair<std::string, std::string>>;

class Loaded {
 public:
  std::string path;  // empty: none was named, and the graph has no objects
  File file;
  std::string problem;                                       // why the file could not be read
  pipexpr::Diagnostics why;                                  // why it is no definition; spans are in the file
  std::shared_ptr<const pipexpr::PipelineDefinition> graph;  // set when there is no problem and no why

  const Flags* flags = nullptr;  // whose limits hold for what is evaluated here

  // A template compiled and bound to the graph, from memory when it was met before.
  pipexpr::Result<pipexpr::Expression> compile(std::string_view text, const pipexpr::CompileOptions& options);
  // The period of the schedule of the object, or of those that an alarm or a precondition belongs to.
  std::optional<pipexpr::Period> period(pipexpr::ObjectId object);
  // All object ids, for "did you mean".
  std::vector<std::string> ids() const;
  // The ids that are meant: of those with * or ? all that they match, each once. One that matches none stays.
  std::vector<std::string> expanded(const std::vector<std::string>& ids) const;
  // The names of all fields, for the same; of these objects, or of all when none is named.
  std::vector<std::string> field_names(const std::vector<std::string>& objects) const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  std::unordered_map<std::string, pipexpr::Expression, Hash, std::equal_to<>> expressions_;
  std::size_t remembered_ = 0;  // bytes of the texts in expressions_
  std::unordered_map<std::uint64_t, std::optional<pipexpr::Period>> periods_;
};

// The last few definitions. What it returns stays valid until the next call.
class Definitions {
 public:
  explicit Definitions(const Flags& flags) : flags_(flags) {}
  // An empty path gives a definition without objects.
  Loaded& get(std::string_view path, const ParameterValues& values);

 private:
  const Flags& flags_;
  std::deque<std::pair<std::string, std::unique_ptr<Loaded>>> loaded_;
  std::string key_;
};

// The run that starts at moments.at on that object. False: the end is out of range.
bool make_run(const Moments& moments, Loaded& loaded, pipexpr::ObjectId object, pipexpr::Run& run,
              pipexpr::Diagnostics& why);

// Says why a definition did not load, and returns the status to end with.
int say_unloaded(const CLI::App& command, const Session& session, const Loaded& loaded);

// Where eval and explain evaluate: an object of a definition, with the fields that were given for it, in a run.
class Place {
 public:
  explicit Place(const Flags& flags) : flags_(flags), definitions_(flags) {}
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  // Loads the definition and finds the object; an empty id is none. Says what is wrong, and returns kFine or the status
  // to end with.
  int find(const CLI::App& command, const Session& session, const std::string& object);
  // Makes the context, with that time unless a flag gives another. False: the run has no end.
  bool enter(pipexpr::DateTime now, pipexpr::Diagnostics& why);

  // After `find`.
  const pipexpr::PipelineDefinition& graph() const { return *loaded_->graph; }
  pipexpr::ObjectId object() const { return context_.object; }
  // After `enter`.
  const pipexpr::Context& context() const { return context_; }

 private:
  const Flags& flags_;
  Definitions definitions_;
  Loaded* loaded_ = nullptr;
  pipexpr::FieldOverrides bindings_;
  pipexpr::Context context_;
};

}  // namespace cli
