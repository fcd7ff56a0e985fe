// Places of an explanation's steps in the definition's file: plain and escaped texts, parameters, and what is not in
// it.
#include <pipexpr/explain.h>
#include <pipexpr/line_index.h>

#include <string>

#include "catch.h"

using namespace pipexpr;

namespace {

constexpr const char* kJson = R"({"objects": [
  {"id": "A", "command": "cp #{myText}", "myText": "\"#{myBucket}\"/x"}],
 "parameters": [{"id": "myBucket", "type": "String"}], "values": {"myBucket": "s3://b"}})";

// Of every step, on a line of its own: its text in the template, and the bytes of the file that it is said to be.
std::string places(const Explanation& tree, std::string_view json) {
  std::string out;
  for (const ExplainedNode& node : tree.nodes) {
    const auto span = node.definition_span;
    out += std::string(tree.text(node)) + " | ";
    out += span ? std::string(json.substr(span->offset, span->length)) : "nowhere";
    out += '\n';
  }
  return out;
}

}  // namespace

TEST_CASE("explainer: steps have their place in the definition's file") {
  const auto definition = PipelineDefinition::load(kJson, {.compile = {.fold_constants = false}}).value();
  const ObjectId object = definition->find("A").value();
  const auto tree = explain_field(*definition, object, "command", {.object = object}).value();
  CHECK(tree.nodes.front().value.text() == "cp \"s3://b\"/x");
  CHECK(places(tree, kJson) == R"( | "command"
cp #{myText} | cp #{myText}
myText | myText
 | "myText"
"#{myBucket}"/x | \"#{myBucket}\"/x
myBucket | myBucket
 | "myBucket"
s3://b | s3://b
)");
  // The template's own steps are not in the file, and a graph that is no definition has none.
  const auto expression = Expression::compile("#{myText}", {.fold_constants = false}).value();
  const Context context{.object = object};
  const auto own = explain(expression, *definition, context).value();
  CHECK_FALSE(own.nodes.front().definition_span.has_value());
  CHECK(places(own, kJson).find("myBucket | myBucket\n") != std::string::npos);
  const auto other = explain(expression, static_cast<const ObjectGraph&>(*definition), context).value();
  CHECK(places(other, "").find("| \n") == std::string::npos);
  for (const ExplainedNode& node : other.nodes) CHECK_FALSE(node.definition_span.has_value());
}

TEST_CASE("explainer: the line of a step") {
  const auto definition = PipelineDefinition::load(kJson).value();
  const ObjectId object = definition->find("A").value();
  const auto tree = explain_field(*definition, object, "myText", {.object = object}).value();
  const LineIndex lines(definition->json());
  CHECK(lines.locate(tree.nodes.front().definition_span.value().offset) == SourceLocation{2, 42});
}

TEST_CASE("explainer: steps of a long text with escapes have their place, too") {
  std::string json = R"({"objects": [{"id": "A", "command": ")";
  for (int i = 0; i < 1'000; ++i) json += R"(\"#{id}\" )" + std::string(100, '-');
  json += R"(#{name}"}]})";
  const auto definition = PipelineDefinition::load(json, {.compile = {.fold_constants = false}}).value();
  const ObjectId object = definition->find("A").value();
  const auto tree = explain_field(*definition, object, "command", {.object = object}).value();
  std::size_t ids = 0, names = 0;
  for (const ExplainedNode& node : tree.nodes) {
    if (!node.definition_span) continue;
    const std::string_view part =
        std::string_view(json).substr(node.definition_span->offset, node.definition_span->length);
    ids += part == "id";
    names += part == "name";
  }
  CHECK(ids == 1'000);
  CHECK(names == 1);
}
