// SourceMap: where the parts of a JSON text come from, when it was made from another text that people keep.
//
//   auto map = std::make_shared<pipexpr::SourceMap>();
//   map->text = yaml;                                               // what the user wrote and wants to read about
//   map->parts.push_back({.json = {12, 5}, .origin = {40, 5}, .exact = true});
//   auto definition = pipexpr::PipelineDefinition::load(json, {.source_name = "orders.yaml", .origin = map});
//   // Every place that the definition, the checker and the renderer name is now a place of `yaml`.
//
// Spans count bytes. A map owns its text, is not changed once it is in use, and may then be read by any thread.
#pragma once

#include <string>
#include <vector>

#include <pipexpr/export.h>
#include <pipexpr/source.h>

namespace pipexpr {

struct PIPEXPR_API SourceMap {
  struct Part {
    SourceSpan json;
    SourceSpan origin;   // in `text`
    bool exact = false;  // both have the same bytes, so that each byte has a place of its own
  };

  std::string text;
  std::vector<Part> parts;  // ascending in the JSON text, and apart from each other

  // The place in `text` of a place in the JSON text; what was added between the parts stands where the part before it
  // ends. Time logarithmic in the number of parts.
  SourceSpan map(SourceSpan json) const;
  // Whether those bytes are the same in `text`.
  bool is_exact(SourceSpan json) const;

 private:
  const Part* part_at(std::uint32_t offset) const;
};

}  // namespace pipexpr
