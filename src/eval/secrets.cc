// Secret fields and parameters, those with a star, do not show in diagnostics: neither their values nor their
// texts.
#include "eval/machine.h"

namespace pipexpr {

namespace {

// Beyond so many, messages lose all that they quote: looking for each secret in each message would cost too much.
constexpr std::size_t kMostSecrets = 1000;
constexpr std::string_view kMask = "********";

}  // namespace

void Evaluator::Machine::note_secret(const ValueView& value) {
  const ValueView* const begin = value.is(Kind::list) ? value.begin() : &value;
  const ValueView* const end = value.is(Kind::list) ? value.end() : &value + 1;
  for (const ValueView* item = begin; item != end && secrets_.size() <= kMostSecrets; ++item) {
    if (item->is(Kind::string) && !item->text().empty()) secrets_.push_back(item->text());
  }
}

namespace {

// The code's message with its gaps masked.
std::string masked_message(DiagnosticCode code) {
  std::string message(code_message(code));
  for (std::size_t at = 0; (at = message.find('{', at)) != message.npos; at += kMask.size()) {
    message.replace(at, message.find('}', at) + 1 - at, kMask);
  }
  return message;
}

// Messages quote what they found, and cut it when it is long: a long secret is known by its beginning.
void mask_text(std::string& message, std::string_view secret) {
  constexpr std::size_t kShort = 3, kBeginning = 16;
  if (secret.size() < kShort) {  // would be found everywhere; only as the whole of a quotation
    const std::string quoted = "'" + std::string(secret) + "'";
    for (std::size_t at = 0; (at = message.find(quoted, at)) != message.npos; at += kMask.size() + 2) {
      message.replace(at + 1, secret.size(), kMask);
    }
    return;
  }
  const std::string_view beginning = secret.substr(0, kBeginning);
  for (std::size_t at = 0; (at = message.find(beginning, at)) != message.npos; at += kMask.size()) {
    const bool whole = message.compare(at, secret.size(), secret) == 0;
    const std::size_t end = whole ? at + secret.size() : std::min(message.find('\'', at), message.size());
    message.replace(at, end - at, kMask);
  }
}

}  // namespace

void Evaluator::Machine::mask(Diagnostic& diagnostic) const {
  if (secrets_.size() > kMostSecrets) {
    diagnostic.message = masked_message(diagnostic.code);
  } else {
    for (const std::string_view secret : secrets_) mask_text(diagnostic.message, secret);
  }
  for (PathStep& step : diagnostic.path) {
    if (step.field.starts_with('*')) step.text.assign(step.text.size(), '*');  // spans in it stay valid
  }
}

}  // namespace pipexpr
