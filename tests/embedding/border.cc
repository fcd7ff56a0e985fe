// What a host hands over that no table knows: a diagnostic or an empty result, never memory of others.
#include <cstdint>
#include <string>

#include <pipexpr/pipexpr.h>

#include "catch.h"
#include "no_exceptions.h"

using namespace pipexpr;

namespace {

class One final : public ObjectGraph {
 public:
  explicit One(const ValueView& value) : item_(FieldItem::of_value(value)) {}
  bool field(ObjectId, const FieldName& name, Field& out) const override {
    if (name.text != "x") return false;
    out = {.items = &item_, .count = 1};
    return true;
  }
  std::string_view id(ObjectId) const override { return "O"; }

 private:
  FieldItem item_;
};

}  // namespace

TEST_CASE("embedding: a unit of time that does not exist has no text and cannot be added") {
  const Period period{5, static_cast<TimeUnit>(77)};
  CHECK(to_string(period).empty());
  CHECK(Value(period).to_text().empty());
  CHECK(add(DateTime{}, period).error().at(0).message == "there is no unit of time 77");
  const One graph{ValueView(period)};
  const auto sum =
      Expression::compile("#{plusPeriod(makeDate(2024, 1, 1), x)}")->evaluate_text(graph, {.object = ObjectId{0}});
  CHECK_FALSE(sum);
}

TEST_CASE("embedding: a time zone that does not exist has no id, and its times have no text") {
  for (const std::uint32_t code : {12345U, 0x7FFFFFFFU, 0x80000000U, 0xFFFFFFFFU, 599U}) {
    INFO(code);
    const TimeZone zone = TimeZone::from_code(code);
    CHECK(time_zone_id(zone).empty());
    CHECK(to_string(DateTime{0, zone}).empty());
    CHECK(Value(DateTime{0, zone}).to_text().empty());
    CHECK(add(DateTime{0, zone}, Period{1, TimeUnit::days}).error().at(0).code == DiagnosticCode::unknown_time_zone);
    const One graph{ValueView(DateTime{0, zone})};
    for (const char* text : {"#{x}", "#{format(x, 'YYYY-MM-dd HH:mm ZZ zzzz')}", "#{midnight(x)}", "#{plusDays(x, 1)}",
                             "#{inTimeZone(x, 'UTC')}", "a#{x}"}) {
      (void)Expression::compile(text)->evaluate(
          graph, {.object = ObjectId{0}});  // whatever it gives, it reads what is its own
      (void)Expression::compile(text)->evaluate_text(graph, {.object = ObjectId{0}});
    }
  }
  CHECK(time_zone_id(parse_time_zone("+23:59").value()) == "+23:59");
  CHECK(time_zone_id(parse_time_zone("Europe/Paris").value()) == "Europe/Paris");
}

TEST_CASE("embedding: objects that a definition does not have are empty") {
  const auto definition = PipelineDefinition::load(R"({"objects": [{"id": "A", "name": "a", "x": "1"}]})").value();
  for (const std::uint64_t number : {1ULL, 77ULL, 0xFFFFFFFFULL, 0x100000000ULL, ~0ULL}) {
    const ObjectId missing{number};
    CHECK(definition->id(missing).empty());
    CHECK(definition->name(missing).empty());
    CHECK(definition->type(missing).empty());
    CHECK(definition->fields(missing, true).empty());
    CHECK(definition->referrers(missing).empty());
    CHECK(definition->span(missing) == SourceSpan{});
    CHECK(definition->key_span(missing, "x") == SourceSpan{});
    CHECK_FALSE(definition->has_instances(missing));
    Field field;
    CHECK_FALSE(definition->field(missing, {"x"}, field));
    definition->names(missing, [](std::string_view) {});
  }
}

TEST_CASE("embedding: codes and rules that do not exist have no names") {
  const auto code = static_cast<DiagnosticCode>(9999);
  CHECK(code_id(code).empty());
  CHECK(code_name(code).empty());
  CHECK(code_description(code).empty());
  CHECK(rule_id(static_cast<Rule>(9999)).empty());
  CHECK(rule_page(static_cast<Rule>(9999)).empty());
  CHECK(find_code("E201") == DiagnosticCode::unknown_function);
  CHECK(find_code("unknown_function") == DiagnosticCode::unknown_function);
  CHECK_FALSE(find_code("E999"));
  CHECK(find_limit("max_steps")->scope == LimitScope::evaluation);
  CHECK(find_limit("max_nothing") == nullptr);
}

TEST_CASE("embedding: a program without exceptions uses the headers") {
  CHECK(without_exceptions("#{'a' + 1}") == "a1");
  CHECK(without_exceptions("#{1 +}") == "E103");
}

TEST_CASE("embedding: a text of more than 4 GiB is too long, not short") {
  // Nothing reads it: its size alone is over every limit.
  const char byte = 'x';
  const One graph{ValueView(std::string_view(&byte, (std::size_t{1} << 32) + 3))};
  CHECK(Expression::compile("#{x}")->evaluate_text(graph, {.object = ObjectId{0}}).error().at(0).code ==
        DiagnosticCode::limit_output_bytes);
}
