// Tells the forms apart and finds the pipelines in them.
#include "forms/pipelines.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/definition_lists.h"
#include "forms/file_kind.h"
#include "forms/template_pipeline.h"

namespace pipexpr::forms {
namespace {

constexpr std::string_view kResource = "aws_datapipeline_pipeline_definition";

struct Place {
  std::uint32_t node = 0;
  std::string pointer;
  const PartNames* names = nullptr;  // null: a definition of one of the service's forms
};

class Finder {
 public:
  explicit Finder(const Document& document) : document_(document) {}

  std::vector<Place> run(std::uint32_t root, const std::string& pointer) {
    look(root, pointer);
    return std::move(found_);
  }

  // Where something stands a few members deep; empty when nothing does.
  std::string inside(std::uint32_t root) {
    constexpr std::size_t kMaxDepth = 4, kMaxValues = 10'000;
    struct Inside {
      std::uint32_t node;
      std::string pointer;
      std::size_t depth;
    };
    std::vector<Inside> open = {{root, "", 0}};
    for (std::size_t i = 0; i < open.size() && i < kMaxValues; ++i) {
      const Inside at = open[i];
      look(at.node, at.pointer);
      if (!found_.empty()) return at.pointer;
      if (at.depth == kMaxDepth) continue;
      document_.each(at.node, [&](std::uint32_t member) {
        if (document_.is(member, JsonType::object) && document_.is(at.node, JsonType::object))
          open.push_back({member, below(at.pointer, document_[member].key), at.depth + 1});
      });
    }
    return "";
  }

 private:
  static std::string below(const std::string& pointer, std::string_view key) {
    std::string out = pointer + "/";
    for (const char c : key) out += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    return out;
  }

  std::uint32_t down(std::uint32_t node, std::initializer_list<std::string_view> names) const {
    for (const std::string_view name : names) {
      node = document_.member(node, name);
      if (node == 0) return 0;
    }
    return node;
  }

  bool has_list(std::uint32_t node, std::string_view name) const {
    const std::uint32_t list = document_.member(node, name);
    return list != 0 && document_.is(list, JsonType::array);
  }

  bool is_list_of_objects(std::uint32_t node) const {
    if (!document_.is(node, JsonType::array) || node + 1 == document_[node].end) return false;
    bool all = true;
    document_.each(node, [&](std::uint32_t i) { all = all && document_.member(i, "id") != 0; });
    return all;
  }

  void look(std::uint32_t node, const std::string& pointer) {
    if (has_list(node, base::kObjectList.command) || has_list(node, base::kObjectList.api) || is_list_of_objects(node))
      return add(node, pointer, nullptr);
    const std::uint32_t type = document_.member(node, "Type");
    if (type != 0 && document_[type].text == "AWS::DataPipeline::Pipeline") {
      const std::uint32_t properties = document_.member(node, "Properties");
      return add(properties != 0 ? properties : node, pointer, &kCloudFormation);
    }
    if (document_.member(node, "PipelineObjects") != 0) return add(node, pointer, &kCloudFormation);
    if (document_.member(node, "pipeline_object") != 0) return add(node, pointer, &kTerraform);
    if (const std::uint32_t resources = document_.member(node, "Resources"); resources != 0) {
      document_.each(resources, [&](std::uint32_t i) {
        const std::uint32_t kind = document_.member(i, "Type");
        if (kind != 0 && document_[kind].text == "AWS::DataPipeline::Pipeline")
          look(i, below(pointer + "/Resources", document_[i].key));
      });
    }
    if (const std::uint32_t blocks = down(node, {"resource", kResource}); blocks != 0) {
      const std::string place = pointer + "/resource/" + std::string(kResource);
      document_.each(blocks, [&](std::uint32_t i) { add(i, below(place, document_[i].key), &kTerraform); });
    }
    for (const std::string_view state : {"planned_values", "values"}) {
      if (const std::uint32_t root = down(node, {state, "root_module"}); root != 0)
        module(root, fmt::format("{}/{}/root_module", pointer, state), 0);
      if (!found_.empty()) return;
    }
  }

