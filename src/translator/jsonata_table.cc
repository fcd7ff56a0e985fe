// The table of JSONata, of which Step Functions has version 2.0.6: times are milliseconds, and pictures are those of
// XPath's format-dateTime.
#include "translator/table.h"

namespace pipexpr::translator {
namespace {

using enum FunctionForm;

constexpr FunctionRow kFunctions[] = {
    {"day", integer, "$number($fromMillis({t}, '[D1]'))"},
    {"dayOfYear", integer, "$number($fromMillis({t}, '[d1]'))"},
    {"firstOfMonth", time, "({t} - ($number($fromMillis({t}, '[D1]')) - 1) * 86400000)"},
    {"format", pattern},
    {"hour", integer, "$number($fromMillis({t}, '[H1]'))"},
    {"inTimeZone", zone},
    {"makeDate", constant},
    {"makeDateTime", constant},
    {"midnight", time, "($floor({t} / 86400000) * 86400000)"},
    {"minusDays", time, "({t} - {n} * 86400000)"},
    {"minusHours", time, "({t} - {n} * 3600000)"},
    {"minusMinutes", time, "({t} - {n} * 60000)"},
    {"minusMonths", time, "$plusMonths({t}, -{n})"},
    {"minusPeriod", period},
    {"minusWeeks", time, "({t} - {n} * 604800000)"},
    {"minusYears", time, "$plusMonths({t}, -12 * {n})"},
    {"minute", integer, "$number($fromMillis({t}, '[m1]'))"},
    {"month", integer, "$number($fromMillis({t}, '[M1]'))"},
    {"plusDays", time, "({t} + {n} * 86400000)"},
    {"plusHours", time, "({t} + {n} * 3600000)"},
    {"plusMinutes", time, "({t} + {n} * 60000)"},
    {"plusMonths", time, "$plusMonths({t}, {n})"},
    {"plusPeriod", period},
    {"plusWeeks", time, "({t} + {n} * 604800000)"},
    {"plusYears", time, "$plusMonths({t}, 12 * {n})"},
    {"sunday", time, "({t} - ($number($fromMillis({t}, '[F1]')) % 7) * 86400000)"},
    {"year", integer, "$number($fromMillis({t}, '[Y1]'))"},
    {"yesterday", time, "({t} - 86400000)"},
};

constexpr LetterRow kLetters[] = {
    {'G', 1, kAnyCount, LetterForm::constant, "AD"},
    {'C', 1, kAnyCount, LetterForm::number, "$floor($number($fromMillis({t}, '[Y1]')) / 100)"},
    {'Y', 1, 1, LetterForm::directive, "[Y1]"},
    {'Y', 2, 2, LetterForm::directive, "[Y01]"},
    {'Y', 4, 4, LetterForm::directive, "[Y0001]"},
    {'Y', 3, kAnyCount, LetterForm::number, "$number($fromMillis({t}, '[Y1]'))"},
    {'x', 1, 1, LetterForm::directive, "[X1]"},
    // The format [X01] gives all four digits.
    {'x', 2, 2, LetterForm::text, "$substring($fromMillis({t}, '[X0001]'), 2)"},
    {'x', 4, 4, LetterForm::directive, "[X0001]"},
    {'x', 3, kAnyCount, LetterForm::number, "$number($fromMillis({t}, '[X1]'))"},
    {'w', 1, 1, LetterForm::directive, "[W1]"},
    {'w', 2, 2, LetterForm::directive, "[W01]"},
    {'w', 3, kAnyCount, LetterForm::number, "$number($fromMillis({t}, '[W1]'))"},
    {'e', 1, 1, LetterForm::directive, "[F1]"},
    {'e', 2, kAnyCount, LetterForm::number, "$number($fromMillis({t}, '[F1]'))"},
    {'E', 1, 3, LetterForm::directive, "[FNn,3-3]"},
    {'E', 4, kAnyCount, LetterForm::directive, "[FNn]"},
    {'y', 1, 1, LetterForm::directive, "[Y1]"},
    {'y', 2, 2, LetterForm::directive, "[Y01]"},
    {'y', 4, 4, LetterForm::directive, "[Y0001]"},
    {'y', 3, kAnyCount, LetterForm::number, "$number($fromMillis({t}, '[Y1]'))"},
    {'D', 1, 1, LetterForm::directive, "[d1]"},
    {'D', 3, 3, LetterForm::directive, "[d001]"},
    {'D', 2, kAnyCount, LetterForm::number, "$number($fromMillis({t}, '[d1]'))"},
    {'M', 1, 1, LetterForm::directive, "[M1]"},
    {'M', 2, 2, LetterForm::directive, "[M01]"},
    {'M', 3, 3, LetterForm::directive, "[MNn,3-3]"},
    {'M', 4, kAnyCount, LetterForm::directive, "[MNn]"},
    {'d', 1, 1, LetterForm::directive, "[D1]"},
    {'d', 2, 2, LetterForm::directive, "[D01]"},
    {'d', 3, kAnyCount, LetterForm::number, "$number($fromMillis({t}, '[D1]'))"},
    {'a', 1, kAnyCount, LetterForm::directive, "[PN]"},
    {'K', 1, kAnyCount, LetterForm::number, "$number($fromMillis({t}, '[H1]')) % 12"},
    {'h', 1, 1, LetterForm::directive, "[h1]"},
    {'h', 2, 2, LetterForm::directive, "[h01]"},
    {'h', 3, kAnyCount, LetterForm::number, "$number($fromMillis({t}, '[h1]'))"},
    {'H', 1, 1, LetterForm::directive, "[H1]"},
    {'H', 2, 2, LetterForm::directive, "[H01]"},
    {'H', 3, kAnyCount, LetterForm::number, "$number($fromMillis({t}, '[H1]'))"},
    {'k', 1, kAnyCount, LetterForm::number, "($number($fromMillis({t}, '[H1]')) + 23) % 24 + 1"},
    {'m', 1, 1, LetterForm::directive, "[m1]"},
    {'m', 2, 2, LetterForm::directive, "[m01]"},
    {'m', 3, kAnyCount, LetterForm::number, "$number($fromMillis({t}, '[m1]'))"},
    {'s', 1, 1, LetterForm::directive, "[s1]"},
    {'s', 2, 2, LetterForm::directive, "[s01]"},
    {'s', 3, kAnyCount, LetterForm::number, "$number($fromMillis({t}, '[s1]'))"},
    {'S', 1, 1, LetterForm::text, "$substring($fromMillis({t}, '[f001]'), 0, 1)"},
    {'S', 2, 2, LetterForm::text, "$substring($fromMillis({t}, '[f001]'), 0, 2)"},
    {'S', 3, 3, LetterForm::directive, "[f001]"},
    {'S', 4, kAnyCount, LetterForm::refused, "at most three digits of a second are"},
    {'z', 1, 3, LetterForm::constant, "UTC"},
    {'z', 4, kAnyCount, LetterForm::constant, "Coordinated Universal Time"},
    {'Z', 1, 1, LetterForm::constant, "+0000"},
    {'Z', 2, 2, LetterForm::constant, "+00:00"},
    {'Z', 3, kAnyCount, LetterForm::constant, "UTC"},
};

}  // namespace

const Table kJsonata{kFunctions, kLetters};

// The variables of a state machine hold no functions, so that every text that calls this one begins with it.
const std::string_view kJsonataHelpers =
    "$plusMonths := function($x, $n) { ("
    "$q := $number($fromMillis($x, '[Y1]')) * 12 + $number($fromMillis($x, '[M1]')) - 1 + $n; "
    "$first := function($k) { $toMillis($pad($string($floor($k / 12)), -4, '0') & '-' & "
    "$pad($string($k - $floor($k / 12) * 12 + 1), -2, '0') & '-01') }; "
    "$length := ($first($q + 1) - $first($q)) / 86400000; "
    "$first($q) + ($min([$number($fromMillis($x, '[D1]')), $length]) - 1) * 86400000 + "
    "($x - $floor($x / 86400000) * 86400000)) }; ";

}  // namespace pipexpr::translator
