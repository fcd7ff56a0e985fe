// A host whose graph or listener throws gets a diagnostic, and the evaluator works again afterwards.
#include <new>
#include <stdexcept>

#include <pipexpr/pipexpr.h>
#include "../catch.h"

namespace {

using namespace pipexpr;

class Throwing final : public ObjectGraph {
 public:
  bool field(ObjectId, const FieldName& name, Field& out) const override {
    if (name.text == "standard") throw std::runtime_error("no connection");
    if (name.text == "strange") throw 42;
    if (name.text == "memory") throw std::bad_alloc();
    if (name.text == "nested") out = {.items = &nested_, .count = 1};
    if (name.text == "deep") out = {.items = &deep_, .count = 1};
    if (name.text == "compiled") out = {.items = &compiled_item_, .count = 1};
    if (name.text == "list") out = {.items = list_, .count = 2};
    if (name.text == "other") out = {.items = &reference_, .count = 1, .type = SlotType::reference};
    return out.count != 0;
  }
  std::string_view id(ObjectId object) const override {
    if (object == ObjectId{1}) throw std::runtime_error("no id");
    return "A";
  }
  std::optional<ObjectId> find(std::string_view) const override { throw std::runtime_error("cannot search"); }

 private:
  FieldItem nested_ = FieldItem::of_text("x#{standard}");
  FieldItem deep_ = FieldItem::of_text("<#{1}#{compiled}>");
  Expression compiled_ = Expression::compile("y#{nested}#{standard}").value();
  FieldItem compiled_item_ = FieldItem::of_expression(compiled_);
  FieldItem list_[2] = {FieldItem::of_value("a"), FieldItem::of_text("b#{strange}")};
  FieldItem reference_ = FieldItem::of_value(ValueView(ObjectId{1}));
};

// The place in the template and the fields that led on.
std::string way(const Diagnostic& why) {
  std::string text = std::to_string(why.span.offset) + "+" + std::to_string(why.span.length);
  for (const PathStep& step : why.path) {
    text += " > " + step.object + "." + step.field + (step.item == 0 ? "" : "#" + std::to_string(step.item)) + " " +
            std::to_string(step.span.offset + step.text_offset) + "+" + std::to_string(step.span.length);
  }
  return text;
}

class ThrowingListener final : public EvaluationListener {
  void node(const TracedNode&, const ValueView&) override { throw std::runtime_error("listener"); }
};

TEST_CASE("conformance: a host that throws") {
  const Throwing graph;
  const Context context{.object = ObjectId{0}};
  Evaluator evaluator;
  TextBuffer out;
  std::vector<std::string_view> pieces;
  const auto check = [&](std::string_view text, std::string_view why, std::string place = "") {
    if (place.empty()) place = "0+" + std::to_string(text.size());
    INFO(text);
    const Expression expression = Expression::compile(text).value();
    const std::string message = "the host's callback failed: " + std::string(why);
    const auto is_expected = [&](const Diagnostics& found) {
      REQUIRE(found.size() == 1);
      CHECK(found[0].code == DiagnosticCode::host_error);
      CHECK(found[0].message == message);
      CHECK(way(found[0]) == place);
    };
    is_expected(evaluator.append(expression, graph, context, out).error());
    CHECK(out.size() == 0);
    is_expected(evaluator.pieces(expression, graph, context, pieces).error());
    const auto value = evaluator.value(expression, graph, context);
    REQUIRE_FALSE(value);
    is_expected(value.error());
    is_expected(expression.evaluate(graph, context).error());
    is_expected(expression.evaluate_text(graph, context).error());
  };
  check("#{standard}", "no connection, when it was asked for the field 'standard' of object 'A'");
  check("#{strange}",
        "an exception that is no std::exception, when it was asked for the field 'strange' of object 'A'");
  const char* const standard = "no connection, when it was asked for the field 'standard' of object 'A'";
  check("a #{nested} b", standard, "4+6 > A.nested 0+12");
  // By the fast path, by the interpreter, and by both.
  check("a #{compiled}", standard, "4+8 > A.compiled 3+6 > A.nested 0+12");
  check("a #{deep}", standard, "4+4 > A.deep 7+8 > A.compiled 3+6 > A.nested 0+12");
  check("#{1 + (2 * compiled)}", standard, "11+8 > A.compiled 3+6 > A.nested 0+12");
  check("#{list}", "an exception that is no std::exception, when it was asked for the field 'strange' of object 'A'",
        "2+4 > A.list#1 0+11");
  check("#{Somewhere.name}", "cannot search");
  check("#{other}", "no id");
  check("#{other + '!'}", "no id");

  // A host without memory is no error of its own: this goes through, on every way.
  const Expression memory = Expression::compile("#{memory}").value();
  CHECK_THROWS_AS((void)evaluator.append(memory, graph, context, out), std::bad_alloc);
  CHECK_THROWS_AS((void)evaluator.pieces(memory, graph, context, pieces), std::bad_alloc);
  CHECK_THROWS_AS(evaluator.value(memory, graph, context), std::bad_alloc);
  CHECK_THROWS_AS(memory.evaluate(graph, context), std::bad_alloc);
  CHECK_THROWS_AS(memory.evaluate_text(graph, context), std::bad_alloc);
  CHECK(out.size() == 0);

  CHECK(evaluator.append(Expression::compile("#{1 + 1}").value(), graph, context, out));
  CHECK(out.view() == "2");

  // The same where everything that leads there is compiled: the fast path alone.
  const Expression innermost = Expression::compile("#{standard}").value(),
                   middle = Expression::compile("<#{standard_2}#{in}>").value();
  struct Compiled final : ObjectGraph {
    bool field(ObjectId, const FieldName& name, Field& to) const override {
      if (name.text == "in") to = {.items = &in, .count = 1};
      if (name.text == "mid") to = {.items = &mid, .count = 1};
      if (name.text == "standard_2") to = {.items = &text, .count = 1};
      if (name.text == "standard") throw std::runtime_error("no connection");
      return to.count != 0;
    }
    std::string_view id(ObjectId) const override { throw std::runtime_error("no id"); }
    FieldItem in, mid, text = FieldItem::of_value("2");
  } compiled;
  compiled.in = FieldItem::of_expression(innermost);
  compiled.mid = FieldItem::of_expression(middle);
  for (const bool interpreter_only : {false, true}) {
    evaluator.set_options({.testing_interpreter_only = interpreter_only});
    const auto done = evaluator.append(Expression::compile("a #{mid} b").value(), compiled, context, out);
    REQUIRE_FALSE(done);
    CHECK(done.error()[0].message ==
          "the host's callback failed: no connection, when it was asked for the field 'standard'");
    CHECK(way(done.error()[0]) == "4+3 > .mid 16+2 > .in 0+11");
    CHECK(render(done.error()[0]).find("in mid") != std::string::npos);
  }
  evaluator.set_options({});

  ThrowingListener listener;
  evaluator.set_options({.listener = &listener});
  CHECK(evaluator.append(Expression::compile("x#{nested}").value(), graph, context, out).error().at(0).code ==
        DiagnosticCode::host_error);
}

}  // namespace
