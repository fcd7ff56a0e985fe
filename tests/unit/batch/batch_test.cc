// Batches: columns, errors by row, limits of all rows, and what is refused.
#include <atomic>
#include <stdexcept>

#include <pipexpr/batch.h>
#include <pipexpr/pipexpr.h>

#include "catch.h"

using namespace pipexpr;

namespace {

std::shared_ptr<const PipelineDefinition> graph() {
  return PipelineDefinition::load(R"({"objects": [
    {"id": "A", "label": "ads", "size": "3"}, {"id": "B", "label": "bids", "*key": "hunter"}]})")
      .value();
}

const std::vector<std::int64_t> kDays = {0, 86'400'000, kNoTime, 2 * 86'400'000};

}  // namespace

TEST_CASE("batch: text in Arrow's layout, and errors by row") {
  const auto objects = graph();
  const Expression expression = Expression::compile("#{label}-#{format(@scheduledStartTime,'dd')}").value();
  Evaluator evaluator;
  TextColumn out;
  const Rows rows{.count = 4, .shared = {.object = *objects->find("A")}, .starts = kDays};
  for (int again = 0; again < 2; ++again) {
    const BatchReport report = evaluate_rows(evaluator, expression, *objects, rows, out);
    CHECK(report.ended_by.empty());
    CHECK(report.rows == 4);
    CHECK(report.failed == 1);
    REQUIRE(report.errors.size() == 1);
    CHECK(report.errors[0].row == 2);
    CHECK(report.errors[0].why[0].code == DiagnosticCode::runtime_field_unset);
    CHECK(out.data.view() == "ads-01ads-02ads-03");
    CHECK(out.offsets == std::vector<std::int64_t>{0, 6, 12, 12, 18});
    CHECK(out.validity == std::vector<std::uint8_t>{0b1011});
    CHECK(out.text(3) == "ads-03");
    CHECK_FALSE(out.has_value(2));
  }
}

TEST_CASE("batch: objects, columns of fields, and what is unset") {
  const auto objects = graph();
  const ObjectId ids[] = {*objects->find("A"), *objects->find("B")};
  const std::string_view names[] = {"#{1 + 1}", "y"};
  const double prices[] = {1.5, 2};
  const std::uint8_t first_only[] = {1};
  Evaluator evaluator;
  TextColumn out;
  FieldColumn fields[] = {{"note", std::span<const std::string_view>(names)},
                          {"price", std::span<const double>(prices), first_only}};
  // The name of an instance is another one in each row.
  (void)evaluate_rows(evaluator, Expression::compile("#{name}").value(), *objects,
                      {.count = 4, .shared = {.object = ids[0]}, .starts = kDays}, out);
  CHECK(out.text(1) == "@A_1970-01-02T00:00:00");
  CHECK(out.text(2) == "A");
  const Rows rows{.count = 2, .objects = ids, .fields = fields};
  const Expression expression = Expression::compile("#{label} #{note} #{price * 2}").value();
  BatchReport report = evaluate_rows(evaluator, expression, *objects, rows, out);
  CHECK(out.text(0) == "ads #{1 + 1} 3.0");
  REQUIRE(report.failed == 1);
  CHECK(report.errors[0].why[0].code == DiagnosticCode::unset_operand);
  fields[0].holds_templates = true;
  (void)evaluate_rows(evaluator, expression, *objects, rows, out);
  CHECK(out.text(0) == "ads 2 3.0");
}

