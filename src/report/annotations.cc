// Writes GitHub's workflow commands and JUnit's XML.
#include "report/annotations.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/shown.h"

namespace pipexpr::report {
namespace {

// GitHub's own escapes, of a message and, with more of them, of a property.
std::string escaped(std::string_view text, bool property) {
  std::string out;
  for (const char c : property ? base::shown(text) : base::shown_lines(text)) {
    const bool special = c == '%' || c == '\r' || c == '\n' || (property && (c == ':' || c == ','));
    out += special ? fmt::format("%{:02X}", static_cast<unsigned>(c)) : std::string(1, c);
  }
  return out;
}

// XML has no control characters, not even escaped.
std::string xml(std::string_view text) {
  std::string out;
  for (const char c : base::shown_lines(text)) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string rule_title(const Finding& finding) {
  return fmt::format("{} {}", rule_id(finding.rule), rule_name(finding.rule));
}

}  // namespace

std::string github_line(const Annotation& annotation) {
  std::string out = fmt::format("::{} file={}", annotation.level, escaped(annotation.file, true));
  if (annotation.line != 0) out += fmt::format(",line={}", annotation.line);
  if (annotation.column != 0) out += fmt::format(",col={}", annotation.column);
  if (annotation.end_column > annotation.column) out += fmt::format(",endColumn={}", annotation.end_column);
  if (!annotation.title.empty()) out += fmt::format(",title={}", escaped(annotation.title, true));
  return out + fmt::format("::{}\n", escaped(annotation.message, false));
}

std::string junit_xml(const std::vector<JunitSuite>& suites) {
  std::string body;
  std::size_t all = 0, all_failed = 0;
  for (const JunitSuite& suite : suites) {
    const auto failed = static_cast<std::size_t>(std::count_if(
        suite.cases.begin(), suite.cases.end(), [](const JunitCase& one) { return !one.failure.empty(); }));
    all += suite.cases.size();
    all_failed += failed;
    body += fmt::format("  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\">\n",
                        xml(base::shown(suite.name)), suite.cases.size(), failed);
    for (const JunitCase& one : suite.cases) {
      body += fmt::format("    <testcase classname=\"{}\" name=\"{}\"", xml(base::shown(suite.name)),
                          xml(base::shown(one.name)));
      if (one.failure.empty()) {
        body += "/>\n";
        continue;
      }
      const std::string_view first = std::string_view(one.failure).substr(0, one.failure.find('\n'));
      body += fmt::format(">\n      <failure type=\"{}\" message=\"{}\">{}</failure>\n    </testcase>\n", xml(one.kind),
                          xml(first), xml(one.failure));
    }
    body += "  </testsuite>\n";
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"pipexpr\" tests=\"{}\" failures=\"{}\" "
      "errors=\"0\">\n{}"
      "</testsuites>\n",
      all, all_failed, body);
}

std::string findings_as_github(const std::vector<CheckedFile>& files) {
  std::string out;
  for (const CheckedFile& file : files) {
    const LineIndex lines(file.json);
    for (const Finding& finding : file.findings) {
      const SourceLocation begin = lines.locate(finding.span.offset), end = lines.locate(finding.span.end());
      out += github_line({.level = finding.severity == Severity::error ? "error" : "warning",
                          .file = file.name,
                          .title = rule_title(finding),
                          .message = shown_message(finding),
                          .line = begin.line,
                          .column = begin.column,
                          .end_column = end.line == begin.line ? end.column : 0});
    }
    if (!file.problem.empty()) out += github_line({.file = file.name, .message = "cannot be read: " + file.problem});
  }
  return out;
}

std::string findings_as_junit(const std::vector<CheckedFile>& files) {
  std::vector<JunitSuite> suites;
  for (const CheckedFile& file : files) {
    JunitSuite& suite = suites.emplace_back();
    suite.name = file.name;
    const LineIndex lines(file.json);
    for (const Finding& finding : file.findings) {
      const SourceLocation begin = lines.locate(finding.span.offset);
      suite.cases.push_back({fmt::format("{} at {}:{}", rule_title(finding), begin.line, begin.column),
                             base::show("{}\n{}:{}:{}", shown_message(finding), file.name, begin.line, begin.column),
                             finding.severity == Severity::error ? "error" : "warning"});
    }
    if (!file.problem.empty()) suite.cases.push_back({"read", "cannot be read: " + file.problem, "unreadable"});
    if (suite.cases.empty()) suite.cases.push_back({"check", "", ""});
  }
  return junit_xml(suites);
}

}  // namespace pipexpr::report
