// Asks a host's C functions for fields and copies what they add.
#include "c_api/host_graph.h"

#include <stdexcept>

namespace pipexpr::c_api {

// Asks for one field. What the host says went wrong is thrown, and the engine makes diagnostic E901 of it: no exception
// crosses the host's own code, since its function has returned by then.
template <class Ask>
bool HostGraph::ask(Field& out, Ask&& answer) const {
  items_.clear();
  std::string failure;
  pipexpr_field field{&memory_, &items_, &failure};
  const std::int32_t answered = answer(&field);
  if (field.failed || answered < 0) throw std::runtime_error(failure.empty() ? "the graph failed" : failure);
  if (answered == 0) return false;
  const std::size_t count = items_.size();
  auto* const kept = static_cast<FieldItem*>(memory_.allocate(sizeof(FieldItem) * (count + 1), alignof(FieldItem)));
  std::uninitialized_copy(items_.begin(), items_.end(), kept);
  out = {.items = kept, .count = static_cast<std::uint32_t>(count)};
  return true;
}

bool HostGraph::field(ObjectId object, const FieldName& name, Field& out) const {
  return ask(out, [&](pipexpr_field* to) {
    return functions_.field(functions_.user, static_cast<std::uint64_t>(object), name.text.data(), name.text.size(),
                            to);
  });
}

bool HostGraph::parameter(const FieldName& name, Field& out) const {
  if (functions_.parameter == nullptr) return false;
  return ask(out, [&](pipexpr_field* to) {
    return functions_.parameter(functions_.user, name.text.data(), name.text.size(), to);
  });
}

std::optional<ObjectId> HostGraph::find(std::string_view id) const {
  if (functions_.find == nullptr) return std::nullopt;
  const std::uint64_t object = functions_.find(functions_.user, id.data(), id.size());
  if (object == PIPEXPR_NO_OBJECT) return std::nullopt;
  return static_cast<ObjectId>(object);
}

std::string_view HostGraph::id(ObjectId object) const {
  if (functions_.id == nullptr) return {};
  std::size_t size = 0;
  const char* const text = functions_.id(functions_.user, static_cast<std::uint64_t>(object), &size);
  return view(text, size);
}

}  // namespace pipexpr::c_api

using namespace pipexpr::c_api;

namespace {

pipexpr_status add(pipexpr_field* field, const pipexpr::FieldItem& item) {
  if (field == nullptr) return PIPEXPR_MISUSE;
  return guarded([&]() -> pipexpr_status { return field->items->push_back(item), PIPEXPR_OK; });
}

pipexpr_status add_text(pipexpr_field* field, const char* text, size_t size, bool is_literal) {
  if (field == nullptr || (text == nullptr && size != 0) || size > UINT32_MAX) return PIPEXPR_MISUSE;
  return guarded([&]() -> pipexpr_status {
    auto* const copy = static_cast<char*>(field->memory->allocate(size + 1, 1));
    std::memcpy(copy, text, size);
    const std::string_view kept(copy, size);
    return add(field, is_literal ? pipexpr::FieldItem::of_value(kept) : pipexpr::FieldItem::of_text(kept));
  });
}

}  // namespace

pipexpr_status pipexpr_field_add_text(pipexpr_field* field, const char* text, size_t size) {
  return add_text(field, text, size, false);
}

pipexpr_status pipexpr_field_add_literal(pipexpr_field* field, const char* text, size_t size) {
  return add_text(field, text, size, true);
}

pipexpr_status pipexpr_field_add_integer(pipexpr_field* field, int64_t value) {
  return add(field, pipexpr::FieldItem::of_value(value));
}

pipexpr_status pipexpr_field_add_number(pipexpr_field* field, double value) {
  return add(field, pipexpr::FieldItem::of_value(value));
}

pipexpr_status pipexpr_field_add_datetime(pipexpr_field* field, int64_t epoch_millis) {
  return add(field, pipexpr::FieldItem::of_value(pipexpr::DateTime{epoch_millis, {}}));
}

pipexpr_status pipexpr_field_add_reference(pipexpr_field* field, uint64_t object) {
  if (object == PIPEXPR_NO_OBJECT) return PIPEXPR_MISUSE;
  return add(field, pipexpr::FieldItem::of_value(pipexpr::ValueView(static_cast<pipexpr::ObjectId>(object))));
}

pipexpr_status pipexpr_field_fail(pipexpr_field* field, const char* message, size_t size) {
  if (field == nullptr) return PIPEXPR_MISUSE;
  field->failed = true;
  return guarded([&]() -> pipexpr_status { return field->failure->assign(view(message, size)), PIPEXPR_OK; });
}

// ---- graphs as handles ----

pipexpr_graph::~pipexpr_graph() {
  if (functions.release != nullptr) functions.release(functions.user);
}

pipexpr_graph* pipexpr_graph_new(const pipexpr_graph_functions* functions) {
  const auto known = read_struct(functions, pipexpr_graph_functions{});
  if (!known || known->field == nullptr) return nullptr;
  return guarded_pointer([&] {
    auto* const graph = new pipexpr_graph;
    graph->functions = *known;
    return graph;
  });
}

pipexpr_graph* pipexpr_graph_of_definition(pipexpr_definition* definition) {
  if (definition == nullptr) return nullptr;
  return guarded_pointer([&] {
    auto* const graph = new pipexpr_graph;
    graph->definition = definition->definition;
    return graph;
  });
}

uint64_t pipexpr_graph_find(const pipexpr_graph* graph, const char* id, size_t size) {
  if (graph == nullptr || id == nullptr) return PIPEXPR_NO_OBJECT;
  if (graph->definition != nullptr) {
    const auto object = graph->definition->find(view(id, size));
    return object ? static_cast<uint64_t>(*object) : PIPEXPR_NO_OBJECT;
  }
  return graph->functions.find == nullptr ? PIPEXPR_NO_OBJECT : graph->functions.find(graph->functions.user, id, size);
}

pipexpr_graph* pipexpr_graph_retain(pipexpr_graph* graph) { return retain(graph); }

void pipexpr_graph_release(pipexpr_graph* graph) { release(graph); }
