// The checker: finds mistakes in a pipeline definition without running it.
//
//   auto definition = pipexpr::PipelineDefinition::load(json, {.source_name = "orders.json"}).value();
//   for (const pipexpr::Finding& finding : pipexpr::check(*definition))
//     std::cerr << pipexpr::render(finding, {.source_name = "orders.json", .source = json});
//
//   orders.json:12:45: warning[C901 half_day_hour]: 'hh' is the hour of the half day ...; write 'HH'
//    |   "filePath": "s3://b/#{format(@scheduledStartTime,'YYYY-MM-dd-hh')}"
//    |                                                             ^~
//
//   pipexpr::check_file(json)                    // a file that may be malformed: that is a finding, too
//   pipexpr::apply_fixes(json, findings)         // the text with the safe fixes in it, and how many they are
//
// The checker is silent about what it cannot know, such as the fields of objects that a reference may lead to only at
// run time. Every rule is in rules.def and has an entry with examples in docs/rules.md. Findings own their text.
// Everything here may be used from any thread.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <pipexpr/definition.h>
#include <pipexpr/diagnostic.h>
#include <pipexpr/export.h>

namespace pipexpr {

enum class Rule : std::uint16_t {
#define PIPEXPR_RULE(id, name, severity, certainty, evidence, sentence) name,
#include <pipexpr/rules.def>
#undef PIPEXPR_RULE
};

// Whether a finding of a rule can be wrong: `certain` follows from the file and the language alone, `likely` is a guess
// at what its author meant, however good.
enum class Certainty : std::uint8_t { certain, likely };
// "certain", "likely".
PIPEXPR_API std::string_view certainty_name(Certainty certainty);

// "C901", "half_day_hour", its severity, its sentence, and "docs/rules.md#c901-half_day_hour". Of a number that is no
// rule all are empty.
PIPEXPR_API std::string_view rule_id(Rule rule);
PIPEXPR_API std::string_view rule_name(Rule rule);
PIPEXPR_API Severity rule_severity(Rule rule);
PIPEXPR_API std::string_view rule_description(Rule rule);
PIPEXPR_API Certainty rule_certainty(Rule rule);
// What a rule rests on: "recorded" (the service was recorded to behave so), "documented" (its guide says so),
// "language" (no run can give the expression a value) or "inferred" (from how definitions are written).
PIPEXPR_API std::string_view rule_evidence(Rule rule);
PIPEXPR_API std::string rule_page(Rule rule);
// All of them, in the order of rules.def.
PIPEXPR_API std::span<const Rule> rules();
// By id or name; nothing when there is none.
PIPEXPR_API std::optional<Rule> find_rule(std::string_view text);

// How far a fix may be trusted.
enum class FixTier : std::uint8_t {
  display,     // a suggestion for a reader: there may be other ways
  unsafe_fix,  // what was meant is clear, but the value changes: files that are there keep the old name
  safe,        // the text has no value as it stands, or keeps the one it has
};
// "display", "unsafe", "safe".
PIPEXPR_API std::string_view fix_tier_name(FixTier tier);

// An edit of the JSON text.
struct Fix {
  SourceSpan span;
  std::string replacement;  // JSON text, with its escapes
  std::string title;        // "write 'HH'"
  FixTier tier = FixTier::display;
};

// One more place with the same cause as a finding.
struct RelatedLocation {
  SourceSpan span;
  std::string object, field;
  std::optional<Fix> fix = {};
};

struct Finding {
  Rule rule{};
  Severity severity = Severity::error;
  std::string message;
  SourceSpan span;     // in the JSON text
  std::string object;  // id; empty for a parameter and for the file as a whole
  std::string field;   // field or parameter name; empty when it is about the object
  std::optional<Fix> fix = {};
  Certainty certainty = Certainty::certain;
  // A parameter that is not declared is one finding, however often it is used: these are its further uses.
  std::vector<RelatedLocation> related = {};
};

// In the order of the file.
using Findings = std::vector<Finding>;

// The guide gives its size limits twice, and differently.
enum class LimitProfile : std::uint8_t {
  current,  // page "limits": 10,240 bytes per field, 15,360 bytes per object
  older,    // page "writing a pipeline definition": 2,048 bytes per field, 20,480 bytes per object
};

struct CheckOptions {
  std::vector<Rule> only = {};    // empty: all
  std::vector<Rule> ignore = {};  // wins over `only`
  LimitProfile profile = LimitProfile::current;
  CompileOptions compile = {};    // the functions and delimiters that expressions may use
  EvaluateOptions evaluate = {};  // for values that the definition alone tells, as a schedule's period
};

PIPEXPR_API Findings check(const PipelineDefinition& definition, const CheckOptions& options = {});

// Loads and checks. A file that does not load gives findings about that alone.
PIPEXPR_API Findings check_file(std::string_view json, const LoadOptions& load = {}, const CheckOptions& options = {});

// Why a text did not load, as findings; empty when there is no reason.
PIPEXPR_API Findings load_findings(const Diagnostics& why);

// Of fixes that overlap, the first counts. All bytes outside of them are as they were.
struct FixedText {
  std::string text;
  std::size_t count = 0;  // of fixes that are in it
};
// The JSON text with the fixes of that tier and better ones in it.
PIPEXPR_API FixedText apply_fixes(std::string_view json, const Findings& findings, FixTier least = FixTier::safe);

// The text with every secret in it covered, byte by byte: values of names that begin with `*`, and access keys. Offsets
// stay right, so that it can be shown in place of the file.
PIPEXPR_API std::string cover_secrets(std::string_view json);

// The finding as a compiler would print it, with a snippet of the line and a caret, ending in a newline.
PIPEXPR_API std::string render(const Finding& finding, const RenderOptions& options);

}  // namespace pipexpr
