// Nesting up to its limit fits a small stack, whatever production nests, and deeper nesting is refused at once.
#include "../catch.h"
#include "memory.h"
#include "samples.h"
#include "stack.h"

using namespace pipexpr;

namespace {

// A production that nests: `open` and `close` are repeated around `core`.
struct Shape {
  const char* name;
  std::string open, core, close;
};

const std::vector<Shape>& shapes() {
  static const std::vector<Shape> all = {
      {"parentheses", "(", "1", ")"},
      {"signs", "-", "1", ""},
      {"signs apart", "- ", "1", ""},
      {"powers", "1 ^ ", "1", ""},
      {"powers of signs", "1 ^ -", "1", ""},
      {"calls", "minusDays(", "myDate", ", 1)"},
      {"last arguments", "makeDate(1, 1, ", "1", ")"},
      {"methods", "myDate.plusDays(", "1", ").day()"},
      {"members of parentheses", "(", "input", ").parent"},
      {"parentheses in sums", "1 + (", "1", ") * 2"},
      {"parentheses in calls", "day((", "myDate", "))"},
  };
  return all;
}

std::string repeat(std::string_view text, std::size_t count) {
  std::string result;
  for (std::size_t i = 0; i < count; ++i) result += text;
  return result;
}

std::string nested(const Shape& shape, std::size_t levels) {
  return "#{" + repeat(shape.open, levels) + shape.core + repeat(shape.close, levels) + "}";
}

// Levels that one repetition of the shape costs, by trying.
std::size_t deepest(const Shape& shape, const CompileOptions& options) {
  std::size_t levels = 0;
  for (;; ++levels) {
    const auto compiled = Expression::compile(nested(shape, levels + 1), options);
    if (!compiled && compiled.error().front().code == DiagnosticCode::limit_nesting) return levels;
    REQUIRE(levels < 1000);
  }
}

// Everything that walks over a tree.
void use(const std::string& text, const CompileOptions& options) {
  const auto compiled = Expression::compile(text, options);
  if (!compiled) {
    for (const Diagnostic& why : compiled.error()) (void)render(why, {.source = text});
    return;
  }
  (void)compiled->canonical();
  (void)compiled->bind(safety::definition()).evaluate_text(safety::definition(), safety::context());
}

void check(std::uint64_t limit, std::size_t stack) {
  CompileOptions options{.fold_constants = false};
  options.limits.max_nesting = limit;
  (void)safety::context();  // the definition is not loaded on the small stack
  std::size_t most = 0;
  for (const Shape& shape : shapes()) {
    INFO(shape.name);
    const std::size_t levels = deepest(shape, options);
    CHECK(levels >= limit / 2);
    CHECK(levels <= limit);
    for (const std::size_t depth : {levels, levels + 1, std::size_t{10'000}}) {
      const std::string text = nested(shape, depth);
      most = std::max(most, safety::on_stack(stack, [&] { use(text, options); }));
      const std::string open = text.substr(0, 2 + depth * shape.open.size());  // and nothing closed
      most = std::max(most, safety::on_stack(stack, [&] { use(open + "}", options); }));
    }
  }
  WARN("nesting " << limit << " needs " << most / 1024 << " KiB of stack");
  CHECK(most < stack);
}

}  // namespace

TEST_CASE("safety: nesting 64 fits a small stack") { check(64, safety::kSmallStack); }
TEST_CASE("safety: nesting 200 fits a larger one") { check(200, safety::kCeilingStack); }

TEST_CASE("safety: a limit above its ceiling is the ceiling, on a small stack too") {
  CompileOptions options;
  options.limits.max_nesting = ~std::uint64_t{0};
  const std::string text = nested(shapes()[0], 100'000);
  safety::on_stack(safety::kCeilingStack, [&] { use(text, options); });
}

TEST_CASE("safety: a million parentheses are refused at once") {
  CompileOptions options;
  const auto refuse = [&](std::string_view text, DiagnosticCode code) {
    const double begin = safety::processor_millis();
    const auto compiled = Expression::compile(text, options);
    const double took = safety::processor_millis() - begin;
    REQUIRE_FALSE(compiled);
    CHECK(compiled.error().front().code == code);
    WARN(text.size() << " bytes refused in " << took << " ms");
    CHECK(took < 250);  // 5 on the machine of docs/security.md; the rest is for slow ones and sanitizers
  };
  const std::string million = "#{" + repeat("(", 1'000'000) + "}";
  refuse(million, DiagnosticCode::limit_source_bytes);
  options.limits.max_source_bytes = 1'048'576;
  refuse(million, DiagnosticCode::limit_nesting);
  refuse("#{" + repeat("-", 1'000'000) + "}", DiagnosticCode::limit_nesting);
  refuse("#{" + repeat("(", 1'000'000), DiagnosticCode::expression_not_closed);
}

TEST_CASE("safety: definitions nest no deeper than their limit") {
  for (const char* open : {"[", "{\"a\":", "[{\"a\":"}) {
    const std::string text = R"({"objects": )" + repeat(open, 1'000'000);
    safety::on_stack(safety::kSmallStack, [&] {
      const auto loaded = PipelineDefinition::load(text);
      REQUIRE_FALSE(loaded);
      CHECK(loaded.error().front().code == DiagnosticCode::json_depth);
    });
  }
}

TEST_CASE("safety: references nest up to their ceiling on a small stack") {
  safety::Fields fields{{"f200", "end"}};
  for (int i = 0; i < 200; ++i) fields["f" + std::to_string(i)] = "#{f" + std::to_string(i + 1) + "}";
  const safety::Texts graph(fields);
  EvaluateOptions options;
  options.limits.max_reference_depth = 200;
  const Expression expression = Expression::compile("#{f0}").value();
  safety::on_stack(safety::kSmallStack, [&] {
    CHECK(expression.evaluate_text(graph, {.object = ObjectId{0}}, options).value() == "end");
    options.limits.max_reference_depth = 199;
    CHECK(expression.evaluate_text(graph, {.object = ObjectId{0}}, options).error()[0].code ==
          DiagnosticCode::limit_reference_depth);
  });
}
