// A batch gives, row by row, what evaluating each context by itself gives: generated templates, graphs and columns.
#include <random>
#include <string>
#include <vector>

#include <pipexpr/batch.h>
#include <pipexpr/pipexpr.h>

#include "../catch.h"
#include "generator.h"

using namespace pipexpr;

namespace {

std::string shown(const Diagnostics& why) {
  std::string text;
  for (const Diagnostic& one : why) text += render(one) + "\n";
  return text;
}

}  // namespace

TEST_CASE("properties: a batch is its rows one by one") {
  std::mt19937_64 random(20261128);
  int compared = 0, failed = 0, numbers = 0;
  for (int i = 0; i < 500; ++i) {
    std::vector<std::uint8_t> data(40 + random() % 400);
    for (std::uint8_t& byte : data) byte = static_cast<std::uint8_t>(random());
    fuzz::Bytes bytes(data.data(), data.size());
    const fuzz::Graph graph(bytes);
    const std::string text = fuzz::a_template(bytes);
    const CompileOptions compiled_with;
    const auto expression = Expression::compile(text, compiled_with);
    if (!expression) continue;
    INFO(i << ": " << text);
    constexpr std::size_t kRows = 40;
    std::vector<std::int64_t> starts, ends;
    std::vector<std::uint32_t> attempts;
    std::vector<std::string_view> texts;
    std::vector<std::uint8_t> validity(kRows / 8);
    for (std::uint8_t& byte : validity) byte = static_cast<std::uint8_t>(random());
    for (std::size_t row = 0; row < kRows; ++row) {
      starts.push_back(i % 3 == 0 && random() % 8 == 0 ? kNoTime
                                                       : static_cast<std::int64_t>(random() % 4'000'000'000'000u));
      ends.push_back(random() % 4 == 0 ? kNoTime : static_cast<std::int64_t>(random() % 4'000'000'000'000u));
      attempts.push_back(static_cast<std::uint32_t>(random() % 2));
      texts.push_back(random() % 2 == 0 ? "7" : "#{c} x");
    }
    FieldColumn column{"b", std::span<const std::string_view>(texts), validity};
    column.holds_templates = random() % 2 == 0;
    Rows rows{.count = kRows,
              .shared = {.object = static_cast<ObjectId>(0)},
              .starts = starts,
              .ends = ends,
              .attempts = attempts};
    if (random() % 2 == 0) rows.fields = {&column, 1};
    BatchOptions options{.max_errors = kRows};
    if (random() % 2 == 0) options.compiled_with = &compiled_with;
    Evaluator evaluator, single;
    TextColumn out;
    NumberColumn typed;
    const BatchReport report = evaluate_rows(evaluator, *expression, graph, rows, out, options);
    const BatchReport of_numbers = evaluate_rows(evaluator, *expression, graph, rows, typed, options);
    REQUIRE(report.ended_by.empty());
    REQUIRE(out.size() == kRows);
    std::size_t error = 0;
    for (std::size_t row = 0; row < kRows; ++row) {
      FieldItem item = column.holds_templates ? FieldItem::of_text(texts[row]) : FieldItem::of_value(texts[row]);
      Binding binding{"b", {.items = &item, .count = ((unsigned{validity[row / 8]} >> row % 8) & 1u)}};
      Context context = rows.shared;
      if (!rows.fields.empty()) context.fields = {&binding, 1};
      if (starts[row] != kNoTime) {
        context.run.emplace();
        context.run->scheduled_start = {starts[row], {}};
        if (ends[row] != kNoTime) context.run->scheduled_end = DateTime{ends[row], {}};
        context.run->attempt = attempts[row];
      }
      TextBuffer want;
      const auto done = single.append(*expression, graph, context, want);
      const std::string why = shown(done.error());
      if (why.find("E6") != why.npos) {  // less is computed for a row of a batch, so limits come later
        error += out.has_value(row) ? 0U : 1U;
        continue;
      }
      ++compared;
      INFO("row " << row);
      REQUIRE(out.has_value(row) == done.has_value());
      REQUIRE(out.text(row) == want.view());
      if (!done) {
        ++failed;
        REQUIRE(report.errors[error].row == row);
        REQUIRE(shown(report.errors[error].why) == why);
        ++error;
      }
      const auto value = single.value(*expression, graph, context);
      const bool is_number = value && (value->kind() == Kind::number || value->kind() == Kind::integer);
      REQUIRE(typed.has_value(row) == is_number);
      if (is_number) {
        ++numbers;
        REQUIRE(typed.values[row] ==
                (value->kind() == Kind::number ? value->number() : static_cast<double>(value->integer())));
      }
    }
    REQUIRE(of_numbers.rows == kRows);
  }
  CHECK(compared > 8'000);
  CHECK(failed > 250);
  CHECK(numbers > 25);
}
