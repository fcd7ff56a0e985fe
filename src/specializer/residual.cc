// Puts literal text and expressions together, as an operand or as a template.
#include "specializer/residual.h"

#include "specializer/literal.h"

namespace pipexpr::specializer {
namespace {

std::string primary(const Part& part) { return part.is_primary ? part.text : "(" + part.text + ")"; }

// Literals that follow each other as one; empty ones left out.
std::vector<Part> merged(const std::vector<Part>& parts) {
  std::vector<Part> result;
  for (const Part& part : parts) {
    if (part.is_literal && part.text.empty()) continue;
    if (part.is_literal && !result.empty() && result.back().is_literal) {
      result.back().text += part.text;
    } else {
      result.push_back(part);
    }
  }
  return result;
}

// What a text that consists of one expression is written as, so that it stays a text.
std::string forced_text(const Part& part) { return part.shape == Shape::string ? part.text : "'' + " + primary(part); }

}  // namespace

std::string as_operand(const Residual& residual, bool needs_primary) {
  const std::vector<Part> parts = merged(residual.parts);
  if (parts.empty()) return "''";
  std::string text;
  bool is_primary = false;
  if (parts.size() == 1) {
    const Part& part = parts[0];
    text = part.is_literal ? string_literal(part.text) : residual.is_text ? forced_text(part) : part.text;
    is_primary = part.is_literal || (part.is_primary && text == part.text);
  } else {
    if (!parts[0].is_literal && parts[0].shape != Shape::string) text = "''";
    for (const Part& part : parts) {
      if (!text.empty()) text += " + ";
      text += part.is_literal ? string_literal(part.text) : primary(part);
    }
  }
  return needs_primary && !is_primary ? "(" + text + ")" : text;
}

std::string as_template(const Residual& residual, Delimiters delimiters) {
  const bool angles = delimiters == Delimiters::angles;
  const std::vector<Part> parts = merged(residual.parts);
  std::string text;
  for (const Part& part : parts) {
    if (part.is_literal) {
      text += template_text(part.text, delimiters);
      continue;
    }
    text += angles ? "#<" : "#{";
    text += parts.size() == 1 && residual.is_text ? forced_text(part) : part.text;
    text += angles ? '>' : '}';
  }
  return text;
}

}  // namespace pipexpr::specializer
