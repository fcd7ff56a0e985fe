// Secret fields and parameters, those with a star, do not show in diagnostics: neither their values nor their
// texts.
#include <algorithm>

#include "base/message.h"
#include "base/secret_mask.h"
#include "eval/machine.h"

namespace pipexpr {

namespace {

// Beyond so many, messages lose all that they quote: looking for each secret in each message would cost too much.
constexpr std::size_t kMostSecrets = 1000;

}  // namespace

void Evaluator::Machine::note_secret(const ValueView& value) {
  const ValueView* const begin = value.is(Kind::list) ? value.begin() : &value;
  const ValueView* const end = value.is(Kind::list) ? value.end() : &value + 1;
  for (const ValueView* item = begin; item != end && secrets_.size() <= kMostSecrets; ++item) {
    if (item->is(Kind::string) && !item->text().empty()) secrets_.push_back(item->text());
  }
}

void Evaluator::Machine::mask(Diagnostic& diagnostic) const {
  const std::vector<base::Gap> gaps = base::gaps_of(code_description(diagnostic.code));
  const bool is_table_text = diagnostic.arguments.size() == gaps.size() &&  // and no message of a host's own
                             format_message(diagnostic.code, diagnostic.arguments) == diagnostic.message;
  if (secrets_.size() > kMostSecrets) {
    diagnostic.arguments.assign(gaps.size(), std::string(base::kMask));
    diagnostic.message = format_message(diagnostic.code, diagnostic.arguments);
  } else if (!secrets_.empty() && is_table_text) {
    for (std::size_t i = 0; i < gaps.size(); ++i) mask_argument(diagnostic.arguments[i], gaps[i].quoted);
    diagnostic.message = format_message(diagnostic.code, diagnostic.arguments);
  } else {
    for (const std::string_view secret : secrets_) base::mask_quoted(diagnostic.message, secret);
  }
  for (PathStep& step : diagnostic.path) {
    if (step.field.starts_with('*')) step.text.assign(step.text.size(), '*');  // spans in it stay valid
  }
}

// What the message has in quotes is a quotation as a whole.
void Evaluator::Machine::mask_argument(std::string& argument, bool quoted) const {
  if (quoted) argument = "'" + argument + "'";
  for (const std::string_view secret : secrets_) base::mask_quoted(argument, secret);
  if (quoted) argument = argument.substr(1, argument.size() - 2);
}

}  // namespace pipexpr
