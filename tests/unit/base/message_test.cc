// Tests of messages with gaps, and of what fills them.
#include "base/message.h"

#include <pipexpr/diagnostic.h>
#include <pipexpr/expression.h>

#include "base/report.h"
#include "catch.h"

using namespace pipexpr;
using Texts = std::vector<std::string>;

TEST_CASE("message: gaps are filled in order, or by number") {
  CHECK(base::fill("a {} b {}", Texts{"1", "2"}) == "a 1 b 2");
  CHECK(base::fill("a {1} b {0}", Texts{"1", "2"}) == "a 2 b 1");
  CHECK(base::fill("0x{:02X}", Texts{"FF"}) == "0xFF");
  CHECK(base::fill("#{{{}}}", Texts{"x"}) == "#{x}");
  CHECK(base::fill("a {} b", Texts{}) == "a  b");
  CHECK(base::fill("no gap", Texts{"x"}) == "no gap");
  CHECK(base::fill("{", Texts{"x"}) == "{");
  CHECK(base::fill("{9}", Texts{"x"}).empty());
}

TEST_CASE("message: what filled the gaps") {
  CHECK(base::arguments_of("a {} b {}", "a 1 b 2") == Texts{"1", "2"});
  CHECK(base::arguments_of("{}", "all of it") == Texts{"all of it"});
  CHECK(base::arguments_of("'{}'{}", "'x', did you mean 'y'?") == Texts{"x", ", did you mean 'y'?"});
  CHECK(base::arguments_of("a {} b", "something else").empty());
  CHECK(base::arguments_of("a {}b", "a xc").empty());
  CHECK(base::arguments_of("no gap", "no gap").empty());
}

TEST_CASE("message: each code's message is made of its arguments") {
  for (const DiagnosticCode code : codes()) {
    INFO(code_id(code));
    const std::string_view message = code_description(code);
    Texts arguments;
    for (std::size_t i = 0; i < base::gaps_of(message).size(); ++i) arguments.push_back("<" + std::to_string(i) + ">");
    const std::string filled = format_message(code, arguments);
    CHECK(filled.find('{') == (message.find("{{") == message.npos ? filled.npos : filled.find("#{") + 1));
    CHECK(base::arguments_of(message, filled) == arguments);
  }
}

TEST_CASE("message: a diagnostic carries its arguments and what was meant") {
  const auto wrong = Expression::compile("s3://b/#{minusDay(@scheduledStartTime, 1)}");
  REQUIRE(!wrong);
  const Diagnostics& why = wrong.error();
  CHECK(why[0].arguments == Texts{"minusDay", ", did you mean 'minusDays'?"});
  REQUIRE(why[0].replacement);
  CHECK(why[0].replacement->text == "minusDays");
  CHECK(why[0].replacement->span == SourceSpan{9, 8});
  CHECK(format_message("fonction inconnue '{}'", why[0].arguments) == "fonction inconnue 'minusDay'");
  const Diagnostic byte = base::report(DiagnosticCode::invalid_byte, {}, 0xE9);
  CHECK(byte.arguments == Texts{"E9"});
  CHECK(byte.message == "expected an expression in ASCII, found byte 0xE9; other characters may stand inside quotes");
}
