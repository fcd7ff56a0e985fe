// Tests of the JSON reader and of the places it gives.
#include "definition/json_document.h"

#include "catch.h"
#include "lsp/json_outline.h"
#ifdef PIPEXPR_TESTS_FORMS
#include "forms/scalar_places.h"
#endif

using namespace pipexpr;
using definition::JsonText;

namespace {

std::string refusal(std::string_view text) {
  const auto read = JsonText::read(text);
  if (read) return "accepted";
  return std::string(code_id(read.error()[0].code)) + " " + std::to_string(read.error()[0].span.offset);
}

}  // namespace

TEST_CASE("definition: values stand in the order of the text, with their places") {
  const std::string_view text = R"( {"a": [1, -2.50], "b\n": {"c": "x\u00e9"}, "d": true, "a": null} )";
  const auto read = JsonText::read(text);
  REQUIRE(read);
  const JsonText& json = *read;
  REQUIRE(json.size() == 8);
  CHECK(json[0].end == 8);
  CHECK(json[1].key == "a");
  CHECK(json[1].end == 4);
  CHECK(json[2].text == "1");
  CHECK(json[3].text == "-2.50");
  CHECK(json[4].key == "b\n");
  CHECK(json[5].text == "x\xC3\xA9");
  CHECK(text.substr(json[5].span.offset, json[5].span.length) == "\"x\\u00e9\"");
  CHECK(json[6].text == "true");
  CHECK(json[7].key == "a");  // duplicate keys are kept
  CHECK(json.member(0, "a") == 1);
  CHECK(json.member(0, "x") == 0);
  for (std::uint32_t i = 0; i < json.size(); ++i) CHECK(json[i].span.end() <= text.size());
}

TEST_CASE("definition: what is no JSON is refused at its place") {
  CHECK(refusal("") == "E701 0");
  CHECK(refusal("{") == "E701 1");
  CHECK(refusal("{\"a\": 01}") == "E701 7");
  CHECK(refusal("{\"a\" 1}") == "E701 5");
  CHECK(refusal("[1,]") == "E701 3");
  CHECK(refusal("{} x") == "E701 3");
  CHECK(refusal("\"\xFF\"") == "E701 1");
  CHECK(refusal(std::string(64, '[') + std::string(64, ']')) == "accepted");
  CHECK(refusal(std::string(65, '[') + std::string(65, ']')).starts_with("E708"));
  CHECK(refusal("\xEF\xBB\xBF{}") == "accepted");
  CHECK(refusal(std::string_view("{}\0", 3)) == "E701 2");
}

TEST_CASE("definition: offsets in decoded texts lead back to the file") {
  const std::string_view raw = R"("a\n\u00e9\ud83d\ude00z")";
  const std::size_t expected[] = {1, 2, 4, 10, 10, 22, 22, 22, 22, 23};
  CHECK(definition::raw_offset(raw, 0) == expected[0]);
  CHECK(definition::raw_offset(raw, 1) == expected[1]);
  CHECK(definition::raw_offset(raw, 2) == expected[2]);
  CHECK(definition::raw_offset(raw, 4) == 10);
  CHECK(definition::raw_offset(raw, 8) == 22);
  CHECK(definition::raw_offset(raw, 9) == 23);
  CHECK(definition::raw_offset(raw, 1000) <= raw.size());
  CHECK(definition::raw_offset("\"", 5) <= 1);
  CHECK(definition::raw_offset("", 0) == 0);
}

TEST_CASE("definition: marks lead to the same offsets as reading from the beginning") {
  for (const std::string_view piece : {"a", "\\n", "x\\u00e9", "\\ud83d\\ude00", "abc\\\"\\u20AC "}) {
    std::string raw = "\"";
    for (int i = 0; i < 700; ++i) raw += piece;
    raw += '"';
    const definition::OffsetMarks marks = definition::offset_marks(raw);
    CHECK(marks.size() >= 3);
    CHECK(marks.size() <= 30);
    for (std::size_t decoded = 0; decoded < 8'000; ++decoded) {
      if (definition::raw_offset(raw, decoded, marks) != definition::raw_offset(raw, decoded)) FAIL(piece << decoded);
    }
  }
  CHECK(definition::raw_offset("", 0, definition::offset_marks("")) == 0);
  CHECK(definition::raw_offset("\"\"", 5, definition::offset_marks("\"\"")) == definition::raw_offset("\"\"", 5));
  CHECK(definition::raw_offset("\"\\", 5, definition::offset_marks("\"\\")) <= 2);
}

// Strings of every kind of escape and of characters of one to four bytes: whoever reads JSON says the same of them.
TEST_CASE("definition: the readers of JSON agree on texts and on places in them") {
  const std::string pieces[] = {"a",       "\\n",     "\\\"",           "\\/",      "\\\\",         "\\u0041",
                                "\\u00e9", "\\u20AC", "\\ud83d\\ude00", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80",
                                "#{x}"};
  std::uint32_t random = 7;
  for (int round = 0; round < 2000; ++round) {
    std::string raw = "\"";
    std::vector<std::size_t> starts;  // where pieces begin, in the raw text
    for (std::uint32_t i = 0; i < random % 9; ++i) {
      random = random * 1664525 + 1013904223;
      starts.push_back(raw.size());
      raw += pieces[(random >> 16U) % std::size(pieces)];
    }
    random = random * 1664525 + 1013904223;
    starts.push_back(raw.size());
    raw += '"';
    INFO(raw);
    const auto plain = JsonText::read(raw);
    REQUIRE(plain);
    const std::string text((*plain)[0].text);
    CHECK(lsp::decode_json(std::string_view(raw).substr(1, raw.size() - 2)) == text);
#ifdef PIPEXPR_TESTS_FORMS
    const auto other = forms::read_json(raw);
    REQUIRE(other);
    CHECK((*other)[0].text == text);
    // A run that is exact stands where raw_offset says, byte for byte; another begins there.
    for (const forms::Run& run : forms::runs_of(raw, (*other)[0])) {
      for (std::uint32_t i = 0; i < (run.exact ? run.length : 1); ++i)
        CHECK(definition::raw_offset(raw, run.begin + i) == run.source.offset + i);
    }
#endif
    for (const std::size_t start : starts) {
      const std::string before = lsp::decode_json(std::string_view(raw).substr(1, start - 1));
      CHECK(definition::raw_offset(raw, before.size()) == start);
    }
  }
}