TEST_CASE("batch: typed columns take their kind") {
  const auto objects = graph();
  const std::int64_t counts[] = {1, 2, 4};
  const double prices[] = {1.5, 0, 2};
  const FieldColumn fields[] = {{"n", std::span<const std::int64_t>(counts)},
                                {"price", std::span<const double>(prices)}};
  const Rows rows{.count = 3, .shared = {.object = *objects->find("B")}, .fields = fields};
  Evaluator evaluator;
  NumberColumn numbers;
  IntegerColumn integers;
  DateTimeColumn times;
  const auto of = [](const char* text) { return Expression::compile(text).value(); };
  BatchReport report = evaluate_rows(evaluator, of("#{n / price}"), *objects, rows, numbers);
  CHECK(numbers.values == std::vector<double>{1 / 1.5, 0, 2});
  CHECK(numbers.validity == std::vector<std::uint8_t>{0b101});
  CHECK(report.errors[0].why[0].code == DiagnosticCode::division_by_zero);
  report = evaluate_rows(evaluator, of("#{n}"), *objects, rows, numbers);
  CHECK(numbers.values == std::vector<double>{1, 2, 4});
  report = evaluate_rows(evaluator, of("#{n * 2}"), *objects, rows, integers);
  CHECK(integers.values == std::vector<std::int64_t>{2, 4, 8});
  report = evaluate_rows(evaluator, of("#{price}"), *objects, rows, integers);
  CHECK(report.failed == 3);
  CHECK(report.errors[0].why[0].message == "the value must be an integer, found a number");
  CHECK(report.errors[0].why[0].code == DiagnosticCode::wrong_result_kind);
  CHECK(report.errors[0].why[0].span == SourceSpan{0, 8});
  report = evaluate_rows(evaluator, of("#{label}"), *objects, rows, integers);
  CHECK(report.errors[0].why[0].message == "the value must be an integer, found 'bids'");
  report = evaluate_rows(evaluator, of("#{*key}"), *objects, rows, integers);
  CHECK(report.errors[0].why[0].message == "the value must be an integer, found a string");
  report = evaluate_rows(evaluator, of("#{plusDays('1970-01-01', n)}"), *objects, rows, times);
  CHECK(times.values == std::vector<std::int64_t>{86'400'000, 2 * 86'400'000, 4 * 86'400'000});
  // A time in a zone is the same instant.
  report = evaluate_rows(evaluator, of("#{inTimeZone('1970-01-02', 'America/New_York')}"), *objects, rows, times);
  CHECK(times.values == std::vector<std::int64_t>(3, 86'400'000));
  report = evaluate_rows(evaluator, of("#{label}"), *objects, rows, times);
  CHECK(report.errors[2].why[0].message == "the value must be a date-time, found 'bids'");
  CHECK(times.values == std::vector<std::int64_t>(3, 0));
  CHECK(times.validity == std::vector<std::uint8_t>{0});
  report = evaluate_rows(evaluator, of("#{label}"), *objects, rows, numbers);
  CHECK(report.errors[0].why[0].message == "the value must be a number, found 'bids'");
}

