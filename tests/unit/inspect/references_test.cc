// Tests of references_of and of renaming, on small definitions.
#include <pipexpr/references.h>
#include <pipexpr/rename.h>

#include <fmt/format.h>

#include "catch.h"

using namespace pipexpr;

namespace {

std::shared_ptr<const PipelineDefinition> load(std::string_view json) {
  auto loaded = PipelineDefinition::load(json);
  INFO(json);
  REQUIRE(loaded);
  return *loaded;
}

std::string id_of(const PipelineDefinition& graph, ObjectId object) {
  return object == kNoObject ? "-" : std::string(graph.id(object));
}

// One line for each reference: where, what, and what it leads to for whom.
std::string shown(const PipelineDefinition& graph) {
  constexpr const char* kinds[] = {"unknown", "field", "parameter", "object", "runtime", "node", "function", "nothing"};
  std::string text;
  for (const DefinitionReference& use : references_of(graph)) {
    text += id_of(graph, use.object) + "." + use.field + " " + use.name + ":";
    for (const ReferenceTarget& target : use.targets) {
      text += std::string(" ") + kinds[static_cast<int>(target.kind)];
      if (target.object != kNoObject) text += " " + id_of(graph, target.object);
      if (target.defined_by != kNoObject && target.defined_by != target.object)
        text += " by " + id_of(graph, target.defined_by);
      if (target.context != use.object) text += " for " + id_of(graph, target.context);
    }
    text += "\n";
    CHECK(graph.json().substr(use.json_span.offset, use.json_span.length) == use.name);
  }
  return text;
}

constexpr std::string_view kCopy = R"({"objects": [
  {"id": "Default", "myTag": "tag-#{name}-#{myEnv}"},
  {"id": "In", "type": "S3DataNode", "filePath": "s3://#{myBucket}/#{format(@scheduledStartTime, 'YYYY')}", "myDir": "in"},
  {"id": "Copy", "type": "CopyActivity", "input": {"ref": "In"}, "myNote": "#{input.myDir} of #{In.myDir}", "onFail": {"ref": "Bell"}},
  {"id": "Bell", "type": "SnsAlarm", "subject": "#{node.input.myDir} #{node.@status}", "message": "#{parent.myDir}"}],
 "parameters": [{"id": "myBucket", "type": "String", "default": "#{myDir}-#{nosuch}"}]})";

}  // namespace

TEST_CASE("inspect: what every name of a definition stands for") {
  CHECK(shown(*load(kCopy)) ==
        "Default.myTag name: field Default field In for In field Copy for Copy field Bell for Bell\n"
        "Default.myTag myEnv: nothing nothing for In nothing for Copy nothing for Bell\n"
        "In.filePath myBucket: parameter\n"
        "In.filePath @scheduledStartTime: runtime In\n"
        "In.filePath format: function for -\n"
        "Copy.input In: object In\n"
        "Copy.myNote input: field Copy\n"
        "Copy.myNote myDir: field In\n"
        "Copy.myNote In: object In\n"
        "Copy.myNote myDir: field In\n"
        "Copy.onFail Bell: object Bell\n"
        "Bell.subject node: field Bell\n"
        "Bell.subject input: field Copy\n"
        "Bell.subject myDir: field In\n"
        "Bell.subject node: field Bell\n"
        "Bell.subject @status: runtime Copy\n"
        "Bell.message parent: unknown\n"
        "Bell.message myDir: unknown\n"
        "-.myBucket myDir: field In for In\n"
        "-.myBucket nosuch: nothing for In\n");
}

namespace {

// The renamed definition, or the diagnostics with what they point at.
std::string renamed(std::string_view json, std::string_view owner, std::string_view from, std::string_view to,
                    const CompileOptions& options = {}) {
  const auto graph = PipelineDefinition::load(json, {.source_name = "orders.json", .compile = options}).value();
  const auto edits =
      owner.empty() ? rename_object(*graph, from, to, options) : rename_field(*graph, owner, from, to, options);
  if (edits) return apply_edits(json, *edits);
  std::string text;
  for (const Diagnostic& why : edits.error()) {
    text += text.empty() ? "" : "\n";
    text += std::string(code_id(why.code)) + " [" + std::string(json.substr(why.span.offset, why.span.length)) + "] " +
            why.message;
  }
  return text;
}

}  // namespace

