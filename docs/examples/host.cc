// A host of its own objects: no definition file, one function more.
#include <deque>
#include <iostream>
#include <map>

#include <pipexpr/pipexpr.h>

using namespace pipexpr;

// Objects by number, fields by name. A field's text may hold expressions; a reference is the number of an object.
class Inventory final : public ObjectGraph {
 public:
  ObjectId add(std::string id, std::map<std::string, std::string, std::less<>> texts,
               std::map<std::string, ObjectId, std::less<>> references = {}) {
    Object& made = objects_.emplace_back();
    made.id = std::move(id);
    made.texts = std::move(texts);
    for (const auto& [name, text] : made.texts) made.fields[name] = FieldItem::of_text(text);
    for (const auto& [name, target] : references) made.fields[name] = FieldItem::of_value(ValueView(target));
    return static_cast<ObjectId>(objects_.size() - 1);
  }

  bool field(ObjectId object, const FieldName& name, Field& out) const override {
    const auto& fields = objects_[static_cast<std::size_t>(object)].fields;
    const auto found = fields.find(name.text);
    if (found == fields.end()) return false;
    out.items = &found->second;  // one value; an array of them would be a list
    out.count = 1;
    return true;
  }
  std::string_view id(ObjectId object) const override { return objects_[static_cast<std::size_t>(object)].id; }

 private:
  struct Object {
    std::string id;
    std::map<std::string, std::string, std::less<>> texts;
    std::map<std::string, FieldItem, std::less<>> fields;
  };
  std::deque<Object> objects_;  // a deque: items point into it
};

int main() {
  Inventory graph;
  const ObjectId raw = graph.add("Raw", {{"path", "s3://in/#{format(@scheduledStartTime,'YYYY/MM/dd')}"}});
  const ObjectId copy = graph.add("Copy", {{"team", "ads"}}, {{"input", raw}});

  FunctionRegistry functions = FunctionRegistry::standard();
  functions
      .add({.name = "bucketOf",
            .parameters = {{"team", Kind::string}},
            .description = "the bucket of a team",
            .body = [](Call& call) { return call.return_value("s3://" + std::string(call.text(0)) + "-data"); }})
      .value();

  const auto compiled = Expression::compile("cp #{input.path} #{bucketOf(team)}/", {.functions = &functions});
  if (!compiled) return std::cerr << compiled.error().front().message << '\n', 1;
  const Expression command = compiled->bind(graph);

  Evaluator evaluator;  // one per thread
  TextBuffer line;
  for (const char* day : {"2024-05-24T00:00:00", "2024-05-25T00:00:00"}) {
    const Run run{.scheduled_start = parse_datetime(day).value()};
    line.clear();
    if (!evaluator.append(command, graph, {.object = copy, .run = run}, line)) return 1;
    std::cout << line.view() << '\n';
  }
}
