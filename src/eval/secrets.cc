// Secret fields and parameters, those with a star, do not show in diagnostics: neither their values nor their
// texts.
#include <algorithm>

#include "base/report.h"
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
  std::string message(code_description(code));
  for (std::size_t at = 0; (at = message.find('{', at)) != message.npos; at += kMask.size()) {
    message.replace(at, message.find('}', at) + 1 - at, kMask);
  }
  return message;
}

constexpr std::size_t kShort = 3;       // shorter ones would be found everywhere
constexpr std::size_t kBeginning = 16;  // by which a longer one is known when it is cut
constexpr std::string_view kCut = "...";

// Messages quote what they found and cut it when it is long, perhaps in the middle of a secret. `secret` is as it would
// stand there.
void mask_shown(std::string& message, std::string_view secret) {
  if (secret.size() < kShort) {  // only as the whole of a quotation
    const std::string quoted = "'" + std::string(secret) + "'";
    for (std::size_t at = 0; (at = message.find(quoted, at)) != message.npos; at += kMask.size() + 2) {
      message.replace(at + 1, secret.size(), kMask);
    }
    return;
  }
  const std::string_view beginning = secret.substr(0, kBeginning);
  for (std::size_t at = 0; (at = message.find(beginning, at)) != message.npos; at += kMask.size()) {
    const std::string_view rest = std::string_view(message).substr(at);
    const auto [stop, left] = std::mismatch(rest.begin(), rest.end(), secret.begin(), secret.end());
    auto end = at + static_cast<std::size_t>(stop - rest.begin());
    if (left != secret.end()) end = std::min(message.find('\'', end), message.size());
    message.replace(at, end - at, kMask);
  }
  for (std::size_t cut = 0; (cut = message.find(kCut, cut)) != message.npos; cut += kCut.size()) {
    for (std::size_t size = std::min({cut, beginning.size(), secret.size() - 1}); size >= kShort; --size) {
      if (message.compare(cut - size, size, secret, 0, size) != 0) continue;
      message.replace(cut - size, size, kMask);
      cut += kMask.size() - size;
      break;
    }
  }
}

void mask_text(std::string& message, std::string_view secret) {
  const std::string escaped = base::shown(secret);
  mask_shown(message, escaped);
  if (escaped != secret) mask_shown(message, secret);
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
