// Secrets: the values of secret fields that an evaluation has read, which must not show in its diagnostics.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <pipexpr/diagnostic.h>
#include <pipexpr/value.h>

namespace pipexpr::eval {

class Secrets {
 public:
  static bool is_secret(std::string_view field) { return field.starts_with('*'); }

  void clear() { texts_.clear(); }
  // Remembers a value of a secret field; the text must stay where it is until the evaluation ends.
  void note(const ValueView& value);
  // Replaces every value that the message shows: it is about an operation on a secret, or on what was computed from
  // one.
  static void hide_values(Diagnostic& diagnostic);
  // Replaces what is secret in the message, its arguments and its path.
  void mask(Diagnostic& diagnostic) const;

 private:
  void mask_argument(std::string& argument, bool quoted) const;

  std::vector<std::string_view> texts_;
};

}  // namespace pipexpr::eval
