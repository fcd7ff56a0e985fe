// Every amount of memory that an evaluation may be given, from nothing to enough: a limit's diagnostic or the value,
// and never anything else; and the limit is reached in one place, behind which all amounts do.
#include <pipexpr/pipexpr.h>

#include "catch.h"

using namespace pipexpr;

namespace {

const PipelineDefinition& definition() {
  static const auto made = PipelineDefinition::load(R"({"objects": [
    {"id": "A", "type": "ShellCommandActivity", "myText": "abc", "myWords": ["one", "tw\"o"], "myDate": "2024-02-29T10:20:30",
     "myDays": "#{myCounts * 2}", "myDouble": "#{myCounts + 0.5}", "myJoined": "<#{myText}-#{myWords}>", "ref": {"ref": "B"}},
    {"id": "B", "name": "b", "schedule": {"ref": "S"}}, {"id": "S", "type": "Schedule", "period": "1 hour"}],
    "parameters": [{"id": "myCounts", "type": "Integer", "isArray": "true"}], "values": {"myCounts": ["1", "2", "3"]}})")
                               .value();
  return *made;
}

// A graph whose texts are compiled while the evaluation is on.
class Texts final : public ObjectGraph {
 public:
  bool field(ObjectId, const FieldName& name, Field& out) const override {
    out = {.items = name.text == "a" ? &a_ : &b_, .count = 1};
    return name.text.size() == 1;
  }
  std::string_view id(ObjectId) const override { return "T"; }

 private:
  FieldItem a_ = FieldItem::of_text("x#{b}#{b + 'y'}");
  FieldItem b_ = FieldItem::of_text("#{'it' + 's'}");
};

// The least amount that is enough.
std::uint64_t least(const std::string& text, const ObjectGraph& graph) {
  const Expression expression = Expression::compile(text, {.fold_constants = false}).value();
  const Run run{.scheduled_start = parse_datetime("2024-05-24T17:00:00").value()};
  const Context context{.object = ObjectId{0}, .run = run};
  const std::string expected = expression.evaluate_text(graph, context).value();
  Evaluator kept, watched;
  EvaluationListener listener;
  TextBuffer out, traced;
  std::vector<std::string_view> pieces;
  const auto said = [&](const Diagnostics& why) { return render(why.at(0), {.source = text}); };
  std::uint64_t enough = 0;
  for (std::uint64_t amount = 0; amount < 20'000; ++amount) {
    EvaluateOptions options;
    options.limits.max_memory_bytes = amount;
    INFO(text << " with " << amount << " bytes");
    const auto found = expression.evaluate_text(graph, context, options);
    kept.set_options(options);
    out.clear();
    const auto appended = kept.append(expression, graph, context, out);
    REQUIRE(appended.has_value() == found.has_value());
    options.listener = &listener;
    watched.set_options(options);
    traced.clear();
    const auto heard = watched.append(expression, graph, context, traced);
    REQUIRE(heard.has_value() == appended.has_value());
    REQUIRE(traced.view() == out.view());
    if (!found) {
      REQUIRE(said(heard.error()) == said(found.error()));
      REQUIRE(said(appended.error()) == said(found.error()));
      const auto parted = kept.pieces(expression, graph, context, pieces);
      REQUIRE(said(parted.error()) == said(found.error()));
      REQUIRE(found.error().size() == 1);
      REQUIRE(found.error()[0].code == DiagnosticCode::limit_memory_bytes);
      REQUIRE(out.view().empty());
      enough = amount + 1;
      continue;
    }
    REQUIRE(*found == expected);
    REQUIRE(out.view() == expected);
    if (amount > 2 * enough + 100) return enough;
  }
  FAIL(text << " never has enough");
  return 0;
}

}  // namespace

TEST_CASE("eval: memory, from nothing to enough") {
  // The least amounts are part of what a template costs; docs/limits.md says what counts.
  for (const char* text : {"#{myText + 'd'}",
                           "#{myWords}",
                           "x#{myWords}y",
                           "#{myWords + myText}",
                           "#{myDays}",
                           "#{myDouble}",
                           "#{myJoined}",
                           "#{myDays + myDouble}",
                           "#{format(myDate, 'YYYY')}",
                           "#{format(plusDays(myDate, myCounts), 'dd')}",
                           "#{format(myDate, 'YYYY') + 'a'}",
                           "#{myText}#{format(@scheduledStartTime, 'YYYY') + 'a'}",
                           "#{@id}",
                           "#{ref.@id}",
                           "#{1 + 'a'}",
                           "#{1.5 + 'a'}",
                           "#{myDate + 'a'}",
                           "#{plusDays(myDate, 1) + 'a'}",
                           "#{day(myDate)}-#{-1.5}",
                           "#{@scheduledStartTime}",
                           "#{myCounts}#{myText}",
                           "#{-myCounts}"}) {
    INFO(text);
    CHECK(least(text, definition()) > 0);
  }
  CHECK(least("#{a}", Texts()) > 0);
  CHECK(least("#{myText}", definition()) == 0);
  CHECK(least("a#{myText}b", definition()) == 0);
}

TEST_CASE("eval: a host's text that is known is charged as much as one that is not") {
  const Expression first = Expression::compile("#{a}").value();
  const Expression second = Expression::compile("#{'a longer text, ' + b + b}#{a}").value();
  const Texts graph;
  const Context context{.object = ObjectId{0}};
  TextBuffer out;
  int refused = 0;
  for (std::uint64_t amount = 0; amount < 5'000; ++amount) {
    INFO(amount << " bytes");
    EvaluateOptions options;
    options.limits.max_memory_bytes = amount;
    Evaluator warm(options);
    const bool knows = warm.append(first, graph, context, out).has_value();
    out.clear();
    const auto done = warm.append(second, graph, context, out);
    const bool good = done.has_value();
    const auto found = second.evaluate_text(graph, context, options);
    REQUIRE(found.has_value() == good);
    REQUIRE(out.view() == (good ? *found : ""));
    if (!good) REQUIRE(done.error()[0].code == DiagnosticCode::limit_memory_bytes);
    refused += knows && !good;
  }
  CHECK(refused > 0);
}
