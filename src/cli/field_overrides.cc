#include "cli/field_overrides.h"

#include <algorithm>

#include "base/runtime_fields.h"

namespace cli {
namespace {

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

}  // namespace

bool split_assignment(std::string_view word, Given& out) {
  const std::size_t equals = word.find('=');
  if (equals == 0 || equals == std::string_view::npos) return false;
  out.name = word.substr(0, equals);
  out.text = word.substr(equals + 1);
  const std::string_view id = reference_in(out.text);
  out.is_reference = !id.empty();
  if (out.is_reference) out.text = id;
  return true;
}

void Bindings::assign(std::span<const Given> given, std::span<const Given> otherwise,
                      const pipexpr::PipelineDefinition& definition, pipexpr::ObjectId object) {
  items_.clear();
  bindings_.clear();
  runtime_.clear();
  items_.reserve(given.size() + otherwise.size());  // bindings point into it
  const std::string_view type = object == pipexpr::kNoObject ? std::string_view() : definition.type(object);
  add(given, definition, type);
  add(otherwise, definition, type);
  for (const pipexpr::Binding& binding : bindings_) {
    if (pipexpr::base::is_set_by_run(binding.name)) runtime_.push_back(binding);
  }
}

void Bindings::add(std::span<const Given> given, const pipexpr::PipelineDefinition& definition, std::string_view type) {
  for (std::size_t i = 0; i < given.size(); ++i) {
    const std::string_view name = given[i].name;
    const auto same = [&](const auto& other) { return other.name == name; };
    if (std::any_of(bindings_.begin(), bindings_.end(), same)) continue;
    pipexpr::Field field{.items = items_.data() + items_.size(), .type = pipexpr::slot_type(type, name)};
    for (const Given& value : given.subspan(i)) {
      if (value.name != name) continue;
      pipexpr::FieldItem item = pipexpr::FieldItem::of_text(value.text);
      item.value = pipexpr::ValueView(value.text, field.type);
      if (value.is_reference || field.type == pipexpr::SlotType::reference) {
        const auto object = definition.find(value.text);
        field.type = pipexpr::SlotType::reference;
        item = pipexpr::FieldItem::of_value(object ? pipexpr::ValueView(*object)
                                                   : pipexpr::ValueView(value.text, pipexpr::SlotType::reference));
      }
      items_.push_back(item);
      ++field.count;
    }
    bindings_.push_back({name, field});
  }
}

}  // namespace cli
