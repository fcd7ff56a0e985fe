// Prints one finding as a compiler prints a warning.
#include <pipexpr/check.h>

#include "base/snippet.h"

namespace pipexpr {

std::string render(const Finding& finding, const RenderOptions& options) {
  std::string code(rule_id(finding.rule));
  code += ' ';
  code += rule_name(finding.rule);
  std::string out = base::header_line(finding.severity, code, finding.message, finding.span, options);
  if (!options.source.empty()) base::append_snippet(out, options.source, finding.span, options.color);
  return out;
}

}  // namespace pipexpr