TEST_CASE("inspect: renaming keeps every other byte") {
  CHECK(
      renamed(
          R"({ "objects": [ {"id" : "A", "myX": "1",  "myY": "#{ myX } #{A.myX}"}, {"id": "B", "my1": {"ref":"A"}, "my2": "#{my1 . myX}#{myX}"}]})",
          "A", "myX", "myZ") ==
      R"({ "objects": [ {"id" : "A", "myZ": "1",  "myY": "#{ myZ } #{A.myZ}"}, {"id": "B", "my1": {"ref":"A"}, "my2": "#{my1 . myZ}#{myX}"}]})");
  CHECK(renamed(R"({"objects": [{"id": "A", "myX": ["1"], "myX": "2", "my\u0058": "3"}]})", "A", "myX", "myZ") ==
        R"({"objects": [{"id": "A", "myZ": ["1"], "myZ": "2", "myZ": "3"}]})");
  CHECK(
      renamed(
          R"({"pipelineObjects": [{"id": "A", "name": "A", "fields": [{"key": "myX", "stringValue": "a"}, {"key": "myY", "stringValue": "\"#{myX}"}]}]})",
          "A", "myX", "myZ") ==
      R"({"pipelineObjects": [{"id": "A", "name": "A", "fields": [{"key": "myZ", "stringValue": "a"}, {"key": "myY", "stringValue": "\"#{myZ}"}]}]})");
  CHECK(renamed(R"({"objects": [{"id": "A", "*myX": "a", "myY": "#{*myX}"}]})", "A", "*myX", "*myZ") ==
        R"({"objects": [{"id": "A", "*myZ": "a", "myY": "#{*myZ}"}]})");
  // Names in texts that others inherit, and in parameters.
  CHECK(
      renamed(
          R"({"objects": [{"id": "P", "myX": "p", "myY": "#{myX}"}, {"id": "C", "type": "CopyActivity", "parent": {"ref": "P"}, "my2": "#{myX}#{myP}"}],
                    "parameters": [{"id": "myP", "type": "String", "default": "#{myX}"}]})",
          "P", "myX", "myZ") ==
      R"({"objects": [{"id": "P", "myZ": "p", "myY": "#{myZ}"}, {"id": "C", "type": "CopyActivity", "parent": {"ref": "P"}, "my2": "#{myZ}#{myP}"}],
                    "parameters": [{"id": "myP", "type": "String", "default": "#{myZ}"}]})");
  // Objects: ids, references in both spellings, heads of paths.
  CHECK(
      renamed(
          R"({"objects": [{"id": "A", "myX": "1"}, {"id": "B", "type": "CopyActivity", "input": "A", "dependsOn": [{"ref": "A"}], "my2": "#{A.myX} A #{input.myX}"}]})",
          "", "A", "Az") ==
      R"({"objects": [{"id": "Az", "myX": "1"}, {"id": "B", "type": "CopyActivity", "input": "Az", "dependsOn": [{"ref": "Az"}], "my2": "#{Az.myX} A #{input.myX}"}]})");
  CHECK(renamed(R"({"objects": [{"id": "A"}, {"id": "B", "parent": {"ref": "A"}}]})", "", "A", "a \"b\"") ==
        R"({"objects": [{"id": "a \"b\""}, {"id": "B", "parent": {"ref": "a \"b\""}}]})");
}

