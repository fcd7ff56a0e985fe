// Values of a definition's fields: what is written, what they evaluate to, and where their errors are.
#include <pipexpr/field.h>

#include "catch.h"

using namespace pipexpr;

namespace {

constexpr const char* kJson = R"({"objects": [
  {"id": "Default", "myInherited": "of #{id}"},
  {"id": "Act", "type": "ShellCommandActivity", "command": "run #{myText} at #{@scheduledStartTime}", "myText": "x",
   "input": {"ref": "Nobody"}, "output": {"ref": "Default"}, "myList": ["a", "#{myText}"], "myOne": ["only"],
   "myBad": ["fine", "#{1 +"], "myFar": "#{myList}"}]})";

std::shared_ptr<const PipelineDefinition> definition() { return PipelineDefinition::load(kJson).value(); }

// The values with commas between them, and what they are.
std::string shown(const Result<FieldValue>& value) {
  if (!value) return std::string(code_id(value.error().front().code));
  std::string out;
  for (const Value& one : value->items) {
    out += (out.empty() ? "" : ",") + std::string(one.kind() == Kind::reference ? "->" : "") + one.to_text();
  }
  return out + (value->is_list ? " list" : "") + (value->evaluated ? " evaluated" : "");
}

}  // namespace

TEST_CASE("definition: a field has its values as they are written or evaluated") {
  const auto graph = definition();
  const ObjectId act = *graph->find("Act");
  const Context context{.run = Run{.scheduled_start = {86400000}}};
  Evaluator evaluator;
  const auto value = [&](std::string_view name) {
    return shown(evaluate_field(evaluator, *graph, act, name, context));
  };
  CHECK(value("command") == "run x at 1970-01-02T00:00:00 evaluated");
  CHECK(value("myInherited") == "of @Act_1970-01-02T00:00:00 evaluated");
  CHECK(value("myText") == "x");
  CHECK(value("input") == "->Nobody");
  CHECK(value("output") == "->Default");
  CHECK(value("myList") == "a,x list evaluated");
  CHECK(value("myOne") == "only list");
  CHECK(value("myFar") == "a,x list evaluated");
  CHECK(value("noSuchField") == "E501");
  CHECK(shown(written_field(*graph, act, "command")) == "run #{myText} at #{@scheduledStartTime}");
  CHECK(shown(written_field(*graph, act, "myBad")) == "fine,#{1 + list");
  CHECK(shown(written_field(*graph, act, "input")) == "->Nobody");
  CHECK(shown(written_field(*graph, act, "noSuchField")) == "");
}

TEST_CASE("definition: without a run the runtime fields have no value, and the error is at its place in the file") {
  const auto graph = definition();
  Evaluator evaluator;
  const auto failed = evaluate_field(evaluator, *graph, *graph->find("Act"), "command");
  REQUIRE(!failed);
  const SourceSpan span = failed.error().front().span;
  CHECK(graph->json().substr(span.offset, span.length) == "@scheduledStartTime");
  const auto bad = evaluate_field(evaluator, *graph, *graph->find("Act"), "myBad");
  REQUIRE(!bad);
  CHECK(code_id(bad.error().front().code) == "E101");
}

TEST_CASE("definition: the evaluator's limits hold for a field") {
  const auto graph = definition();
  EvaluateOptions options;
  options.limits.max_references = 0;
  Evaluator evaluator(options);
  CHECK(shown(evaluate_field(evaluator, *graph, *graph->find("Act"), "myText")) == "x");
  const auto failed = evaluate_field(evaluator, *graph, *graph->find("Act"), "myInherited");
  REQUIRE(!failed);
  CHECK(failed.error().front().code == DiagnosticCode::limit_references);
}

TEST_CASE("definition: a field is found by its name, with the object that has it written") {
  const auto graph = definition();
  const ObjectId act = *graph->find("Act");
  CHECK(graph->find_field(act, "command")->defined_by == act);
  CHECK(graph->find_field(act, "myInherited")->defined_by == *graph->find("Default"));
  CHECK(graph->find_field(act, "myOne")->is_list);
  CHECK(!graph->find_field(act, "noSuchField"));
  CHECK(!graph->find_field(kNoObject, "command"));
}

TEST_CASE("definition: an item that no field has is an error") {
  const auto graph = definition();
  Evaluator evaluator;
  const Diagnostics none;
  const FieldItem bad[] = {FieldItem::of_invalid("x", none), {ValueView("x"), FieldItem::Form::compiled, {}}};
  const auto message = [&](const Field& field, std::uint32_t item) {
    return evaluate_item(evaluator, *graph, field, item, {}).error().front().message;
  };
  CHECK(message({}, 5) == "the host's callback failed: the field has no value number 5");
  CHECK(message({.items = bad, .count = 2}, 2) == "the host's callback failed: the field has no value number 2");
  CHECK(message({.items = bad, .count = 2}, 0) == "the host's callback failed: an invalid text without diagnostics");
  CHECK(message({.items = bad, .count = 2}, 1) == "the host's callback failed: a compiled text without an expression");
}

TEST_CASE("definition: the form of the file is kept") {
  const auto form = [](const char* json) {
    const PipelineDefinition::Format format = PipelineDefinition::load(json).value()->format();
    return std::string(format.list) + (format.has_field_lists ? " fields" : "");
  };
  CHECK(form(R"({"objects": []})") == "objects");
  CHECK(form(R"([{"id": "A", "name": "B"}])") == "");
  CHECK(form(R"({"pipelineObjects": [{"id": "A", "name": "A", "fields": []}]})") == "pipelineObjects fields");
  CHECK(form(R"({"values": {}, "pipelineObjects": [{"id": "A"}]})") == "pipelineObjects");
  CHECK(form(R"({"objects": [{"id": "A", "name": "A", "fields": [{"key": "x", "stringValue": "fields"}]}]})") ==
        "objects fields");
}

TEST_CASE("definition: what is only there to be inherited from is abstract, and has no instances") {
  const auto graph = PipelineDefinition::load(R"({"objects": [
    {"id": "Default", "type": "ShellCommandActivity"}, {"id": "Heir", "type": "ShellCommandActivity"},
    {"id": "Base", "parent": {"ref": "Top"}}, {"id": "Act", "type": "CopyActivity", "parent": {"ref": "Base"}},
    {"id": "Top"}, {"id": "Typed", "type": "CopyActivity"}, {"id": "Below", "parent": {"ref": "Typed"}},
    {"id": "Alone"}, {"id": "When", "type": "Schedule"}]})")
                         .value();
  std::string abstract, without;
  for (std::size_t i = 0; i < graph->object_count(); ++i) {
    const ObjectId object = graph->object(i);
    if (graph->is_abstract(object)) abstract += std::string(graph->id(object)) + " ";
    if (!graph->has_instances(object)) without += std::string(graph->id(object)) + " ";
  }
  CHECK(abstract == "Default Base Top ");
  CHECK(without == "Default Base Top When ");
  CHECK_FALSE(graph->is_abstract(kNoObject));

  // Nobody inherits from it: it stands for itself, and has no instances all the same.
  const auto single = PipelineDefinition::load(R"({"objects": [{"id": "Default", "myA": "#{id}"}]})").value();
  CHECK_FALSE(single->is_abstract(single->object(0)));
  CHECK_FALSE(single->has_instances(single->object(0)));
}
