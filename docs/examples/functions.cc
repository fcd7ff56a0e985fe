// Functions of a host: the time of the evaluation, defaults, lists, state of the host's own, one name for two
// functions.
#include <iostream>
#include <map>
#include <string>

#include <pipexpr/pipexpr.h>

using namespace pipexpr;

// What the functions look at; each evaluation says whose it is.
struct Tenant {
  std::map<std::string, std::string, std::less<>> buckets;
};

FunctionRegistry host_functions() {
  FunctionRegistry functions = FunctionRegistry::standard();
  const auto add = [&](FunctionSpec spec) { functions.add(std::move(spec)).value(); };
  // Not pure: the result is another one at every evaluation, so it is never computed while compiling.
  add({.name = "today", .result = Kind::datetime, .body = [](Call& call) {
         return call.return_value(call.context().now);
       }});
  add({.name = "bucket", .parameters = {{"team"}}, .body = [](Call& call) {
         const auto& buckets = static_cast<const Tenant*>(call.context().user_data)->buckets;
         const auto found = buckets.find(call.text(0));
         if (found == buckets.end()) return call.fail("there is no team '" + std::string(call.text(0)) + "'");
         return call.return_value(found->second);
       }});
  // Pure: constant calls are computed once. The second parameter may be left out.
  add({.name = "pad",
       .parameters = {{"number", Kind::integer}, {"width", Kind::integer, 3}},
       .pure = true,
       .body = [](Call& call) {
         std::string digits = std::to_string(call.integer(0));
         while (digits.size() < static_cast<std::size_t>(call.integer(1))) digits.insert(0, "0");
         return call.return_value(digits);
       }});
  // One name, two numbers of arguments; and a parameter that takes a list whole.
  add({.name = "join", .parameters = {{"items", Kind::list}}, .body = [](Call& call) {
         std::string all;
         for (const ValueView& item : call.list(0)) {  // items keep their kind, and text() is of strings only
           if (!item.is(Kind::string))
             return call.fail("expected strings, found " + std::string(kind_name(item.kind())));
           all += (all.empty() ? "" : ",") + std::string(item.text());
         }
         return call.return_value(all);
       }});
  add({.name = "join", .parameters = {{"first"}, {"second"}}, .body = [](Call& call) {
         return call.return_value(std::string(call.text(0)) + "," + std::string(call.text(1)));
       }});
  return functions;
}

int main() {
  const FunctionRegistry functions = host_functions();
  const auto graph = PipelineDefinition::load(R"({"objects": [{"id": "Job", "days": ["mon", "tue"]}]})").value();
  Tenant tenant{{{"ads", "s3://ads-data"}}};
  const Context context{
      .object = graph->find("Job").value(), .now = parse_datetime("2024-05-24T00:00:00").value(), .user_data = &tenant};
  for (const char* text : {"#{bucket('ads')}/#{format(today(), 'YYYY-MM-dd')}", "#{pad(7)} #{pad(7, 5)}",
                           "#{join(days)} #{join('a', 'b')}", "#{join(7)}", "#{bucket('web')}", "#{join()}"}) {
    const auto compiled = Expression::compile(text, {.functions = &functions});
    const auto value = compiled ? compiled->evaluate_text(*graph, context) : Result<std::string>(compiled.error());
    std::cout << (value ? *value : value.error().front().message) << '\n';
  }
}
