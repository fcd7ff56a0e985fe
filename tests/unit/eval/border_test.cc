// What a host may do wrong: numbers that are not finite, items used again, lists in lists, an evaluator that is entered
// again, functions that do not keep what they declare, and hosts that take their time.
#include <chrono>
#include <limits>
#include <stdexcept>
#include <thread>

#include <pipexpr/pipexpr.h>

#include "catch.h"

using namespace pipexpr;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// One object with one field, `x`.
class One final : public ObjectGraph {
 public:
  explicit One(FieldItem item) : item_(item) {}
  bool field(ObjectId, const FieldName& name, Field& out) const override {
    out = {.items = &item_, .count = 1};
    return name.text == "x";
  }
  std::string_view id(ObjectId) const override { return "One"; }

 private:
  FieldItem item_;
};

// The text, or the first diagnostic; the same on every path.
std::string outcome(const std::string& source, const ObjectGraph& graph, const CompileOptions& compile = {},
                    std::span<const Binding> fields = {}) {
  const Expression expression = Expression::compile(source, compile).value();
  const Context context{.object = ObjectId{0}, .fields = fields};
  std::string first;
  for (const bool interpreter : {false, true}) {
    Evaluator evaluator({.testing_interpreter_only = interpreter});
    TextBuffer out;
    const Result<void> done = evaluator.append(expression, graph, context, out);
    const bool good = done.has_value();
    const std::string text =
        good ? std::string(out.view()) : std::string(code_id(done.error().at(0).code)) + " " + done.error()[0].message;
    const auto value = evaluator.value(expression, graph, context);
    CHECK(value.has_value() == good);
    if (value) CHECK(value->to_text() == text);
    if (interpreter) CHECK(text == first);
    first = text;
  }
  return first;
}

FunctionRegistry with(FunctionSpec spec) {
  FunctionRegistry functions = FunctionRegistry::standard();
  functions.add(std::move(spec)).value();
  return functions;
}

}  // namespace

TEST_CASE("border: numbers that are not finite") {
  for (const double number : {kInfinity, -kInfinity, std::numeric_limits<double>::quiet_NaN(),
                              std::numeric_limits<double>::signaling_NaN()}) {
    const One graph(FieldItem::of_value(ValueView(number)));
    for (const char* source :
         {"#{x}", "a#{x}b", "#{x + 'a'}", "#{x + 1}", "#{x * 2 + 1}", "#{-x}", "#{1 + x}", "#{x}#{x}"}) {
      INFO(source);
      CHECK(outcome(source, graph) == "E413 the field 'x' is not a finite number");
    }
    const FieldItem item = FieldItem::of_value(ValueView(number));
    const Binding binding{"y", {.items = &item, .count = 1}};
    CHECK(outcome("#{y}", graph, {}, {&binding, 1}) == "E413 the field 'y' is not a finite number");
    const FunctionRegistry functions = with(
        {.name = "ratio", .parameters = {{"a", Kind::number}}, .result = Kind::number, .body = [number](Call& call) {
           return call.return_value(number);
         }});
    const One one(FieldItem::of_value(ValueView(std::int64_t{1})));
    CHECK(outcome("#{ratio(x)}", one, {.functions = &functions}) == "E413 the result of ratio is not a finite number");
    CHECK(outcome("a#{ratio(x) + 1}", one, {.functions = &functions}) ==
          "E413 the result of ratio is not a finite number");
    const ValueView items[] = {ValueView(1.5), ValueView(number)};
    CHECK(outcome("#{x}", One(FieldItem::of_value(ValueView(items, 2)))) ==
          "E413 the field 'x' is not a finite number");
  }
  CHECK(Value(kInfinity).to_text() == "Infinity");
  CHECK(Value(-kInfinity).to_text() == "-Infinity");
  CHECK(Value(std::numeric_limits<double>::quiet_NaN()).to_text() == "NaN");
  CHECK(Value(Value::List{Value(kInfinity), Value(1.0)}).to_text() == "[Infinity, 1.0]");
  CHECK(outcome("#{x}", One(FieldItem::of_value(ValueView(std::numeric_limits<double>::max())))) ==
        "1.7976931348623157E308");
}

