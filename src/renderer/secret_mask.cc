// Implements SecretMask: learns secrets while they are read, and replaces them in texts.
#include <pipexpr/secret_mask.h>

#include <algorithm>
#include <cstddef>
#include <iterator>

#include <pipexpr/field.h>

#include "base/secret_mask.h"

namespace pipexpr {
static_assert(SecretMask::kShown == base::kMask);  // what the library says and what it shows

SecretMask::SecretMask(bool on) : on_(on), secrets_(std::make_unique<base::SecretMask>()) {}

SecretMask::~SecretMask() = default;

void SecretMask::learn(std::string_view secret) {
  if (on_) secrets_->learn(secret);
}

// Secrets that are templates are learned from the fields they read, as far as those are secret too.
bool SecretMask::learn(const PipelineDefinition& definition, const EvaluateOptions& options) {
  bool any = false;
  EvaluateOptions listening = options;
  listening.listener = this;
  Evaluator evaluator(listening);
  const auto learn_items = [&](const Field& field, const Context& context) {
    any = true;
    for (std::uint32_t i = 0; i < field.count; ++i) {
      learn(written_item(definition, field, i).to_text());  // messages show lines of the file
      const auto value = evaluate_item(evaluator, definition, field, i, context);
      if (!value) continue;
      for (const Value& one : value->items) learn(one.to_text());
    }
  };
  for (const auto& parameter : definition.parameters()) {
    if (hides(parameter.id)) learn_items(parameter.value, {});
  }
  for (std::size_t i = 0; i < definition.object_count(); ++i) {
    const ObjectId object = definition.object(i);
    for (const auto& info : definition.fields(object)) {
      if (hides(info.name)) learn_items(info.field, {.object = object});
    }
  }
  return any;
}

void SecretMask::enter_field(const TracedField& field) {
  if (is_secret(field.name)) touched_ = true;
}

void SecretMask::leave_field(const TracedField& field, const ValueView& value) {
  if (!is_secret(field.name)) return;
  touched_ = true;
  if (value.is(Kind::string)) note(value.text());
  if (!value.is(Kind::list)) return;
  for (const ValueView& item : value) {
    if (item.is(Kind::string)) note(item.text());
  }
}

void SecretMask::note(std::string_view secret) {
  if (secret.empty()) return;
  learn(secret);
  read_.emplace_back(secret);
}

std::string SecretMask::apply(std::string text) const {
  if (!on_ || !touched_ || text.empty()) return text;
  constexpr std::ptrdiff_t kOneByOne = 8;  // mostly there are fewer, or one of them is not in the text
  const auto hidden = [&](const std::string& secret) {
    return secret.size() < base::kMinMasked || text.find(secret) == std::string::npos;
  };
  const auto rest = read_.begin() + std::min(kOneByOne, std::ssize(read_));
  if (std::any_of(read_.begin(), rest, hidden)) return std::string(kShown);
  base::SecretMask many;
  for (auto secret = rest; secret != read_.end(); ++secret) {
    if (secret->size() < base::kMinMasked) return std::string(kShown);
    many.learn(*secret);
  }
  if (!many.all_in(text)) return std::string(kShown);
  return secrets_->replace(text) ? text : std::string(kShown);
}

std::string SecretMask::scrub(std::string text) const {
  if (on_) secrets_->replace(text);
  return text;
}

}  // namespace pipexpr
