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
    if (name.text == "other") out = {.items = &reference_, .count = 1, .type = SlotType::reference};
    return name.text == "nested" || name.text == "other";
  }
  std::string_view id(ObjectId object) const override {
    if (object == ObjectId{1}) throw std::runtime_error("no id");
    return "A";
  }
  std::optional<ObjectId> find(std::string_view) const override { throw std::runtime_error("cannot search"); }

 private:
  FieldItem nested_ = FieldItem::of_text("x#{standard}");
  FieldItem reference_ = FieldItem::of_value(ValueView(ObjectId{1}));
};

class ThrowingListener final : public EvaluationListener {
  void node(const TracedNode&, const ValueView&) override { throw std::runtime_error("listener"); }
};

TEST_CASE("conformance: a host that throws") {
  const Throwing graph;
  const Context context{.object = ObjectId{0}};
  Evaluator evaluator;
  TextBuffer out;
  std::vector<std::string_view> pieces;
  const auto check = [&](std::string_view text, std::string_view why) {
    INFO(text);
    const Expression expression = Expression::compile(text).value();
    const std::string message = "the host's callback failed: " + std::string(why);
    const auto is_expected = [&](const Diagnostics& found) {
      REQUIRE(found.size() == 1);
      CHECK(found[0].code == DiagnosticCode::host_error);
      CHECK(found[0].message == message);
      CHECK(found[0].span == SourceSpan{0, static_cast<std::uint32_t>(text.size())});
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
  check("a #{nested} b", "no connection, when it was asked for the field 'standard' of object 'A'");
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

  ThrowingListener listener;
  evaluator.set_options({.listener = &listener});
  CHECK(evaluator.append(Expression::compile("x#{nested}").value(), graph, context, out).error().at(0).code ==
        DiagnosticCode::host_error);
}

}  // namespace
