#include "cli/mask.h"

#include <algorithm>

namespace cli {

void Mask::learn(std::string_view secret) {
  if (on_) secrets_.learn(secret);
}

void Mask::enter_field(const pipexpr::TracedField& field) {
  if (is_secret(field.name)) touched_ = true;
}

void Mask::leave_field(const pipexpr::TracedField& field, const pipexpr::ValueView& value) {
  if (!is_secret(field.name)) return;
  touched_ = true;
  if (value.is(pipexpr::Kind::string)) note(value.text());
  if (!value.is(pipexpr::Kind::list)) return;
  for (const pipexpr::ValueView& item : value) {
    if (item.is(pipexpr::Kind::string)) note(item.text());
  }
}

void Mask::note(std::string_view secret) {
  if (secret.empty()) return;
  learn(secret);
  read_.emplace_back(secret);
}

std::string Mask::apply(std::string text) const {
  if (!on_ || !touched_ || text.empty()) return text;
  const auto hidden = [&](const std::string& secret) {
    return secret.size() < pipexpr::base::kMinMasked || text.find(secret) == std::string::npos;
  };
  if (std::any_of(read_.begin(), read_.end(), hidden)) return std::string(kShown);
  return secrets_.replace(text) ? text : std::string(kShown);
}

std::string Mask::scrub(std::string text) const {
  if (on_) secrets_.replace(text);
  return text;
}

}  // namespace cli
