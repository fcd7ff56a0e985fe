// Any bytes as a definition: refused with places inside the text, or loaded, and then every field of every object is
// evaluated and every place it names is inside the text.
#include <pipexpr/pipexpr.h>

#include "fuzz.h"

using namespace pipexpr;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view json(reinterpret_cast<const char*>(data), size);
  LoadOptions options;
  options.limits.max_inherited_fields = 10'000;
  const auto loaded = PipelineDefinition::load(json, options);
  if (!loaded) {
    FUZZ_CHECK(!loaded.error().empty());
    for (const Diagnostic& why : loaded.error()) {
      FUZZ_CHECK(code_id(why.code)[1] == '7' || code_id(why.code)[1] == '6');
      FUZZ_CHECK(why.span.end() <= json.size());
    }
    return 0;
  }
  const PipelineDefinition& graph = **loaded;
  EvaluateOptions small;
  small.limits.max_steps = 2'000;
  small.limits.max_output_bytes = 10'000;
  small.limits.max_memory_bytes = 100'000;
  Evaluator evaluator(small);
  Run run;
  TextBuffer out;
  for (std::size_t i = 0; i < graph.object_count() && i < 20; ++i) {
    const ObjectId object = graph.object(i);
    FUZZ_CHECK(graph.find(graph.id(object)) == object);
    for (const auto& field : graph.fields(object, true)) {
      for (std::uint32_t item = 0; item < field.field.count; ++item) {
        FUZZ_CHECK(graph.span(object, field.name, item, {}).end() <= json.size());
        const FieldItem& value = field.field.items[item];
        if (value.form != FieldItem::Form::compiled) continue;
        out.clear();
        const auto done = evaluator.append(*value.expression, graph, {.object = object, .run = run}, out);
        for (const Diagnostic& why : done.error()) {
          FUZZ_CHECK(code_id(why.code)[1] != '9');
          FUZZ_CHECK(graph.locate(why, object, field.name, item).line >= 1);
        }
      }
    }
  }
  return 0;
}
