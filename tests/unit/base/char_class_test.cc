// Tests of the classes of characters, and that the grammar, registered functions and identifiers agree about names.
#include "base/char_class.h"

#include <pipexpr/function_registry.h>
#include <pipexpr/syntax_tree.h>

#include "catch.h"

using namespace pipexpr;

namespace {

bool is_one_name(const std::string& text) {
  const auto tree = SyntaxTree::parse("#{" + text + "}");
  return tree && tree->nodes().size() == 1 && tree->nodes()[0].kind == NodeKind::name &&
         tree->text(tree->nodes()[0].name) == text;
}

bool is_function_name(const std::string& text) {
  FunctionRegistry functions;
  FunctionSpec spec;
  spec.name = text;
  spec.body = [](Call& call) { return call.return_value(""); };
  return static_cast<bool>(functions.add(std::move(spec)));
}

}  // namespace

TEST_CASE("char class: the letters and digits are those of ASCII, for every byte") {
  std::string words, starts, digits, letters;
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    if (base::is_word(c)) words += c;
    if (base::is_name_start(c)) starts += c;
    if (base::is_digit(c)) digits += c;
    if (base::is_letter(c)) letters += c;
    CHECK(base::is_alphanumeric(c) == (base::is_digit(c) || base::is_letter(c)));
  }
  CHECK(digits == "0123456789");
  CHECK(letters == "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
  CHECK(starts == "ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz");
  CHECK(words == "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz");
  CHECK(base::uppercase("aZ1_\xE9{[@`") == "AZ1_\xE9{[@`");
  CHECK(base::lowercase("aZ1_\xC9{[@`") == "az1_\xC9{[@`");
  CHECK(base::hex_value('9') == 9);
  CHECK(base::hex_value('a') == 10);
  CHECK(base::hex_value('F') == 15);
  CHECK(base::hex_value('g') == -1);
  CHECK(base::hex_value('`') == -1);
  CHECK_FALSE(base::is_digits(""));
  CHECK_FALSE(base::is_digits("1 "));
}

TEST_CASE("char class: the grammar, registered functions and encoded identifiers agree what a name is") {
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    for (const std::string& name : {std::string(1, c) + "q", std::string("q") + c + "q"}) {
      INFO("byte " << byte << " in a name of " << name.size());
      const bool fits = base::is_identifier(name);
      CHECK((identifier_for(name) == name) == fits);
      CHECK(is_function_name(name) == fits);
      // A name may have a prefix, and blanks around it are not part of it.
      if (c != '@' && c != '*') CHECK(is_one_name(name) == fits);
    }
  }
}
