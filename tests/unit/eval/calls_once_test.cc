// A host's function and a host's graph are called once for one step, whatever comes up after it: an error, a list, a
// text that has yet to be compiled, a result that is too long. Both paths through the evaluator make the same calls.
#include <map>
#include <stdexcept>
#include <vector>

#include <pipexpr/pipexpr.h>

#include "catch.h"

using namespace pipexpr;

namespace {

std::map<std::string, int> called;  // by what was called

// `x` is a text, `l` a list, `t` a template, `n` one in a template, `w` does not compile, `big` is long.
class Host final : public ObjectGraph {
 public:
  Host()
      : inner_(Expression::compile("<#{bump(x)}>", {.functions = &functions()}).value()),
        outer_(Expression::compile("[#{inner}#{inner}]", {.functions = &functions()}).value()),
        listed_(Expression::compile("#{bump(x)}#{l}", {.functions = &functions()}).value()),
        failing_(Expression::compile("#{bump(x)}#{x * 2}", {.functions = &functions()}).value()) {
    items_["x"] = {FieldItem::of_value("X")};
    items_["l"] = {FieldItem::of_value("1"), FieldItem::of_value("2")};
    items_["t"] = {FieldItem::of_text("#{bump(x)}")};
    items_["w"] = {FieldItem::of_text("#{")};
    items_["inner"] = {FieldItem::of_expression(inner_)};
    items_["outer"] = {FieldItem::of_expression(outer_)};
    items_["listed"] = {FieldItem::of_expression(listed_)};
    items_["failing"] = {FieldItem::of_expression(failing_)};
    items_["ref"] = {FieldItem::of_value(ValueView(ObjectId{0}))};
    items_["big"] = {FieldItem::of_value("0123456789012345678901234567890123456789")};
  }
  static const FunctionRegistry& functions() {
    static const FunctionRegistry all = [] {
      FunctionRegistry made = FunctionRegistry::standard();
      const auto add = [&](const char* name, std::function<bool(Call&)> body) {
        made.add({.name = name, .parameters = {{"text", Kind::string}}, .body = std::move(body)}).value();
      };
      add("bump", [](Call& call) { return ++called["bump"], call.return_value(call.text(0)); });
      add("refuse", [](Call& call) { return ++called["refuse"], call.fail("no"); });
      add("thrower", [](Call&) -> bool {
        ++called["thrower"];
        throw std::runtime_error("down");
      });
      return made;
    }();
    return all;
  }
  bool field(ObjectId, const FieldName& name, Field& out) const override {
    ++called["field " + std::string(name.text)];
    if (name.text == "bad") throw std::runtime_error("no database");
    const auto found = items_.find(name.text);
    if (found == items_.end()) return false;
    out = {.items = found->second.data(), .count = static_cast<std::uint32_t>(found->second.size())};
    return true;
  }
  std::string_view id(ObjectId) const override { return "O"; }

