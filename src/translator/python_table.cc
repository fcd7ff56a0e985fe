// The table of plain Python: datetime, timedelta, and plus_months for what timedelta does not have.
#include "translator/table.h"

namespace pipexpr::translator {
namespace {

using enum FunctionForm;

constexpr FunctionRow kFunctions[] = {
    {"day", integer, "{t}.day"},
    {"dayOfYear", integer, "{t}.timetuple().tm_yday"},
    {"firstOfMonth", time, "{t}.replace(day=1)"},
    {"format", pattern},
    {"hour", integer, "{t}.hour"},
    {"inTimeZone", zone},
    {"makeDate", constant},
    {"makeDateTime", constant},
    {"midnight", time, "{t}.replace(hour=0, minute=0, second=0, microsecond=0)"},
    {"minusDays", time, "({t} - timedelta(days={n}))"},
    {"minusHours", time, "({t} - timedelta(hours={n}))"},
    {"minusMinutes", time, "({t} - timedelta(minutes={n}))"},
    {"minusMonths", time, "plus_months({t}, -{n})"},
    {"minusPeriod", period},
    {"minusWeeks", time, "({t} - timedelta(weeks={n}))"},
    {"minusYears", time, "plus_months({t}, -12 * {n})"},
    {"minute", integer, "{t}.minute"},
    {"month", integer, "{t}.month"},
    {"plusDays", time, "({t} + timedelta(days={n}))"},
    {"plusHours", time, "({t} + timedelta(hours={n}))"},
    {"plusMinutes", time, "({t} + timedelta(minutes={n}))"},
    {"plusMonths", time, "plus_months({t}, {n})"},
    {"plusPeriod", period},
    {"plusWeeks", time, "({t} + timedelta(weeks={n}))"},
    {"plusYears", time, "plus_months({t}, 12 * {n})"},
    {"sunday", time, "({t} - timedelta(days={t}.isoweekday() % 7))"},
    {"year", integer, "{t}.year"},
    {"yesterday", time, "({t} - timedelta(days=1))"},
};

}  // namespace

const Table kPython{kFunctions, datetime_letters()};

const std::string_view kPythonHelpers = R"(import calendar
from datetime import timedelta


def plus_months(time, count):
    """The same day so many months later, or the last day of that month when it has no such day."""
    year, month = divmod(time.year * 12 + time.month - 1 + count, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return time.replace(year=year, month=month + 1, day=min(time.day, last))
)";

}  // namespace pipexpr::translator
