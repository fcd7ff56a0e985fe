// Where eval and explain evaluate: an object of a definition, with the fields that were given for it, in a run.
#pragma once

#include <string>

#include <pipexpr/pipexpr.h>

#include "cli/field_overrides.h"
#include "cli/loaded_definition.h"

namespace cli {

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
  Bindings bindings_;
  pipexpr::Context context_;
};

}  // namespace cli
