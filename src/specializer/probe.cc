// Evaluates with a listener that notes what is read on the way.
#include "specializer/probe.h"

#include <algorithm>
#include <utility>

namespace pipexpr::specializer {
namespace {

// What a run answers by itself. An id is one of the run's when its object has instances; which is not asked here, so
// that other ids count as unknown as well. A name that the run does not answer is a field.
bool is_answered_by_run(std::string_view name) {
  return name == "@scheduledStartTime" || name == "@scheduledEndTime" || name == "@id" || name == "id" ||
         name == "name" || name == "@instanceParent";
}

class Listener final : public EvaluationListener {
 public:
  Listener(const Setting& setting, Probed& out) : setting_(setting), out_(out) {}

  void enter_field(const TracedField& field) override {
    note(field.name);
    if (field.depth == 0) {
      entered_ = {field.object, std::string(field.name), field.origin};
      owner_ = last_;
    }
  }
  void leave_field(const TracedField&, const ValueView&) override { has_left_ = true; }
  void node(const TracedNode& node, const ValueView& value) override {
    // A field was left just before; after a list, perhaps one of several.
    const bool is_field = std::exchange(has_left_, false) && !value.is(Kind::list);
    const bool is_name = node.what == "reference" || node.what == "member";
    if (is_name) {
      note(node.name);
      if (setting_.has_unknown_run() && !is_field && is_answered_by_run(node.name)) out_.reads_run = true;
    }
    if (node.depth != 0 || node.what == "text" || node.what == "template") return;
    // The field that was entered since the node before is what this one read.
    out_.field = std::exchange(entered_, std::nullopt);
    out_.owner = std::exchange(owner_, std::nullopt);
    last_ = value;
    out_.slot = value.is(Kind::string) ? value.slot() : SlotType::string;
  }

  // After a failure: it was in the field that was entered last, or not in a field at all.
  void fail() {
    out_.field = std::move(entered_);
    out_.owner = owner_;
  }

 private:
  void note(std::string_view name) {
    const auto& unknown = setting_.options.unknown_fields;
    if (std::find(unknown.begin(), unknown.end(), name) != unknown.end()) out_.reads_unknown_field = true;
    if (name.starts_with('*')) out_.reads_secret = true;
  }

  const Setting& setting_;
  Probed& out_;
  bool has_left_ = false;
  std::optional<Probed::Entered> entered_;
  std::optional<ValueView> owner_;  // what led to that field
  std::optional<ValueView> last_;   // of the node before
};

}  // namespace

Probed probe(const Setting& setting, ObjectId object, std::string_view expression) {
  Probed result;
  const bool angles = setting.options.compile.delimiters == Delimiters::angles;
  std::string text = angles ? "#<" : "#{";
  text += expression;
  text += angles ? '>' : '}';
  const auto compiled = Expression::compile(text, setting.options.compile);
  if (!compiled) return result;
  Listener listener(setting, result);
  EvaluateOptions options = setting.options.evaluate;
  options.listener = &listener;
  Evaluator evaluator(options);
  auto value = evaluator.value(*compiled, setting.graph, setting.context_of(object));
  if (value) {
    result.value = std::move(*value);
  } else {
    listener.fail();
  }
  return result;
}

}  // namespace pipexpr::specializer
