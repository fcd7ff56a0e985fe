// Reads the rule at the end of a zone file, which holds after its last transition.
#include "time/zone_rule.h"

#include "base/char_class.h"
#include "time/calendar.h"

namespace pipexpr::time {
namespace {

// A reader over `EST5EDT,M3.2.0,M11.1.0` and `<-02>2<-01>,M3.5.0/-1,M10.5.0/0`.
struct Reader {
  std::string_view text;
  bool good = true;

  bool take(char c) {
    if (text.empty() || text[0] != c) return false;
    text.remove_prefix(1);
    return true;
  }
  void name() {
    std::size_t end = 0;
    if (take('<')) {
      end = text.find('>');
      good = good && end != text.npos;
      if (good) text.remove_prefix(end + 1);
      return;
    }
    while (end < text.size() && base::is_letter(text[end])) ++end;
    good = good && end >= 3;
    text.remove_prefix(end);
  }
  std::int32_t number() {
    std::int32_t value = 0;
    std::size_t digits = 0;
    while (digits < text.size() && digits < 5 && base::is_digit(text[digits])) {
      value = value * 10 + (text[digits++] - '0');
    }
    good = good && digits > 0;
    text.remove_prefix(digits);
    return value;
  }
  std::int32_t clock() {  // [+-]h[:m[:s]]
    const bool negative = take('-');
    if (!negative) take('+');
    std::int32_t value = number() * 3600;
    if (take(':')) value += number() * 60;
    if (take(':')) value += number();
    return negative ? -value : value;
  }
  RuleDay day() {
    RuleDay rule;
    if (take('M')) {
      rule.month = number();
      good = take('.') && good;
      rule.week = number();
      good = take('.') && good;
      rule.day = number();
      good = good && rule.month >= 1 && rule.month <= 12 && rule.week >= 1 && rule.week <= 5 && rule.day <= 6;
    } else {
      rule.form = take('J') ? RuleDay::Form::julian : RuleDay::Form::day_of_year;
      rule.day = number();
    }
    if (take('/')) rule.seconds = clock();
    return rule;
  }
};

}  // namespace

std::int64_t RuleDay::local_seconds(std::int64_t year) const {
  std::int64_t days = 0;
  switch (form) {
    case Form::month_week_day: {
      const std::int64_t first = days_from_civil(year, month, 1);
      const std::int64_t weekday = iso_weekday(first) % 7;  // Sunday 0
      days = first + floor_mod(day - weekday, 7) + 7 * (week - 1);
      while (days >= first + days_in_month(year, month)) days -= 7;  // week 5 is the last one
      break;
    }
    case Form::julian: days = days_from_civil(year, 1, 1) + day - 1 + (is_leap(year) && day >= 60 ? 1 : 0); break;
    case Form::day_of_year: days = days_from_civil(year, 1, 1) + day; break;
  }
  return days * 86400 + seconds;
}

bool parse_footer(std::string_view text, Footer& footer) {
  Reader reader{text};
  reader.name();
  footer.standard = -reader.clock();
  if (!reader.good) return false;
  footer.has_daylight = !reader.text.empty();
  if (!footer.has_daylight) return true;
  reader.name();
  footer.daylight = footer.standard + 3600;
  if (!reader.text.empty() && reader.text[0] != ',') footer.daylight = -reader.clock();
  reader.good = reader.take(',') && reader.good;
  footer.begins = reader.day();
  reader.good = reader.take(',') && reader.good;
  footer.ends = reader.day();
  return reader.good && reader.text.empty();
}

}  // namespace pipexpr::time
