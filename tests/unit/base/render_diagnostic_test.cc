// Tests of printed diagnostics: header line, snippet, caret and path.
#include <pipexpr/diagnostic.h>

#include "base/limit_diagnostic.h"
#include "base/report.h"
#include "catch.h"

using namespace pipexpr;

namespace {

std::string picture_of(std::string_view source, SourceSpan span) {
  return render(base::report(DiagnosticCode::division_by_zero, span), {.source_name = "t", .source = source});
}

}  // namespace

TEST_CASE("diagnostics: the snippet shows the line and marks the span") {
  CHECK(picture_of("#{1/0}", {2, 3}) == "t:1:3: error[E402]: division by zero\n | #{1/0}\n |   ^~~\n");
  CHECK(picture_of("a\n#{1/0} b\nc", {4, 3}) == "t:2:3: error[E402]: division by zero\n | #{1/0} b\n |   ^~~\n");
  CHECK(picture_of("x", {1, 0}) == "t:1:2: error[E402]: division by zero\n | x\n |  ^\n");
  CHECK(picture_of("a\tb", {2, 1}) == "t:1:3: error[E402]: division by zero\n | a b\n |   ^\n");
  CHECK(picture_of("\xC3\xA9\xC3\xA9x", {4, 1}) ==
        "t:1:5: error[E402]: division by zero\n | \xC3\xA9\xC3\xA9x\n |   ^\n");
  CHECK(picture_of("日報x", {6, 1}) == "t:1:7: error[E402]: division by zero\n | 日報x\n |     ^\n");
  CHECK(picture_of("a日報x", {1, 6}) == "t:1:2: error[E402]: division by zero\n | a日報x\n |  ^~~~\n");
  CHECK(picture_of("e\u0301👩\u200D👧x", {14, 1}) ==
        "t:1:15: error[E402]: division by zero\n | e\u0301👩\u200D👧x\n |    ^\n");
  CHECK(picture_of("e\u0301x", {1, 2}) == "t:1:2: error[E402]: division by zero\n | e\u0301x\n |  ^\n");
  CHECK(picture_of("ab\ncd", {1, 4}) == "t:1:2: error[E402]: division by zero\n | ab\n |  ^\n");
  CHECK(picture_of("x", {500, 10}) == "t:1:2: error[E402]: division by zero\n | x\n |  ^\n");
}

TEST_CASE("diagnostics: without source there is no snippet") {
  Diagnostic one = base::report(DiagnosticCode::division_by_zero, {3, 1});
  CHECK(render(one) == "template: error[E402]: division by zero (at byte 3)\n");
  one.severity = Severity::warning;
  CHECK(render(one) == "template: warning[E402]: division by zero (at byte 3)\n");
  one.severity = Severity::note;
  CHECK(render(one) == "template: note[E402]: division by zero (at byte 3)\n");
}

TEST_CASE("diagnostics: the first byte of a text that is not there is at its beginning") {
  CHECK(render(base::report(DiagnosticCode::division_by_zero, {0, 1})) ==
        "template:1:1: error[E402]: division by zero\n");
}

TEST_CASE("diagnostics: long lines are cut around the span, at whole characters") {
  for (const char* letter : {"x", "\xC3\xA9", "\xE2\x82\xAC"}) {
    std::string text;
    for (int i = 0; i < 300; ++i) text += letter;
    for (std::uint32_t at = 0; at < text.size(); at += 7) {
      const std::string shown = picture_of(text, {at, 5});
      const std::size_t begin = shown.find("\n | ") + 4;
      const std::string line = shown.substr(begin, shown.find('\n', begin) - begin);
      REQUIRE(line.size() <= 110);
      for (std::size_t i = 0; i < line.size(); ++i) {  // every character is whole
        const auto byte = static_cast<unsigned char>(line[i]);
        const std::size_t more = byte >= 0xE0 ? 2 : byte >= 0xC0 ? 1 : 0;
        for (std::size_t k = 1; k <= more; ++k) REQUIRE((static_cast<unsigned char>(line.at(i + k)) & 0xC0) == 0x80);
        i += more;
      }
    }
  }
}

TEST_CASE("diagnostics: color, first line and column, and the path") {
  Diagnostic one = base::report(DiagnosticCode::division_by_zero, {2, 1});
  one.path.resize(2);
  one.path[0].object = "A";
  one.path[0].field = "f";
  one.path[0].text = "#{1/0}";
  one.path[0].span = {2, 3};
  one.path[1].field = "p";
  one.path[1].text = "x";
  const std::string plain = render(one, {.source_name = "t", .source = "#{f}", .first_line = 7, .first_column = 5});
  CHECK(plain == "t:7:7: error[E402]: division by zero\n | #{f}\n |   ^\n   in A.f:\n   in p:\n | x\n | ^\n");
  const std::string colored = render(one, {.source_name = "t", .source = "#{f}", .color = true});
  CHECK(colored.find("\x1b[1;31m") != colored.npos);
  CHECK(colored.find("\x1b[0m") != colored.npos);
}

TEST_CASE("diagnostics: excerpts of user's text") {
  CHECK(base::excerpt("plain") == "plain");
  CHECK(base::excerpt("a\nb\x7F") == "a\\nb\\x7F");
  CHECK(base::excerpt(std::string_view("\0", 1)) == "\\x00");
  CHECK(base::excerpt(std::string(80, 'x')) == std::string(80, 'x'));
  CHECK(base::excerpt(std::string(81, 'x')) == std::string(80, 'x') + "...");
  CHECK(base::excerpt(std::string(79, 'x') + "\xC3\xA9") == std::string(79, 'x') + "...");
}

TEST_CASE("diagnostics: every limit says how to raise it") {
  for (const LimitInfo& row : limits()) {
    const std::string how = base::how_to_raise(row.member);
    CHECK(how.starts_with("Limits::" + std::string(row.name) + " or --"));
    CHECK(how.ends_with("(at most " + std::to_string(row.ceiling) + ")"));
  }
  CHECK(base::how_to_raise(nullptr).empty());
}

TEST_CASE("diagnostics: codes are their own, in order, with words") {
  std::string last;
  for (const DiagnosticCode code : codes()) {
    const std::string id(code_id(code));
    CHECK(id.size() == 4);
    CHECK(id > last);
    last = id;
    CHECK_FALSE(code_name(code).empty());
    CHECK_FALSE(code_description(code).empty());
  }
}
