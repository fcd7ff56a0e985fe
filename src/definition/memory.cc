// What a loaded definition holds in memory.
#include "base/heap_bytes.h"
#include "definition/data.h"

namespace pipexpr {

using base::heap_bytes;

namespace definition {
namespace {

std::size_t bytes_of(const Diagnostics& why) {
  std::size_t bytes = heap_bytes(why);
  for (const Diagnostic& one : why) {
    bytes += heap_bytes(one.message) + heap_bytes(one.arguments) + heap_bytes(one.path);
    for (const std::string& argument : one.arguments) bytes += heap_bytes(argument);
  }
  return bytes;
}

std::size_t bytes_of(const std::deque<std::string>& texts) {
  std::size_t bytes = heap_bytes(texts);
  for (const std::string& text : texts) bytes += heap_bytes(text);
  return bytes;
}

std::size_t bytes_of(const Data& data) {
  std::size_t bytes = heap_bytes(data.source_name) + heap_bytes(data.json) + heap_bytes(data.parameter_json);
  if (data.origin != nullptr) bytes += heap_bytes(data.origin->text) + heap_bytes(data.origin->parts);
  bytes += data.document.memory_bytes() + data.parameter_document.memory_bytes() + bytes_of(data.texts);
  bytes += heap_bytes(data.objects) + heap_bytes(data.ids) + heap_bytes(data.names) + heap_bytes(data.name_numbers);
  bytes += heap_bytes(data.entries) + heap_bytes(data.items) + heap_bytes(data.spans) + heap_bytes(data.targets) +
           heap_bytes(data.text_references);
  bytes += heap_bytes(data.expressions) + heap_bytes(data.invalid_texts);
  for (const Expression& expression : data.expressions) bytes += expression.memory_bytes();
  for (const Diagnostics& why : data.invalid_texts) bytes += bytes_of(why);
  bytes += data.inheritance.memory_bytes() + data.table.memory_bytes();
  bytes += heap_bytes(data.parameters) + heap_bytes(data.parameter_items) + heap_bytes(data.parameter_numbers) +
           heap_bytes(data.parameter_of_name) + heap_bytes(data.runtime_entries) + heap_bytes(data.set_aside);
  for (const PipelineDefinition::ParameterInfo& parameter : data.parameters) {
    bytes += heap_bytes(parameter.allowed_values) + heap_bytes(parameter.attributes);
  }
  bytes += heap_bytes(data.node_referrers) + heap_bytes(data.node_items) + heap_bytes(data.nodes) +
           bytes_of(data.node_reasons) + heap_bytes(data.no_node);
  for (const auto& [object, referrers] : data.node_referrers) bytes += heap_bytes(referrers);
  return bytes;
}

}  // namespace

std::size_t JsonText::memory_bytes() const { return heap_bytes(values_) + bytes_of(decoded_); }

std::size_t Inheritance::memory_bytes() const {
  return heap_bytes(begin_) + heap_bytes(end_) + heap_bytes(depth_) + heap_bytes(ranges_) + heap_bytes(first_range_) +
         heap_bytes(nodes_);
}

}  // namespace definition

std::size_t PipelineDefinition::memory_bytes() const {
  return sizeof(PipelineDefinition) + sizeof(definition::Data) + definition::bytes_of(*data_);
}

}  // namespace pipexpr
