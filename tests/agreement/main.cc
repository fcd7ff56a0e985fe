// Answers templates through the library in every way that it has, for agreement.py to compare with the command and the
// server:
//
//   pipexpr_agreement DEFINITION OBJECT START END DELIMITERS [LIMIT=NUMBER ...] < templates
//
// START '-' is no run, END '-' a run without an end. For each line of the input one line of output: `V text` with
// backslashes and line ends escaped, or `E code`. Ways that differ from each other are told on standard error, with the
// template and both answers, and make the status 1. `pipexpr_agreement --functions` compares the ways with functions of
// the host, direct and in fields, and prints nothing else.
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>

#include <pipexpr/pipexpr.h>

namespace {

using namespace pipexpr;

struct Question {
  CompileOptions compile;
  EvaluateOptions evaluate;
  Context context;
};

int differences = 0;

std::string answer(const Diagnostics& why) { return "E " + std::string(code_id(why.front().code)); }
std::string answer(std::string_view text) { return "V " + std::string(text); }

void expect_same(std::string_view what, const std::string& text, const std::string& expected, const std::string& got) {
  if (expected == got) return;
  ++differences;
  std::cerr << what << " of " << text << ": evaluate " << expected << ", " << what << ' ' << got << '\n';
}

// The template evaluated, and every other way to do so.
std::string ask(const std::string& text, const PipelineDefinition& definition, const Question& question) {
  const auto compiled = Expression::compile(text, question.compile);
  if (!compiled) return answer(compiled.error());
  const auto value = compiled->evaluate(definition, question.context, question.evaluate);
  const std::string expected = value ? answer(value->to_text()) : answer(value.error());
  const auto whole = compiled->evaluate_text(definition, question.context, question.evaluate);
  expect_same("evaluate_text", text, expected, whole ? answer(*whole) : answer(whole.error()));

  const auto tree = explain(*compiled, definition, question.context, {question.compile, question.evaluate});
  expect_same("explain", text, expected, tree ? answer(tree->nodes.front().value.to_text()) : answer(tree.error()));
  return expected;
}

// A template as the field `myField` of an object: the value of the field must be that of the template.
void ask_field(const std::string& text, std::string json, const LoadOptions& load, const Question& question) {
  const std::size_t at = json.find("@@");
  for (std::size_t i = 0, to = at; i < text.size(); ++i) {
    const bool escape = text[i] == '"' || text[i] == '\\';
    json.insert(to, escape ? std::string("\\") + text[i] : std::string(1, text[i]));
    to += escape ? 2 : 1;
  }
  json.erase(json.find("@@", at), 2);
  const auto definition = PipelineDefinition::load(json, load);
  if (!definition) {
    ++differences;
    std::cerr << "does not load: " << json << '\n';
    return;
  }
  const PipelineDefinition& graph = **definition;
  const ObjectId object = graph.find("Act").value();
  Question own = question;
  own.context.object = object;
  const std::string expected = ask(text, graph, own);
  Evaluator evaluator(own.evaluate);
  const auto value = evaluate_field(evaluator, graph, object, "myField", own.context);
  std::string got = value ? answer("") : answer(value.error());
  if (value && value->is_list) {
    Value::List items(value->items.begin(), value->items.end());
    got = answer(Value(items).to_text());
  } else if (value) {
    got = answer(value->text());
  }
  expect_same("evaluate_field", text, expected, got);
  const auto tree = explain_field(graph, object, "myField", own.context, {own.compile, own.evaluate});
  expect_same("explain_field", text, expected,
              tree ? answer(tree->nodes.front().value.to_text()) : answer(tree.error()));
  SecretMask mask(false);
  DefinitionRenderer renderer(graph, mask, {.at = own.context.run->scheduled_start, .evaluate = own.evaluate});
  const std::string only[] = {"myField"};
  const auto fields = renderer.object(object, only);
  const bool failed = !fields.empty() && fields.front().failed;
  const std::string rendered = fields.empty() || fields.front().is_list ? expected : fields.front().items.front().text;
  expect_same("render", text, expected.starts_with("E") ? "failed" : expected,
              failed                                     ? "failed"
              : fields.empty() || fields.front().is_list ? expected
                                                         : answer(rendered));
  // One step further on: a reference to the field has the field's own functions and delimiters.
  expect_same("a reference to the field", text, expected,
              ask(own.compile.delimiters == Delimiters::angles ? "#<Act.myField>" : "#{Act.myField}", graph, own));
}

FunctionRegistry functions() {
  FunctionRegistry out = FunctionRegistry::standard();
  (void)out.add({.name = "bucketOf",
                 .parameters = {{"team", Kind::string}},
                 .result = Kind::string,
                 .description = "the bucket of a team",
                 .body = [](Call& call) { return call.return_value("s3://" + std::string(call.text(0))); }});
  (void)out.add({.name = "twice",
                 .parameters = {{"number", Kind::integer}},
                 .result = Kind::integer,
                 .description = "twice the number",
                 .body = [](Call& call) {
                   std::int64_t twice = 0;
                   if (__builtin_mul_overflow(call.integer(0), std::int64_t{2}, &twice)) return call.fail("too large");
                   return call.return_value(twice);
                 }});
  (void)out.add({.name = "refuse", .result = Kind::string, .description = "always an error", .body = [](Call& call) {
                   return call.fail("no");
                 }});
  return out;
}

constexpr const char* kObject = R"({"objects": [
  {"id": "Act", "type": "ShellCommandActivity", "myTeam": "ads", "myNumber": "21", "myList": ["a", "#{bucketOf('b')}"],
   "myBucket": "#{bucketOf(myTeam)}", "myAngles": "#<bucketOf('c')>", "myField": "@@"}]})";

