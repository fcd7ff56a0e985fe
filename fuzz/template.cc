// Any bytes as a template: the segments cover the text once and in order, a text without openers is its own value, and
// every diagnostic has a code of the groups for syntax, names, values or limits and a span inside the text.
#include <pipexpr/pipexpr.h>

#include "eval/program.h"
#include "fuzz.h"
#include "syntax/template_scanner.h"

using namespace pipexpr;

namespace {

class Nothing final : public ObjectGraph {
 public:
  bool field(ObjectId, const FieldName&, Field&) const override { return false; }
  std::string_view id(ObjectId) const override { return "none"; }
};

void check_segments(std::string_view text, const eval::Program& program) {
  std::size_t at = 0;
  for (const eval::Segment& segment : program.segments) {
    if (segment.is_literal()) {
      FUZZ_CHECK(segment.text.offset == at);
      at = segment.text.end();
    } else {
      FUZZ_CHECK(segment.text.offset == at + 2);
      at = segment.text.end() + 1;
    }
  }
  FUZZ_CHECK(at == text.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Bytes bytes(data, size);
  CompileOptions options;
  options.delimiters = static_cast<Delimiters>(bytes.byte() % 3);
  const std::string_view text = bytes.rest();
  const Result<Expression> compiled = Expression::compile(text, options);
  if (!compiled) {
    FUZZ_CHECK(!compiled.error().empty() && compiled.error().size() <= options.limits.max_diagnostics);
    for (const Diagnostic& why : compiled.error()) {
      FUZZ_CHECK(code_id(why.code)[1] != '9');
      FUZZ_CHECK(why.span.end() <= text.size());
      FUZZ_CHECK(!why.message.empty());
    }
    // To draw all of them costs more than all the rest; which is drawn depends on the text.
    const Diagnostic& drawn = compiled.error()[text.size() % compiled.error().size()];
    FUZZ_CHECK(!render(drawn, {.source_name = "x", .source = text}).empty());
    return 0;
  }
  check_segments(text, eval::ExpressionAccess::program(*compiled));
  const Nothing graph;
  const Result<std::string> value = compiled->evaluate_text(graph);
  if (compiled->is_literal()) FUZZ_CHECK(value && *value == text);
  static Evaluator veteran;  // has seen all inputs before
  TextBuffer again;
  FUZZ_CHECK(veteran.append(*compiled, graph, {}, again).has_value() == value.has_value());
  FUZZ_CHECK(again.view() == (value ? std::string_view(*value) : std::string_view()));
  return 0;
}
