// Proposes letters of date patterns.
#include "lsp/pattern_letters.h"

#include <fmt/format.h>

#include <pipexpr/function_registry.h>

#include "base/char_class.h"

namespace pipexpr::lsp {
namespace {

struct Letters {
  std::string_view run, meaning;
};

// What people write, most common first; docs/dates.md has every letter.
constexpr Letters kLetters[] = {
    {"YYYY", "year of era"},
    {"yyyy", "year"},
    {"MM", "month, two digits"},
    {"dd", "day of the month, two digits"},
    {"HH", "hour of the day, 00 to 23"},
    {"mm", "minute, two digits"},
    {"ss", "second, two digits"},
    {"SSS", "milliseconds"},
    {"YY", "year of era, two digits"},
    {"yy", "year, two digits"},
    {"M", "month"},
    {"MMM", "month, short name"},
    {"MMMM", "month, full name"},
    {"d", "day of the month"},
    {"DDD", "day of the year, three digits"},
    {"E", "day of the week, short name"},
    {"EEEE", "day of the week, full name"},
    {"e", "day of the week, Monday is 1"},
    {"xxxx", "year of the week"},
    {"ww", "week of the year, two digits"},
    {"H", "hour of the day, 0 to 23"},
    {"hh", "hour of the half day, 01 to 12; needs 'a'"},
    {"a", "AM or PM"},
    {"kk", "hour of the day, 01 to 24"},
    {"KK", "hour of the half day, 00 to 11; needs 'a'"},
    {"m", "minute"},
    {"s", "second"},
    {"z", "time zone, short name"},
    {"zzzz", "time zone, full name"},
    {"Z", "offset, such as +0000"},
    {"ZZ", "offset, such as +00:00"},
    {"ZZZ", "id of the time zone"},
    {"G", "era"},
    {"CC", "century"},
};

bool takes_pattern(const ExpressionPrefix& prefix) {
  if (prefix.calls.empty()) return false;
  const ExpressionPrefix::OpenCall& call = prefix.calls.back();
  for (const auto& function : FunctionRegistry::standard().all()) {
    if (function->name == call.name && function->prepare != nullptr && function->prepared_parameter == call.argument) {
      return true;
    }
  }
  return false;
}

// Without a run, letters are shown of this moment.
constexpr DateTime kSample = {1'716'570'300'000};  // 2024-05-24T17:05:00

class Samples {
 public:
  Samples(const Question& question, ObjectId object) {
    if (question.values != nullptr && question.values->situation(object).run) {
      start_ = question.values->situation(object).run->scheduled_start;
    }
  }
  std::string operator()(std::string_view pattern) const {
    const auto compiled = Expression::compile(fmt::format("#{{format(@scheduledStartTime,'{}')}}", pattern));
    if (!compiled) return "";
    const auto text = compiled->evaluate_text(NoObjects(), {.run = Run{.scheduled_start = start_}});
    return text ? *text : std::string();
  }

 private:
  DateTime start_ = kSample;
};

}  // namespace

std::string_view pattern_run(std::string_view pattern) {
  std::size_t begin = pattern.size();
  while (begin > 0 && base::is_letter(pattern[begin - 1]) && pattern[begin - 1] == pattern.back()) --begin;
  return pattern.substr(begin);
}

std::vector<Proposal> pattern_proposals(const Question& question, const ExpressionPrefix& prefix, ObjectId object) {
  std::vector<Proposal> result;
  if (!takes_pattern(prefix)) return result;
  const std::string_view before = prefix.string.substr(0, prefix.string.size() - pattern_run(prefix.string).size());
  const Samples sample(question, object);
  constexpr std::size_t kFirst = 8;  // of the table: offered before the others
  for (std::size_t i = 0; i < std::size(kLetters); ++i) {
    const auto& [run, meaning] = kLetters[i];
    Proposal proposal{.label = std::string(run),
                      .detail = sample(run),
                      .documentation = std::string(meaning),
                      .rank = i < kFirst ? 'a' : 'b'};
    if (!before.empty()) {
      const std::string whole = fmt::format("{}{}", before, run);
      const std::string shown = sample(whole);
      if (!shown.empty()) proposal.documentation += fmt::format("; '{}' prints {}", whole, shown);
    }
    result.push_back(std::move(proposal));
  }
  return result;
}

}  // namespace pipexpr::lsp