constexpr const char* kWithFunctions[] = {
    "#{bucketOf('ads')}",
    "#{bucketOf(myTeam)}/#{twice(4)}",
    "#{myBucket}/in",
    "#{bucketOf(myBucket)}",
    "#{twice(myNumber)} #{twice(twice(1))}",
    "#{refuse()}",
    "#{bucketOf(refuse())}",
    "#{twice('many')}",
    "#{myList}",
    "#{bucketOf(myList)}",
    "#{myAngles} #<myAngles>",
    "#{day(makeDate(2024, 5, 24))}",
    "#{'<' + bucketOf(myTeam) + '>'}",
    "#{twice(9223372036854775807)}",
    "#{bucketOf()}",
    "#{bucketOf('a', 'b')}",
};

// With the host's functions, with the standard ones, and with none at all; under both delimiters and each alone.
void ask_with_functions() {
  const FunctionRegistry own = functions(), none;
  const FunctionRegistry* const registries[] = {&own, nullptr, &none};
  for (const FunctionRegistry* registry : registries) {
    for (const Delimiters delimiters : {Delimiters::both, Delimiters::braces, Delimiters::angles}) {
      Question question;
      question.compile.functions = registry;
      question.compile.delimiters = delimiters;
      question.context.run = Run{.scheduled_start = parse_datetime("2024-05-24T17:00:00").value()};
      LoadOptions load;
      load.compile = question.compile;
      for (const char* const text : kWithFunctions) ask_field(text, kObject, load, question);
    }
  }
}

bool set_limit(const std::string& word, EvaluationLimits& limits) {
  const std::size_t equals = word.find('=');
  const std::string name = word.substr(0, equals);
  const auto number = static_cast<std::uint64_t>(std::stoull(word.substr(equals + 1)));
  if (name == "max_references")
    return limits.max_references = static_cast<decltype(limits.max_references)>(number), true;
  if (name == "max_reference_depth") {
    return limits.max_reference_depth = static_cast<decltype(limits.max_reference_depth)>(number), true;
  }
  if (name == "max_steps") return limits.max_steps = static_cast<decltype(limits.max_steps)>(number), true;
  if (name == "max_output_bytes") {
    return limits.max_output_bytes = static_cast<decltype(limits.max_output_bytes)>(number), true;
  }
  if (name == "max_list_items")
    return limits.max_list_items = static_cast<decltype(limits.max_list_items)>(number), true;
  return false;
}

// One line, whatever is in the text.
std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\\\";
    } else if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

int main(int count, char** words) {
  if (count == 2 && std::string_view(words[1]) == "--functions") {
    ask_with_functions();
    return differences == 0 ? 0 : 1;
  }
  if (count < 6) return 2;
  std::ifstream file(words[1]);
  std::stringstream json;
  json << file.rdbuf();
  Question question;
  const std::string_view delimiters = words[5];
  question.compile.delimiters = delimiters == "braces"   ? Delimiters::braces
                                : delimiters == "angles" ? Delimiters::angles
                                                         : Delimiters::both;
  for (int i = 6; i < count; ++i) {
    if (!set_limit(words[i], question.evaluate.limits)) return 2;
  }
  LoadOptions load;
  load.compile = question.compile;
  const auto definition = PipelineDefinition::load(json.str(), load);
  if (!definition) return 3;
  question.context.object = (*definition)->find(words[2]).value();
  if (std::string_view(words[3]) != "-") {
    Run run{.scheduled_start = parse_datetime(words[3]).value()};
    if (std::string_view(words[4]) != "-") run.scheduled_end = parse_datetime(words[4]).value();
    question.context.run = run;
  }
  for (std::string line; std::getline(std::cin, line);) std::cout << escaped(ask(line, **definition, question)) << '\n';
  return differences == 0 ? 0 : 1;
}
