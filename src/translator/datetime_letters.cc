// What the letters of Joda-Time's patterns become for Python's datetime and for pendulum's, which is one: a directive
// of strftime where there is an exact one, an expression otherwise.
#include "translator/table.h"

namespace pipexpr::translator {
namespace {

using enum LetterForm;

// strftime asks the C library for names; a program that never calls setlocale gets the English ones.
constexpr std::string_view kEnglish = "LC_TIME is C or English, as it is unless the program sets it";

constexpr LetterRow kLetters[] = {
    {'G', 1, kAnyCount, constant, "AD"},
    {'C', 1, kAnyCount, number, "{t}.year // 100"},
    {'Y', 2, 2, directive, "%y"},
    {'Y', 4, 4, directive, "%Y"},
    {'Y', 1, kAnyCount, number, "{t}.year"},
    {'x', 2, 2, number, "{t}.isocalendar()[0] % 100"},
    {'x', 4, 4, directive, "%G"},
    {'x', 1, kAnyCount, number, "{t}.isocalendar()[0]"},
    {'w', 2, 2, directive, "%V"},
    {'w', 1, kAnyCount, number, "{t}.isocalendar()[1]"},
    {'e', 1, 1, directive, "%u"},
    {'e', 1, kAnyCount, number, "{t}.isoweekday()"},
    {'E', 1, 3, directive, "%a", kEnglish},
    {'E', 4, kAnyCount, directive, "%A", kEnglish},
    {'y', 2, 2, directive, "%y"},
    {'y', 4, 4, directive, "%Y"},
    {'y', 1, kAnyCount, number, "{t}.year"},
    {'D', 3, 3, directive, "%j"},
    {'D', 1, kAnyCount, number, "{t}.timetuple().tm_yday"},
    {'M', 2, 2, directive, "%m"},
    {'M', 3, 3, directive, "%b", kEnglish},
    {'M', 4, kAnyCount, directive, "%B", kEnglish},
    {'M', 1, kAnyCount, number, "{t}.month"},
    {'d', 2, 2, directive, "%d"},
    {'d', 1, kAnyCount, number, "{t}.day"},
    {'a', 1, kAnyCount, directive, "%p", kEnglish},
    {'K', 1, kAnyCount, number, "{t}.hour % 12"},
    {'h', 2, 2, directive, "%I"},
    {'h', 1, kAnyCount, number, "{t}.hour % 12 or 12"},
    {'H', 2, 2, directive, "%H"},
    {'H', 1, kAnyCount, number, "{t}.hour"},
    {'k', 1, kAnyCount, number, "{t}.hour or 24"},
    {'m', 2, 2, directive, "%M"},
    {'m', 1, kAnyCount, number, "{t}.minute"},
    {'s', 2, 2, directive, "%S"},
    {'s', 1, kAnyCount, number, "{t}.second"},
    {'S', 1, 1, number, "{t}.microsecond // 100000"},
    {'S', 2, 2, number, "{t}.microsecond // 10000"},
    {'S', 3, 3, number, "{t}.microsecond // 1000"},
    {'S', 4, kAnyCount, refused, "at most three digits of a second are"},
    {'z', 1, 3, constant, "UTC"},
    {'z', 4, kAnyCount, constant, "Coordinated Universal Time"},
    {'Z', 1, 1, constant, "+0000"},
    {'Z', 2, 2, constant, "+00:00"},
    {'Z', 3, kAnyCount, constant, "UTC"},
};

}  // namespace

std::span<const LetterRow> datetime_letters() { return kLetters; }

}  // namespace pipexpr::translator
