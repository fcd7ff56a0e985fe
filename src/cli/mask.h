// Secrets in rendered output. A field or parameter is secret when its name begins with `*`. Evaluations are
// watched: a result in which a secret took part shows ******** in place of the secret's text, or as a whole
// when the secret cannot be found in it, being too short to tell or changed by the expression.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <pipexpr/listener.h>

#include "base/secret_mask.h"

namespace cli {

class Mask final : public pipexpr::EvaluationListener {
 public:
  static constexpr std::string_view kShown = pipexpr::base::kMask;

  explicit Mask(bool on) : on_(on) {}

  bool on() const { return on_; }
  static bool is_secret(std::string_view name) { return name.starts_with('*'); }
  bool hides(std::string_view name) const { return on_ && is_secret(name); }

  // Before each evaluation.
  void start() {
    touched_ = false;
    read_.clear();
  }
  // The result of the evaluation since start(), fit to be shown.
  std::string apply(std::string text) const;
  // Any other text about the definition, such as a message.
  std::string scrub(std::string text) const;
  // A secret that is not read while evaluating.
  void learn(std::string_view secret);

  void enter_field(const pipexpr::TracedField& field) override;
  void leave_field(const pipexpr::TracedField& field, const pipexpr::ValueView& value) override;

 private:
  void note(std::string_view secret);

  bool on_;
  bool touched_ = false;           // a secret took part in this evaluation, and
  std::vector<std::string> read_;  // this was its text
  pipexpr::base::SecretMask secrets_;
};

}  // namespace cli
