// The JSON of what the library answers: values, diagnostics, findings and explanations, as `pipexpr ... --format json`
// prints them.
//
//   auto value = expression.evaluate(*definition, context);
//   std::cout << (value ? pipexpr::to_json(*value) : pipexpr::to_json(value.error())) << "\n";
//
//   const pipexpr::LineIndex lines(json);
//   for (const pipexpr::Finding& finding : pipexpr::check_file(json))
//     std::cout << pipexpr::to_json(finding, lines, "orders.json") << "\n";
//
// Every result is one line without a newline, valid JSON and valid UTF-8: a byte that is no UTF-8 becomes U+FFFD, and
// `is_utf8` says whether a value has none. Members are only ever added. Offsets and lengths are in bytes, lines and
// columns count from 1. Nothing fails, and all functions may be called from any thread.
#pragma once

#include <string>
#include <string_view>

#include <pipexpr/check.h>
#include <pipexpr/diagnostic.h>
#include <pipexpr/explain.h>
#include <pipexpr/export.h>
#include <pipexpr/line_index.h>
#include <pipexpr/secret_mask.h>
#include <pipexpr/value.h>

namespace pipexpr {

// Numbers are numbers, lists arrays, an unset value is null, and everything else is a string with its text.
PIPEXPR_API std::string to_json(const Value& value);
// Whether the value, and every item of a list, is valid UTF-8, so that its JSON says the same as its bytes.
PIPEXPR_API bool is_utf8(const Value& value);

// {"code": "E502", "message": "...", "offset": 2, "length": 4, "path": ["Copy.command", ...]}
PIPEXPR_API std::string to_json(const Diagnostic& diagnostic);
// An array of them.
PIPEXPR_API std::string to_json(const Diagnostics& diagnostics);

// {"file", "line", "column", "offset", "length", "rule", "name", "severity", "object", "field", "message", "certainty",
// "evidence", "fix": {"title", "offset", "length", "replacement", "tier", "safe"}, "others": [...]}. `lines` is of the
// checked JSON text. "file" is left out when it is empty, as are "object", "field", "fix" and "others" without content.
PIPEXPR_API std::string to_json(const Finding& finding, const LineIndex& lines, std::string_view file = {});
// An array of them.
PIPEXPR_API std::string to_json(const Findings& findings, const LineIndex& lines, std::string_view file = {});

// {"complete": true, "nodes": [...]}, each node before those it was made of; the definition is the one that was
// explained. What the mask hides shows as SecretMask::kShown: let it learn the definition's secrets before, and have it
// listen to the evaluation (ExplainOptions::evaluate), so that it knows of secrets that only the run has.
PIPEXPR_API std::string to_json(const Explanation& explanation, const PipelineDefinition& definition,
                                const SecretMask& mask);

}  // namespace pipexpr
