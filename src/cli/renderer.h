// Rendering a definition: every field evaluated, as `pipexpr render` shows it.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <pipexpr/pipexpr.h>

#include "cli/definitions.h"
#include "cli/mask.h"

namespace cli {

// One field, evaluated.
struct Rendered {
  struct Item {
    std::string text;
    bool is_reference = false;  // `text` is the object's id
  };
  std::string_view name;
  std::vector<Item> items;
  bool is_list = false;  // an array, even of one
};

struct RenderCounts {
  std::size_t rendered = 0, failed = 0, untouched = 0;
};

class Renderer {
 public:
  Renderer(Loaded& loaded, const Flags& flags, Mask& mask);

  // The object's fields in their order, without id, and without those that have no value. Failures go to
  // `report`.
  std::vector<Rendered> object(pipexpr::ObjectId object, const std::vector<std::string>& only);

  const RenderCounts& counts() const { return counts_; }
  const std::string& report() const { return report_; }
  void color(bool on) { color_ = on; }

 private:
  bool render(const pipexpr::Context& context, const pipexpr::PipelineDefinition::FieldInfo& info, Rendered& out);
  bool item(const pipexpr::Context& context, const pipexpr::PipelineDefinition::FieldInfo& info, std::uint32_t index,
            Rendered& out);
  void fail(pipexpr::ObjectId object, std::string_view field, std::uint32_t index, const pipexpr::Diagnostics& why);

  Loaded& loaded_;
  const pipexpr::PipelineDefinition& graph_;
  const Flags& flags_;
  Mask& mask_;
  pipexpr::Evaluator evaluator_;
  RenderCounts counts_;
  std::string report_;
  bool color_ = false;
};

}  // namespace cli
