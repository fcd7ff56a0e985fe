// InstanceFields: what each instance of a run has for itself, on both paths through the evaluator.
#include <map>
#include <stdexcept>
#include <string>

#include <pipexpr/pipexpr.h>

#include "catch.h"

using namespace pipexpr;

namespace {

constexpr const char* kDefinition = R"({"objects": [
  {"id": "S", "type": "Schedule", "period": "1 day", "startDateTime": "2024-05-01T00:00:00"},
  {"id": "In", "type": "S3DataNode", "schedule": {"ref": "S"}, "filePath": "s3://#{@status}"},
  {"id": "A", "type": "ShellCommandActivity", "schedule": {"ref": "S"}, "input": {"ref": "In"}, "command": "#{@status}",
   "both": [{"ref": "In"}, {"ref": "A"}]}]})";

// `@status` is the object's id, with the attempt's number; `@waitingOn` only an attempt has.
class States final : public InstanceFields {
 public:
  explicit States(const PipelineDefinition& definition) : definition_(definition) {}

  bool field(ObjectId object, std::uint32_t attempt, std::string_view name, Field& out) const override {
    if (name == "@resourceStatus") throw std::runtime_error("no database");
    if (name == "command") ++asked_for_fields;
    const bool is_own_id = name == "id" && definition_.id(object) == own_id_of;
    if (name != "@status" && !is_own_id && (name != "@waitingOn" || attempt == 0)) return false;
    const auto [known, is_new] =
        texts_.try_emplace(std::string(definition_.id(object)) + std::to_string(attempt) + std::string(name), Text());
    Text& text = known->second;
    if (is_new) {
      text.text = std::string(definition_.id(object)) + "/" + std::to_string(attempt);
      text.item = FieldItem::of_value(ValueView(std::string_view(text.text)));
    }
    out = Field{.items = &text.item, .count = 1};
    return true;
  }

  std::string_view own_id_of;  // the object to whose instances the host gives ids
  mutable int asked_for_fields = 0;

 private:
  struct Text {
    std::string text;
    FieldItem item;
  };
  const PipelineDefinition& definition_;
  mutable std::map<std::string, Text> texts_;
};

struct Fixture {
  std::shared_ptr<const PipelineDefinition> definition = PipelineDefinition::load(kDefinition).value();
  States states{*definition};
  Run run{.scheduled_start = parse_datetime("2024-05-01T00:00:00").value(), .instances = &states};

  Result<std::string> evaluate(const char* text, bool is_bound, std::optional<Run> in) {
    Expression expression = Expression::compile(text).value();
    if (is_bound) expression = expression.bind(*definition);
    return expression.evaluate_text(*definition, {.object = *definition->find("A"), .run = in});
  }
};

}  // namespace

TEST_CASE("each instance has its own runtime fields") {
  Fixture fixture;
  const std::pair<const char*, const char*> cases[] = {
      {"#{@status}", "A/0"},
      {"#{input.@status}", "In/0"},
      {"#{input.@status} of #{input} and #{@status}", "In/0 of In and A/0"},
      {"#{both.@status}", R"(["In/0", "A/0"])"},
      {"#{input.filePath}", "s3://In/0"},  // in the text of a field, for the object whose field it is
      {"#{command}|#{command}", "A/0|A/0"},
      {"#{@id} #{input.@id}", "@A_2024-05-01T00:00:00 @In_2024-05-01T00:00:00"}};
  for (const auto& [text, expected] : cases) {
    for (bool is_bound : {false, true}) CHECK(fixture.evaluate(text, is_bound, fixture.run).value() == expected);
  }
  CHECK(fixture.states.asked_for_fields > 0);  // any name may be one of theirs
}

TEST_CASE("only the object that is evaluated is an attempt") {
  Fixture fixture;
  fixture.run.attempt = 2;
  CHECK(fixture.evaluate("#{@status} #{input.@status} #{@instanceParent.@status}", true, fixture.run).value() ==
        "A/2 In/0 A/0");
  CHECK(fixture.evaluate("#{@waitingOn}", true, fixture.run).value() == "A/2");
  CHECK(fixture.evaluate("#{@instanceParent.@waitingOn}", true, fixture.run).error().front().code ==
        DiagnosticCode::runtime_field_unset);
}

