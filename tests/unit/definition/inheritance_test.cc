// Inheritance: the ranges of objects for which a definition holds, against fields that are copied from parent to child.
#include "definition/inheritance.h"

#include <pipexpr/expression.h>
#include <pipexpr/field.h>
#include "catch.h"

#include <map>
#include <random>
#include <string>

namespace pipexpr {
namespace {

using definition::Inheritance;
constexpr std::uint32_t kNone = Inheritance::kNone;

TEST_CASE("inheritance: random forests agree with copies") {
  std::mt19937 engine(20240524);
  const auto random = [&] { return static_cast<std::uint32_t>(engine()); };
  for (int round = 0; round < 300; ++round) {
    const std::uint32_t objects = 1 + random() % 40, names = 1 + random() % 6;
    std::vector<std::uint32_t> order(objects), parents(objects, kNone);
    for (std::uint32_t i = 0; i < objects; ++i) order[i] = i;
    std::shuffle(order.begin(), order.end(), engine);
    for (std::uint32_t i = 1; i < objects; ++i) {
      const std::uint32_t back = random() % 3 == 0 ? i : 1 + random() % std::min(i, 3u);  // long chains, and some roots
      if (random() % 8 != 0) parents[order[i]] = order[i - back];
    }
    std::vector<Inheritance::Definition> definitions;
    std::vector<std::map<std::uint32_t, std::uint32_t>> own(objects), copied(objects);  // name -> entry
    std::vector<std::vector<std::uint32_t>> inherited(objects);
    for (std::uint32_t object = 0; object < objects; ++object) {
      for (std::uint32_t name = 0; name < names; ++name) {
        if (random() % 4 != 0) continue;
        const auto entry = static_cast<std::uint32_t>(definitions.size());
        own[object][name] = entry;
        definitions.push_back({name, object, entry});
      }
    }
    for (const std::uint32_t object : order) {
      copied[object] = own[object];
      if (parents[object] == kNone) continue;
      const std::uint32_t parent = parents[object];
      std::vector<std::uint32_t> all;
      for (const auto& [name, entry] : own[parent]) all.push_back(entry);
      all.insert(all.end(), inherited[parent].begin(), inherited[parent].end());
      for (const std::uint32_t entry : all) {
        if (copied[object].emplace(definitions[entry].name, entry).second) inherited[object].push_back(entry);
      }
    }
    std::shuffle(definitions.begin(), definitions.end(), engine);
    Inheritance inheritance;
    inheritance.build(parents, order, definitions, names);
    for (std::uint32_t object = 0; object < objects; ++object) {
      for (std::uint32_t name = 0; name < names; ++name) {
        const auto known = copied[object].find(name);
        REQUIRE(inheritance.find(object, name) == (known == copied[object].end() ? kNone : known->second));
      }
      REQUIRE(inheritance.inherited(object) == inherited[object]);
      REQUIRE(inheritance.inherited(object, 2).size() == std::min<std::size_t>(2, inherited[object].size()));
    }
    REQUIRE(inheritance.find(objects, 0) == kNone);
    REQUIRE(inheritance.find(0, names) == kNone);
    REQUIRE(inheritance.inherited(objects).empty());
  }
}

TEST_CASE("inheritance: nothing was built") {
  const Inheritance inheritance;
  CHECK(inheritance.find(0, 0) == kNone);
  CHECK(inheritance.inherited(0).empty());
}

// More fields than a definition's table has of one object.
TEST_CASE("inheritance: a chain of parents with many fields") {
  std::string json = R"({"objects": [)";
  for (int i = 0; i < 200; ++i) {
    const std::string number = std::to_string(i);
    json += std::string(i == 0 ? "" : ",\n ") + R"({"id": "Obj)" + number +
            R"(", "type": "ShellCommandActivity", "my)" + number + R"(": "#{id} )" + number + R"(", "myLast": ")" +
            number + "\"";
    if (i == 100) json += R"(, "my3": "nearer", "maximumRetries": "#{my3}")";
    if (i != 0) json += R"(, "parent": {"ref": "Obj)" + std::to_string(i - 1) + "\"}";
    json += "}";
  }
  const auto definition = PipelineDefinition::load(json + "]}").value();
  const ObjectId last = *definition->find("Obj199");
  Evaluator evaluator;
  const auto text = [&](std::string_view field) {
    const auto value = evaluate_field(evaluator, *definition, last, field, {.object = last});
    return value ? value->text() : value.error()[0].message;
  };
  CHECK(text("my0") == "Obj199 0");
  CHECK(text("my3") == "nearer");
  CHECK(text("my99") == "Obj199 99");
  CHECK(text("my199") == "Obj199 199");
  CHECK(text("myLast") == "199");
  CHECK(text("my200") == "object 'Obj199' has no field 'my200'");
  const auto use = Expression::compile("#{my0}, #{my3}, #{parent.my0}").value();
  CHECK(use.bind(*definition).evaluate_text(*definition, {.object = last}).value() == "Obj199 0, nearer, Obj198 0");

  const auto fields = definition->fields(last, true);
  REQUIRE(fields.size() == 4 + 200);  // its own, then those of the others and maximumRetries
  CHECK(fields[1].name == "my199");
  CHECK(fields[4].name == "my198");
  CHECK(fields[4].defined_by == *definition->find("Obj198"));
  CHECK(fields.back().name == "my0");
  CHECK(definition->find_field(last, "my3")->defined_by == *definition->find("Obj100"));
  CHECK(definition->find_field(last, "maximumRetries")->field.type == SlotType::integer);
  CHECK(definition->key_span(last, "my0").offset == json.find("\"my0\""));
  CHECK(definition->similar_name(last, "myLasd") == "myLast");
}

}  // namespace
}  // namespace pipexpr
