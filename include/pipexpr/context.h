// Context: what one evaluation is about: the current object, the run, and fields that override.
//
//   pipexpr::Run run{.scheduled_start = start, .scheduled_end = end};
//   pipexpr::Context context{.object = activity, .run = run};
//   pipexpr::Run on_demand{.scheduled_start = activation};          // has no end: @scheduledEndTime has no value
//
// A Context holds its Run by value. What the spans, pointers and names refer to is borrowed for the duration of the
// call.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include <pipexpr/object_graph.h>

namespace pipexpr {

// A field by its name, which comes before the one that the object has.
struct Binding {
  std::string_view name = {};  // with its prefix
  Field field = {};
};

// What the instances of a run differ in: `@status` and the like of the object that is evaluated and of those that it
// refers to. Asked during a run only, before Run::fields and the graph, and not for what the engine knows by itself:
// `parent`, `@instanceParent`, and the scheduled times of the object that is evaluated. For `id`, and for the scheduled
// times of other objects, it is asked: false means the usual ones, `@A_<start>` and those of the run.
// It must be as safe to call as a graph. What it returns must stay valid until the evaluation ends.
class PIPEXPR_API InstanceFields {
 public:
  virtual ~InstanceFields();

  // The field of the object's instance, or with `attempt` of its attempt of that number; false when there is none. Only
  // the object that is evaluated is an attempt: references lead to instances.
  virtual bool field(ObjectId object, std::uint32_t attempt, std::string_view name, Field& out) const = 0;

 protected:
  InstanceFields() = default;
  InstanceFields(const InstanceFields&) = default;
  InstanceFields& operator=(const InstanceFields&) = default;
};

// One run of the pipeline. With a run, objects are instances: `@id` is the instance's id and `parent` the component;
// without one they are components and the @scheduled fields have no value.
struct Run {
  DateTime scheduled_start = {};
  std::optional<DateTime> scheduled_end = {};  // none: nothing says when the run ends, @scheduledEndTime has no value
  std::uint32_t attempt = 0;                   // 0: the instance, n: its n-th attempt
  std::span<const Binding> fields = {};        // further runtime fields that hold for every instance of this run
  const InstanceFields* instances = nullptr;   // those that each instance has for itself; null: there are none
};

struct Context {
  ObjectId object = kNoObject;
  std::optional<Run> run = {};           // none: objects are components
  std::span<const Binding> fields = {};  // of the current object; they come before its own
  DateTime now = {};                     // for host functions; no built-in function reads a clock
  void* user_data = nullptr;             // for host functions, which reach it through Call::context
};

}  // namespace pipexpr
