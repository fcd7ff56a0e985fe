// Tests of canonical printing.
#include "syntax/printer.h"

#include "catch.h"
#include "syntax/builder.h"
#include "syntax/parser.h"

using namespace pipexpr;

namespace {

struct Shown {
  std::string print, dump;
};

Shown show(std::string_view text) {
  std::vector<syntax::Node> nodes;
  std::uint32_t names = 0;
  const Limits limits;
  syntax::Builder builder(text, nodes, names, limits);
  REQUIRE(syntax::parse(text, {0, static_cast<std::uint32_t>(text.size())}, builder));
  const auto root = static_cast<std::uint32_t>(nodes.size() - 1);
  return {syntax::print(text, nodes, root), syntax::dump(text, nodes, root)};
}

}  // namespace

TEST_CASE("ast: canonical text and tree") {
  const char* const rows[][3] = {
      {"1+2*3", "1 + 2 * 3", "(+ 1 (* 2 3))"},
      {"(1+2)*3", "(1 + 2) * 3", "(* (+ 1 2) 3)"},
      {"1-(2-3)-4", "1 - (2 - 3) - 4", "(- (- 1 (- 2 3)) 4)"},
      {"((1))", "1", "1"},
      {"2^3^4", "2 ^ 3 ^ 4", "(^ 2 (^ 3 4))"},
      {"(2^3)^4", "(2 ^ 3) ^ 4", "(^ (^ 2 3) 4)"},
      {"-2^2", "-2 ^ 2", "(- (^ 2 2))"},
      {"(-2)^-2", "(-2) ^ -2", "(^ (- 2) (- 2))"},
      {"- -1", "--1", "(- (- 1))"},
      {"-(1+2)", "-(1 + 2)", "(- (+ 1 2))"},
      {"-1*2", "-1 * 2", "(* (- 1) 2)"},
      {"-(1*2)", "-(1 * 2)", "(- (* 1 2))"},
      {"a . b", "a.b", "(member b (name a))"},
      {"(a+b).c", "(a + b).c", "(member c (+ (name a) (name b)))"},
      {"(-a).c", "(-a).c", "(member c (- (name a)))"},
      {"@x+ *y", "@x + *y", "(+ (name @x) (name *y))"},
      {"f( )", "f()", "(call f)"},
      {"f(1 ,g(2))", "f(1, g(2))", "(call f 1 (call g 2))"},
      {"a.f(1)", "a.f(1)", "(method f (name a) 1)"},
      {"(1+a).f()", "(1 + a).f()", "(method f (+ 1 (name a)))"},
      {"'a\\'b'", "'a\\'b'", "'a\\'b'"},
      {"\"it's\"", "\"it's\"", "\"it's\""},
      {"007", "7", "7"},
      {".50", "0.5", "0.5"},
      {"1.0", "1.0", "1.0"},
      {"100000000000000000000.0", "100000000000000000000.0", "100000000000000000000.0"},
  };
  for (const auto& [text, print, dump] : rows) {
    INFO(text);
    CHECK(show(text).print == print);
    CHECK(show(text).dump == dump);
    CHECK(show(print).dump == dump);
    CHECK(show(print).print == print);
  }
}