 private:
  Expression inner_, outer_, listed_, failing_;
  std::map<std::string, std::vector<FieldItem>, std::less<>> items_;
};

struct Case {
  const char* source;
  std::map<std::string, int> calls;
};

const std::vector<Case>& cases() {
  static const std::vector<Case> all = {
      {"#{bump(x)}", {{"bump", 1}, {"field x", 1}}},
      {"#{bump(x) + *s}", {{"bump", 1}, {"field x", 1}, {"field *s", 1}}},
      {"#{bump(x)} #{l}", {{"bump", 1}, {"field x", 1}, {"field l", 1}}},
      {"#{bump(x)} #{bump(x)} #{bump(x)} #{l}", {{"bump", 3}, {"field x", 3}, {"field l", 1}}},
      {"#{bump(x) * 2}", {{"bump", 1}, {"field x", 1}}},
      {"#{bump(x) + nosuch}", {{"bump", 1}, {"field x", 1}, {"field nosuch", 1}}},
      {"#{bump(x) + t}", {{"bump", 2}, {"field x", 2}, {"field t", 1}}},
      {"#{bump(x) + w}", {{"bump", 1}, {"field x", 1}, {"field w", 1}}},
      {"#{bump(x)}#{w}#{bump(x)}", {{"bump", 2}, {"field x", 2}, {"field w", 1}}},
      {"#{refuse(bump(x))}", {{"bump", 1}, {"refuse", 1}, {"field x", 1}}},
      {"a#{bump(x)}#{refuse(x)}", {{"bump", 1}, {"refuse", 1}, {"field x", 2}}},
      {"a#{bump(x)}#{thrower(x)}#{bump(x)}", {{"bump", 2}, {"thrower", 1}, {"field x", 3}}},
      {"#{bump(x)}#{bad}", {{"bump", 1}, {"field x", 1}, {"field bad", 1}}},
      {"#{inner}", {{"bump", 1}, {"field x", 1}, {"field inner", 1}}},
      {"#{inner}#{inner}#{l}", {{"bump", 1}, {"field x", 1}, {"field inner", 2}, {"field l", 1}}},
      {"#{outer}#{x}", {{"bump", 1}, {"field x", 2}, {"field inner", 2}, {"field outer", 1}}},
      {"#{outer + x}#{outer}", {{"bump", 1}, {"field x", 2}, {"field inner", 2}, {"field outer", 2}}},
      {"#{listed}", {{"bump", 1}, {"field x", 1}, {"field l", 1}, {"field listed", 1}}},
      {"#{inner}#{listed}#{inner}",
       {{"bump", 2}, {"field x", 2}, {"field l", 1}, {"field listed", 1}, {"field inner", 2}}},
      {"#{failing}#{inner}", {{"bump", 2}, {"field x", 3}, {"field failing", 1}, {"field inner", 1}}},
      {"#{ref.ref.x}#{l}", {{"field ref", 2}, {"field x", 1}, {"field l", 1}}},
      {"#{ref.inner}#{ref.nosuch}",
       {{"bump", 1}, {"field x", 1}, {"field ref", 2}, {"field inner", 1}, {"field nosuch", 1}}},
  };
  return all;
}

std::string shown(const std::map<std::string, int>& calls) {
  std::string text;
  for (const auto& [what, count] : calls) text += what + " " + std::to_string(count) + ", ";
  return text;
}

}  // namespace

TEST_CASE("eval: each call is made once, whatever comes up after it") {
  const Host host;
  const Run run{.scheduled_start = parse_datetime("2024-05-24T00:00:00").value()};
  for (const Case& one : cases()) {
    const Expression plain = Expression::compile(one.source, {.functions = &Host::functions()}).value();
    for (const bool has_run : {false, true}) {
      Context context{.object = ObjectId{0}};
      if (has_run) context.run = run;
      for (const bool interpreter : {false, true}) {
        INFO(one.source << (interpreter ? " by the interpreter" : "") << (has_run ? " in a run" : ""));
        Evaluator evaluator({.testing_interpreter_only = interpreter});
        TextBuffer out;
        called.clear();
        const bool good = evaluator.append(plain, host, context, out).has_value();
        CHECK(shown(called) == shown(one.calls));
        called.clear();
        CHECK(evaluator.value(plain, host, context).has_value() == good);
        CHECK(shown(called) == shown(one.calls));
      }
    }
  }
}

TEST_CASE("eval: each call is made once when the result is too long, or the steps or the memory end") {
  const Host host;
  const Context context{.object = ObjectId{0}};
  for (const char* source :
       {"#{bump(x)}#{big}#{bump(x)}", "#{inner}#{bump(x)}#{big}#{inner}", "#{big}#{bump(big)}#{big + x}",
        "#{outer}#{bump(x)}#{outer}#{big}#{outer}", "#{1.5}#{bump(x)}#{x + big}", "#{listed}#{big}"}) {
    const Expression expression = Expression::compile(source, {.functions = &Host::functions()}).value();
    for (std::uint64_t bound = 0; bound < 200; ++bound) {
      std::map<std::string, int> calls[2];
      std::string outcomes[2];
      for (std::uint64_t EvaluationLimits::*limit :
           {&EvaluationLimits::max_output_bytes, &EvaluationLimits::max_steps, &EvaluationLimits::max_memory_bytes,
            &EvaluationLimits::max_references}) {
        for (const bool interpreter : {false, true}) {
          EvaluateOptions options{.testing_interpreter_only = interpreter};
          options.limits.*limit = bound;
          Evaluator evaluator(options);
          TextBuffer out;
          called.clear();
          const Result<void> done = evaluator.append(expression, host, context, out);
          calls[interpreter] = called;
          outcomes[interpreter] = std::string(out.view());
          if (!done) {
            for (const Diagnostic& why : done.error()) outcomes[interpreter] += render(why, {.source = source});
          }
        }
        INFO(source << " with a limit of " << bound);
        REQUIRE(outcomes[0] == outcomes[1]);
        REQUIRE(shown(calls[0]) == shown(calls[1]));
      }
    }
  }
}
