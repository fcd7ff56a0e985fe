// Tests of what remains of templates: as data, a definition and what each text becomes.
#include <pipexpr/specialize.h>

#include <pipexpr/definition.h>

#include "catch.h"

using namespace pipexpr;

namespace {

constexpr std::string_view kDefinition = R"({"objects": [
  {"id": "Default", "myTag": "#{myEnv}: #{name}"},
  {"id": "Daily", "type": "Schedule", "period": "1 day"},
  {"id": "In", "type": "S3DataNode", "filePath": "s3://in/#{format(@scheduledStartTime, 'YYYY')}/#{myEnv}.csv",
   "myStart": "#{minusDays(@scheduledStartTime, myDays)}", "myYear": "#{year(@scheduledStartTime) + 1}",
   "myIdIn": "x#{@id}", "mySum": "#{myYear}#{myNothing}", "myLoop": "#{myLoop}x", "myBroken": "#{nosuch}",
   "myHash": "##{myEnv}", "myOpener": "#{'#' + '{'}x"},
  {"id": "Copy", "name": "The copy", "type": "CopyActivity", "schedule": {"ref": "Daily"}, "input": {"ref": "In"},
   "maximumRetries": "3", "lateAfterTimeout": "#{myDays} days", "myList": ["a", "b"], "myQuote": "it's \\n",
   "my@": "1", "*myKey": "k", "myUsesKey": "#{*myKey}!", "attemptTimeout": "#{minute(@scheduledStartTime)} minutes"}],
 "parameters": [{"id": "myEnv", "type": "String", "default": "prod"}, {"id": "myDays", "type": "Integer", "default": "2"},
                {"id": "myNothing", "type": "String", "optional": "true"}, {"id": "*mySecret", "type": "String", "default": "s"},
                {"id": "myAt", "type": "String", "default": "#{format(@scheduledStartTime, 'dd')}"}]})";

std::string remains(std::string_view text, const SpecializeOptions& options = {}, std::optional<Run> run = {}) {
  const auto graph = PipelineDefinition::load(kDefinition).value();
  const auto expression = Expression::compile(text, options.compile);
  REQUIRE(expression);
  const auto made = specialize(*expression, *graph, {.object = *graph->find("Copy"), .run = run}, options);
  REQUIRE(made);
  constexpr const char* reasons[] = {"run", "unknown_field", "field", "secret", "value", "error"};
  std::string shown(made->expression.text());
  for (const KeptName& kept : made->kept) {
    CHECK(text.substr(kept.span.offset, kept.span.length) == kept.text);
    shown += " | " + kept.text + " " + reasons[static_cast<int>(kept.reason)];
  }
  return shown;
}

}  // namespace