TEST_CASE("border: zones and units that no table knows") {
  const auto shown = [](ValueView value, const char* source) {
    return outcome(source, One(FieldItem::of_value(value)));
  };
  const DateTime nowhere{0, TimeZone::from_code(12345)};
  for (const char* source : {"#{x}", "a#{x}b", "#{format(x, 'z')}", "#{plusDays(x, 1)}", "#{x + 'a'}"}) {
    INFO(source);
    CHECK(shown(nowhere, source) ==
          "E901 the host's callback failed: the field 'x' is a date-time in a time zone that this process has not met, "
          "12345");
    CHECK(shown(ValueView(Period{5, static_cast<TimeUnit>(77)}), source) ==
          "E901 the host's callback failed: the field 'x' is a period of no known unit");
  }
  const ValueView items[] = {ValueView("a"), ValueView(nowhere)};
  CHECK(shown(ValueView(items, 2), "#{x}")
            .starts_with("E901 the host's callback failed: the field 'x' is a date-time in"));
  CHECK(shown(DateTime{0, parse_time_zone("US/Pacific").value()}, "#{format(x, 'HH')}") == "16");
  CHECK(shown(ValueView(Period{2, TimeUnit::years}), "#{x}") == "2 years");
}

TEST_CASE("border: a graph that uses its items again") {
  class Reusing final : public ObjectGraph {
   public:
    bool field(ObjectId, const FieldName& name, Field& out) const override {
      static constexpr const char* kTexts[] = {"A#{1+1}", "B#{2+2}", "plain c", "plain d"};
      if (name.text == "l") {
        items_[0] = FieldItem::of_text("#{a}");
        items_[1] = FieldItem::of_text("#{b}");
        items_[2] = FieldItem::of_text("#{c}");
        out = {.items = items_, .count = 3};
        return true;
      }
      if (name.text.size() != 1 || name.text[0] < 'a' || name.text[0] > 'd') return false;
      items_[0] = FieldItem::of_text(kTexts[name.text[0] - 'a']);
      out = {.items = items_, .count = 1};
      return true;
    }
    std::string_view id(ObjectId) const override { return "O"; }

   private:
    mutable FieldItem items_[3];
  };
  const Reusing graph;
  CHECK(outcome("#{a}#{b}", graph) == "A2B4");
  CHECK(outcome("#{a + b}", graph) == "A2B4");
  CHECK(outcome("#{c}#{d}", graph) == "plain cplain d");
  CHECK(outcome("#{a}#{b}#{a}#{b}", graph) == "A2B4A2B4");
  CHECK(outcome("#{l}", graph) == "[\"A2\", \"B4\", \"plain c\"]");
}

TEST_CASE("border: lists in lists") {
  const ValueView inner[] = {ValueView("a"), ValueView("b"), ValueView(kNoObject)};
  const ValueView outer[] = {ValueView(inner, 3), ValueView(), ValueView("o"), ValueView(inner, 0)};
  CHECK(outcome("#{x}", One(FieldItem::of_value(ValueView(outer, 4)))) == "[\"a\", \"b\", \"o\"]");
  CHECK(outcome("z#{x}", One(FieldItem::of_value(ValueView(outer, 4)))) == "[\"za\", \"zb\", \"zo\"]");
  CHECK(outcome("z#{x}", One(FieldItem::of_value(ValueView(outer + 2, 1)))) == "zo");
  CHECK(outcome("z#{x}", One(FieldItem::of_value(ValueView(outer, 0)))) == "z");
  ValueView self[1];
  self[0] = ValueView(self, 1);
  CHECK(outcome("#{x}", One(FieldItem::of_value(ValueView(self, 1)))) ==
        "E901 the host's callback failed: the field 'x' has lists in lists, deeper than 8");
}

TEST_CASE("border: items that are incomplete") {
  FieldItem compiled{ValueView("x"), FieldItem::Form::compiled, {}};
  FieldItem invalid{ValueView("x"), FieldItem::Form::invalid, {}};
  CHECK(outcome("#{x}", One(compiled)) == "E901 the host's callback failed: a compiled text without an expression");
  CHECK(outcome("#{x}", One(invalid)) == "E901 the host's callback failed: an invalid text without diagnostics");
  const Diagnostics none;
  CHECK(outcome("#{x}", One(FieldItem::of_invalid("t", none))) ==
        "E901 the host's callback failed: an invalid text without diagnostics");
  // A span of the host's that lies after its text.
  const Diagnostics far{{.code = DiagnosticCode::unknown_name, .message = "far", .span = {150, 10}}};
  CHECK(outcome("#{x}", One(FieldItem::of_invalid("zzzz", far))) == "E502 far");
}

