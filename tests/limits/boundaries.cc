// Every limit one below, at, and one above what it is set to, on every entry point of the library, with a listener and
// without one.
#include "../catch.h"
#include "cases.h"

using namespace pipexpr;

namespace {

// A definition's object A and, before it, a host's text.
class Host final : public ObjectGraph {
 public:
  Host(const PipelineDefinition& definition, const std::string& text)
      : definition_(definition), text_(FieldItem::of_text(text)) {}
  bool field(ObjectId object, const FieldName& name, Field& out) const override {
    if (name.text != "host") return definition_.field(object, {name.text}, out);
    out = {.items = &text_, .count = 1};
    return true;
  }
  std::string_view id(ObjectId object) const override { return definition_.id(object); }

 private:
  const PipelineDefinition& definition_;
  FieldItem text_;
};

// Empty: it worked. Otherwise all the diagnostics' codes and messages.
std::string told(const Diagnostics& why) {
  std::string all;
  for (const Diagnostic& one : why) all += std::string(code_id(one.code)) + " " + one.message + "\n";
  return all;
}

using Outcomes = std::vector<std::pair<std::string, std::string>>;

// One template on every way to evaluate it.
void evaluate(Outcomes& out, const Expression& expression, const ObjectGraph& graph, const EvaluateOptions& options,
              const std::string& how) {
  const Context context{.object = ObjectId{0}};
  Evaluator evaluator(options);
  TextBuffer text;
  std::vector<std::string_view> pieces;
  for (const char* turn : {" cold", " warm"}) {
    out.emplace_back(how + ", append" + turn, told(evaluator.append(expression, graph, context, text).error()));
    out.emplace_back(how + ", pieces" + turn, told(evaluator.pieces(expression, graph, context, pieces).error()));
    out.emplace_back(how + ", value" + turn, told(evaluator.value(expression, graph, context).error()));
  }
  out.emplace_back(how + ", evaluate", told(expression.evaluate(graph, context, options).error()));
  out.emplace_back(how + ", evaluate_text", told(expression.evaluate_text(graph, context, options).error()));
  out.emplace_back(how + ", explain", told(explain(expression, graph, context, {.evaluate = options}).error()));
}

// What the checker says of a field with that text, when it compiles and loads within the bounds; one line each.
std::string findings(const std::string& text, const Limits& bounds) {
  const std::string json = R"({"objects": [{"id": "A", "type": "ShellCommandActivity", "command": ")" + text + "\"}]}";
  LoadOptions load;
  CheckOptions check;
  load.limits = bounds;
  load.compile.limits = check.compile.limits = bounds;
  std::string all;
  for (const Finding& one : check_file(json, load, check)) {
    if (one.message.find(" the limit ") != std::string::npos) all += one.message + "\n";
  }
  return all;
}

Outcomes try_all(const limits::Case& one, std::size_t amount) {
  const limits::Sample sample = one.needs(amount);
  const std::string json = sample.json.empty() ? R"({"objects": [{"id": "A"}]})" : sample.json;
  Limits bounds;
  bounds.*limits::row(one.limit).member = one.bound;
  LoadOptions load;
  if (one.stage == limits::Stage::load) load.limits = bounds;
  const auto definition = PipelineDefinition::load(json, load);
  if (one.stage == limits::Stage::load || !definition) return {{"load", told(definition.error())}};
  const Host graph(**definition, sample.host);

  Outcomes out;
  EvaluationListener listener;
  for (const bool fold : {true, false}) {
    for (const bool borrow : {false, true}) {
      CompileOptions compile{.fold_constants = fold, .borrow_source = borrow};
      // What is compiled during an evaluation has the limits of the template that led to it.
      const LimitScope scope = limits::row(one.limit).scope;
      if (one.stage == limits::Stage::compile || scope == LimitScope::compile) compile.limits = bounds;
      const auto expression = Expression::compile(sample.text, compile);
      const std::string how = std::string(fold ? "folded" : "not folded") + (borrow ? ", borrowed" : "");
      if (one.stage == limits::Stage::compile || !expression) {
        out.emplace_back("compile, " + how, told(expression.error()));
        continue;
      }
      const Expression bound = expression->bind(graph);
      for (EvaluationListener* watching : {static_cast<EvaluationListener*>(nullptr), &listener}) {
        const EvaluateOptions options{.limits = bounds, .listener = watching};
        const std::string heard = how + (watching != nullptr ? ", with a listener" : "");
        evaluate(out, *expression, graph, options, heard);
        evaluate(out, bound, graph, options, heard + ", bound");
      }
    }
  }
  return out;
}

}  // namespace

