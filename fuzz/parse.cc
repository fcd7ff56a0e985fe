// Any bytes as one expression: the X3 parser and the one written by hand agree on whether it is one and on its tree,
// and the canonical text parses to itself.
#include "fuzz.h"
#include "oracle/parser.h"
#include "syntax/builder.h"
#include "syntax/parser.h"
#include "syntax/printer.h"
#include "syntax/syntax_error.h"

using namespace pipexpr;

namespace {

struct Parsed {
  bool good = false;
  std::string dump, print;
};

Parsed parse(std::string_view text) {
  std::vector<syntax::Node> nodes;
  std::uint32_t names = 0;
  const Limits limits;
  syntax::Builder builder(text, nodes, names, limits);
  const SourceSpan whole{0, static_cast<std::uint32_t>(text.size())};
  Parsed result;
  result.good = syntax::parse(text, whole, builder);
  if (!result.good) {
    const Diagnostic why = syntax::explain(text, whole, builder.error(), limits);
    FUZZ_CHECK(code_id(why.code)[1] == '1' || code_id(why.code)[1] == '6');
    FUZZ_CHECK(why.span.end() <= text.size());
    return result;
  }
  const auto root = static_cast<std::uint32_t>(nodes.size() - 1);
  FUZZ_CHECK(syntax::first_of(nodes, root) == 0);
  result.dump = syntax::dump(text, nodes, root);
  result.print = syntax::print(text, nodes, root);
  return result;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Parsed first = parse(text);
  const std::optional<std::string> second = oracle::parse(text);
  if (first.good != second.has_value() || (first.good && first.dump != *second)) {
    std::fprintf(stderr, "X3: %s\nby hand: %s\n", first.good ? first.dump.c_str() : "refused",
                 second ? second->c_str() : "refused");
    std::abort();
  }
  if (!first.good) return 0;
  const Parsed printed = parse(first.print);
  if (!printed.good) return 0;  // a number may print with more digits than the limit, and parentheses may nest deeper
  FUZZ_CHECK(printed.dump == first.dump);
  FUZZ_CHECK(printed.print == first.print);
  return 0;
}