TEST_CASE("border: an evaluator that is entered again") {
  class Entering final : public ObjectGraph {
   public:
    bool field(ObjectId, const FieldName& name, Field& out) const override {
      if (name.text != "path") return false;
      TextBuffer text;
      std::vector<std::string_view> pieces;
      refused += !evaluator.append(inner, *this, {.object = ObjectId{0}}, text);
      refused += !evaluator.pieces(inner, *this, {.object = ObjectId{0}}, pieces);
      const auto value = evaluator.value(inner, *this, {.object = ObjectId{0}});
      refused += !value;
      message = value.error().at(0).message;
      out = {.items = &item_, .count = 1};
      return true;
    }
    std::string_view id(ObjectId) const override { return "O"; }
    mutable Evaluator evaluator;
    mutable int refused = 0;
    mutable std::string message;
    Expression inner = Expression::compile("s3://#{1 + 1}").value();

   private:
    FieldItem item_ = FieldItem::of_value("in");
  };
  const Entering graph;
  const Expression expression = Expression::compile("<#{path}>").value();
  TextBuffer out;
  REQUIRE(graph.evaluator.append(expression, graph, {.object = ObjectId{0}}, out).has_value());
  CHECK(out.view() == "<in>");
  CHECK(graph.refused == 3);
  CHECK(graph.message ==
        "the host's callback failed: it evaluates with the evaluator that is calling it; use another Evaluator");
  CHECK(graph.evaluator.value(expression, graph, {.object = ObjectId{0}})->to_text() == "<in>");
}

TEST_CASE("border: results of another kind than declared") {
  const One graph(FieldItem::of_value("ads"));
  const auto lie = [&](Kind declared, std::function<bool(Call&)> body) {
    const FunctionRegistry functions =
        with({.name = "lie", .parameters = {{"a", Kind::string}}, .result = declared, .body = std::move(body)});
    return outcome("-#{lie(x)}", graph, {.functions = &functions});
  };
  CHECK(lie(Kind::integer, [](Call& call) { return call.return_value("text"); }) ==
        "E411 lie failed: it returned a string, but declares an integer");
  CHECK(lie(Kind::string, [](Call& call) { return call.return_value(std::int64_t{1}); }) ==
        "E411 lie failed: it returned an integer, but declares a string");
  CHECK(lie(Kind::number, [](Call& call) { return call.return_value(std::int64_t{1}); }) ==
        "E411 lie failed: it returned an integer, but declares a number");
  CHECK(lie(Kind::datetime, [](Call& call) { return call.return_value(1.5); }) ==
        "E411 lie failed: it returned a number, but declares a date-time");
  CHECK(lie(Kind::string, [](Call&) { return true; }) ==
        "E411 lie failed: it returned no result, but declares a string");
  CHECK(lie(Kind::number, [](Call&) { return true; }) ==
        "E411 lie failed: it returned no result, but declares a number");
  CHECK(lie(Kind::number, [](Call& call) { return call.return_value(1.5); }) == "-1.5");
}

TEST_CASE("border: results in zones and units that no table knows") {
  const One graph(FieldItem::of_value("ads"));
  const auto returned = [&](Kind declared, std::function<bool(Call&)> body, const char* source) {
    const FunctionRegistry functions = with({.name = "made", .result = declared, .body = std::move(body)});
    return outcome(source, graph, {.functions = &functions});
  };
  const DateTime nowhere{0, TimeZone::from_code(12345)};
  const auto time = [&](Call& call) { return call.return_value(nowhere); };
  const auto list = [&](Call& call) { return call.return_list(std::vector<ValueView>{ValueView("a"), nowhere}); };
  const std::string unknown =
      "E411 made failed: it returned a date-time in a time zone that this process has not met, 12345";
  for (const char* source : {"#{made()}", "a#{made()}b", "#{format(made(), 'z')}", "#{made() + 'a'}"}) {
    INFO(source);
    CHECK(returned(Kind::datetime, time, source) == unknown);
    CHECK(returned(kAnyKind, time, source) == unknown);
    CHECK(returned(Kind::list, list, source) == unknown);
    CHECK(returned(
              Kind::period,
              [](Call& call) {
                return call.return_value(Period{5, static_cast<TimeUnit>(77)});
              },
              source) == "E411 made failed: it returned a period of no known unit");
  }
  CHECK(returned(
            Kind::datetime,
            [](Call& call) {
              return call.return_value(DateTime{0, parse_time_zone("US/Pacific").value()});
            },
            "#{format(made(), 'HH')}") == "16");
}

