// What runs show in the text: the value after each expression, and the next runs above each schedule.
#include <fmt/format.h>

#include "lsp/question.h"

namespace pipexpr::lsp {

void inlay_hints(const Question& question, JsonWriter& json) {
  constexpr std::size_t kMaxLabel = 100;
  json.StartArray();
  const SourceSpan wanted = question.span(question.params["range"]);
  std::uint64_t steps = 0;
  std::size_t count = 0;
  for (const WrittenValue& value : question.document.values()) {
    if (question.values == nullptr || steps > question.options.max_steps || count >= question.options.max_items) break;
    if (!value.is_expression() || value.object == kNoObject || question.values->is_abstract(value.object)) continue;
    const auto span = question.document.to_text(value.span);
    if (!span || span->end() < wanted.offset || span->offset > wanted.end()) continue;
    const RunValues::Shown shown = question.values->evaluate(value, value.object);
    steps += shown.steps;
    if (!shown.is_value) continue;
    ++count;
    json.StartObject();
    json.key("position");
    question.position(json, span->end() + std::size_t{1});  // after the closing quote
    json.member("label", "= " + short_line(shown.text, kMaxLabel));
    json.key("paddingLeft");
    json.Bool(true);
    json.member("tooltip", question.values->situation(value.object).describe(question.definition(), true));
    json.EndObject();
  }
  json.EndArray();
}

namespace {

constexpr DateTime kFar = {253'402'300'799'000};  // the end of 9999: a run of a schedule without end lies before it

void lens(const Question& question, JsonWriter& json, SourceSpan span, std::string_view title, std::string_view start) {
  json.StartObject();
  json.key("range");
  question.range(json, span);
  json.key("command");
  json.StartObject();
  json.member("title", title);
  json.member("command", "pipexpr.chooseRun");
  json.key("arguments");
  json.StartArray();
  if (!start.empty()) json.text(start);
  json.EndArray();
  json.EndObject();
  json.EndObject();
}

}  // namespace

void code_lenses(const Question& question, JsonWriter& json) {
  constexpr std::int64_t kNext = 3;
  json.StartArray();
  const bool is_known = question.document.definition() != nullptr;
  EvaluateOptions evaluate;
  evaluate.limits = question.options.evaluate;
  std::size_t left = question.options.max_items;
  for (std::size_t i = 0; is_known && left != 0 && i < question.definition().object_count(); ++i) {
    const ObjectId object = question.definition().object(i);
    if (question.definition().type(object) != "Schedule") continue;
    const auto span = question.document.to_text(question.definition().span(object));
    const auto schedule = Schedule::read(question.definition(), object, {.evaluate = evaluate});
    if (!span || !schedule) continue;
    --left;
    const std::string count =
        schedule->endless() ? "runs without end" : fmt::format("{} runs", schedule->first_from(kFar));
    lens(question, json, *span, fmt::format("{} from {}", count, to_string(schedule->start())), "");
    const std::int64_t from = question.options.clock ? schedule->first_from(question.options.clock()) : 0;
    for (std::int64_t k = from; k < from + kNext; ++k) {
      const auto run = schedule->run(k);
      if (!run) break;
      const std::string start = to_string(run->scheduled_start);
      lens(question, json, *span, fmt::format("{}{}", k == from ? "next " : "", start), start);
    }
  }
  json.EndArray();
}

}  // namespace pipexpr::lsp
