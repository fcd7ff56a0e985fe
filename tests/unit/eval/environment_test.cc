// Texts of a host's graph are compiled in the environment of the expression that leads to them.
#include <map>

#include <pipexpr/pipexpr.h>

#include "catch.h"

using namespace pipexpr;

namespace {

// One object whose fields are texts.
class Texts final : public ObjectGraph {
 public:
  explicit Texts(const std::map<std::string, std::string>& fields) {
    for (const auto& [name, text] : fields) texts_.emplace(name, text);
    for (const auto& [name, text] : texts_) items_.emplace(name, FieldItem::of_text(text));
  }
  bool field(ObjectId, const FieldName& name, Field& out) const override {
    const auto found = items_.find(std::string(name.text));
    if (found == items_.end()) return false;
    out = {.items = &found->second, .count = 1};
    return true;
  }
  std::string_view id(ObjectId) const override { return "Obj"; }

 private:
  std::map<std::string, std::string> texts_;
  std::map<std::string, FieldItem> items_;
};

FunctionRegistry with_twice() {
  FunctionRegistry functions = FunctionRegistry::standard();
  functions
      .add(
          {.name = "twice",
           .parameters = {{"text", Kind::string}},
           .body = [](Call& call) { return call.return_value(std::string(call.text(0)) + std::string(call.text(0))); }})
      .value();
  return functions;
}

enum class Functions : std::uint8_t { standard, own, none };

struct Case {
  const char* source;
  Delimiters delimiters;
  Functions functions;
  const char* outcome;  // the text, or the first diagnostic's message
};

const Texts& graph() {
  static const Texts texts({{"team", "ads"},
                            {"bucket", "s3://#{twice(team)}"},
                            {"deep", "<#{bucket}>"},
                            {"css", "#<team>"},
                            {"day", "#{day(makeDate(2024,5,24))}"}});
  return texts;
}

constexpr Case kCases[] = {
    {"#{twice(team)}", Delimiters::both, Functions::own, "adsads"},
    {"#{bucket}", Delimiters::both, Functions::own, "s3://adsads"},
    {"#{deep}", Delimiters::both, Functions::own, "<s3://adsads>"},
    {"#{css}", Delimiters::both, Functions::own, "ads"},
    {"#{bucket}", Delimiters::braces, Functions::own, "s3://adsads"},
    {"#{css} #<team>", Delimiters::braces, Functions::own, "#<team> #<team>"},
    {"#<css>", Delimiters::angles, Functions::standard, "ads"},
    {"#<bucket>", Delimiters::angles, Functions::standard, "s3://#{twice(team)}"},
    {"#{bucket}", Delimiters::both, Functions::standard, "unknown function 'twice'"},
    {"#{deep}", Delimiters::both, Functions::standard, "unknown function 'twice'"},
    {"#{day}", Delimiters::both, Functions::standard, "24"},
    {"#{day}", Delimiters::both, Functions::own, "24"},
    {"#{day}", Delimiters::both, Functions::none, "unknown function 'makeDate'"},
    {"#{day(team)}", Delimiters::both, Functions::none, "unknown function 'day'"},
};

std::string outcome(const Case& one, Evaluator& evaluator) {
  static const FunctionRegistry own = with_twice(), none;
  const CompileOptions options{.delimiters = one.delimiters,
                               .functions = one.functions == Functions::own    ? &own
                                            : one.functions == Functions::none ? &none
                                                                               : nullptr};
  const auto expression = Expression::compile(one.source, options);
  if (!expression) return expression.error().front().message;
  const auto value = evaluator.value(*expression, graph(), {.object = ObjectId{0}});
  return value ? value->to_text() : value.error().front().message;
}

}  // namespace

TEST_CASE("eval: texts have the environment of the expression that leads to them") {
  Evaluator one_for_all;  // keeps texts of every environment apart
  for (int round = 0; round < 2; ++round) {
    for (const Case& one : kCases) {
      INFO(one.source << " with delimiters " << static_cast<int>(one.delimiters) << " and functions "
                      << static_cast<int>(one.functions));
      Evaluator fresh;
      CHECK(outcome(one, fresh) == one.outcome);
      CHECK(outcome(one, one_for_all) == one.outcome);
    }
  }
}