TEST_CASE("border: a run in a zone that no table knows") {
  const One graph(FieldItem::of_value("ads"));
  const DateTime nowhere{0, TimeZone::from_code(12345)};
  for (const bool interpreter : {false, true}) {
    Evaluator evaluator({.testing_interpreter_only = interpreter});
    const auto message = [&](const char* source, const Run& run) {
      const Expression expression = Expression::compile(source).value();
      TextBuffer out;
      const Context context{.object = ObjectId{0}, .run = run};
      const auto done = evaluator.append(expression, graph, context, out);
      CHECK(evaluator.value(expression, graph, context).has_value() == done.has_value());
      return done ? std::string(out.view()) : done.error().at(0).message;
    };
    const std::string start =
        "the host's callback failed: @scheduledStartTime is a date-time in a time zone that this process has not met, "
        "12345";
    const Run run{.scheduled_start = nowhere, .scheduled_end = nowhere};
    for (const char* source : {"#{@scheduledStartTime}", "a#{@scheduledStartTime}", "#{year(@scheduledStartTime)}",
                               "#{minusDays(@scheduledStartTime, 1)}", "#{@scheduledStartTime + 'a'}"}) {
      INFO(source);
      CHECK(message(source, run) == start);
    }
    CHECK(message("#{@scheduledEndTime}", run) ==
          "the host's callback failed: @scheduledEndTime is a date-time in a time zone that this process has not met, "
          "12345");
    CHECK(message("#{x}", run) == "ads");
  }
}

// Each body returns memory that is not its own, or would.
TEST_CASE("border: a string of more bytes than were allocated") {
  const One graph(FieldItem::of_value("ads"));
  const auto returned = [&](std::function<bool(Call&)> body) {
    const FunctionRegistry functions = with({.name = "write", .body = std::move(body)});
    std::string first;
    for (const char* source : {"#{write()}", "a#{write()}", "#{write()}b", "#{write() + ''}"}) {
      const std::string text = outcome(source, graph, {.functions = &functions});
      if (text.starts_with("E")) {
        CHECK((first.empty() || first == text));
        first = text;
      } else {
        CHECK(text.find("tttt") != std::string::npos);
      }
    }
    return first;
  };
  const auto allocate = [](Call& call, std::size_t size) {
    char* const text = call.allocate_text(size);
    if (text != nullptr) std::fill_n(text, size, 't');
    return text != nullptr;
  };
  const std::string none = "E411 write failed: it returned a string for which no memory was allocated";
  const std::string more = "E411 write failed: it returned a string of 4000 bytes, but 4 were allocated";
  CHECK(returned([&](Call& call) { return allocate(call, 4) && call.return_text(4000); }) == more);
  CHECK(returned([&](Call& call) { return allocate(call, 9000) && allocate(call, 4) && call.return_text(4000); }) ==
        more);
  CHECK(returned([&](Call& call) { return allocate(call, 4) && call.return_text(std::size_t{1} << 33); }) ==
        "E411 write failed: it returned a string of 8589934592 bytes, but 4 were allocated");
  CHECK(returned([](Call& call) { return call.return_text(8); }) == none);
  CHECK(returned([&](Call& call) { return allocate(call, 0) && call.return_text(1); }) == none);
  CHECK(returned([&](Call& call) { return allocate(call, 4) && call.return_text(4) && call.return_text(64); }) == none);
  CHECK(returned([](Call& call) { return call.return_value("longer") && call.return_text(300); }) == none);
  CHECK(returned([&](Call& call) {
          return allocate(call, 4) && call.return_list(std::vector<std::string>{"a", "b"}) && call.return_text(3);
        }) == none);
  CHECK(returned([&](Call& call) {
          return allocate(call, 9000) && call.return_list(std::vector<ValueView>(2000)) && call.return_text(3);
        }) == none);
  CHECK(returned([&](Call& call) { return allocate(call, 4) && call.return_text(4); }) == "");
  // What it had returned before stays, when the body says that all is well.
  CHECK(returned([&](Call& call) {
          return allocate(call, 4) && call.return_text(4) && (call.return_text(64) || true);
        }) == "");
}