  void module(std::uint32_t node, const std::string& pointer, std::size_t depth) {
    std::size_t number = 0;
    if (const std::uint32_t list = document_.member(node, "resources"); list != 0) {
      document_.each(list, [&](std::uint32_t i) {
        const std::uint32_t type = document_.member(i, "type"), values = document_.member(i, "values");
        if (type != 0 && values != 0 && document_[type].text == kResource)
          add(values, fmt::format("{}/resources/{}/values", pointer, number), &kTerraform);
        ++number;
      });
    }
    number = 0;
    if (const std::uint32_t list = document_.member(node, "child_modules"); list != 0 && depth < kMaxDepth) {
      document_.each(
          list, [&](std::uint32_t i) { module(i, fmt::format("{}/child_modules/{}", pointer, number++), depth + 1); });
    }
  }

  void add(std::uint32_t node, const std::string& pointer, const PartNames* names) {
    found_.push_back({node, pointer, names});
  }

  const Document& document_;
  std::vector<Place> found_;
};

bool ends_with_any(std::string_view text, std::initializer_list<std::string_view> endings) {
  return std::any_of(endings.begin(), endings.end(), [&](std::string_view one) { return text.ends_with(one); });
}

Diagnostic no_pointer(std::string_view pointer, std::string_view at) {
  return error(DiagnosticCode::not_a_definition, {},
               fmt::format("there is nothing at '{}' in it: '{}' does not exist", pointer, at));
}

// The value at a JSON pointer.
Result<std::uint32_t> follow(const Document& document, std::string_view pointer) {
  std::uint32_t node = 0;
  for (std::string_view rest = pointer; !rest.empty();) {
    if (rest[0] != '/') {
      return error(
          DiagnosticCode::not_a_definition, {},
          fmt::format("'{}' is no JSON pointer: write names with a '/' before each, such as /app/definition", pointer));
    }
    const std::size_t end = std::min(rest.find('/', 1), rest.size());
    std::string name(rest.substr(1, end - 1));
    for (const auto& [escape, plain] : {std::pair("~1", "/"), {"~0", "~"}}) {
      for (std::size_t at = name.find(escape); at != std::string::npos; at = name.find(escape, at + 1))
        name.replace(at, 2, plain);
    }
    rest.remove_prefix(end);
    std::uint32_t next = document.member(node, name);
    if (document.is(node, JsonType::array)) {
      std::size_t number = 0;
      document.each(node, [&](std::uint32_t i) {
        if (std::to_string(number++) == name) next = i;
      });
    }
    if (next == 0) return no_pointer(pointer, name);
    node = next;
  }
  return node;
}

bool is_macro(std::string_view key) { return key == "Fn::Transform" || key.starts_with("Fn::ForEach::"); }

// The member of a value that a macro makes something of; 0 when there is none.
std::uint32_t macro_of(const Document& document, std::uint32_t value) {
  std::uint32_t found = 0;
  if (value == 0) return 0;
  if (document[value].tag == "Transform") return value;
  if (!document.is(value, JsonType::object)) return 0;
  document.each(value, [&](std::uint32_t i) {
    if (found == 0 && is_macro(document[i].key)) found = i;
  });
  return found;
}

// Where a macro makes objects, parameters or fields of a pipeline. One that makes a text stays as a placeholder.
std::uint32_t macro_in(const Document& document, std::uint32_t pipeline) {
  std::uint32_t found = macro_of(document, pipeline);
  const auto look_at = [&](std::uint32_t value) {
    if (found == 0) found = macro_of(document, value);
  };
  for (const std::string_view name : {kCloudFormation.objects, kCloudFormation.parameters, kCloudFormation.values}) {
    const std::uint32_t list = document.member(pipeline, name);
    look_at(list);
    if (list == 0) continue;
    document.each(list, [&](std::uint32_t item) {
      look_at(item);
      for (const std::string_view inner : {kCloudFormation.fields, kCloudFormation.attributes}) {
        const std::uint32_t fields = document.member(item, inner);
        look_at(fields);
        if (fields != 0) document.each(fields, look_at);
      }
    });
  }
  return found;
}

Diagnostic made_by_macro(const Document& document, std::uint32_t macro) {
  const Node& node = document[macro];
  return error(
      DiagnosticCode::not_a_definition, is_macro(node.key) ? node.key_span : node.span,
      fmt::format("'{}' makes this part, which only CloudFormation can: write what 'aws cloudformation get-template "
                  "--template-stage Processed' prints into a file, and give that",
                  is_macro(node.key) ? node.key : "Fn::Transform"));
}

std::string what_it_is(const Document& document) {
  Finder finder(document);
  const std::string pointer = finder.inside(0);
  if (!pointer.empty()) return fmt::format("a file with one inside: give --at-pointer {}", pointer);
  if (document.member(0, "Resources") != 0)
    return "a CloudFormation template without a resource of type AWS::DataPipeline::Pipeline";
  if (document.member(0, "terraform_version") != 0 || document.member(0, "planned_values") != 0)
    return fmt::format("what 'terraform show -json' prints, without a resource {}", kResource);
  if (document.member(0, "resource") != 0)
    return fmt::format("Terraform's configuration, without a resource {}", kResource);
  for (const std::string_view kind : {"apiVersion", "services", "jobs", "openapi", "swagger"}) {
    if (document.member(0, kind) != 0) return fmt::format("a file of another program, with \"{}\" in it", kind);
  }
  return "";
}

}  // namespace

bool may_hold_pipeline(std::string_view text) {
  for (const std::string_view word : {"AWS::DataPipeline::Pipeline", "ipelineObjects", "objects", "pipeline_object"}) {
    if (text.find(word) != std::string_view::npos) return true;
  }
  return false;
}

bool may_hold_template(std::string_view text) {
  return text.find("AWS::DataPipeline::Pipeline") != std::string_view::npos ||
         text.find(kResource) != std::string_view::npos;
}

bool is_terraform_language(std::string_view file_name, std::string_view text) {
  if (ends_with_any(file_name, {".tf", ".hcl"})) return true;
  return !file_name.ends_with(".json") &&
         text.find(fmt::format("resource \"{}\"", kResource)) != std::string_view::npos;
}

Result<Reading> read(std::string_view text, const Request& request) {
  if (is_terraform_language(request.file_name, text)) {
    return error(
        DiagnosticCode::not_a_definition, {},
        "this is Terraform's language, which only Terraform reads: plan it with 'terraform plan -out=plan', write "
        "'terraform show -json plan' into a file, and give that file");
  }
  if (const std::string kind = foreign_kind(text); !kind.empty()) {
    return error(DiagnosticCode::not_a_definition, {},
                 format_message(DiagnosticCode::not_a_definition, std::vector<std::string>{kind}));
  }
  auto document = read_document(text, request.file_name);
  if (!document) return document.error();
  const auto root = follow(*document, request.pointer);
  if (!root) return root.error();
  const std::vector<Place> places = Finder(*document).run(*root, std::string(request.pointer));
  if (places.empty()) {
    if (const std::uint32_t macro = macro_of(*document, document->member(0, "Resources")); macro != 0)
      return made_by_macro(*document, macro);
    std::string what = what_it_is(*document);
    if (!request.pointer.empty())
      what = fmt::format("{} at '{}'", definition::json_type_name((*document)[*root].type), request.pointer);
    if (what.empty() && !is_yaml(text, request.file_name)) return Diagnostics();
    if (what.empty())
      what = document->is(0, JsonType::object) ? "an object with neither"
                                               : definition::json_type_name((*document)[0].type);
    return error(DiagnosticCode::not_a_definition, (*document)[*root].span,
                 format_message(DiagnosticCode::not_a_definition, std::vector<std::string>{what}));
  }
  Reading reading;
  if (const std::uint32_t parameters = document->member(0, "Parameters"); parameters != 0)
    document->each(parameters, [&](std::uint32_t i) { reading.parameters.emplace_back((*document)[i].key); });
  Texts texts{{*document, document->member(0, "Parameters"), document->member(0, "Mappings"), request.given},
              {*document, request.given},
              document->member(0, "resource") != 0};
  if (texts.is_terraform_configuration) reading.parameters = texts.terraform.variables();
  for (const Place& place : places) {
    if (const std::uint32_t macro = place.names == &kCloudFormation ? macro_in(*document, place.node) : 0; macro != 0)
      return made_by_macro(*document, macro);
    MappedWriter writer(text);
    place.names == nullptr ? write_value(*document, place.node, writer)
                           : write_pipeline(*document, place.node, *place.names, texts, writer);
    Pipeline& made = reading.pipelines.emplace_back();
    made.pointer = place.pointer;
    made.open_texts = writer.open_strings();
    made.json = writer.take_json();
    made.origin = writer.take_map();
    if (place.names == &kCloudFormation) reading.taken = texts.intrinsics.taken();
    if (texts.is_terraform_configuration) reading.taken = texts.terraform.taken();
  }
  return reading;
}

}  // namespace pipexpr::forms
