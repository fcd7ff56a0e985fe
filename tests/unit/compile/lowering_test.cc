// Tests of the steps that a template is compiled to.
#include <cstring>
#include <string>
#include <vector>

#include <pipexpr/pipexpr.h>

#include "catch.h"
#include "compile/compiler.h"

using namespace pipexpr;
using eval::Step;

namespace {

const char* const kOps[] = {"constant", "name", "member", "negate", "binary", "call"};

// The steps of a template, one word each; constants as their text.
std::string steps(std::string_view text, bool fold) {
  const auto program = compile::compile(text, {.fold_constants = fold}).value();
  std::string all;
  for (const Step& step : program->steps) {
    if (!all.empty()) all += ' ';
    if (step.op == Step::Op::constant && step.constant.is(Kind::integer)) {
      all += std::to_string(step.constant.integer());
    } else if (step.op == Step::Op::constant && step.constant.is(Kind::string)) {
      all += "'" + std::string(step.constant.text()) + "'";
    } else {
      all += kOps[static_cast<int>(step.op)];
    }
  }
  return all;
}

class Nothing final : public ObjectGraph {
  bool field(ObjectId, const FieldName&, Field&) const override { return false; }
  std::string_view id(ObjectId) const override { return {}; }
};

}  // namespace

TEST_CASE("compile: constant parts are evaluated while compiling") {
  const char* const rows[][3] = {
      {"#{1 + 2 * 3}", "7", "1 2 3 binary binary"},
      {"#{1 + a + 2}", "1 name binary 2 binary", "1 name binary 2 binary"},
      {"#{a + (1 + 2)}", "name 3 binary", "name 1 2 binary binary"},
      {"#{'a' + 1}", "'a1'", "'a' 1 binary"},
      {"#{-(2)}", "-2", "2 negate"},
      {"#{a.b}", "name member", "name member"},
      {"#{day(a)}", "name call", "name call"},
      {"#{year(makeDate(2024, 1, 1))}", "2024", "2024 1 1 call call"},
      {"#{'\\''}", "'''", "'''"},
  };
  for (const auto& [text, folded, unfolded] : rows) {
    INFO(text);
    CHECK(steps(text, true) == folded);
    CHECK(steps(text, false) == unfolded);
  }
}

TEST_CASE("compile: a program's text is its own unless it is borrowed") {
  const std::string text = "a#{b}c#{1}";
  for (const bool borrow : {false, true}) {
    const auto program = compile::compile(text, {.borrow_source = borrow}).value();
    CHECK((program->text.data() == text.data()) == borrow);
    REQUIRE(program->segments.size() == 4);
    CHECK(program->segments[0].is_literal());
    CHECK(program->source(program->segments[1].text) == "b");
    CHECK_FALSE(program->is_single());
  }
  CHECK(compile::compile("#{a}", {}).value()->is_single());
  CHECK(compile::compile("", {}).value()->segments.empty());
}

TEST_CASE("compile: a literal is copied whole when sixteen bytes can be read from its first on") {
  // Which literals, of the program's own text and of a borrowed one, after whose end nothing may be read.
  const char* const rows[][3] = {
      {"0123456789abcdef#{1}", "yes", "yes"},
      {"0123456789abcdefg#{1}", "no", "no"},
      {"a#{1}", "yes", "no"},
      {"a#{1}b", "yes yes", "no no"},
      {"0#{1}23456789abcd", "yes yes", "yes no"},
      {"#{1}0123456789abcdef", "yes", "yes"},
  };
  for (const auto& [text, own, borrowed] : rows) {
    for (const bool borrow : {false, true}) {
      INFO(text << (borrow ? ", borrowed" : ""));
      const std::vector<char> exact(text, text + std::strlen(text));  // so that sanitizers see its end
      const auto compiled = Expression::compile({exact.data(), exact.size()}, {.borrow_source = borrow});
      std::string wide;
      for (const eval::Segment& segment : eval::ExpressionAccess::program(*compiled).segments) {
        if (segment.is_literal()) wide += std::string(wide.empty() ? "" : " ") + (segment.is_wide != 0 ? "yes" : "no");
      }
      CHECK(wide == (borrow ? borrowed : own));
      std::string want(text);
      want.replace(want.find("#{1}"), 4, "1");
      CHECK(compiled->evaluate_text(Nothing(), {}).value() == want);
    }
  }
}

TEST_CASE("compile: literal patterns are prepared once, others are not") {
  const auto prepared = [](std::string_view text) { return compile::compile(text, {}).value()->prepared.size(); };
  CHECK(prepared("#{format(a, 'YYYY')}") == 1);
  CHECK(prepared("#{format(a, 'YY' + 'YY')}") == 1);
  CHECK(prepared("#{format(a, b)}") == 0);
}
