// PipelineDefinition: the ObjectGraph of an AWS Data Pipeline definition file.
//
//   auto definition = pipexpr::PipelineDefinition::load(json, {.source_name = "orders.json"});
//   if (!definition) for (auto& d : definition.error()) std::cerr << pipexpr::render(d, {"orders.json", json});
//
//   expression.evaluate_text(**definition, {.object = *definition->find("CopyOrders"), .run = run});
//   std::shared_ptr<const pipexpr::PipelineDefinition> kept = definition.value();   // shared with whoever needs it
//
// Both spellings are read: the command line's ({"objects": [...], "parameters": [...], "values": {...}}) and the API's
// ({"pipelineObjects": [{"id", "name", "fields": [{"key", "stringValue" | "refValue"}]}], "parameterObjects": [...],
// "parameterValues": [...]}). A file that is neither, or is malformed, is refused with the place of the error: the
// diagnostic's span is in the JSON text. Field texts with expressions are compiled while loading; a text that does not
// compile is kept, and reported when it is evaluated. Dangling references are allowed until something uses them.
//
// A definition is immutable and may be used from any number of threads. It owns copies of all its text.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pipexpr/object_graph.h>
#include <pipexpr/options.h>
#include <pipexpr/result.h>
#include <pipexpr/source_map.h>

namespace pipexpr {

// The library's own. Not in a namespace `definition`: with `using namespace pipexpr` it would hide a host's
// `definition`.
namespace base {
struct DefinitionData;
}

struct LoadOptions {
  std::string source_name = "definition";
  CompileOptions compile = {};
  DefinitionLimits limits = {};
  // JSON of parameter objects that are in a file of their own: a list, or an object with "parameters" or
  // "parameterObjects". Their places are no places of the definition.
  std::string parameter_objects = {};
  // Parameter values that come before those of the file; a list has several entries of one name.
  std::vector<std::pair<std::string, std::string>> parameter_values = {};
  // Fields that every object has at run time, such as {"@pipelineId", "df-0637"}.
  std::vector<std::pair<std::string, std::string>> runtime_fields = {};
  // What the JSON was made from, when people keep the definition in another form: all places are then places of its
  // text, and so are those of the diagnostics of a definition that does not load. Null: the JSON is what they keep.
  std::shared_ptr<const SourceMap> origin = nullptr;
};

class PIPEXPR_API PipelineDefinition final : public ObjectGraph {
 public:
  static Result<std::shared_ptr<const PipelineDefinition>> load(std::string_view json, const LoadOptions& options = {});
  ~PipelineDefinition() override;

  // --- ObjectGraph -------------------------------------------------------------------------------------------------
  bool field(ObjectId object, const FieldName& name, Field& out) const override;
  bool parameter(const FieldName& name, Field& out) const override;
  std::optional<ObjectId> find(std::string_view id) const override;
  std::string_view id(ObjectId object) const override;
  FieldKey key(std::string_view name) const override;
  void names(ObjectId object, const std::function<void(std::string_view)>& visit) const override;
  std::string similar_name(ObjectId object, std::string_view wanted) const override;
  bool has_instances(ObjectId object) const override;
  std::string_view why_no_node(ObjectId object) const override;

  // --- what is in the file, in its order ---------------------------------------------------------------------------
  std::size_t object_count() const;
  ObjectId object(std::size_t index) const;
  std::string_view name(ObjectId object) const;  // the id when none is given
  std::string_view type(ObjectId object) const;  // own or through an explicit parent; empty when there is none
  // Whether the object is only there to be inherited from: Default, or an object without a type, that is the parent of
  // others. It has no instances, and its fields are evaluated in its descendants.
  bool is_abstract(ObjectId object) const;