TEST_CASE("eval: functions that are added later are none of an expression's") {
  FunctionRegistry functions;
  const Expression before = Expression::compile("#{bucket}", {.functions = &functions}).value();
  functions = with_twice();
  CHECK(before.evaluate_text(graph(), {.object = ObjectId{0}}).error().front().message == "unknown function 'twice'");
  const Expression after = Expression::compile("#{bucket}", {.functions = &functions}).value();
  functions = FunctionRegistry();  // the expression keeps what it was compiled with
  CHECK(after.evaluate_text(graph(), {.object = ObjectId{0}}).value() == "s3://adsads");
}

TEST_CASE("eval: texts are compiled under the limits of the template that led to them") {
  const Texts texts(std::map<std::string, std::string>{{"nested", "#{((1))}"}});
  const auto evaluate = [&](std::uint64_t compiling) {
    CompileOptions compile;
    compile.limits.max_nesting = compiling;
    return Expression::compile("#{nested}", compile)->evaluate_text(texts, {.object = ObjectId{0}}).has_value();
  };
  CHECK(evaluate(2));
  CHECK_FALSE(evaluate(1));
}

TEST_CASE("eval: patterns of texts are prepared under the stricter of both limits") {
  const Texts texts(std::map<std::string, std::string>{{"nested", "#{format(@scheduledStartTime, 'YYYYYY')}"}});
  const auto evaluate = [&](std::uint64_t compiling, std::uint64_t evaluating) {
    CompileOptions compile;
    EvaluateOptions options;
    compile.limits.max_pattern_run = compiling;
    options.limits.max_pattern_run = evaluating;
    return Expression::compile("#{nested}", compile)
        ->evaluate_text(texts, {.object = ObjectId{0}, .run = Run{}}, options)
        .has_value();
  };
  CHECK(evaluate(6, 6));
  CHECK_FALSE(evaluate(5, 6));
  CHECK_FALSE(evaluate(6, 5));
}

TEST_CASE("eval: a host hands over an expression of its own, or why there is none") {
  class Host final : public ObjectGraph {
   public:
    explicit Host(FieldItem item) : item_(item) {}
    bool field(ObjectId, const FieldName& name, Field& out) const override {
      out = {.items = &item_, .count = 1};
      return name.text == "x";
    }
    std::string_view id(ObjectId) const override { return "Obj"; }

   private:
    FieldItem item_;
  };
  const Expression inner = Expression::compile("#{1 + 1}!").value();
  const Expression expression = Expression::compile("a#{x}").value();
  const Context context{.object = ObjectId{0}};
  CHECK(FieldItem::of_expression(inner).value.text() == "#{1 + 1}!");
  CHECK(expression.evaluate_text(Host(FieldItem::of_expression(inner)), context).value() == "a2!");

  const auto wrong = Expression::compile("#{1 +}");
  const Diagnostics why = wrong.error();
  const auto result = expression.evaluate_text(Host(FieldItem::of_invalid("#{1 +}", why)), context);
  REQUIRE(result.error().size() == 1);
  CHECK(result.error()[0].message == why[0].message);
  REQUIRE(result.error()[0].path.size() == 1);
  CHECK(result.error()[0].path[0].text == "#{1 +}");
}

TEST_CASE("eval: more texts than are kept") {
  std::map<std::string, std::string> many;
  for (int i = 0; i < 6000; ++i) many["f" + std::to_string(i)] = "#{" + std::to_string(i) + " + 1}";
  const Texts texts(many);
  Evaluator evaluator;
  TextBuffer out;
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 6000; ++i) {
      const Expression one = Expression::compile("#{f" + std::to_string(i) + "}").value();
      out.clear();
      REQUIRE(evaluator.append(one, texts, {.object = ObjectId{0}}, out));
      REQUIRE(out.view() == std::to_string(i + 1));
    }
  }
}
