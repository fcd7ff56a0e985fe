// Inputs that grow, for linear_test.py: shapes NAME N compiles and evaluates the shape of that name with about N bytes
// or parts; shapes alone lists the names. A name ends in '!' when the input is refused.
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <functional>
#include <map>

#include <pipexpr/pipexpr.h>

using namespace pipexpr;

namespace {

std::string repeat(std::string_view text, std::size_t count) {
  std::string result;
  result.reserve(text.size() * count);
  for (std::size_t i = 0; i < count; ++i) result += text;
  return result;
}

// Fields of one host object: texts that the engine compiles, and lists.
class Host final : public ObjectGraph {
 public:
  void add(const std::string& name, std::vector<std::string> texts) {
    List& list = lists_[name];
    for (std::string& text : texts) list.items.push_back(FieldItem::of_text(texts_.emplace_back(std::move(text))));
  }
  bool field(ObjectId, const FieldName& name, Field& out) const override {
    const auto found = lists_.find(name.text);
    if (found == lists_.end()) return false;
    out = {.items = found->second.items.data(), .count = static_cast<std::uint32_t>(found->second.items.size())};
    return true;
  }
  std::string_view id(ObjectId) const override { return "Host"; }

 private:
  struct List {
    std::vector<FieldItem> items;
  };
  std::deque<std::string> texts_;
  std::map<std::string, List, std::less<>> lists_;
};

// Compiles, evaluates, prints and renders what is wrong. True when there was a value.
bool use(const std::string& text, const Host& graph = {}, EvaluationListener* listener = nullptr) {
  const auto compiled =
      Expression::compile(text, {.limits = Limits::ceilings(), .fold_constants = listener == nullptr});
  const auto tell = [&](const Diagnostics& why) {
    for (const Diagnostic& one : why) (void)render(one, {.source = text});
    return false;
  };
  if (!compiled) return tell(compiled.error());
  (void)compiled->canonical();
  const auto result =
      compiled->evaluate_text(graph, {.object = ObjectId{0}}, {.limits = Limits::ceilings(), .listener = listener});
  return result ? true : tell(result.error());
}

bool load(const std::string& json) {
  LoadOptions options;
  options.compile.limits = Limits::ceilings();
  options.limits = Limits::ceilings();
  return PipelineDefinition::load(json, options).has_value();
}

std::string joined(const std::string& open, std::size_t count, const std::function<std::string(std::size_t)>& part,
                   const std::string& close) {
  std::string text = open;
  for (std::size_t i = 0; i < count; ++i) text += (i == 0 ? "" : ", ") + part(i);
  return text + close;
}

Host small_host() {
  Host graph;
  graph.add("a", {"x"});
  return graph;
}

const std::map<std::string, std::function<bool(std::size_t)>>& shapes() {
  static const std::map<std::string, std::function<bool(std::size_t)>> all = {
      {"nested",
       [](std::size_t n) { return use(repeat("#{" + repeat("(", 60) + "1" + repeat(")", 60) + "}", n / 100)); }},
      {"chain", [](std::size_t n) { return use("#{1" + repeat("+1", n) + "}"); }},
      {"chain, not folded",
       [](std::size_t n) {
         EvaluationListener listener;
         return use("#{1" + repeat("+1", n) + "}", {}, &listener);
       }},
      {"signs", [](std::size_t n) { return use("#{1" + repeat("--1", n) + "}"); }},
      {"a long text", [](std::size_t n) { return use("#{'" + repeat("\\'x", n) + "'}"); }},
      {"quotes", [](std::size_t n) { return use(repeat("#{'}'+\"{\"}", n / 4)); }},
      {"plain text", [](std::size_t n) { return use(repeat("# # {x}", n)); }},
      {"references", [](std::size_t n) { return use(repeat("#{a}", n), small_host()); }},
      {"a list",
       [](std::size_t n) {
         Host graph;
         graph.add("a", std::vector<std::string>(n, "x"));
         return use("<#{a}>", graph);
       }},
      {"a list of expressions",
       [](std::size_t n) {
         Host graph;
         graph.add("a", std::vector<std::string>(n, "#{1}#{2}"));
         return use("<#{a + 'y'}>", graph);
       }},
      {"a host's texts",
       [](std::size_t n) {
         Host graph;
         std::string text;
         for (std::size_t i = 0; i < n / 8; ++i) {
           graph.add("f" + std::to_string(i), {"x#{'" + std::to_string(i) + "'}y"});
           text += "#{f" + std::to_string(i) + "}";
         }
         return use(text, graph);
       }},
      {"patterns",
       [](std::size_t n) {
         Host graph;
         std::string text;
         for (std::size_t i = 0; i < n / 8; ++i) {
           graph.add("f" + std::to_string(i), {"yyyy-MM-dd'" + std::to_string(i) + "'"});
           text += "#{format(makeDate(2024,1,1),f" + std::to_string(i) + ")}";
         }
         return use(text, graph);
       }},
      {"objects",
       [](std::size_t n) {
         return load(joined(
             "{\"objects\": [", n / 4,
             [](std::size_t i) {
               return "{\"id\": \"A" + std::to_string(i) + "\", \"x\": \"#{1}\", \"next\": {\"ref\": \"A0\"}}";
             },
             "]}"));
       }},
      {"fields",
       [](std::size_t n) {
         return load(joined(
             "{\"objects\": [{\"id\": \"A\"", n / 4,
             [](std::size_t i) { return (i == 0 ? ", \"x" : "\"x") + std::to_string(i) + "\": \"y\""; }, "}]}"));
       }},
      {"parameters",
       [](std::size_t n) {
         return load(joined(
             "{\"objects\": [], \"parameters\": [", n / 4,
             [](std::size_t i) { return "{\"id\": \"my" + std::to_string(i) + "\", \"default\": \"x\"}"; }, "]}"));
       }},
      {"openers!", [](std::size_t n) { return use(repeat("#{", n)); }},
      {"open quotes!", [](std::size_t n) { return use(repeat("#{'x", n)); }},
      {"not closed!", [](std::size_t n) { return use("#{1" + repeat("+1", n)); }},
      {"wrong at the end!", [](std::size_t n) { return use("#{1" + repeat("+1", n) + "+}"); }},
      {"wrong everywhere!", [](std::size_t n) { return use(repeat("#{1 +}", n)); }},
      {"arguments!", [](std::size_t n) { return use("#{day(1" + repeat(",1", n) + ")}"); }},
      {"brackets!", [](std::size_t n) { return load(repeat("[", n)); }},
      {"a cycle!",
       [](std::size_t n) {
         Host graph;
         graph.add("a", {repeat("#{a}", n / 4)});
         return use("#{a}", graph);
       }},
  };
  return all;
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 3) {
    for (const auto& [name, shape] : shapes()) std::printf("%s\n", name.c_str());
    return 0;
  }
  const std::string name = arguments[1];
  const bool good = shapes().at(name)(std::strtoul(arguments[2], nullptr, 10));
  return good == (name.back() != '!') ? 0 : 1;
}