TEST_CASE("inspect: renaming that would change more is refused") {
  const struct {
    const char *json, *owner, *from, *to, *why;
  } rows[] = {
      {R"({"objects": [{"id": "A"}]})", "", "B", "C", "E802 [] cannot rename 'B' to 'C': there is no such object"},
      {R"({"objects": [{"id": "A"}]})", "B", "myX", "myY",
       "E802 [] cannot rename 'myX' to 'myY': there is no object 'B'"},
      {R"({"objects": [{"id": "A"}, {"id": "B"}]})", "", "A", "B",
       R"(E802 ["B"] cannot rename 'A' to 'B': there is an object of that id)"},
      {R"({"objects": [{"id": "A"}]})", "", "A", "Default",
       R"(E802 ["A"] cannot rename 'A' to 'Default': 'Default' is the parent of all others by its id)"},
      {R"({"objects": [{"id": "A", "myX": "#{A.myY}", "myY": "1"}]})", "", "A", "a b",
       R"(E802 [A] cannot rename 'A' to 'a b': an expression names the object, and the new id is no identifier)"},
      // What pointed nowhere would point at the object now.
      {R"({"objects": [{"id": "A"}, {"id": "B", "myX": "#{C.id}"}]})", "", "A", "C",
       "E803 [C] renaming 'A' to 'C' would change what 'C' stands for here"},
      {R"({"objects": [{"id": "A"}, {"id": "B", "type": "CopyActivity", "input": {"ref": "C"}}]})", "", "A", "C",
       "E803 [C] renaming 'A' to 'C' would change what 'C' stands for here"},
      // A field or a parameter comes before an object's id.
      {R"({"objects": [{"id": "A", "myX": "1"}, {"id": "B", "myC": "c", "my2": "#{A.myX}"}]})", "", "A", "myC",
       "E803 [A] renaming 'A' to 'myC' would change what 'A' stands for here"},
      {R"({"objects": [{"id": "A", "myX": "1", "myZ": "2"}]})", "A", "myX", "myZ",
       R"(E802 ["myX"] cannot rename 'myX' to 'myZ': object 'A' has a field of that name already)"},
      {R"({"objects": [{"id": "A", "myX": "1"}]})", "A", "myY", "myZ",
       R"(E802 ["A"] cannot rename 'myY' to 'myZ': the object has no such field written)"},
      {R"({"objects": [{"id": "A", "myX": "1"}]})", "A", "myX", "my-x",
       R"(E802 ["myX"] cannot rename 'myX' to 'my-x': 'my-x' is no identifier)"},
      {R"({"objects": [{"id": "A", "myX": "1"}]})", "A", "myX", "*myX",
       R"(E802 ["myX"] cannot rename 'myX' to '*myX': a name with '*' is secret, one without is not)"},
      {R"({"objects": [{"id": "A", "name": "1"}]})", "A", "name", "myName",
       R"(E802 ["name"] cannot rename 'name' to 'myName': 'name' has a meaning of its own)"},
      {R"({"objects": [{"id": "A", "type": "S3DataNode", "filePath": "1"}]})", "A", "filePath", "myPath",
       R"(E802 ["filePath"] cannot rename 'filePath' to 'myPath': the service has a field 'filePath' for objects such as 'A')"},
      {R"({"objects": [{"id": "P", "myX": "1"}, {"id": "C", "parent": {"ref": "P"}, "myX": "2"}]})", "P", "myX", "myZ",
       R"(E802 ["myX"] cannot rename 'myX' to 'myZ': 'C', which inherits from the object, has a field 'myX' of its own)"},
      {R"({"objects": [{"id": "P", "myX": "1"}, {"id": "C", "parent": {"ref": "P"}, "myX": "2"}]})", "C", "myX", "myZ",
       R"(E802 ["myX"] cannot rename 'myX' to 'myZ': it replaces a field 'myX' that the object would inherit)"},
      // One text, two fields of that name.
      {R"({"objects": [{"id": "Default", "myT": "#{myX}"}, {"id": "A", "myX": "1"}, {"id": "B", "myX": "2"}]})", "A",
       "myX", "myZ", "E803 [myX] renaming 'myX' to 'myZ' would change what 'myX' stands for here"},
      {R"({"objects": [{"id": "A", "myX": "1", "myY": "#{parent.myX}"}]})", "A", "myX", "myZ",
       "E804 [myX] cannot tell whether 'myX' is meant here: only a run decides what it stands for"},
      {R"({"objects": [{"id": "A", "myX": "1", "myY": "#{myX +}"}]})", "A", "myX", "myZ",
       "E804 [myX] cannot tell whether 'myX' is meant here: the text does not parse"},
      {R"({"objects": [{"id": "A", "myX": "1"}], "parameters": [{"id": "myP", "default": "#{myX}"}], "values": {"myP": "2"}})",
       "A", "myX", "myZ",
       R"(E804 ["#{myX}"] cannot tell whether 'myX' is meant here: a value replaces this default, so that nothing shows what it means)"},
      // A parameter of the new name would be found after the field, or instead of nothing.
      {R"({"objects": [{"id": "A", "myX": "1"}, {"id": "B", "my2": "#{myZ}", "parent": {"ref": "A"}}], "parameters": [{"id": "myZ", "default": "2"}]})",
       "A", "myX", "myZ", "E803 [myZ] renaming 'myX' to 'myZ' would change what 'myZ' stands for here"},
  };
  for (const auto& row : rows) {
    INFO(row.json);
    CHECK(renamed(row.json, row.owner, row.from, row.to) == row.why);
  }
}

TEST_CASE("inspect: an id that would not do is refused") {
  const struct {
    const char *id, *shown, *why;
  } rows[] = {
      {"", "", "expected an id of at least one character"},
      {" ", " ", "the new id begins or ends with a space"},
      {"B ", "B ", "the new id begins or ends with a space"},
      {"\n", "\\n", "the new id has a control character"},
      {"\xFF", "\uFFFD", "the new id is not UTF-8"},
      {"@B", "@B", "ids beginning with '@' or '*' have a meaning of their own"},
      {"*B", "*B", "ids beginning with '@' or '*' have a meaning of their own"},
      {"B#{x}", "B#{x}", "the new id would begin an expression"},
      {"#<", "#<", "the new id would begin an expression"},
      {"node", "node", "'node' stands for an alarm's object"},
  };
  for (const auto& row : rows) {
    CHECK(renamed(R"({"objects": [{"id": "A"}]})", "", "A", row.id) ==
          fmt::format(R"(E802 ["A"] cannot rename 'A' to '{}': {})", row.shown, row.why));
  }
  // What begins an expression is what the options say.
  const CompileOptions braces{.delimiters = Delimiters::braces}, angles{.delimiters = Delimiters::angles};
  const std::string_view json = R"({"objects": [{"id": "A"}]})";
  CHECK(renamed(json, "", "A", "B#<x>", braces) == R"({"objects": [{"id": "B#<x>"}]})");
  CHECK(renamed(json, "", "A", "B#{x}", angles) == R"({"objects": [{"id": "B#{x}"}]})");
  CHECK(renamed(json, "", "A", "B#{x}", braces) ==
        R"(E802 ["A"] cannot rename 'A' to 'B#{x}': the new id would begin an expression)");
  CHECK(renamed(json, "", "A", "B#<x>", angles) ==
        R"(E802 ["A"] cannot rename 'A' to 'B#<x>': the new id would begin an expression)");
}
