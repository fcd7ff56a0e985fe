// The service's own JSON is loaded as it is; the text of another form is read first.
#include "forms/load.h"

#include <fmt/format.h>

#include <algorithm>

namespace pipexpr::forms {
namespace {

// Whether the library refused the text for what it is, and not for an error in a definition.
bool is_no_definition(const Diagnostics& why) {
  return why.front().code == DiagnosticCode::not_a_definition || why.front().code == DiagnosticCode::invalid_json;
}

LoadedPipeline load_as_it_is(std::string_view text, const LoadOptions& options) {
  LoadedPipeline made{{}, {}, options, nullptr};
  auto definition = PipelineDefinition::load(text, options);
  if (definition) {
    made.definition = std::move(*definition);
  } else {
    made.why = definition.error();
  }
  return made;
}

}  // namespace

Loading load(std::string_view text, const LoadOptions& options, const Request& request) {
  Loading made;
  if (request.pointer.empty()) {
    LoadedPipeline whole = load_as_it_is(text, options);
    if (whole.definition != nullptr || !is_no_definition(whole.why)) {
      made.pipelines.push_back(std::move(whole));
      return made;
    }
    made.why = std::move(whole.why);
  }
  Request with_values = request;
  with_values.given = options.parameter_values;
  auto reading = read(text, with_values);
  if (!reading) {
    // The library's words are kept where nothing better is known about the text.
    if (!reading.error().empty()) made.why = reading.error();
    return made;
  }
  made.why.clear();
  made.parameters = std::move(reading->parameters);
  for (Pipeline& one : reading->pipelines) {
    LoadOptions own = options;
    own.origin = one.origin;
    std::erase_if(own.parameter_values, [&](const auto& value) { return reading->taken.contains(value.first); });
    LoadedPipeline loaded = load_as_it_is(one.json, own);
    loaded.pointer = std::move(one.pointer);
    loaded.open_texts = one.open_texts;
    loaded.json = std::move(one.json);
    made.pipelines.push_back(std::move(loaded));
  }
  return made;
}

Result<LoadedPipeline> load_one(std::string_view text, const LoadOptions& options, const Request& request,
                                std::vector<std::string>* parameters) {
  Loading loading = load(text, options, request);
  if (loading.pipelines.empty()) return std::move(loading.why);
  if (loading.pipelines.size() > 1) {
    constexpr std::size_t kMaxPointers = 8;
    std::vector<std::string_view> pointers;
    for (const LoadedPipeline& one : loading.pipelines) pointers.push_back(one.pointer);
    if (pointers.size() > kMaxPointers) pointers.resize(kMaxPointers);
    return Diagnostics{
        error(DiagnosticCode::not_a_definition, {},
              fmt::format("there are {} pipelines in it, and this command takes one: give --at-pointer {}",
                          loading.pipelines.size(), fmt::join(pointers, " or ")))};
  }
  LoadedPipeline& one = loading.pipelines.front();
  if (one.definition == nullptr) return std::move(one.why);
  if (parameters != nullptr) *parameters = std::move(loading.parameters);
  return std::move(one);
}

}  // namespace pipexpr::forms