  // A field as the file has it. Views live as long as the definition.
  struct FieldInfo {
    std::string_view name;
    ObjectId defined_by;   // the object itself, or the ancestor that it is inherited from
    Field field;           // evaluated in the context of the inheriting object
    bool is_list = false;  // written as a JSON array or as a repeated key
  };
  // Own fields in file order (without id), then the inherited ones.
  std::vector<FieldInfo> fields(ObjectId object, bool inherited = false) const;
  // The own or inherited field of that name, without going through all; also `node` and what every object has at run
  // time.
  std::optional<FieldInfo> find_field(ObjectId object, std::string_view name) const;

  // A field of the file that only the service sets: it is no field of the object here, and nothing reads its value.
  struct SetAside {
    ObjectId object;
    std::string_view name;
    std::string_view text;  // its first value, as written; of a reference the id
    SourceSpan key_span;
  };
  // In the order of the file. They are runtime fields that an author has written, perhaps by copying what the service
  // shows.
  const std::vector<SetAside>& set_aside() const;

  // How the file spells its objects.
  struct Format {
    std::string_view list = "objects";  // the member that holds them, or "pipelineObjects"; empty: the file is the list
    bool has_field_lists = false;       // objects are {"id", "name", "fields": [{"key", "stringValue" | "refValue"}]}
  };
  const Format& format() const;

  struct ParameterInfo {
    std::string_view id;  // with its `*` when secret
    SlotType type = SlotType::string;
    std::string_view type_text;  // as written; empty when not declared
    bool declared = false;       // is under "parameters" (and not only under "values")
    bool optional = false;
    bool is_array = false;
    // Where the value is from. `override_value` is one of LoadOptions::parameter_values.
    enum class Source : std::uint8_t { none, default_value, file, override_value } source = Source::none;
    Field value;
    std::vector<std::string_view> allowed_values;
    std::vector<std::pair<std::string_view, std::string_view>> attributes;  // all others, as written
    SourceSpan span;                                                        // of its id in the JSON text
  };
  const std::vector<ParameterInfo>& parameters() const;

  // Whether a value is a reference that is written as a plain text: it is followed here, and refused by the service.
  bool is_text_reference(ObjectId object, std::string_view field, std::uint32_t item) const;

  // Objects that refer to this one, in file order: (object, field name).
  std::vector<std::pair<ObjectId, std::string_view>> referrers(ObjectId object) const;

  // What the definition holds: its text, fields and compiled templates. Without the indexes that are made when
  // something is asked for the first time, `referrers` or what an unknown name may have meant.
  std::size_t memory_bytes() const;

  // --- places in the file ------------------------------------------------------------------------------------------
  std::string_view source_name() const;
  // The text that places point into: the JSON text, or that of LoadOptions::origin.
  std::string_view json() const;
  // LoadOptions::origin; null when the JSON is what people keep.
  const SourceMap* origin() const;
  SourceSpan span(ObjectId object) const;                              // of the object's id
  SourceSpan key_span(ObjectId object, std::string_view field) const;  // of the key of an own or inherited field
  // Where a part of a field's text is in json(), escapes accounted for; kNoObject: of a parameter's value.
  SourceSpan span(ObjectId object, std::string_view field, std::uint32_t item, SourceSpan part) const;
  // Whether that part is there byte for byte, so that it can be edited there.
  bool is_verbatim(ObjectId object, std::string_view field, std::uint32_t item, SourceSpan part) const;
  // The place of a diagnostic whose path leads through this definition: that of its innermost step. `object`, `field`
  // and `item` say what the evaluated template was; an empty field says that it was not one of the definition's.
  SourceLocation locate(const Diagnostic& diagnostic, ObjectId object = kNoObject, std::string_view field = {},
                        std::uint32_t item = 0) const;

 private:
  explicit PipelineDefinition(std::unique_ptr<base::DefinitionData> data);
  std::unique_ptr<base::DefinitionData> data_;
};

// The slot type of a field of an object type, from the service's documentation: maximumRetries is an integer, `my...`
// fields are texts, `id`, `name`, `type`, `@sphere` and `pipelineId` are never evaluated.
PIPEXPR_API SlotType slot_type(std::string_view object_type, std::string_view field);

}  // namespace pipexpr
