// Values that only a graph of a host's own can give.
#include <stdexcept>

#include <pipexpr/pipexpr.h>

#include "catch.h"

using namespace pipexpr;

namespace {

// One object with one field, `x`, of that value.
class One final : public ObjectGraph {
 public:
  explicit One(ValueView value) : item_(FieldItem::of_value(value)) {}
  bool field(ObjectId, const FieldName& name, Field& out) const override {
    out = {.items = &item_, .count = 1};
    return name.text == "x";
  }
  std::string_view id(ObjectId) const override { return "One"; }

 private:
  FieldItem item_;
};

// The text of a template; the first code when it fails.
std::string outcome(const char* source, const ObjectGraph& graph) {
  const Expression expression = Expression::compile(source).value();
  const auto result = expression.evaluate_text(graph, {.object = ObjectId{0}});
  Evaluator evaluator;
  TextBuffer out;
  CHECK(evaluator.append(expression, graph, {.object = ObjectId{0}}, out).has_value() == result.has_value());
  CHECK(out.view() == (result ? *result : ""));
  return result ? *result : std::string(code_id(result.error().at(0).code));
}

}  // namespace

TEST_CASE("eval: a host's periods") {
  const One graph(ValueView(Period{.count = 3, .unit = TimeUnit::hours}));
  CHECK(outcome("#{x}", graph) == "3 hours");
  CHECK(outcome("a#{x}b", graph) == "a3 hoursb");
  CHECK(outcome("#{'every ' + x}", graph) == "every 3 hours");
  CHECK(outcome("#{x + '!'}", graph) == "3 hours!");
  CHECK(outcome("#{x - 1}", graph) == "E302");
  CHECK(outcome("#{1 + x}", graph) == "E302");
  CHECK(outcome("#{-x}", graph) == "E302");
  CHECK(outcome("#{minusPeriod(makeDate(2012, 12, 12), x)}", graph) == "2012-12-11T21:00:00");
  CHECK(outcome("#{x.id}", graph) == "E307");
}

TEST_CASE("eval: a host's numbers") {
  const One seven(ValueView(std::int64_t{7}));
  const One half(ValueView(0.5));
  CHECK(outcome("#{x * 2 - 1}", seven) == "13");
  CHECK(outcome("#{x}/#{x / 2}", seven) == "7/3");
  CHECK(outcome("#{x ^ 2}", seven) == "49.0");
  CHECK(outcome("#{x + x * 3}", half) == "2.0");
  CHECK(outcome("a#{x}", half) == "a0.5");
  CHECK(outcome("#{x / (x - 0.5)}", half) == "E402");
}

TEST_CASE("eval: an expression of many steps takes as many as it has") {
  const One graph(ValueView(std::int64_t{7}));
  for (const std::size_t terms : {2u, 512u, 513u, 1025u, 2000u, 4096u, 4097u, 9000u}) {
    std::string source = "#{x";
    for (std::size_t i = 1; i < terms; ++i) source += "+x";
    const Expression expression = Expression::compile(source + "}").value();
    const std::size_t steps = 2 * terms - 1;
    for (const std::size_t allowed : {steps - 1, steps, steps + 1}) {
      INFO(terms << " terms with " << allowed << " steps");
      EvaluationListener listener;
      for (const bool watched : {false, true}) {
        EvaluateOptions options;
        options.limits.max_steps = allowed;
        if (watched) options.listener = &listener;
        Evaluator evaluator(options);
        TextBuffer out;
        const auto done = evaluator.append(expression, graph, {.object = ObjectId{0}}, out);
        const bool good = done.has_value();
        CHECK(good == (allowed >= steps));
        CHECK(out.view() == (good ? std::to_string(7 * terms) : ""));
        if (!good) CHECK(done.error().at(0).code == DiagnosticCode::limit_steps);
        if (!good) CHECK(done.error().at(0).span.length == 2 * terms - 1);
      }
    }
  }
}

TEST_CASE("eval: without an object a name is no field, whatever the graph would say") {
  const One graph(ValueView("x"));
  for (const char* source : {"#{x}", "a#{x}b", "#{x + 1}"}) {
    INFO(source);
    const Expression expression = Expression::compile(source).value();
    Evaluator evaluator;
    TextBuffer out;
    const auto done = evaluator.append(expression, graph, {}, out);
    REQUIRE_FALSE(done);
    CHECK(done.error().at(0).code == expression.evaluate(graph).error().at(0).code);
    CHECK(code_id(done.error().at(0).code) == "E502");
  }
}

