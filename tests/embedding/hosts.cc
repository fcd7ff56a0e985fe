// Hosts with what they need of functions: the time of the evaluation, state of their own, their own words in texts.
#include <map>
#include <string>

#include <pipexpr/pipexpr.h>

#include "catch.h"

using namespace pipexpr;

namespace {

// Texts by name, of one object.
class Texts final : public ObjectGraph {
 public:
  explicit Texts(std::map<std::string, std::string, std::less<>> texts) : texts_(std::move(texts)) {
    for (const auto& [name, text] : texts_) items_[name] = FieldItem::of_text(text);
  }
  bool field(ObjectId, const FieldName& name, Field& out) const override {
    const auto found = items_.find(name.text);
    if (found == items_.end()) return false;
    out = {.items = &found->second, .count = 1};
    return true;
  }
  std::string_view id(ObjectId) const override { return "row"; }

 private:
  std::map<std::string, std::string, std::less<>> texts_;
  std::map<std::string, FieldItem, std::less<>> items_;
};

}  // namespace

TEST_CASE("embedding: functions and delimiters of the host reach the texts of its fields") {
  FunctionRegistry functions = FunctionRegistry::standard();
  functions
      .add(
          {.name = "twice",
           .parameters = {{"of"}},
           .body = [](Call& call) { return call.return_value(std::string(call.text(0)) + std::string(call.text(0))); }})
      .value();
  const Texts graph(std::map<std::string, std::string, std::less<>>{
      {"team", "ads"}, {"bucket", "s3://#{twice(team)}"}, {"css", "#<b>"}, {"b", "B"}});
  const CompileOptions braces{.delimiters = Delimiters::braces, .functions = &functions};
  const auto text = [&](std::string_view of) {
    return Expression::compile(of, braces)->evaluate_text(graph, {.object = ObjectId{0}}).value();
  };
  CHECK(text("#{twice(team)}") == "adsads");
  CHECK(text("#{bucket}") == "s3://adsads");
  CHECK(text("#<b>") == "#<b>");
  CHECK(text("#{css}") == "#<b>");
}

TEST_CASE("embedding: an expression cache by text, values of every integer type, loops over temporary errors") {
  std::map<std::string, Expression> cache;
  cache["#{1 + 1}"] = Expression::compile("#{1 + 1}").value();
  cache["new"];
  const Texts graph({});
  std::string all;
  for (const auto& [text, expression] : cache) all += expression.evaluate_text(graph).value() + ";";
  CHECK(all == "2;;");
  for (Diagnostic& why : Expression::compile("#{nosuch(}").error()) all = std::move(why.message);
  CHECK(all == "expected a number, a string in quotes, a name or '(', found the end of the expression");
  const std::size_t size = 3;
  const Value::List list{1, 2U, size, true, "x"};
  CHECK(Value(list).to_text() == R"([1, 2, 3, "true", "x"])");
}

TEST_CASE("embedding: options are set, and hold from then on") {
  const Texts graph(std::map<std::string, std::string, std::less<>>{{"x", "12345"}});
  const Expression expression = Expression::compile("#{x}").value();
  Evaluator evaluator;
  TextBuffer out;
  CHECK(evaluator.append(expression, graph, {.object = ObjectId{0}}, out));
  EvaluateOptions options = evaluator.options();
  options.limits.max_output_bytes = 3;
  evaluator.set_options(options);
  CHECK(evaluator.append(expression, graph, {.object = ObjectId{0}}, out).error().at(0).code ==
        DiagnosticCode::limit_output_bytes);
  CHECK(out.view() == "12345");
  evaluator.set_options({});
  evaluator.set_deadline(std::chrono::steady_clock::now() - std::chrono::seconds(1));
  CHECK(evaluator.append(expression, graph, {.object = ObjectId{0}}, out).error().at(0).code ==
        DiagnosticCode::deadline_exceeded);
  evaluator.set_deadline({});
  CHECK(evaluator.append(expression, graph, {.object = ObjectId{0}}, out));
}