TEST_CASE("limits: one below, at and one above") {
  for (const limits::Case& one : limits::cases()) {
    const std::string expected = limits::ending(limits::row(one.limit), one.bound);
    for (const std::size_t amount : {one.bound - 1, one.bound, one.bound + 1}) {
      const Outcomes outcomes = try_all(one, amount);
      REQUIRE_FALSE(outcomes.empty());
      for (const auto& [how, found] : outcomes) {
        INFO(one.limit << " by " << one.what << ", " << how << ": " << amount << " of " << one.bound << ": " << found);
        if (amount <= one.bound) {
          REQUIRE(found.empty());
        } else {
          REQUIRE(found.starts_with(code_id(one.code)));
          REQUIRE(found.find(expected) != found.npos);
          REQUIRE(std::count(found.begin(), found.end(), '\n') == 1);
        }
      }
    }
  }
}

TEST_CASE("limits: the checker compiles within them too") {
  std::size_t tried = 0;
  for (const limits::Case& one : limits::cases()) {
    if (one.stage != limits::Stage::compile) continue;
    Limits bounds;
    bounds.*limits::row(one.limit).member = one.bound;
    const std::string expected = limits::ending(limits::row(one.limit), one.bound);
    for (const std::size_t amount : {one.bound - 1, one.bound, one.bound + 1}) {
      const std::string text = one.needs(amount).text;
      if (text.find("#{") == text.npos) continue;  // texts without expressions are not compiled
      const std::string found = findings(text, bounds);
      INFO(one.limit << " by " << one.what << ": " << amount << " of " << one.bound << ": " << found);
      ++tried;
      if (amount <= one.bound) {
        CHECK(found.empty());
      } else {
        CHECK(found.find(expected) != found.npos);
        CHECK(std::count(found.begin(), found.end(), '\n') == 1);
      }
    }
  }
  CHECK(tried > 20);
}

TEST_CASE("limits: diagnostics are no more than asked for") {
  for (const std::size_t bound : {std::size_t{1}, std::size_t{5}, std::size_t{20}}) {
    for (const std::size_t errors : {bound - 1, bound, bound + 1}) {
      CompileOptions compile;
      EvaluateOptions evaluate;
      LoadOptions load;
      compile.limits.max_diagnostics = evaluate.limits.max_diagnostics = load.limits.max_diagnostics = bound;
      std::string syntax, calls, names, objects;
      for (std::size_t i = 0; i < errors; ++i) {
        syntax += "#{}";
        calls += i == 0 ? "#{f()" : " + f()";
        names += "#{nosuch}";
        objects += std::string(i == 0 ? "" : ", ") + "{\"id\": 1}";
      }
      INFO(errors << " errors, at most " << bound);
      const std::size_t expected = std::min(errors, bound);
      if (errors != 0) calls += "}";
      CHECK(Expression::compile(syntax, compile).error().size() == expected);
      CHECK(Expression::compile(calls, compile).error().size() == expected);
      CHECK(PipelineDefinition::load("{\"objects\": [" + objects + "]}", load).error().size() == expected);
      const auto graph = PipelineDefinition::load("{\"objects\": []}").value();
      const Expression expression = Expression::compile(names).value();
      EvaluationListener listener;
      for (EvaluationListener* watching : {static_cast<EvaluationListener*>(nullptr), &listener}) {
        evaluate.listener = watching;
        CHECK(expression.evaluate(*graph, {}, evaluate).error().size() == expected);
        CHECK(expression.evaluate_text(*graph, {}, evaluate).error().size() == expected);
      }
    }
  }
}