TEST_CASE("eval: a host's reference to no object is unset") {
  class Nowhere final : public ObjectGraph {
   public:
    bool field(ObjectId, const FieldName& name, Field& out) const override {
      out = {.items = name.text == "one" ? items_ : items_ + 1, .count = name.text == "one" ? 1u : 2u};
      return name.text == "one" || name.text == "two";
    }
    std::string_view id(ObjectId object) const override {
      return object == ObjectId{0} ? "N" : throw std::out_of_range("there is no such object");
    }

   private:
    FieldItem items_[3] = {FieldItem::of_value(ValueView(kNoObject, Sphere::component)),
                           FieldItem::of_value(ValueView(kNoObject, Sphere::component)),
                           FieldItem::of_value(ValueView(ObjectId{0}, Sphere::component))};
  };
  const Nowhere graph;
  const Context context{.object = ObjectId{0}};
  const auto text = [&](const char* source) {
    return Expression::compile(source).value().evaluate_text(graph, context);
  };
  CHECK(text("<#{one}>").value() == "<>");
  CHECK(text("<#{two}>").value() == "<N>");
  CHECK(text("#{one.id}").error().at(0).code == DiagnosticCode::not_a_reference);
}

TEST_CASE("eval: fields of the context come first, then the run's, then the object's") {
  class Two final : public ObjectGraph {
   public:
    bool field(ObjectId object, const FieldName& name, Field& out) const override {
      if (name.text == "other") out = {.items = object == ObjectId{0} ? &to_one_ : &to_zero_, .count = 1};
      if (name.text == "x") out = {.items = object == ObjectId{0} ? &zero_ : &one_, .count = 1};
      return name.text == "other" || name.text == "x";
    }
    std::string_view id(ObjectId object) const override { return object == ObjectId{0} ? "Zero" : "One"; }

   private:
    FieldItem zero_ = FieldItem::of_value("own0"), one_ = FieldItem::of_value("own1");
    FieldItem to_one_ = FieldItem::of_value(ValueView(ObjectId{1}, Sphere::instance));
    FieldItem to_zero_ = FieldItem::of_value(ValueView(ObjectId{0}, Sphere::instance));
  };
  const Two graph;
  const FieldItem given = FieldItem::of_value("given"), ran = FieldItem::of_value("ran");
  const FieldItem moment = FieldItem::of_value(ValueView(DateTime{.epoch_millis = 0}));
  const Binding fields[] = {{"x", {&given, 1}}};
  const Binding run_fields[] = {{"x", {&ran, 1}}, {"@scheduledStartTime", {&moment, 1}}};
  Run plain, full;
  plain.scheduled_start = full.scheduled_start = {.epoch_millis = 86400000};
  full.fields = run_fields;
  const auto text = [&](const char* source, std::span<const Binding> context_fields, const Run& run) {
    const Context context{.object = ObjectId{0}, .run = run, .fields = context_fields};
    const Expression expression = Expression::compile(source).value();
    TextBuffer out;
    Evaluator evaluator;
    REQUIRE(evaluator.append(expression, graph, context, out));
    CHECK(evaluator.value(expression, graph, context)->to_text() == out.view());
    return std::string(out.view());
  };
  const char* const all = "#{x} #{x + '!'} #{other.x} #{other.x + '!'} #{other.other.x} #{other.other.x + '!'}";
  CHECK(text(all, {}, plain) == "own0 own0! own1 own1! own0 own0!");
  CHECK(text(all, fields, plain) == "given given! own1 own1! given given!");
  CHECK(text(all, {}, full) == "ran ran! ran ran! ran ran!");
  CHECK(text(all, fields, full) == "given given! ran ran! given given!");
  CHECK(text("#{@scheduledStartTime}", fields, plain) == "1970-01-02T00:00:00");
  CHECK(text("#{@scheduledStartTime}", fields, full) == "1970-01-01T00:00:00");
  CHECK(text("#{year(@scheduledStartTime)}", {}, full) == "1970");
}
