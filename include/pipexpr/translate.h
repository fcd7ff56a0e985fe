// Translation of templates to other systems: Airflow's Jinja, the JSONata of Step Functions, and Python.
//
//   auto command = pipexpr::Expression::compile("aws s3 cp #{input.filePath} .").value();
//   auto residual = pipexpr::specialize(command, *definition, {.object = copy}).value();
//   auto made = pipexpr::translate(residual.expression, pipexpr::TranslationTarget::airflow_jinja);
//   made.text;       // aws s3 cp s3://in/{{ data_interval_start.strftime('%Y/%m/%d') }}/a.csv .
//   for (const pipexpr::Diagnostic& why : made.refusals) std::cerr << pipexpr::render(why);  // E813: inTimeZone ...
//
// Only what the target's table calls exact is translated, everything else is refused: there is a text, or at least one
// refusal. Exact means the same text for every run that begins and ends in UTC, in the years 1970 to 2100, with whole
// milliseconds. That is a claim of the tables until the target's real engine has been asked: translation_check writes a
// program that does so.
//
// What stands for the run in a translated text:
//
//   data_interval_start, data_interval_end   in Jinja: the pendulum DateTimes of Airflow 2 and 3
//   $t, $tEnd                                in JSONata: milliseconds since 1970, which an earlier state assigns
//   start, end                               in Python: datetimes with UTC as their zone
//
// A text for JSONata is what stands between {% and %}; one for Python is an expression, which may use plus_months of
// translation_helpers. Nothing here starts a process. All results own their text. Safe from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <pipexpr/datetime.h>
#include <pipexpr/diagnostic.h>
#include <pipexpr/export.h>
#include <pipexpr/expression.h>
#include <pipexpr/options.h>

namespace pipexpr {

enum class TranslationTarget : std::uint8_t { airflow_jinja, jsonata, python };

struct Translation {
  std::string text;      // empty when there are refusals
  Diagnostics refusals;  // E811 and the following; spans are in the template that was given

  bool is_exact() const { return refusals.empty(); }
};

struct TranslationOptions {
  Delimiters delimiters = Delimiters::both;  // as the expression was compiled with
  // The text is an alarm's or a precondition's, and belongs to one object, with which it runs: the times of `node` are
  // those of the run.
  bool has_one_node = false;
  // Names of the components: of the text's object, and of that one node. `name` and `node.name` are then the names of
  // their instances. Empty: the run makes no instance of it, or that is not known.
  std::string_view name = {}, node_name = {};
};

// Translates a template. Specialize it first: names of fields and parameters have no meaning in the target.
PIPEXPR_API Translation translate(const Expression& expression, TranslationTarget target,
                                  const TranslationOptions& options = {});

// A row of a target's table: what a function or a run of pattern letters becomes, and when that is exact.
struct TranslationRow {
  std::string name;       // "plusDays", or "yyyy"
  bool is_exact = false;  // false: refused, and `text` says why
  std::string text;       // {t} stands for the time, {n} for an integer
  std::string condition;  // beyond what is said above; empty for most
};
// Every function of the language, then every letter of date patterns, one to five times.
PIPEXPR_API std::vector<TranslationRow> translation_table(TranslationTarget target);

// The source of what the texts of a target may call; empty for targets whose texts need nothing.
PIPEXPR_API std::string_view translation_helpers(TranslationTarget target);

// An instant at which a translation is compared. The classes tell what it is there for.
struct TranslationProbe {
  enum class Class : std::uint8_t { schedule, month_end, leap_day, iso_week, hour, random };
  std::int64_t start = 0, end = 0;  // of the run, in milliseconds since 1970
  Class reason = Class::schedule;

  friend bool operator==(const TranslationProbe&, const TranslationProbe&) = default;
};
// "month_end" and so on.
PIPEXPR_API std::string_view name_of(TranslationProbe::Class reason);

// Instants from 1971 to 2037 that tell wrong translations from right ones: ends of months, leap days, the days around
// New Year where years of weeks begin, every hour of two days, and random milliseconds. 7,258, the same in every
// version. A run ends one period after its start; without a period, a day after.
PIPEXPR_API std::vector<TranslationProbe> translation_probes(const std::optional<Period>& period = {});

// A translation with what it must give.
struct TranslationVectors {
  std::string name;              // such as "Copy.command"
  std::string source, residual;  // as written, and specialized; for the certificate
  std::string text;              // what was translated
  std::vector<TranslationProbe> probes;
  std::vector<std::string> expected;  // one for each probe
};

// A program that stands alone (Python for Jinja and Python, an ES module for JSONata): it evaluates each text with the
// target's real engine at each probe and compares. It spoils each text in a few ways, too, and counts how many of those
// mutants the probes tell from the original. It prints one JSON object for each of the vectors, a line each,
//
//   {"name", "source", "residual", "text", "engine": {"jinja2": "3.1.2", ...}, "instants": {"month_end": 1608, ...},
//    "equal": N, "counterexample": null | {"start", "end", "expected", "found"}, "mutants": {"made", "killed",
//    "survivors": [...]}, "sha256": {"source", "residual", "text"}}
//
// and ends with status 0 when all are equal, 1 when one is not, and 3 when the engine is not there.
PIPEXPR_API std::string translation_check(TranslationTarget target, const std::vector<TranslationVectors>& vectors,
                                          bool has_mutants = true);

}  // namespace pipexpr