TEST_CASE("limits: a host's faulty texts count together") {
  const auto graph = PipelineDefinition::load(R"({"objects": [{"id": "A"}]})").value();
  std::string many = "#{1}", text;
  for (int i = 0; i < 15; ++i) many += "#{}";
  const Host host(*graph, many);
  for (int i = 0; i < 5; ++i) text += "#{host}";
  const auto result = Expression::compile(text).value().evaluate(host, {.object = ObjectId{0}});
  CHECK(result.error().size() == Limits().max_diagnostics);
}

TEST_CASE("limits: errors of different kinds in one expression count together") {
  std::string text;
  for (int i = 0; i < 19; ++i) text += "#{}";
  for (const char* last : {"#{f() + f()}", "#{1 / 0 + f()}", "#{f() + 1 / 0}", "#{format(f(), 'q')}", "#{1 +}#{f()}"}) {
    INFO(last);
    CHECK(Expression::compile(text + last).error().size() == Limits().max_diagnostics);
  }
}

TEST_CASE("limits: one diagnostic is always told") {
  Limits none;
  none.max_diagnostics = 0;
  CHECK(Expression::compile("#{1}#{2}", {.limits = none}).value().text() == "#{1}#{2}");
  CHECK(Expression::compile("#{1}#{2}", {.limits = none}).value().canonical().size() == 2);
  CHECK(Expression::compile("#{1}#{}#{f()}", {.limits = none}).error().size() == 1);
  CHECK(PipelineDefinition::load(R"({"objects": [{"id": 1}, {}]})", {.limits = none}).error().size() == 1);
  const auto graph = PipelineDefinition::load(R"({"objects": [{"id": "A"}]})").value();
  const Expression expression = Expression::compile("#{a}#{b}").value();
  CHECK(expression.evaluate(*graph, {.object = ObjectId{0}}, {.limits = none}).error().size() == 1);
}

TEST_CASE("limits: every row of the table has a case") {
  for (const LimitInfo& limit : pipexpr::limits()) {
    INFO(limit.name);
    const bool has_case = std::any_of(limits::cases().begin(), limits::cases().end(),
                                      [&](const limits::Case& one) { return one.limit == limit.name; });
    CHECK((has_case || limit.name == "max_diagnostics"));
  }
}

TEST_CASE("limits: defaults lie below their ceilings, and nothing above a ceiling counts") {
  Limits bounds;
  for (const LimitInfo& limit : pipexpr::limits()) {
    INFO(limit.name);
    CHECK(bounds.*limit.member == limit.default_value);
    CHECK(limit.default_value < limit.ceiling);
    CHECK_FALSE(limit.description.empty());
    for (const std::uint64_t value : {limit.ceiling - 1, limit.ceiling, limit.ceiling + 1, ~std::uint64_t{0}}) {
      bounds.*limit.member = value;
      CHECK(bounds.clamped().*limit.member == std::min(value, limit.ceiling));
    }
  }
}

TEST_CASE("limits: zero allows nothing, and breaks nothing") {
  Limits none;
  for (const LimitInfo& limit : pipexpr::limits()) none.*limit.member = 0;
  CHECK(Expression::compile("", {.limits = none}).has_value());
  CHECK_FALSE(Expression::compile("x", {.limits = none}).has_value());
  CHECK_FALSE(PipelineDefinition::load("{}", {.limits = none}).has_value());
  const auto graph = PipelineDefinition::load(R"({"objects": [{"id": "A", "a": "x#{1}", "b": ["1", "2"]}]})").value();
  for (const char* text : {"x", "#{a}", "#{b}", "#{1}", "#{A.a}"}) {
    INFO(text);
    const auto result =
        Expression::compile(text).value().evaluate_text(*graph, {.object = ObjectId{0}}, {.limits = none});
    REQUIRE_FALSE(result);
    CHECK(code_id(result.error().front().code)[1] == '6');
  }
}
