// Writes values as literals and calls. What is not plainly right is evaluated again, to be certain that it gives the
// value.
#include "specializer/literal.h"

#include <cmath>

#include <pipexpr/expression.h>

#include "base/write_double.h"
#include "syntax/find_opener.h"

namespace pipexpr::specializer {
namespace {

bool gives(const std::string& expression, const Value& value) {
  const auto compiled = Expression::compile("#{" + expression + "}");
  if (!compiled) return false;
  const auto result = compiled->evaluate(NoObjects());
  return result && *result == value;
}

std::string number_text(double value) {
  char text[base::kMaxDoubleText];
  const auto end = base::write_fixed_double(text, std::fabs(value));
  std::string digits(text, end);
  if (digits.find('.') == digits.npos) digits += ".0";
  return std::signbit(value) ? "(-" + digits + ")" : digits;
}

// The clock of UTC in a text that functions read back, and the zone's around it.
std::string datetime_text(DateTime value) {
  const DateTime utc{value.epoch_millis, {}};
  const auto millis = static_cast<unsigned>(((value.epoch_millis % 1000) + 1000) % 1000);
  std::string text = to_string(utc);
  if (millis != 0) text += "." + std::to_string(1000 + millis).substr(1);
  text = "plusMinutes('" + text + "', 0)";
  if (value.zone.is_utc()) return text;
  return "inTimeZone(" + text + ", " + string_literal(time_zone_id(value.zone)) + ")";
}

}  // namespace

std::string string_literal(std::string_view text) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') result += '\\';
    result += c;
  }
  return result + "'";
}

std::optional<std::string> literal(const Value& value) {
  std::string text;
  switch (value.kind()) {
    case Kind::string: return string_literal(value.text());
    case Kind::integer:
      text = std::to_string(value.integer());
      if (value.integer() >= 0) return text;
      text = "(" + text + ")";
      break;
    case Kind::number: text = number_text(value.number()); break;
    case Kind::datetime: text = datetime_text(value.datetime()); break;
    default: return std::nullopt;
  }
  if (!gives(text, value)) return std::nullopt;
  return text;
}

std::string template_text(std::string_view text, Delimiters delimiters) {
  const char* const opener = delimiters == Delimiters::angles ? "#<'" : "#{'";
  const char* const closer = delimiters == Delimiters::angles ? "'>" : "'}";
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t found = syntax::find_opener(text, at, delimiters);
    result += text.substr(at, found - at);
    if (found == text.size()) break;
    result += opener;
    result += text.substr(found, 2);
    result += closer;
    at = found + 2;
  }
  return result;
}

}  // namespace pipexpr::specializer