TEST_CASE("a field that a reference leads to has the instance's text") {
  const auto definition = PipelineDefinition::load(R"({"objects": [
    {"id": "In", "type": "S3DataNode", "myBack": "#{reader.myId}", "reader": {"ref": "A"}},
    {"id": "A", "type": "ShellCommandActivity", "input": {"ref": "In"}, "myId": "#{id}", "myDeep": "#{myId} #{name}",
     "myBoth": "#{myId} #{@instanceParent.myId} #{myId}", "myLoop": "#{@instanceParent.myLoop}"}]})")
                              .value();
  const DateTime start = parse_datetime("2024-05-01T00:00:00").value();
  const std::string instance = "@A_2024-05-01T00:00:00", attempt = instance + "_Attempt=2";
  const std::pair<const char*, std::string> cases[] = {
      {"#{myId}", attempt},
      {"#{@instanceParent.myId}", instance},
      {"#{myId} #{@instanceParent.myId} #{myId} #{@instanceParent.myId}",
       attempt + " " + instance + " " + attempt + " " + instance},
      {"#{@instanceParent.myDeep}", instance + " " + instance},
      {"#{myDeep}", attempt + " " + attempt},
      {"#{myBoth}", attempt + " " + instance + " " + attempt},
      {"#{input.reader.myId}", instance},
      {"#{myId} #{input.reader.myId}", attempt + " " + instance},
      {"#{input.myBack}", instance},
      {"#{myId} #{input.myBack} #{myId}", attempt + " " + instance + " " + attempt},
      {"#{parent.myId}", "A"}};
  for (const auto& [text, expected] : cases) {
    for (const bool is_bound : {false, true}) {
      Expression expression = Expression::compile(text).value();
      if (is_bound) expression = expression.bind(*definition);
      const Context context{.object = *definition->find("A"), .run = Run{.scheduled_start = start, .attempt = 2}};
      CHECK(expression.evaluate_text(*definition, context).value() == expected);
      Evaluator all(EvaluateOptions{.testing_interpreter_only = true});
      CHECK(all.value(expression, *definition, context).value().to_text() == expected);
    }
  }
  const auto loop = Expression::compile("#{myLoop}")
                        .value()
                        .evaluate_text(*definition, {.object = *definition->find("A"),
                                                     .run = Run{.scheduled_start = start, .attempt = 2}});
  REQUIRE(!loop);
  CHECK(loop.error().front().code == DiagnosticCode::cycle);
}

TEST_CASE("they come after the fields of the context and before those of the run") {
  Fixture fixture;
  const FieldItem given = FieldItem::of_value("given");
  const Binding bindings[] = {{"@status", Field{&given, 1}}, {"@error", Field{&given, 1}}};
  fixture.run.fields = bindings;
  CHECK(fixture.evaluate("#{@status} #{input.@status} #{input.@error}", true, fixture.run).value() == "A/0 In/0 given");
  const Expression text = Expression::compile("#{@status} #{input.@status}").value();
  CHECK(text.evaluate_text(*fixture.definition,
                           {.object = *fixture.definition->find("A"), .run = fixture.run, .fields = bindings})
            .value() == "given In/0");
}

TEST_CASE("an instance can have an id that its host gives") {
  Fixture fixture;
  const char* const text = "#{id} #{input.id} #{input.@id}";
  Run attempt = fixture.run;
  attempt.attempt = 2;
  for (const bool is_bound : {false, true}) {
    fixture.states.own_id_of = "In";
    CHECK(fixture.evaluate(text, is_bound, fixture.run).value() == "@A_2024-05-01T00:00:00 In/0 In/0");
    fixture.states.own_id_of = "A";
    CHECK(fixture.evaluate(text, is_bound, attempt).value() == "A/2 @In_2024-05-01T00:00:00 @In_2024-05-01T00:00:00");
    CHECK(fixture.evaluate("#{@instanceParent.id}", is_bound, attempt).value() == "A/0");
    // A component has its own in any case.
    CHECK(fixture.evaluate("#{id} #{parent.id}", is_bound, attempt).value() == "A/2 A");
    CHECK(fixture.evaluate("#{id}", is_bound, std::nullopt).value() == "A");
  }
}

TEST_CASE("the runs of another object can be others, with their ids and times") {
  class Runs final : public InstanceFields {
   public:
    explicit Runs(ObjectId object) : object_(object) {}

    bool field(ObjectId object, std::uint32_t, std::string_view name, Field& out) const override {
      if (object != object_) return false;
      if (name == "id") out = {ids_, 2};
      if (name == "@scheduledStartTime") out = {starts_, 2, SlotType::datetime};
      if (name == "@scheduledEndTime") out = {&starts_[1], 1, SlotType::datetime};
      return out.items != nullptr;
    }

   private:
    ObjectId object_;
    FieldItem ids_[2] = {FieldItem::of_value("@In/1"), FieldItem::of_value("@In/2")};
    FieldItem starts_[2] = {FieldItem::of_value(DateTime{0}), FieldItem::of_value(DateTime{3'600'000})};
  };
  Fixture fixture;
  const Runs runs(*fixture.definition->find("In"));
  fixture.run.instances = &runs;
  for (const bool is_bound : {false, true}) {
    CHECK(fixture.evaluate("#{input.id}", is_bound, fixture.run).value() == R"(["@In/1", "@In/2"])");
    CHECK(fixture.evaluate("#{hour(input.@scheduledStartTime)}", is_bound, fixture.run).value() == "[0, 1]");
    CHECK(fixture.evaluate("#{input.@scheduledEndTime} #{@scheduledStartTime} #{id}", is_bound, fixture.run).value() ==
          "1970-01-01T01:00:00 2024-05-01T00:00:00 @A_2024-05-01T00:00:00");
  }
}

TEST_CASE("a component has none of them") {
  Fixture fixture;
  CHECK(fixture.evaluate("#{parent.@status}", true, fixture.run).error().front().code ==
        DiagnosticCode::runtime_field_unset);
  CHECK(fixture.evaluate("#{@status}", true, std::nullopt).error().front().code == DiagnosticCode::runtime_field_unset);
}

TEST_CASE("what the host throws while it is asked names the field") {
  Fixture fixture;
  const auto failed = fixture.evaluate("#{input.@resourceStatus}", true, fixture.run);
  REQUIRE(!failed);
  CHECK(failed.error().front().code == DiagnosticCode::host_error);
  CHECK(failed.error().front().message.find("@resourceStatus") != std::string::npos);
}
