// Makes, for every limit, an input that needs a given amount of what it bounds.
#include "cases.h"

#include <stdexcept>

namespace limits {
namespace {

using pipexpr::DiagnosticCode;

std::string repeat(std::string_view text, std::size_t count) {
  std::string result;
  for (std::size_t i = 0; i < count; ++i) result += text;
  return result;
}

std::string object(const std::string& fields) { return R"({"objects": [{"id": "A")" + fields + "}]}"; }
std::string field(const std::string& name, const std::string& text) { return ", \"" + name + "\": \"" + text + "\""; }

Sample bytes(std::size_t n) { return {.text = repeat("x", n)}; }
Sample source(std::size_t n) { return {.text = "#{'" + repeat("x", n - 2) + "'}"}; }
Sample parentheses(std::size_t n) { return {.text = "#{" + repeat("(", n) + "1" + repeat(")", n) + "}"}; }
Sample signs(std::size_t n) { return {.text = "#{" + repeat("-", n) + "1}"}; }
Sample powers(std::size_t n) { return {.text = "#{1" + repeat("^1", n) + "}"}; }
Sample nodes(std::size_t n) { return {.text = repeat("#{1}", n)}; }
Sample digits(std::size_t n) { return {.text = "#{" + repeat("0", n - 1) + "1}"}; }
Sample decimals(std::size_t n) { return {.text = "#{1." + repeat("0", n - 1) + "}"}; }
Sample pattern(std::size_t n) { return {.text = "#{format(makeDate(1,1,1),'" + repeat("-", n) + "')}"}; }
Sample run(std::size_t n) { return {.text = "#{format(makeDate(1,1,1),'" + repeat("y", n) + "')}"}; }
Sample given_pattern(std::size_t n) {
  return {.text = "#{format(makeDate(1,1,1), myText)}", .json = object(field("myText", repeat("-", n)))};
}
Sample given_run(std::size_t n) {
  return {.text = "#{format(makeDate(1,1,1), myText)}", .json = object(field("myText", repeat("y", n)))};
}
Sample steps(std::size_t n) { return {.text = repeat("#{myText}", n), .json = object(field("myText", ""))}; }
Sample depth(std::size_t n) {
  std::string fields = field("my0", "end");
  for (std::size_t i = 1; i <= n; ++i) {
    fields += field("my" + std::to_string(i), "#{my" + std::to_string(i - 1) + "}");
  }
  return {.text = "#{my" + std::to_string(n) + "}", .json = object(fields)};
}
Sample items(std::size_t n) {
  return {.text = "#{myList}", .json = object(", \"myList\": [\"x\"" + repeat(", \"x\"", n - 1) + "]")};
}
Sample joined_items(std::size_t n) {
  return {.text = "#{myList + myOne}",
          .json = object(", \"myOne\": [\"x\", \"y\"], \"myList\": [\"x\"" + repeat(", \"x\"", n - 3) + "]")};
}
Sample output(std::size_t n) { return {.text = "#{myText}", .json = object(field("myText", repeat("x", n)))}; }
Sample joined_output(std::size_t n) {
  return {.text = "a#{myText}b", .json = object(field("myText", repeat("x", n - 2)))};
}
Sample list_output(std::size_t n) {  // ["xx", "yy"]
  return {.text = "#{myList}", .json = object(", \"myList\": [\"y\", \"" + repeat("x", n - 9) + "\"]")};
}
Sample memory(std::size_t n) {
  return {.text = "#{myText + 'x'}", .json = object(field("myText", repeat("x", n - 1)))};
}
Sample json_bytes(std::size_t n) {
  const std::string json = object("");
  return {.text = "", .json = json + repeat(" ", n - json.size())};
}
Sample objects(std::size_t n) {
  std::string json = R"({"objects": [{"id": "A"})";
  for (std::size_t i = 1; i < n; ++i) json += ", {\"id\": \"B" + std::to_string(i) + "\"}";
  return {.text = "", .json = json + "]}"};
}
Sample fields(std::size_t n) {
  std::string all;
  for (std::size_t i = 0; i < n; ++i) all += field("my" + std::to_string(i), "x");
  return {.text = "", .json = object(all)};
}
Sample inherited_fields(std::size_t n) {  // A has a field of its own, so the others are A's and Default's
  std::string all;
  for (std::size_t i = 0; i < n / 2; ++i) all += field("my" + std::to_string(i), "x");
  const std::string own = n % 2 == 0 ? "" : field("myOwn", "x");
  return {.text = "", .json = R"({"objects": [{"id": "Default")" + all + R"(}, {"id": "A")" + own + "}]}"};
}

// The same template as a host's text, which is compiled while the evaluation is on.
template <Sample (*Needs)(std::size_t)>
Sample hosted(std::size_t n) {
  return {.text = "#{host}", .host = Needs(n).text};
}

}  // namespace

const std::vector<Case>& cases() {
  static const std::vector<Case> all = {
      {"max_template_bytes", "text", Stage::compile, DiagnosticCode::limit_template_bytes, 100, bytes},
      {"max_source_bytes", "a string in quotes", Stage::compile, DiagnosticCode::limit_source_bytes, 100, source},
      {"max_source_bytes", "a host's text", Stage::evaluate, DiagnosticCode::limit_source_bytes, 100, hosted<source>},
      {"max_nesting", "parentheses", Stage::compile, DiagnosticCode::limit_nesting, 64, parentheses},
      {"max_nesting", "signs", Stage::compile, DiagnosticCode::limit_nesting, 64, signs},
      {"max_nesting", "powers", Stage::compile, DiagnosticCode::limit_nesting, 64, powers},
      {"max_nesting", "parentheses of a host's text", Stage::evaluate, DiagnosticCode::limit_nesting, 10,
       hosted<parentheses>},
      {"max_nodes", "numbers", Stage::compile, DiagnosticCode::limit_nodes, 100, nodes},
      {"max_nodes", "numbers of a host's text", Stage::evaluate, DiagnosticCode::limit_nodes, 100, hosted<nodes>},
      {"max_literal_digits", "whole", Stage::compile, DiagnosticCode::limit_literal_digits, 30, digits},
      {"max_literal_digits", "decimals", Stage::compile, DiagnosticCode::limit_literal_digits, 30, decimals},
      {"max_literal_digits", "of a host's text", Stage::evaluate, DiagnosticCode::limit_literal_digits, 30,
       hosted<digits>},
      {"max_pattern_bytes", "a literal", Stage::compile, DiagnosticCode::limit_pattern, 40, pattern},
      {"max_pattern_bytes", "a field's text", Stage::evaluate, DiagnosticCode::limit_pattern, 40, given_pattern},
      {"max_pattern_run", "a literal", Stage::compile, DiagnosticCode::limit_pattern, 20, run},
      {"max_pattern_run", "a field's text", Stage::evaluate, DiagnosticCode::limit_pattern, 20, given_run},
      {"max_steps", "names", Stage::evaluate, DiagnosticCode::limit_steps, 50, steps},
      {"max_steps", "more than are counted at once", Stage::evaluate, DiagnosticCode::limit_steps, 3000, steps},
      {"max_reference_depth", "a chain", Stage::evaluate, DiagnosticCode::limit_reference_depth, 20, depth},
      {"max_reference_depth", "the default", Stage::evaluate, DiagnosticCode::limit_reference_depth, 32, depth},
      {"max_reference_depth", "the ceiling", Stage::evaluate, DiagnosticCode::limit_reference_depth, 200, depth},
      {"max_references", "names", Stage::evaluate, DiagnosticCode::limit_references, 50, steps},
      {"max_list_items", "a field", Stage::evaluate, DiagnosticCode::limit_list_items, 50, items},
      {"max_list_items", "joined", Stage::evaluate, DiagnosticCode::limit_list_items, 50, joined_items},
      {"max_output_bytes", "a field", Stage::evaluate, DiagnosticCode::limit_output_bytes, 100, output},
      {"max_output_bytes", "joined", Stage::evaluate, DiagnosticCode::limit_output_bytes, 100, joined_output},
      {"max_output_bytes", "a list", Stage::evaluate, DiagnosticCode::limit_output_bytes, 100, list_output},
      {"max_memory_bytes", "less than is got at once", Stage::evaluate, DiagnosticCode::limit_memory_bytes, 100,
       memory},
      {"max_memory_bytes", "more", Stage::evaluate, DiagnosticCode::limit_memory_bytes, 10'000, memory},
      {"max_definition_bytes", "blanks", Stage::load, DiagnosticCode::limit_definition_bytes, 100, json_bytes},
      {"max_objects", "objects", Stage::load, DiagnosticCode::limit_objects, 20, objects},
      {"max_inherited_fields", "own", Stage::load, DiagnosticCode::limit_inherited_fields, 20, fields},
      {"max_inherited_fields", "inherited", Stage::load, DiagnosticCode::limit_inherited_fields, 20, inherited_fields},
  };
  return all;
}

const pipexpr::LimitInfo& row(std::string_view name) {
  for (const pipexpr::LimitInfo& limit : pipexpr::limits()) {
    if (limit.name == name) return limit;
  }
  throw std::runtime_error("no limit " + std::string(name));
}

std::string ending(const pipexpr::LimitInfo& limit, std::uint64_t bound) {
  const std::string name(limit.name);
  std::string flag = name;
  for (char& c : flag) c = c == '_' ? '-' : c;
  return "the limit " + name + " = " + std::to_string(bound) + "; raise it with Limits::" + name + " or --" + flag +
         " (at most " + std::to_string(limit.ceiling) + ")";
}

}  // namespace limits
