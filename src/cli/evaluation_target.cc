// Finds the object and makes the context of an evaluation from flags.
#include "cli/evaluation_target.h"

#include <fmt/format.h>

#include "base/similar_names.h"
#include "cli/command_context.h"

namespace cli {

int Place::find(const CLI::App& command, const Session& session, const std::string& object) {
  loaded_ = &definitions_.get(flags_.definition, flags_.parameter_values);
  if (!loaded_->graph) {
    const std::string text = load_failure(*loaded_, session.color_errors());
    if (!loaded_->problem.empty()) return unreadable(command, std::string_view(text).substr(0, text.size() - 1));
    complain(text);
    return kUnreadable;
  }
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
  bindings_.assign(flags_.given, {}, graph(), context_.object);
  context_.fields = bindings_.all();
  context_.now = flags_.moments.now.value_or(now);
  if (!flags_.moments.at) return true;
  if (!make_run(flags_.moments, *loaded_, context_.object, context_.run.emplace(), why)) return false;
  context_.run->fields = bindings_.runtime();
  return true;
}

}  // namespace cli
