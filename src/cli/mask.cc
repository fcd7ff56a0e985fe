#include "cli/mask.h"

#include <algorithm>

namespace cli {
namespace {

constexpr std::size_t kShortest = 4;  // shorter texts stand anywhere by chance

}  // namespace

void Mask::learn(std::string_view secret) {
  if (!on_ || secret.size() < kShortest) return;
  if (std::find(secrets_.begin(), secrets_.end(), secret) != secrets_.end()) return;
  const auto longer = [&](const std::string& known) { return known.size() >= secret.size(); };
  secrets_.emplace(std::find_if_not(secrets_.begin(), secrets_.end(), longer), secret);
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

bool Mask::replace(std::string& text) const {
  bool found = false;
  for (const std::string& secret : secrets_) {
    for (std::size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at + kShown.size())) {
      text.replace(at, secret.size(), kShown);
      found = true;
    }
  }
  return found;
}

std::string Mask::apply(std::string text) const {
  if (!on_ || !touched_ || text.empty()) return text;
  const auto hidden = [&](const std::string& secret) {
    return secret.size() < kShortest || text.find(secret) == std::string::npos;
  };
  if (std::any_of(read_.begin(), read_.end(), hidden)) return std::string(kShown);
  return replace(text) ? text : std::string(kShown);
}

std::string Mask::scrub(std::string text) const {
  if (on_) replace(text);
  return text;
}

}  // namespace cli
