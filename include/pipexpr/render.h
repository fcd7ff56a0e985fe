// DefinitionRenderer: all fields of an object of a definition, evaluated, as they may be shown.
//
//   pipexpr::SecretMask mask;
//   pipexpr::DefinitionRenderer renderer(*definition, mask, {.at = start});
//   for (const pipexpr::RenderedField& field : renderer.object(copy))
//     std::cout << field.name << " = " << field.items.front().text << '\n';
//   std::cerr << renderer.take_report();                            // what could not be evaluated, with places
//
//   renderer.instance(copy, *schedule.run(0));                      // in a run, with what it inherits
//
// The renderer borrows the definition, the mask and what the settings refer to. It belongs to one thread at a time.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <pipexpr/context.h>
#include <pipexpr/definition.h>
#include <pipexpr/export.h>
#include <pipexpr/expression.h>
#include <pipexpr/field_override.h>
#include <pipexpr/secret_mask.h>

namespace pipexpr {

// One field, evaluated.
struct RenderedField {
  struct Item {
    std::string text;
    bool is_reference = false;  // `text` is the object's id
  };
  std::string_view name = {};
  std::vector<Item> items = {};
  bool is_list = false;  // an array, even of one
  bool failed = false;   // some item could not be evaluated and is shown as written
};

// What happens to a field that some name keeps from having a value.
enum class KeepUnknown : std::uint8_t {
  field,    // it fails, and is shown as it is written
  runtime,  // runtime fields without a value stay as expressions, the rest is evaluated
  name,     // whatever has no value stays; a name that does not exist is still reported
};

struct RenderSettings {
  std::optional<DateTime> at = {};                 // start of the run of `object`; none: components
  std::optional<DateTime> end = {};                // of that run; none: a period of the object's schedule later
  std::uint32_t attempt = 0;                       // as in Run
  DateTime now = {};                               // for host functions
  std::span<const FieldOverride> overrides = {};   // runtime fields, of every object of a run
  std::string_view node = {};                      // id of the object whose alarms and preconditions are rendered
  EvaluateOptions evaluate = {};                   // the listener is the mask's
  std::chrono::steady_clock::duration timeout{0};  // of each value, in place of the deadline; 0: none
  bool color = false;                              // of the report
  KeepUnknown keep = KeepUnknown::field;
};

// How many fields were seen.
struct RenderCounts {
  std::size_t rendered = 0, failed = 0, untouched = 0;
  std::size_t partial = 0;  // of those rendered, with expressions that stay
};

class PIPEXPR_API DefinitionRenderer {
 public:
  DefinitionRenderer(const PipelineDefinition& definition, SecretMask& mask, const RenderSettings& settings = {});
  DefinitionRenderer(DefinitionRenderer&&) noexcept;
  DefinitionRenderer& operator=(DefinitionRenderer&&) noexcept;
  ~DefinitionRenderer();

  // The object's fields in their order, without id, and without those that have no value; own ones, or with those that
  // it inherits. `only` names the fields; none: all. In the run that the settings give.
  std::vector<RenderedField> object(ObjectId object, std::span<const std::string> only = {}, bool inherited = false);
  // The same in that run, with the inherited fields.
  std::vector<RenderedField> instance(ObjectId object, const Run& run, std::span<const std::string> only = {});

  // Some fields of the object, as PipelineDefinition gives them, in that run or, without one, in that of the settings.
  std::vector<RenderedField> some(ObjectId object, std::span<const PipelineDefinition::FieldInfo> fields,
                                  const Run* run = nullptr);

  // From here on, the settings' `at`, `attempt` or `node` is this one. A field that fails is reported again for another
  // node.
  void set_at(DateTime at);
  void set_attempt(std::uint32_t attempt);
  void set_node(std::string_view id);

  const RenderCounts& counts() const;
  // The failures since the last call as a compiler would print them, each field's once.
  std::string take_report();

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace pipexpr
