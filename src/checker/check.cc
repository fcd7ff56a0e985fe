// The whole of the checker: every stage in turn, and files that do not load.
#include <pipexpr/check.h>

#include <algorithm>

#include "checker/checks.h"

namespace pipexpr {

Findings check(const PipelineDefinition& definition, const CheckOptions& options) {
  checker::Report report(definition, options);
  const checker::Scope scope(definition);
  Evaluator evaluator(options.evaluate);
  checker::Stage stage{definition, scope, options, report, evaluator};
  check_texts(stage);
  check_cycles(stage);
  check_parameters(stage);
  check_objects(stage);
  check_values(stage);
  check_schedules(stage);
  check_limits(stage);
  check_paths(stage);
  return report.take();
}

Findings check_file(std::string_view json, const LoadOptions& load, const CheckOptions& options) {
  const auto definition = PipelineDefinition::load(json, load);
  if (definition) return check(**definition, options);
  Findings findings;
  for (const Diagnostic& why : definition.error()) {
    const Rule rule = checker::rule_of(why.code);
    findings.push_back(
        {rule == Rule::syntax_error ? Rule::malformed_file : rule, Severity::error, why.message, why.span, "", "", {}});
  }
  return findings;
}

std::string apply_fixes(std::string_view json, const Findings& findings) {
  std::vector<const Fix*> fixes;
  for (const Finding& finding : findings) {
    if (finding.fix && finding.fix->safe && finding.fix->span.end() <= json.size()) fixes.push_back(&*finding.fix);
  }
  std::stable_sort(fixes.begin(), fixes.end(),
                   [](const Fix* a, const Fix* b) { return a->span.offset < b->span.offset; });
  std::string out;
  std::size_t at = 0;
  for (const Fix* fix : fixes) {
    if (fix->span.offset < at) continue;
    out += json.substr(at, fix->span.offset - at);
    out += fix->replacement;
    at = fix->span.end();
  }
  out += json.substr(at);
  return out;
}

}  // namespace pipexpr
