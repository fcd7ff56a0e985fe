// Long flat texts: a value or a diagnostic, on a small stack.
#include "../catch.h"
#include "samples.h"
#include "stack.h"

using namespace pipexpr;

namespace {

constexpr std::size_t kTerms = 100'000;

CompileOptions roomy() {
  CompileOptions options;
  options.limits.max_source_bytes = options.limits.max_nodes = ~std::uint64_t{0};
  return options;
}

// Compiles, evaluates, prints and destroys, with and without folding; the text or the first code.
std::string outcome(const std::string& text, CompileOptions options = roomy()) {
  std::string result;
  safety::on_stack(safety::kSmallStack, [&] {
    for (const bool fold : {true, false}) {
      options.fold_constants = fold;
      const auto compiled = Expression::compile(text, options);
      std::string one;
      if (!compiled) {
        one = code_id(compiled.error().front().code);
      } else {
        (void)compiled->canonical();
        const auto value = compiled->evaluate_text(safety::definition(), safety::context());
        one = value ? *value : std::string(code_id(value.error().front().code));
      }
      if (!fold && one != result) FAIL("folded: " << result << ", not folded: " << one);
      result = one;
    }
  });
  return result;
}

std::string chain(std::string_view first, std::string_view more, std::string_view end = "") {
  std::string text = "#{" + std::string(first);
  for (std::size_t i = 1; i < kTerms; ++i) text += more;
  return text + std::string(end) + "}";
}

}  // namespace

TEST_CASE("safety: chains of 100,000 operators") {
  (void)safety::context();
  CHECK(outcome(chain("1", "+1")) == "100000");
  CHECK(outcome(chain("1", "-1")) == "-99998");
  CHECK(outcome(chain("1", "*1")) == "1");
  CHECK(outcome(chain("1", "/1")) == "1");
  CHECK(outcome(chain("1", "^1")) == "E603");
  CHECK(outcome(chain("myInteger * 1", "+0")) == "4");
  CHECK(outcome(chain("9223372036854775807", "+1")) == "E401");
  CHECK(outcome(chain("1", "+1"), {}) == "E602");
  CHECK(outcome("#{'" + std::string(kTerms, 'x') + "'}").size() == kTerms);
}

TEST_CASE("safety: chains of 100,000 arguments, members and methods") {
  (void)safety::context();
  CHECK(outcome(chain("day(myDate", ",1", ")")) == "E202");
  CHECK(outcome(chain("nosuch(1", ",1", ")")) == "E201");
  CHECK(outcome(chain("input", ".id")) == "E307");
  CHECK(outcome(chain("Act", ".myAct")) == "E501");
  CHECK(outcome(chain("myInteger", "+0")) == "E610");  // a string that grows by a byte each time
  CHECK(outcome(chain("1", ".day()")) == "E301");
  CHECK(outcome(chain("(1)", "+(1)")) == "100000");
}

TEST_CASE("safety: 100,000 expressions, errors and openers in one text") {
  (void)safety::context();
  std::string good, bad, open, angles;
  for (std::size_t i = 0; i < kTerms; ++i) {
    good += "#{1}";
    bad += "#{}";
    open += "#{";
    angles += "#<1";
  }
  CHECK(outcome(good).size() == kTerms);
  CHECK(outcome(bad) == "E102");
  CHECK(outcome(open) == "E101");
  CHECK(outcome(angles) == "E101");
  CHECK(Expression::compile(bad).error().size() == Limits().max_diagnostics);
}
