// SecretMask: hides the values of secrets in whatever is shown.
//
//   pipexpr::SecretMask mask;                                       // on, unless it is told otherwise
//   pipexpr::Evaluator evaluator({.listener = &mask});
//   mask.learn(*definition, {});
//   mask.start();
//   auto value = evaluator.value(expression, *definition, context);
//   if (value) std::cout << mask.apply(value->to_text()) << '\n';
//   else for (auto& why : value.error()) std::cerr << mask.scrub(pipexpr::render(why));
//
// A field or parameter is secret when its name begins with `*`. Evaluations are watched: a result in which a secret
// took part shows ******** in place of the secret's text, or as a whole when the secret cannot be found in it, being
// too short to tell or changed by the expression.
//
// A mask owns copies of the secrets and belongs to one thread at a time.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <pipexpr/definition.h>
#include <pipexpr/export.h>
#include <pipexpr/listener.h>
#include <pipexpr/options.h>

namespace pipexpr {

namespace base {
class SecretMask;  // replaces secrets in texts
}

class PIPEXPR_API SecretMask final : public EvaluationListener {
 public:
  static constexpr std::string_view kShown = "********";

  explicit SecretMask(bool on = true);
  ~SecretMask() override;

  bool on() const { return on_; }
  static bool is_secret(std::string_view name) { return name.starts_with('*'); }
  bool hides(std::string_view name) const { return on_ && is_secret(name); }

  // All secrets of the definition, so that they are known before anything is shown. Those that have no value are left
  // out. False: it has none, and there is no need to listen to evaluations.
  bool learn(const PipelineDefinition& definition, const EvaluateOptions& options);
  // One more secret.
  void learn(std::string_view secret);

  // Before each evaluation.
  void start() {
    touched_ = false;
    read_.clear();
  }
  // The result of the evaluation since start(), fit to be shown.
  std::string apply(std::string text) const;
  // Any other text about the definition, such as a message.
  std::string scrub(std::string text) const;

  void enter_field(const TracedField& field) override;
  void leave_field(const TracedField& field, const ValueView& value) override;

 private:
  void note(std::string_view secret);

  bool on_;
  bool touched_ = false;           // a secret took part in this evaluation, and
  std::vector<std::string> read_;  // this was its text
  std::unique_ptr<base::SecretMask> secrets_;
};

}  // namespace pipexpr
