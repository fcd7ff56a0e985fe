// What remains of a template: literal text and expressions, in order, and how they are put together again.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <pipexpr/options.h>
#include <pipexpr/value.h>

namespace pipexpr::specializer {

// What an expression gives, as far as inlining has to know. Numbers become texts when they are a field's value.
enum class Shape : std::uint8_t { unknown, string, number, datetime };

struct Part {
  bool is_literal = false;
  std::string text = {};  // literal text as it is, or an expression without delimiters
  Shape shape = Shape::unknown;
  bool is_primary = true;  // stands before and after an operator without parentheses
};

struct Residual {
  std::vector<Part> parts;
  bool is_text = true;               // the parts joined; false: the value of the one part
  SlotType slot = SlotType::string;  // of the field whose text this was
};

// As one operand: 'text' + (expression) + ... In parentheses unless it stands alone or `needs_primary` is false.
std::string as_operand(const Residual& residual, bool needs_primary);

// As a template.
std::string as_template(const Residual& residual, Delimiters delimiters);

}  // namespace pipexpr::specializer
