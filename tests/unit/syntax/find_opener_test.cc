// Tests of the search for openers at every alignment.
#include "syntax/find_opener.h"

#include <random>

#include "catch.h"
#include "syntax/template_scanner.h"

using pipexpr::Delimiters;
using namespace pipexpr::syntax;

namespace {

std::size_t one_by_one(std::string_view text, std::size_t from, Delimiters which) {
  for (std::size_t i = from; i + 1 < text.size(); ++i) {
    const bool brace = text[i + 1] == '{' && which != Delimiters::angles;
    const bool angle = text[i + 1] == '<' && which != Delimiters::braces;
    if (text[i] == '#' && (brace || angle)) return i;
  }
  return text.size();
}

}  // namespace

TEST_CASE("text: openers are found at every place, by blocks as one by one") {
  for (const Delimiters which : {Delimiters::both, Delimiters::braces, Delimiters::angles}) {
    for (std::size_t size = 0; size < 150; ++size) {
      const std::string plain(size, '#');
      CHECK(find_opener(plain, 0, which) == size);
      for (std::size_t at = 0; at + 1 < size; ++at) {
        for (const char c : {'{', '<'}) {
          std::string text = plain;
          text[at + 1] = c;
          if (find_opener(text, 0, which) != one_by_one(text, 0, which)) FAIL(text);
          if (find_opener(text, at + 1, which) != one_by_one(text, at + 1, which)) FAIL(text);
        }
      }
    }
  }
}

TEST_CASE("text: openers in random bytes") {
  std::mt19937 random(5);
  constexpr std::string_view kBytes = "#{<x\0\xFF";
  for (int i = 0; i < 5000; ++i) {
    std::string text(random() % 300, 'x');
    for (char& c : text) c = random() % 8 == 0 ? kBytes[random() % kBytes.size()] : c;
    const std::size_t from = text.empty() ? 0 : random() % (text.size() + 1);
    REQUIRE(find_opener(text, from, Delimiters::both) == one_by_one(text, from, Delimiters::both));
  }
}

TEST_CASE("text: slots end at the first closer outside quotes") {
  const auto slots = [](std::string_view text) {
    std::string found;
    Placeholder slot;
    for (std::size_t at = 0; next_placeholder(text, at, Delimiters::both, slot); at = slot.close) {
      found += "[" + std::string(text.substr(slot.source.offset, slot.source.length)) + "]";
      if (!slot.closed) found += slot.in_quotes ? " open quotes at " + std::to_string(slot.quote) : " open";
    }
    return found;
  };
  CHECK(slots("a#{b}c#<d>e") == "[b][d]");
  CHECK(slots("#{'}'}#{\"}\"}") == "['}'][\"}\"]");
  CHECK(slots("#{'\\'}'}") == "['\\'}']");
  CHECK(slots("#{a>}#<b}>") == "[a>][b}]");
  CHECK(slots("#{a#{b}c}") == "[a#{b]");
  CHECK(slots("#{") == "[] open");
  CHECK(slots("#{a'b}") == "[a'b}] open quotes at 3");
  CHECK(slots("#{'\\") == "['\\] open quotes at 2");
  CHECK(slots("# {a} #[b]").empty());
}