TEST_CASE("batch: booleans are bits") {
  const auto objects = graph();
  std::vector<std::string_view> texts(19, "true");
  texts[3] = texts[17] = "false";
  texts[4] = "TRUE";
  texts[5] = "";
  texts[6] = "1";
  const FieldColumn fields[] = {{"on", std::span<const std::string_view>(texts)}};
  const Rows rows{.count = texts.size(), .shared = {.object = *objects->find("A")}, .fields = fields};
  Evaluator evaluator;
  BooleanColumn out;
  for (int again = 0; again < 2; ++again) {
    const BatchReport report = evaluate_rows(evaluator, Expression::compile("#{on}").value(), *objects, rows, out);
    CHECK(report.failed == 3);
    CHECK(report.errors[0].row == 4);
    CHECK(report.errors[0].why[0].message == "the value must be 'true' or 'false', found 'TRUE'");
    CHECK(report.errors[1].why[0].message == "the value must be 'true' or 'false', found ''");
    CHECK(out.values == std::vector<std::uint8_t>{0b1000'0111, 0xFF, 0b101});
    CHECK(out.validity == std::vector<std::uint8_t>{0b1000'1111, 0xFF, 0b111});
    CHECK((out.value(0) && !out.value(3) && !out.value(4) && !out.value(17) && out.value(18)));
  }
  const BatchReport report = evaluate_rows(evaluator, Expression::compile("#{1}").value(), *objects, rows, out);
  CHECK(report.failed == 19);
  CHECK(report.errors[0].why[0].message == "the value must be 'true' or 'false', found an integer");
}

TEST_CASE("batch: columns say what they are as Arrow does") {
  CHECK(std::string_view(TextColumn::kArrowFormat) == "U");
  CHECK(std::string_view(NumberColumn::kArrowFormat) == "g");
  CHECK(std::string_view(IntegerColumn::kArrowFormat) == "l");
  CHECK(std::string_view(BooleanColumn::kArrowFormat) == "b");
  CHECK(std::string_view(DateTimeColumn::kArrowFormat) == "tsm:UTC");
}

TEST_CASE("batch: one value of one kind") {
  const auto objects = graph();
  const Context context{.object = *objects->find("A")};
  Evaluator evaluator;
  const auto of = [](const char* text) { return Expression::compile(text).value(); };
  const auto why = [](const auto& result) {
    REQUIRE_FALSE(result);
    return std::string(code_id(result.error().front().code)) + " " + result.error().front().message;
  };
  CHECK(evaluator.integer(of("#{-1 + 8}"), *objects, context).value() == 7);
  CHECK(evaluator.number(of("#{-1 + 8}"), *objects, context).value() == 7);
  CHECK(evaluator.number(of("#{1 / 4}"), *objects, context).value() == 0);
  CHECK(evaluator.number(of("#{1 / 4.0}"), *objects, context).value() == 0.25);
  CHECK(evaluator.number(of("#{9007199254740993}"), *objects, context).value() == 9007199254740992.0);
  CHECK(evaluator.boolean(of("true"), *objects, context).value());
  CHECK_FALSE(evaluator.boolean(of("#{'fal' + 'se'}"), *objects, context).value());
  CHECK(evaluator.datetime(of("#{plusDays('1970-01-01', 1)}"), *objects, context).value().epoch_millis == 86'400'000);
  const TimeZone paris = parse_time_zone("Europe/Paris").value();
  CHECK(evaluator.datetime(of("#{inTimeZone('1970-01-01', 'Europe/Paris')}"), *objects, context).value().zone == paris);

  // Of no other kind, also where a text would do, and the errors of the template itself.
  CHECK(why(evaluator.integer(of("#{size}"), *objects, context)) == "E310 the value must be an integer, found '3'");
  CHECK(why(evaluator.integer(of("#{2.0}"), *objects, context)) == "E310 the value must be an integer, found a number");
  CHECK(why(evaluator.integer(of("x#{1}"), *objects, context)) == "E310 the value must be an integer, found 'x1'");
  CHECK(why(evaluator.number(of(""), *objects, context)) == "E310 the value must be a number, found ''");
  CHECK(why(evaluator.datetime(of("1970-01-01"), *objects, context)) ==
        "E310 the value must be a date-time, found '1970-01-01'");
  CHECK(why(evaluator.boolean(of("#{label}"), *objects, context)) ==
        "E310 the value must be 'true' or 'false', found 'ads'");
  CHECK(why(evaluator.integer(of("#{1 / (size * 0)}"), *objects, context)) == "E402 division by zero");
  const Context secret{.object = *objects->find("B")};
  CHECK(why(evaluator.number(of("#{*key}"), *objects, secret)) == "E310 the value must be a number, found a string");
}

TEST_CASE("batch: a host is told when a row is over") {
  const auto objects = graph();
  Evaluator evaluator;
  TextColumn out;
  const Rows rows{.count = 4, .shared = {.object = *objects->find("A")}, .starts = kDays};
  std::vector<std::size_t> over;
  BatchOptions options{.row_ended = [&](std::size_t row) { over.push_back(row); }};
  const Expression expression = Expression::compile("#{@scheduledStartTime}").value();
  BatchReport report = evaluate_rows(evaluator, expression, *objects, rows, out, options);
  CHECK(over == std::vector<std::size_t>{0, 1, 2, 3});
  CHECK(report.failed == 1);
  options.row_ended = [](std::size_t row) {
    if (row == 2) throw std::runtime_error("the arena is gone");
  };
  report = evaluate_rows(evaluator, expression, *objects, rows, out, options);
  CHECK(report.rows == 3);
  CHECK(report.failed == 1);
  CHECK(report.ended_by[0].message == "the host's callback failed: the arena is gone");
  CHECK(report.ended_by[0].exception != nullptr);
}

TEST_CASE("batch: limits of all rows, cancel, and columns that do not fit") {
  const auto objects = graph();
  Evaluator evaluator;
  TextColumn out;
  const Rows rows{.count = 4, .shared = {.object = *objects->find("A")}, .starts = kDays};
  const Expression expression = Expression::compile("#{label}").value();
  BatchReport report = evaluate_rows(evaluator, expression, *objects, rows, out, {.max_output_bytes = 7});
  CHECK(report.rows == 2);
  CHECK(out.data.view() == "adsads");
  CHECK(report.ended_by[0].message ==
        "the result is longer than the limit max_output_bytes = 7; raise it with BatchOptions::max_output_bytes");
  report = evaluate_rows(evaluator, expression, *objects, rows, out, {.max_steps = 1});
  CHECK(report.rows == 2);
  CHECK(report.ended_by[0].message ==
        "the evaluation takes more steps than the limit max_steps = 1; raise it with BatchOptions::max_steps");
  IntegerColumn integers;
  report =
      evaluate_rows(evaluator, Expression::compile("#{7}").value(), *objects, rows, integers, {.max_output_bytes = 24});
  CHECK(report.rows == 3);
  CHECK(integers.values.size() == 3);
  CHECK(report.ended_by[0].code == DiagnosticCode::limit_output_bytes);
  const Expression failing = Expression::compile("#{nothing}").value();
  report = evaluate_rows(evaluator, failing, *objects, rows, out, {.max_errors = 1});
  CHECK(report.failed == 4);
  CHECK(report.errors.size() == 1);
  const std::atomic<bool> cancel{true};
  Evaluator cancelled({.cancel = &cancel});
  report = evaluate_rows(cancelled, expression, *objects, rows, out);
  CHECK(report.rows == 0);
  CHECK(report.ended_by[0].code == DiagnosticCode::cancelled);
  report = evaluate_rows(evaluator, expression, *objects, {.count = 3, .starts = kDays}, out);
  CHECK(out.size() == 0);
  CHECK(report.ended_by[0].message == "the host's callback failed: Rows::starts must have 3 values, found 4");
  const double one[] = {1};
  const FieldColumn fields[] = {{"n", std::span<const double>(one)}};
  report = evaluate_rows(evaluator, expression, *objects, {.count = 2, .fields = fields}, out);
  CHECK(report.ended_by[0].message == "the host's callback failed: column 'n' must have 2 values, found 1");
}
