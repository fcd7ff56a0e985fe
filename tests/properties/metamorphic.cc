// Changes that must not change a result: parentheses, blanks, names, the order of objects, and evaluating a template
// piece by piece. Expressions and graphs are those that the fuzzer would make of random bytes.
#include <algorithm>
#include <cstring>
#include <random>
#include <regex>

#include "../catch.h"
#include "generator.h"

using namespace pipexpr;

namespace {

constexpr int kCases = 30'000;

std::vector<std::uint8_t> random_bytes(std::mt19937& random, std::size_t count) {
  std::vector<std::uint8_t> bytes(count);
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random());
  return bytes;
}

// The text, or the first code and message.
std::string outcome(const std::string& text, const ObjectGraph& graph, ObjectId object = ObjectId{0}) {
  const Run run;
  const auto compiled = Expression::compile(text);
  const auto result =
      compiled ? compiled->evaluate_text(graph, {.object = object, .run = run}) : Result<std::string>(compiled.error());
  if (result) return "= " + *result;
  return std::string(code_id(result.error().front().code)) + " " + result.error().front().message;
}

// More blanks wherever the canonical text has one; what stands in quotes is left alone.
std::string with_blanks(const std::string& canonical, std::mt19937& random) {
  constexpr std::string_view kBlanks = " \t\r\n\v\f";
  std::string result;
  char quote = 0;
  for (std::size_t i = 0; i < canonical.size(); ++i) {
    const char c = canonical[i];
    result += c;
    if (quote != 0) {
      if (c == '\\' && i + 1 < canonical.size()) {
        result += canonical[++i];
      } else if (c == quote) {
        quote = 0;
      }
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else if (c == ' ' || c == '(' || c == ',') {
      for (std::uint32_t more = static_cast<std::uint32_t>(random() % 3); more-- > 0;) {
        result += kBlanks[random() % kBlanks.size()];
      }
    }
  }
  return result;
}

const std::vector<std::string>& objects() {
  static const std::vector<std::string> all = {
      R"json({"id": "Default", "schedule": {"ref": "Hourly"}, "myRegion": "eu-west-1"})json",
      R"json({"id": "Hourly", "type": "Schedule", "period": "1 hour", "startDateTime": "2024-05-24T00:00:00"})json",
      R"json({"id": "Act", "type": "ShellCommandActivity", "input": {"ref": "In"}, "output": [{"ref": "Out"}, {"ref": "Log"}],
          "myText": "abc", "myWords": ["one", "two"], "my1": "<#{my2}>", "my2": "(#{my3 + myText})", "my3": "#{input.myPath}",
          "myLoop": "#{myLoop}", "myBroken": "#{1 +}"})json",
      R"json({"id": "In", "type": "S3DataNode", "myPath": "s3://in/#{myRegion}/#{myBucket}", "parent": {"ref": "Base"}})json",
      R"json({"id": "Out", "type": "S3DataNode", "myPath": "s3://out/#{format(@scheduledStartTime,'YYYY')}"})json",
      R"json({"id": "Log", "parent": {"ref": "Out"}, "myText": "log"})json",
      R"json({"id": "Base", "myRegion": "us-east-1"})json",
  };
  return all;
}

std::string json_of(const std::vector<std::string>& parts) {
  std::string text = "{\"objects\": [";
  for (std::size_t i = 0; i < parts.size(); ++i) text += (i == 0 ? "" : ", ") + parts[i];
  return text + R"(], "parameters": [{"id": "myBucket", "default": "orders"}]})";
}

const std::vector<std::string>& templates() {
  static const std::vector<std::string> all = {
      "#{myText}",  "#{my1}",        "#{my1}-#{my2}-#{my3}", "#{input.myPath}", "#{output.myPath}", "#{output.myText}",
      "#{myWords}", "x#{myWords}y",  "#{schedule.period}",   "#{myRegion}",     "#{myLoop}",        "#{myBroken}",
      "#{Log.id}",  "#{Out.myPath}", "#{myBucket + myText}", "#{myText.x}",     "#{input.myText}",  "#{myTexd}"};
  return all;
}

}  // namespace

