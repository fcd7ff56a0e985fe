// A host whose objects are a JSON document: a nested object is a reference, an array a list, a number a number.
#include <deque>
#include <iostream>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <pipexpr/pipexpr.h>
#include <rapidjson/document.h>

using namespace pipexpr;

class JsonGraph final : public ObjectGraph {
 public:
  static constexpr ObjectId kRoot{0};

  // The document must outlive the graph: its strings are used where they are.
  explicit JsonGraph(const rapidjson::Value& root) {
    std::vector<std::pair<ObjectId, const rapidjson::Value*>> work{{object("$"), &root}};
    while (!work.empty()) {  // not recursive: a document may be as deep as it likes
      const auto [made, json] = work.back();
      work.pop_back();
      for (const auto& member : json->GetObject()) {
        const std::string name = member.name.GetString();
        std::vector<FieldItem>& items = objects_[static_cast<std::size_t>(made)].fields[name];
        const bool is_list = member.value.IsArray();
        const rapidjson::SizeType count = is_list ? member.value.Size() : 1;
        for (rapidjson::SizeType i = 0; i < count; ++i) {
          const rapidjson::Value& one = is_list ? member.value[i] : member.value;
          if (one.IsObject()) {
            work.emplace_back(object(name), &one);  // its id, for messages, is the member's name
            items.push_back(FieldItem::of_value(ValueView(work.back().first)));
          } else if (one.IsString()) {
            items.push_back(FieldItem::of_text({one.GetString(), one.GetStringLength()}));
          } else if (one.IsInt64()) {
            items.push_back(FieldItem::of_value(ValueView(one.GetInt64())));
          } else if (one.IsNumber()) {
            items.push_back(FieldItem::of_value(ValueView(one.GetDouble())));
          } else if (one.IsBool()) {
            items.push_back(FieldItem::of_value(ValueView(one.GetBool())));
          }  // null, and a list in a list, are left out
        }
      }
    }
  }

  bool field(ObjectId object, const FieldName& name, Field& out) const override {
    const auto& fields = objects_[static_cast<std::size_t>(object)].fields;
    const auto found = fields.find(name.text);
    if (found == fields.end() || found->second.empty()) return false;
    out.items = found->second.data();
    out.count = static_cast<std::uint32_t>(found->second.size());
    return true;
  }
  std::string_view id(ObjectId object) const override { return objects_[static_cast<std::size_t>(object)].id; }
  void names(ObjectId object, const std::function<void(std::string_view)>& visit) const override {
    if (object == kNoObject) return;
    for (const auto& [name, items] : objects_[static_cast<std::size_t>(object)].fields) visit(name);
  }

 private:
  struct Object {
    std::string id;
    std::map<std::string, std::vector<FieldItem>, std::less<>> fields;
  };
  ObjectId object(std::string id) {
    objects_.push_back({std::move(id), {}});
    return static_cast<ObjectId>(objects_.size() - 1);
  }
  std::deque<Object> objects_;
};

int main() {
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag>(R"({
    "table": "orders", "shards": 4, "rate": 0.25, "tags": ["eu", "nightly"],
    "output": {"bucket": "s3://out", "path": "#{bucket}/daily"}})");
  if (document.HasParseError() || !document.IsObject()) return std::cerr << "expected a JSON object\n", 1;
  const JsonGraph graph(document);
  for (const char* text :
       {"#{output.path}/#{table}.csv", "#{shards * 2} #{rate}", "#{'tag ' + tags}", "#{output.pth}"}) {
    const auto compiled = Expression::compile(text);
    const auto value =
        compiled ? compiled->evaluate_text(graph, {.object = JsonGraph::kRoot}) : Result<std::string>(compiled.error());
    std::cout << (value ? *value : value.error().front().message) << '\n';
  }
}
