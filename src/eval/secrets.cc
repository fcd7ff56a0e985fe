// Secret fields and parameters, those with a star, do not show in diagnostics: neither their values nor their
// texts.
#include "eval/secrets.h"

#include "base/message.h"
#include "base/secret_mask.h"

namespace pipexpr::eval {

namespace {

// Beyond so many, messages lose all that they quote: looking for each secret in each message would cost too much.
constexpr std::size_t kMaxSecrets = 1000;

}  // namespace

void Secrets::note(const ValueView& value) {
  const ValueView* const begin = value.is(Kind::list) ? value.begin() : &value;
  const ValueView* const end = value.is(Kind::list) ? value.end() : &value + 1;
  for (const ValueView* item = begin; item != end && texts_.size() <= kMaxSecrets; ++item) {
    if (item->is(Kind::string) && !item->text().empty()) texts_.push_back(item->text());
  }
}

namespace {

// From the first quote to the last one: a value may have quotes in it. What a text could not be read as is not the
// value.
bool hide_quoted(std::string& text) {
  const std::size_t first = text.find_first_of("'\"");
  if (first == std::string::npos) return false;
  const std::size_t read_as = text.rfind(text[first] + std::string(" as a "));
  const std::size_t last = read_as != std::string::npos && read_as > first ? read_as : text.find_last_of("'\"");
  if (first == last) return false;
  text.replace(first + 1, last - first - 1, base::kMask);
  return true;
}

// What a message says after its colon is a piece of the value, as a letter of a pattern is.
void hide_piece(std::string& text) {
  const std::size_t colon = text.find(": ");
  text.replace(colon == std::string::npos ? 0 : colon + 2, std::string::npos, base::kMask);
}

// What a message's arguments show of a value, in their order:
//   .  nothing: a name, a kind, a number of an argument
//   q  what is in quotes
//   m  what is in quotes, or all of it
//   c  what follows the colon
// A code that is not in the table, and an argument that has no letter, shows a value, so that a new one is never
// forgotten.
struct Shown {
  DiagnosticCode code;
  std::string_view arguments;
};
constexpr Shown kShown[] = {
    {DiagnosticCode::wrong_argument_kind, "...q"},
    {DiagnosticCode::wrong_operand_kind, "..q"},
    {DiagnosticCode::datetime_arithmetic, "."},
    {DiagnosticCode::list_arithmetic, "."},
    {DiagnosticCode::several_list_arguments, ".."},
    {DiagnosticCode::not_a_reference, ".q."},
    {DiagnosticCode::unset_operand, "."},
    {DiagnosticCode::unset_argument, ".."},
    {DiagnosticCode::integer_overflow, " ."},
    {DiagnosticCode::invalid_number, "."},
    {DiagnosticCode::invalid_datetime, "m"},
    {DiagnosticCode::invalid_period, "m"},
    {DiagnosticCode::invalid_pattern, "c"},
    {DiagnosticCode::unknown_time_zone, "m"},
    {DiagnosticCode::number_range, "."},
    {DiagnosticCode::function_failed, "."},
    {DiagnosticCode::not_integral, ".."},
    {DiagnosticCode::not_finite, "."},
    {DiagnosticCode::unknown_field, "..."},
    {DiagnosticCode::unknown_name, "..."},
    {DiagnosticCode::node_unavailable, "."},
    {DiagnosticCode::runtime_field_unset, "..."},
    {DiagnosticCode::runtime_field_transitive, ".."},
    {DiagnosticCode::cycle, "."},
    {DiagnosticCode::parameter_without_value, ".."},
};

char shown_of(DiagnosticCode code, std::size_t argument) {
  if (code_id(code).starts_with("E6")) return '.';  // limits, by their names and values
  for (const Shown& row : kShown) {
    if (row.code == code) return argument < row.arguments.size() ? row.arguments[argument] : ' ';
  }
  return ' ';
}

void hide_value(std::string& text, char shown) {
  switch (shown) {
    case '.': return;
    case 'q': (void)hide_quoted(text); return;
    case 'm':
      if (!hide_quoted(text)) text = base::kMask;
      return;
    case 'c': return hide_piece(text);
    default: text = base::kMask;
  }
}

}  // namespace

void Secrets::hide_values(Diagnostic& diagnostic) {
  const std::size_t gaps = base::gaps_of(code_description(diagnostic.code)).size();
  if (diagnostic.arguments.size() != gaps ||
      format_message(diagnostic.code, diagnostic.arguments) != diagnostic.message) {
    if (!hide_quoted(diagnostic.message)) diagnostic.message = base::kMask;
    diagnostic.arguments.clear();
    return;
  }
  for (std::size_t i = 0; i < gaps; ++i) hide_value(diagnostic.arguments[i], shown_of(diagnostic.code, i));
  diagnostic.message = format_message(diagnostic.code, diagnostic.arguments);
}

void Secrets::mask(Diagnostic& diagnostic) const {
  const std::vector<base::Gap> gaps = base::gaps_of(code_description(diagnostic.code));
  const bool is_table_text = diagnostic.arguments.size() == gaps.size() &&  // and no message of a host's own
                             format_message(diagnostic.code, diagnostic.arguments) == diagnostic.message;
  if (texts_.size() > kMaxSecrets) {
    diagnostic.arguments.assign(gaps.size(), std::string(base::kMask));
    diagnostic.message = format_message(diagnostic.code, diagnostic.arguments);
  } else if (!texts_.empty() && is_table_text) {
    for (std::size_t i = 0; i < gaps.size(); ++i) mask_argument(diagnostic.arguments[i], gaps[i].quoted);
    diagnostic.message = format_message(diagnostic.code, diagnostic.arguments);
  } else {
    for (const std::string_view secret : texts_) base::mask_quoted(diagnostic.message, secret);
  }
  for (PathStep& step : diagnostic.path) {
    if (is_secret(step.field)) step.text.assign(step.text.size(), '*');  // spans in it stay valid
  }
}

// What the message has in quotes is a quotation as a whole.
void Secrets::mask_argument(std::string& argument, bool quoted) const {
  if (quoted) argument = "'" + argument + "'";
  for (const std::string_view secret : texts_) base::mask_quoted(argument, secret);
  if (quoted) argument = argument.substr(1, argument.size() - 2);
}

}  // namespace pipexpr::eval
