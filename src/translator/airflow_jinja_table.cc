// The table of Airflow's Jinja: methods of pendulum's DateTime, as versions 2 and 3 have them.
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
    {"minusDays", time, "{t}.subtract(days={n})"},
    {"minusHours", time, "{t}.subtract(hours={n})"},
    {"minusMinutes", time, "{t}.subtract(minutes={n})"},
    {"minusMonths", time, "{t}.subtract(months={n})"},
    {"minusPeriod", period},
    {"minusWeeks", time, "{t}.subtract(weeks={n})"},
    {"minusYears", time, "{t}.subtract(years={n})"},
    {"minute", integer, "{t}.minute"},
    {"month", integer, "{t}.month"},
    {"plusDays", time, "{t}.add(days={n})"},
    {"plusHours", time, "{t}.add(hours={n})"},
    {"plusMinutes", time, "{t}.add(minutes={n})"},
    {"plusMonths", time, "{t}.add(months={n})"},
    {"plusPeriod", period},
    {"plusWeeks", time, "{t}.add(weeks={n})"},
    {"plusYears", time, "{t}.add(years={n})"},
    {"sunday", time, "{t}.subtract(days={t}.isoweekday() % 7)"},
    {"year", integer, "{t}.year"},
    {"yesterday", time, "{t}.subtract(days=1)"},
};

}  // namespace

const Table kAirflowJinja{kFunctions, datetime_letters()};

}  // namespace pipexpr::translator