TEST_CASE("border: a function's list of one item is that item, and one of none is unset") {
  const One graph(FieldItem::of_value("ads"));
  const auto shown = [&](std::vector<std::string> items, const char* source) {
    const FunctionRegistry functions =
        with({.name = "list", .result = Kind::list, .body = [items](Call& call) { return call.return_list(items); }});
    return outcome(source, graph, {.functions = &functions});
  };
  CHECK(shown({"a"}, "#{list()}") == "a");
  CHECK(shown({"a"}, "x#{list()}#{list()}") == "xaa");
  CHECK(shown({"a", "b"}, "x#{list()}") == R"(["xa", "xb"])");
  CHECK(shown({"2"}, "#{plusDays('2024-05-24', list())}") == "2024-05-26T00:00:00");
  CHECK(shown({}, "x#{list()}y") == outcome("x#{x}y", One(FieldItem::of_value(ValueView()))));
  CHECK(shown({}, "#{list() + 1}") == outcome("#{x + 1}", One(FieldItem::of_value(ValueView()))));
}

TEST_CASE("border: what preparing an argument throws is kept") {
  struct Gone : std::runtime_error {
    using std::runtime_error::runtime_error;
  };
  const FunctionRegistry functions =
      with({.name = "match",
            .parameters = {{"pattern"}},
            .body = [](Call& call) { return call.return_value("yes"); },
            .prepare = [](std::string_view, const Limits&) -> Prepared { throw Gone(std::string(5000, 'x')); }});
  const auto is_kept = [](const Diagnostics& why) {
    CHECK(why.at(0).message == "the host's callback failed: " + std::string(1000, 'x'));
    CHECK_THROWS_AS(std::rethrow_exception(why[0].exception), Gone);
  };
  is_kept(Expression::compile("#{match('a')}", {.functions = &functions}).error());
  const One graph(FieldItem::of_value("ads"));
  TextBuffer out;
  Evaluator evaluator;
  const Expression late = Expression::compile("#{match(x)}", {.functions = &functions}).value();
  is_kept(evaluator.append(late, graph, {.object = ObjectId{0}}, out).error());
}

TEST_CASE("border: slow hosts are stopped after the call that is under way") {
  class Slow final : public ObjectGraph {
   public:
    bool field(ObjectId, const FieldName& name, Field& out) const override {
      ++asked;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      if (name.text == "f0" && cancel != nullptr) *cancel = true;
      out = {.items = &item_, .count = 1};
      return true;
    }
    std::string_view id(ObjectId) const override { return "O"; }
    mutable int asked = 0;
    std::atomic<bool>* cancel = nullptr;

   private:
    FieldItem item_ = FieldItem::of_value("v");
  };
  std::string source, sum = "#{f0";
  for (int i = 0; i < 100; ++i) source += "#{f" + std::to_string(i) + "}";
  for (int i = 1; i < 60; ++i) sum += " + f" + std::to_string(i);
  for (const std::string& text : {source, sum + "}"}) {
    const Expression expression = Expression::compile(text).value();
    for (const bool interpreter : {false, true}) {
      EvaluateOptions options{.testing_interpreter_only = interpreter};
      {
        Slow graph;
        options.deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(12);
        Evaluator evaluator(options);
        TextBuffer out;
        const auto done = evaluator.append(expression, graph, {.object = ObjectId{0}}, out);
        REQUIRE_FALSE(done.has_value());
        CHECK(done.error().at(0).code == DiagnosticCode::deadline_exceeded);
        CHECK(graph.asked <= 4);
      }
      std::atomic<bool> cancel{false};
      Slow graph;
      graph.cancel = &cancel;
      options.deadline.reset();
      options.cancel = &cancel;
      Evaluator evaluator(options);
      TextBuffer out;
      const auto done = evaluator.append(expression, graph, {.object = ObjectId{0}}, out);
      REQUIRE_FALSE(done.has_value());
      CHECK(done.error().at(0).code == DiagnosticCode::cancelled);
      CHECK(graph.asked == 1);
    }
  }
}

TEST_CASE("border: a function asks whether its evaluation is over") {
  std::atomic<bool> cancel{false};
  int rounds = 0;
  const FunctionRegistry functions =
      with({.name = "wait", .parameters = {{"a", Kind::string}}, .body = [&](Call& call) {
              while (!call.is_over()) cancel = ++rounds == 3;
              return call.return_value("late");
            }});
  const One graph(FieldItem::of_value("ads"));
  const Expression expression = Expression::compile("#{wait(x)}", {.functions = &functions}).value();
  const auto result = expression.evaluate_text(graph, {.object = ObjectId{0}}, {.cancel = &cancel});
  CHECK(rounds == 3);
  CHECK(result.error().at(0).code == DiagnosticCode::cancelled);
}
