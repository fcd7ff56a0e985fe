// The tables of the targets: what functions and letters of date patterns become, and the condition under which that is
// exact. A row holds under what translate.h says of runs; what it needs beyond that is its condition.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <pipexpr/translate.h>

namespace pipexpr::translator {

enum class FunctionForm : std::uint8_t {
  time,      // the text gives a time
  integer,   // the text gives an integer
  pattern,   // format: by the letters of its pattern
  period,    // plusPeriod: as the function of the period's unit
  constant,  // computed before the run, so that none is left to translate
  zone,      // inTimeZone: the time itself when the zone is UTC, refused otherwise
};

struct FunctionRow {
  std::string_view name;
  FunctionForm form;
  std::string_view text = {};  // {t}: the time, {n}: an integer above zero
  std::string_view condition = {};
};

enum class LetterForm : std::uint8_t {
  directive,  // of the target's own patterns: strftime's, or a picture of $fromMillis
  text,       // an expression that gives a string
  number,     // an expression that gives an integer, to be padded to the count of letters
  constant,   // the same text at all times
  refused,    // `text` is the reason
};

// From `least` to `most` times the same letter.
struct LetterRow {
  char letter;
  std::uint32_t least, most;
  LetterForm form;
  std::string_view text;
  std::string_view condition = {};
};

inline constexpr std::uint32_t kAnyCount = 0xFFFFFFFF;

struct Table {
  std::span<const FunctionRow> functions;
  std::span<const LetterRow> letters;  // of several rows for a count, the first

  const FunctionRow* function(std::string_view name) const;
  const LetterRow* letter(char letter, std::uint32_t count) const;
};

extern const Table kAirflowJinja, kJsonata, kPython;
const Table& table_of(TranslationTarget target);

// What a time of the calendar in Python, or of pendulum in Jinja, gives for the letters.
std::span<const LetterRow> datetime_letters();

// The source of plus_months and of $plusMonths, which the tables name.
extern const std::string_view kPythonHelpers, kJsonataHelpers;

// The text with {t} and {n} replaced.
std::string filled(std::string_view text, std::string_view time, std::int64_t number = 0);

}  // namespace pipexpr::translator
