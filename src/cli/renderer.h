// Rendering a definition: every field evaluated, as `pipexpr render` shows it.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <pipexpr/pipexpr.h>

#include "cli/loaded_definition.h"
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
  bool failed = false;   // some item could not be evaluated and is shown as written
};

struct RenderCounts {
  std::size_t rendered = 0, failed = 0, untouched = 0;
};

class Renderer {
 public:
  Renderer(Loaded& loaded, const Flags& flags, Mask& mask);

  // The object's fields in their order, without id, and without those that have no value; own ones, or with those that
  // it inherits. Failures go to `report`, each field's once.
  std::vector<Rendered> object(pipexpr::ObjectId object, const std::vector<std::string>& only, bool inherited = false);
  // The same in that run, which has the inherited fields too.
  std::vector<Rendered> instance(pipexpr::ObjectId object, const std::vector<std::string>& only, pipexpr::Run run);

  const RenderCounts& counts() const { return counts_; }
  const std::string& report() const { return report_; }
  std::string take_report() { return std::exchange(report_, {}); }
  void color(bool on) { color_ = on; }

 private:
  using Fields = std::vector<pipexpr::PipelineDefinition::FieldInfo>;

  std::vector<Rendered> all(pipexpr::ObjectId object, const std::vector<std::string>& only, bool inherited,
                            pipexpr::Run* run);
  const Fields& fields(pipexpr::ObjectId object, bool inherited);
  bool render(const pipexpr::Context& context, const pipexpr::PipelineDefinition::FieldInfo& info, Rendered& out);
  bool item(const pipexpr::Context& context, const pipexpr::PipelineDefinition::FieldInfo& info, std::uint32_t index,
            Rendered& out);
  void fail(pipexpr::ObjectId object, const pipexpr::PipelineDefinition::FieldInfo& info, std::uint32_t index,
            const pipexpr::Diagnostics& why);

  Loaded& loaded_;
  const pipexpr::PipelineDefinition& graph_;
  const Flags& flags_;
  Mask& mask_;
  std::optional<pipexpr::LineIndex> lines_;  // of the definition, made for the first field that fails
  pipexpr::Evaluator evaluator_;
  std::vector<std::unique_ptr<const Fields>> own_, all_;  // by object, as far as asked for
  std::set<std::tuple<pipexpr::ObjectId, std::string_view, std::uint32_t>> failed_;
  RenderCounts counts_;
  std::string report_;
  bool color_ = false;
};

}  // namespace cli