TEST_CASE("specializer: what remains") {
  const char* const rows[][2] = {
      // Known, and nothing remains.
      {"plain", "plain"},
      {"#{1 + 2}", "#{3}"},
      {"x#{1 + 2}", "x3"},
      {"#{myEnv}", "prod"},
      {"a#{myNothing}b", "ab"},
      {"#{input}/x", "In/x"},
      {"#{input.myHash}", "#prod"},
      {"#{input.myOpener}#{myEnv}", "#{'#{'}xprod"},
      {"#{schedule.period}", "1 day"},
      {"#{maximumRetries}", "3"},
      {"#{maximumRetries + 1}", "#{4}"},
      {"#{-1.5}", "#{(-1.5)}"},
      {"#{makeDate(2024, 1, 2)}", "#{plusMinutes('2024-01-02T00:00:00', 0)}"},
      {"at #{makeDate(2024, 1, 2)}", "at 2024-01-02T00:00:00"},
      {"#{parent.myTag}", "prod: The copy"},
      {"#{lateAfterTimeout}", "2 days"},
      // The run remains, and what is beside it does not.
      {"#{@scheduledStartTime}", "#{@scheduledStartTime} | @scheduledStartTime run"},
      {"#{myEnv}/#{format(@scheduledStartTime, 'YYYY')}/#{1 + 2}",
       "prod/#{format(@scheduledStartTime, 'YYYY')}/3 | @scheduledStartTime run"},
      {"#{minusDays( @scheduledStartTime , myDays)}",
       "#{minusDays( @scheduledStartTime , 2)} | @scheduledStartTime run"},
      {"#{myEnv + @scheduledStartTime + (1 + 2)}", "#{'prod' + @scheduledStartTime + (3)} | @scheduledStartTime run"},
      {"#{plusDays(@scheduledStartTime, -3)}", "#{plusDays(@scheduledStartTime, -3)} | @scheduledStartTime run"},
      {"#{@scheduledStartTime.plusDays(1 - 2)}", "#{@scheduledStartTime.plusDays(-1)} | @scheduledStartTime run"},
      {"#{myQuote + @scheduledStartTime}", "#{'it\\'s \\\\n' + @scheduledStartTime} | @scheduledStartTime run"},
      {"#{@id}", "#{@id} | @id run"},
      {"#{name}", "#{name} | name run"},
      {"#{input.name}/#{myEnv}", "#{input.name}/prod | input.name run"},
      {"#{myTag}", "prod: #{name}"},
      {"#{input.myTag}", "#{input.myTag} | input.myTag field"},
      {"#{parent.name} #{schedule.name}", "The copy Daily"},
      // References to texts that need the run.
      {"cp #{input.filePath} .", "cp s3://in/#{format(@scheduledStartTime, 'YYYY')}/prod.csv ."},
      {"#{input.filePath}", "s3://in/#{format(@scheduledStartTime, 'YYYY')}/prod.csv"},
      {"#{input.filePath + '.gz'}", "#{('s3://in/' + format(@scheduledStartTime, 'YYYY') + '/prod.csv') + '.gz'}"},
      {"#{input.myStart}", "#{minusDays(@scheduledStartTime, 2)}"},
      {"#{format(input.myStart, 'dd')}", "#{format(minusDays(@scheduledStartTime, 2), 'dd')}"},
      {"#{input.myStart.format('dd')}", "#{minusDays(@scheduledStartTime, 2).format('dd')}"},
      {"#{input.myYear}", "#{'' + (year(@scheduledStartTime) + 1)}"},
      {"y#{input.myYear}", "y#{year(@scheduledStartTime) + 1}"},
      {"#{input.myYear + 1}", "#{('' + (year(@scheduledStartTime) + 1)) + 1}"},
      {"#{input.mySum}", "#{'' + (year(@scheduledStartTime) + 1)}"},
      {"#{myAt}/#{myAt}", "#{format(@scheduledStartTime, 'dd')}/#{format(@scheduledStartTime, 'dd')}"},
      {"#{attemptTimeout}", "#{minute(@scheduledStartTime)} minutes"},
      // What could change stays.
      {"#{attemptTimeout + 1}", "#{attemptTimeout + 1} | attemptTimeout field"},
      {"#{input.myIdIn}", "#{input.myIdIn} | input.myIdIn field"},
      {"#{input.myLoop}", "#{input.myLoop} | input.myLoop error"},
      {"#{input.myBroken}#{myEnv}", "#{input.myBroken}prod | input.myBroken error"},
      {"#{nosuch + myEnv}", "#{nosuch + 'prod'} | nosuch error"},
      {"#{@status}", "#{@status} | @status run"},
      {"#{maximumRetries + @attempt}", "#{3 + @attempt} | @attempt run"},
      {"#{myList}", "#{myList} | myList value"},
      {"x#{myList}", "x#{myList} | myList value"},
      {"#{myList + @scheduledStartTime}", "#{myList + @scheduledStartTime} | myList value | @scheduledStartTime run"},
      {"#{input}", "#{input} | input value"},
      {"#{myNothing}", "#{myNothing} | myNothing value"},
      {"#{*mySecret}#{myUsesKey}", "#{*mySecret}#{myUsesKey} | *mySecret secret | myUsesKey secret"},
      {"#{plusDays('2024-13-01', myDays) + myEnv}",
       "#{plusDays('2024-13-01', myDays) + myEnv} | plusDays('2024-13-01', myDays) + myEnv error"},
      {"#{@scheduledEndTime + 1}", "#{@scheduledEndTime + 1} | @scheduledEndTime run"},
  };
  for (const auto& [text, expected] : rows) {
    INFO(text);
    CHECK(remains(text) == expected);
  }
}

TEST_CASE("specializer: what the caller says") {
  CHECK(remains("#{myEnv}#{input.filePath}", {.unknown_fields = {"myEnv"}}) ==
        "#{myEnv}#{input.filePath} | myEnv unknown_field | input.filePath unknown_field");
  CHECK(remains("#{input.filePath}", {.inlines_references = false}) == "#{input.filePath} | input.filePath field");
  CHECK(remains("#<myEnv>#{myEnv}#<input.filePath>", {.compile = {.delimiters = Delimiters::angles}}) ==
        "prod#{myEnv}#<input.filePath> | input.filePath field");
  const Run run{.scheduled_start = parse_datetime("2024-05-24T00:00:00").value()};
  CHECK(remains("#{input.filePath} #{@id} #{myTag} #{myList}", {}, run) ==
        "s3://in/2024/prod.csv @Copy_2024-05-24T00:00:00 prod: @The copy_2024-05-24T00:00:00 #{myList} | myList value");
  CHECK(remains("#{@status} #{@scheduledStartTime}", {}, run) == "#{@status} 2024-05-24T00:00:00 | @status run");
}

TEST_CASE("specializer: texts that grow are not inlined without end") {
  std::string json = R"({"objects": [{"id": "A", "my0": "#{@scheduledStartTime}")";
  for (int i = 1; i <= 60; ++i) {
    const std::string before = "#{my" + std::to_string(i - 1) + "}";
    json += ", \"my" + std::to_string(i) + "\": \"" + before + before + "\"";
  }
  const auto graph = PipelineDefinition::load(json + "}]}").value();
  const auto expression = Expression::compile("#{my60}").value();
  const auto made = specialize(expression, *graph, {.object = *graph->find("A")});
  REQUIRE(made);
  CHECK(made->expression.text().size() < 20'000);
}

TEST_CASE("specializer: a graph that throws is a diagnostic") {
  struct Throwing final : ObjectGraph {
    bool field(ObjectId, const FieldName&, Field&) const override { throw std::runtime_error("the database is gone"); }
    std::string_view id(ObjectId) const override { return "A"; }
  };
  const auto expression = Expression::compile("#{x + @scheduledStartTime}").value();
  const auto made = specialize(expression, Throwing(), {.object = ObjectId{}});
  REQUIRE_FALSE(made);
  CHECK(made.error().front().message == "the host's callback failed: the database is gone");
}
