// The whole of the checker: every stage in turn, and files that do not load.
#include <pipexpr/check.h>

#include <algorithm>
#include <set>

#include "base/json_escape.h"
#include "checker/checks.h"
#include "definition/json_document.h"

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
  check_on_demand(stage);
  check_other_schedules(stage);
  check_limits(stage);
  check_paths(stage);
  check_s3_paths(stage);
  check_clear_secrets(stage);
  return report.take();
}

namespace {

// "values": [{"myX": "a"}] or [{"id": "myX", "stringValue": "a"}]: the same as an object.
std::optional<Fix> values_as_object(std::string_view json, SourceSpan list) {
  const auto document = definition::JsonText::read(json);
  if (!document) return std::nullopt;
  const std::uint32_t values = document->member(0, "values");
  if (values == 0 || (*document)[values].span != list) return std::nullopt;
  std::string object;
  std::set<std::string, std::less<>> names;
  bool clear = true;  // a name that is given twice, or an entry that is neither, has more than one meaning
  const auto add = [&](std::string_view name, SourceSpan value) {
    clear = clear && names.emplace(name).second;
    object += fmt::format("{}\"{}\": {}", object.empty() ? "" : ", ", base::json_escaped(name),
                          json.substr(value.offset, value.length));
  };
  document->each(values, [&](std::uint32_t entry) {
    if ((*document)[entry].type != definition::JsonType::object) {
      clear = false;
      return;
    }
    const std::uint32_t id = document->member(entry, "id");
    if (id != 0) {
      std::size_t members = 0;
      document->each(entry, [&](std::uint32_t) { ++members; });
      const std::uint32_t api = document->member(entry, "stringValue");
      const std::uint32_t text = api != 0 ? api : document->member(entry, "value");
      clear = clear && members == 2 && text != 0 && (*document)[id].type == definition::JsonType::string;
      if (clear) add((*document)[id].text, (*document)[text].span);
      return;
    }
    document->each(entry, [&](std::uint32_t member) { add((*document)[member].key, (*document)[member].span); });
  });
  if (!clear) return std::nullopt;
  return Fix{list, "{" + object + "}", "write the values as one object", FixTier::safe};
}

}  // namespace

Findings load_findings(const Diagnostics& reasons) {
  Findings findings;
  for (const Diagnostic& why : reasons) {
    const Rule rule = checker::rule_of(why.code);
    Finding& finding = findings.emplace_back();
    finding.rule = rule == Rule::syntax_error ? Rule::malformed_file : rule;
    finding.message = why.message;
    finding.span = why.span;
    finding.certainty = rule_certainty(finding.rule);
  }
  return findings;
}

Findings check_file(std::string_view json, const LoadOptions& load, const CheckOptions& options) {
  const auto definition = PipelineDefinition::load(json, load);
  if (definition) return check(**definition, options);
  Findings findings = load_findings(definition.error());
  for (std::size_t i = 0; i < findings.size() && !load.origin; ++i) {
    if (definition.error()[i].code == DiagnosticCode::wrong_json_type)
      findings[i].fix = values_as_object(json, findings[i].span);
  }
  return findings;
}

FixedText apply_fixes(std::string_view json, const Findings& findings, FixTier least) {
  std::vector<const Fix*> fixes;
  const auto take = [&](const std::optional<Fix>& fix) {
    if (fix && fix->tier >= least && fix->span.end() <= json.size()) fixes.push_back(&*fix);
  };
  for (const Finding& finding : findings) {
    take(finding.fix);
    for (const RelatedLocation& other : finding.related) take(other.fix);
  }
  std::stable_sort(fixes.begin(), fixes.end(),
                   [](const Fix* a, const Fix* b) { return a->span.offset < b->span.offset; });
  FixedText fixed;
  std::string& out = fixed.text;
  std::size_t at = 0;
  for (const Fix* fix : fixes) {
    if (fix->span.offset < at) continue;
    ++fixed.count;
    out += json.substr(at, fix->span.offset - at);
    out += fix->replacement;
    at = fix->span.end();
  }
  out += json.substr(at);
  return fixed;
}

}  // namespace pipexpr
