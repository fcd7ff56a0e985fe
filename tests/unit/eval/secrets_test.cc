// Values with a secret in them: no diagnostic shows one, whatever was computed from it, and functions can ask.
#include <pipexpr/pipexpr.h>

#include "catch.h"

using namespace pipexpr;

namespace {

// `*pw` and `*list` are secret by their names, `password` because the host says so; `*made` and `outer` are templates.
class Vault final : public ObjectGraph {
 public:
  bool field(ObjectId, const FieldName& name, Field& out) const override {
    for (const auto& [known, items, count] : fields_) {
      if (known != name.text) continue;
      out = {.items = items, .count = count};
      return true;
    }
    return false;
  }
  std::string_view id(ObjectId) const override { return "Vault"; }

 private:
  struct Row {
    std::string_view name;
    const FieldItem* items;
    std::uint32_t count;
  };
  FieldItem pw_ = FieldItem::of_value("hunter2");
  FieldItem password_ = FieldItem::of_value(ValueView("letmein").as_secret());
  FieldItem number_ = FieldItem::of_value(ValueView(12.5));
  FieldItem list_[2] = {FieldItem::of_value("swordfish"), FieldItem::of_value("abracadabra")};
  FieldItem made_ = FieldItem::of_text("x#{1 + 1}y");
  FieldItem outer_ = FieldItem::of_text("<#{upper(*pw)}>");
  FieldItem plain_ = FieldItem::of_value("plain");
  const Row fields_[7] = {{"*pw", &pw_, 1},     {"password", &password_, 1}, {"*number", &number_, 1},
                          {"*list", list_, 2},  {"*made", &made_, 1},        {"outer", &outer_, 1},
                          {"plain", &plain_, 1}};
};

FunctionRegistry functions() {
  FunctionRegistry result = FunctionRegistry::standard();
  const Parameter text{.name = "s"}, any{.name = "v", .kind = kAnyKind};
  result
      .add({.name = "upper",
            .parameters = {text},
            .body =
                [](Call& call) {
                  std::string made(call.text(0));
                  for (char& c : made) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
                  return call.return_value(made);
                }})
      .value();
  result
      .add({.name = "refuse",
            .parameters = {text},
            .body = [](Call& call) { return call.fail("I do not like " + std::string(call.text(0))); }})
      .value();
  result
      .add({.name = "secret",
            .parameters = {any},
            .body = [](Call& call) { return call.return_value(call.value(0).is_secret() ? "yes" : "no"); }})
      .value();
  return result;
}

// The text, or the first diagnostic; the same from both instantiations.
std::string outcome(const std::string& source) {
  const FunctionRegistry registry = functions();
  const Expression expression = Expression::compile(source, {.functions = &registry}).value();
  const Vault graph;
  std::string first;
  for (const bool interpreter : {false, true}) {
    Evaluator evaluator({.testing_interpreter_only = interpreter});
    TextBuffer out;
    const Result<void> done = evaluator.append(expression, graph, {.object = ObjectId{0}}, out);
    const std::string text = done ? std::string(out.view()) : done.error().at(0).message;
    if (interpreter) CHECK(text == first);
    first = text;
  }
  return first;
}

}  // namespace

TEST_CASE("secrets: no diagnostic shows what was computed from one") {
  const std::string masked = "operator - needs numbers, found the string '********'";
  for (const char* source :
       {"#{1 - *pw}", "#{1 - upper(*pw)}", "#{1 - upper(upper(*pw) + 'x')}", "#{1 - outer}", "#{plain}#{1 - outer}",
        "#{1 - (outer + plain)}", "#{1 - password}", "#{1 - upper(password)}", "#{1 - *made}", "#{1 - *list}",
        "#{1 - (*list + 'a')}", "#{1 - upper(*list)}", "#{1 - ('x' + *number)}"}) {
    INFO(source);
    CHECK(outcome(source) == masked);
  }
  CHECK(outcome("#{refuse(*pw)}") == "refuse failed: ********");
  CHECK(outcome("#{refuse(upper(*pw))}") == "refuse failed: ********");
  CHECK(outcome("#{refuse(plain)}") == "refuse failed: I do not like plain");
  CHECK(outcome("#{year(upper(*pw))}").find("HUNTER") == std::string::npos);
  CHECK(outcome("#{year(*pw)}").find("hunter") == std::string::npos);
  CHECK(outcome("#{plusDays('2024-05-24', *number * 99999999999)}").find("99999999999") == std::string::npos);
  CHECK(outcome("#{inTimeZone('2024-05-24', upper(*pw))}") == "The datetime zone id '********' is not recognised");
  CHECK(outcome("#{minusDays('2024-01-01', *number)}") == "argument 2 of minusDays must be an integer, found ********");
  CHECK(outcome("#{upper(*pw).x}") ==
        "'upper(*pw)' is the string '********', not a reference to an object, so '.x' cannot be looked up");
}

TEST_CASE("secrets: what has none in it is shown, also after one has been read") {
  CHECK(outcome("#{*pw}#{1 - plain}") == "operator - needs numbers, found the string 'plain'");
  CHECK(outcome("#{*pw}#{1 - upper(plain)}") == "operator - needs numbers, found the string 'PLAIN'");
  CHECK(outcome("#{*pw}#{nothing}").find("'nothing'") != std::string::npos);
}

TEST_CASE("secrets: a function asks whether a value has one in it") {
  CHECK(outcome("#{secret(*pw)} #{secret(password)} #{secret(outer)} #{secret(*made)} #{secret(plain)}") ==
        "yes yes yes yes no");
  CHECK(outcome("#{secret(upper(*pw))} #{secret(*number + 1)} #{secret(-*number)} #{secret(plain + *pw)}") ==
        "yes yes yes yes");
  CHECK(outcome("#{*pw} #{secret(1 + 1)} #{secret(plain + 'a')}") == "hunter2 no no");
  CHECK(ValueView(std::int64_t{1}).as_secret().is_secret());
  CHECK_FALSE(ValueView(std::int64_t{1}).is_secret());
  CHECK(ValueView("abc", SlotType::integer).as_secret().slot() == SlotType::integer);
  CHECK(ValueView("abc").as_secret().text() == "abc");
}