TEST_CASE("properties: parentheses around a whole expression change nothing") {
  std::mt19937 random(1);
  int good = 0;
  for (int i = 0; i < kCases; ++i) {
    const auto input = random_bytes(random, 160);
    fuzz::Bytes bytes(input.data(), input.size());
    const std::string expression = fuzz::expression(bytes, 4);
    const fuzz::Graph graph(bytes);
    const std::string plain = outcome("#{" + expression + "}", graph);
    INFO(expression);
    REQUIRE(outcome("#{(" + expression + ")}", graph) == plain);
    REQUIRE(outcome("#<((" + expression + "))>", graph) == plain);
    good += plain.starts_with("= ") ? 1 : 0;
  }
  CHECK(good > kCases / 20);
}

TEST_CASE("properties: blanks and the canonical spelling change nothing") {
  std::mt19937 random(2);
  for (int i = 0; i < kCases; ++i) {
    const auto input = random_bytes(random, 160);
    fuzz::Bytes bytes(input.data(), input.size());
    const std::string text = "#{" + fuzz::expression(bytes, 4) + "}";
    const fuzz::Graph graph(bytes);
    const auto compiled = Expression::compile(text);
    if (!compiled) continue;
    const std::string canonical = compiled->canonical().at(0);
    const std::string plain = outcome(text, graph);
    INFO(text);
    REQUIRE(outcome("#{" + canonical + "}", graph) == plain);
    REQUIRE(outcome("#{ " + with_blanks(canonical, random) + "\n}", graph) == plain);
  }
}

TEST_CASE("properties: a template is its pieces, one after the other") {
  std::mt19937 random(3);
  int whole = 0;
  for (int i = 0; i < kCases; ++i) {
    const auto input = random_bytes(random, 160);
    fuzz::Bytes bytes(input.data(), input.size());
    std::string text, joined;
    bool good = true;
    std::vector<std::string> pieces;
    for (int piece = 0; piece < 3; ++piece) {
      pieces.push_back("#{" + fuzz::expression(bytes, 2) + "}");
      pieces.push_back("-" + std::to_string(piece) + "-");
    }
    const fuzz::Graph graph(bytes);
    const Run run;
    for (const std::string& piece : pieces) {
      text += piece;
      const auto compiled = Expression::compile(piece);
      const auto value =
          compiled ? compiled->evaluate(graph, {.object = ObjectId{0}, .run = run}) : Result<Value>(compiled.error());
      good = good && value && value->kind() != Kind::list;
      if (good) joined += value->to_text();
    }
    if (!good) continue;
    ++whole;
    INFO(text);
    REQUIRE(outcome(text, graph) == "= " + joined);
  }
  CHECK(whole > kCases / 50);
}

TEST_CASE("properties: the order of objects changes nothing") {
  std::mt19937 random(4);
  const auto expected = PipelineDefinition::load(json_of(objects())).value();
  std::vector<std::string> order = objects();
  for (int i = 0; i < 200; ++i) {
    std::shuffle(order.begin(), order.end(), random);
    const auto shuffled = PipelineDefinition::load(json_of(order)).value();
    for (const std::string& text : templates()) {
      INFO(text);
      REQUIRE(outcome(text, *shuffled, *shuffled->find("Act")) == outcome(text, *expected, *expected->find("Act")));
    }
  }
}

TEST_CASE("properties: names may be any") {
  const std::string json = json_of(objects());
  const auto expected = PipelineDefinition::load(json).value();
  for (const char* name :
       {"myText", "myWords", "my1", "my2", "my3", "myPath", "myRegion", "myBucket", "myLoop", "Log"}) {
    const std::regex whole("\\b" + std::string(name) + "\\b");
    const std::string other = std::string(name).substr(0, std::strlen(name) - 1) + "Q";  // as long as before
    const auto rename = [&](const std::string& text) { return std::regex_replace(text, whole, other); };
    const auto renamed = PipelineDefinition::load(rename(json)).value();
    for (const std::string& text : templates()) {
      INFO(text << " with " << name << " called " << other);
      const std::string before = outcome(text, *expected, *expected->find("Act"));
      const std::string after = outcome(rename(text), *renamed, *renamed->find("Act"));
      if (before.starts_with("= ")) {
        // Only an object's id shows in a result.
        REQUIRE(after == (std::string(name) == "Log" ? std::regex_replace(before, std::regex("Log"), other) : before));
      } else {
        REQUIRE(after.substr(0, 4) == before.substr(0, 4));
      }
    }
  }
}
