// From the JSON text to objects and parameters, in either spelling. Reports all that is malformed, with its place.
#include "base/char_class.h"
#include "base/definition_lists.h"
#include "base/limit_diagnostic.h"
#include "base/report.h"
#include "definition/data.h"
#include "definition/other_forms.h"

namespace pipexpr::definition {
namespace {

using Entry = Data::Entry;

std::string_view found_name(const Json& value) { return json_type_name(value.type); }

class Reader {
 public:
  Reader(Data& data, const LoadOptions& options, Diagnostics& errors)
      : data_(data), json_(&data.document), limits_(options.limits.clamped()), errors_(errors) {}

  void run() {
    data_.items.reserve(json_->size());
    data_.targets.reserve(json_->size());
    data_.spans.reserve(json_->size());
    data_.entries.reserve(json_->size());
    const Json& root = (*json_)[0];
    if (root.type == JsonType::array) {
      data_.format.list = {};
      return objects(0);
    }
    const std::uint32_t cli = root.type == JsonType::object ? json_->member(0, base::kObjectList.command) : 0;
    const std::uint32_t api = root.type == JsonType::object ? json_->member(0, base::kObjectList.api) : 0;
    if (cli == 0 && api == 0) {
      return error(base::report(DiagnosticCode::not_a_definition, root.span,
                                root.type == JsonType::object ? other_form(*json_) : std::string(found_name(root))));
    }
    if (cli == 0 || (api != 0 && api < cli)) data_.format.list = base::kObjectList.api;
    for (const base::DefinitionListNames& names : {base::kObjectList, base::kParameterList, base::kValueList}) {
      once(0, names.command);
      once(0, names.api);
    }
    json_->each(0, [&](std::uint32_t i) {
      const std::string_view key = (*json_)[i].key;
      if (base::definition_list(key) == base::DefinitionList::objects) objects(i);
      if (base::definition_list(key) == base::DefinitionList::parameters) parameters(i);
    });
    json_->each(0, [&](std::uint32_t i) {
      const std::string_view key = (*json_)[i].key;
      if (base::definition_list(key) != base::DefinitionList::values) return;
      values(i, key == base::kValueList.command && cli != 0);
    });
  }

  // Parameter objects of a file of their own; nothing of it has a place in the definition.
  void separate_parameters() {
    json_ = &data_.parameter_document;
    elsewhere_ = true;
    const Json& root = (*json_)[0];
    std::uint32_t list = 0;
    for (const std::string_view name : {base::kParameterList.command, base::kParameterList.api}) {
      if (root.type == JsonType::object && list == 0) list = json_->member(0, name);
    }
    if (root.type == JsonType::array || list != 0) {
      parameters(list);
    } else {
      error(base::report(DiagnosticCode::wrong_json_type, SourceSpan{}, "the parameter objects",
                         "an array, or an object with \"parameters\"", found_name(root)));
    }
    json_ = &data_.document;
    elsewhere_ = false;
  }

  void override_values(const LoadOptions& options) {
    for (const auto& [name, text] : options.parameter_values) {
      const std::uint32_t number = parameter(data_.texts.emplace_back(name), {});
      value_of(number, PipelineDefinition::ParameterInfo::Source::override_value, data_.texts.emplace_back(text), {});
    }
    finish_parameters();
    for (const auto& [name, text] : options.runtime_fields) {
      Entry entry;
      entry.name = data_.number_of(data_.texts.emplace_back(name));
      entry.owner = Data::kNone;
      entry.first = static_cast<std::uint32_t>(data_.items.size());
      entry.count = 1;
      add_item(FieldItem::of_value(ValueView(std::string_view(data_.texts.emplace_back(text)))), {}, {});
      data_.runtime_entries.push_back(static_cast<std::uint32_t>(data_.entries.size()));
      data_.entries.push_back(entry);
    }
  }

 private:
  void error(Diagnostic diagnostic) {
    if (elsewhere_) diagnostic.span = {};
    if (errors_.size() < limits_.max_diagnostics) errors_.push_back(std::move(diagnostic));
  }

  void wrong_type(const Json& value, std::string_view what, std::string_view wanted) {
    std::string found(found_name(value));
    if (value.type == JsonType::string && value.text.empty()) found = "an empty string";
    error(base::report(DiagnosticCode::wrong_json_type, value.span, what, wanted, found));
  }

  void add_item(const FieldItem& item, std::string_view target, SourceSpan span) {
    data_.items.push_back(item);
    data_.targets.push_back(target);
    data_.spans.push_back(span);
  }

  // --- objects -------------------------------------------------------------------------------------------------------
  void objects(std::uint32_t list) {
    if ((*json_)[list].type != JsonType::array) return wrong_type((*json_)[list], "the objects", "an array");
    std::size_t count = data_.objects.size();
    json_->each(list, [&](std::uint32_t) { ++count; });
    data_.objects.reserve(std::min<std::size_t>(count, limits_.max_objects));
    data_.ids.reserve(std::min<std::size_t>(count, limits_.max_objects));
    json_->each(list, [&](std::uint32_t i) {
      if (data_.objects.size() < limits_.max_objects) return object(i);
      if (!full_) {
        error(base::limit_reached(DiagnosticCode::limit_objects, (*json_)[i].span, &Limits::max_objects, limits_));
        full_ = true;
      }
    });
  }

  // A field that is repeated is a list. What else is repeated would be read by some tools in its first place and by
  // others in its last.
  void once(std::uint32_t i, std::string_view key) {
    std::uint32_t first = 0;
    json_->each(i, [&](std::uint32_t member) {
      if ((*json_)[member].key != key) return;
      if (first == 0) {
        first = member;
      } else if (errors_.size() < limits_.max_diagnostics) {
        const SourceLocation place = locate(data_.kept(), data_.place((*json_)[first].key_span).offset);
        error(base::report(DiagnosticCode::duplicate_id, (*json_)[member].key_span, "member", key, place.line,
                           place.column));
      }
    });
  }

  // The key of a member that differs from that one in the case of its letters alone; empty: there is none.
  std::string_view in_other_case(std::uint32_t object, std::string_view key) const {
    std::string_view found;
    json_->each(object, [&](std::uint32_t i) {
      if (base::lowercase((*json_)[i].key) == key && (*json_)[i].key != key) found = (*json_)[i].key;
    });
    return found;
  }

  // The id of an object or parameter; 0 when it has none.
  std::uint32_t id_of(std::uint32_t i, std::string_view what) {
    if ((*json_)[i].type != JsonType::object) {
      wrong_type((*json_)[i], what, "an object");
      return 0;
    }
    const std::uint32_t id = json_->member(i, "id");
    once(i, "id");
    if (id == 0) {
      const std::string_view other = in_other_case(i, "id");
      error(base::report(DiagnosticCode::missing_member, (*json_)[i].span, what, "id",
                         other.empty() ? "" : fmt::format(", found \"{}\": letters' case counts", other)));
    } else if ((*json_)[id].type != JsonType::string || (*json_)[id].text.empty()) {
      wrong_type((*json_)[id], "\"id\"", "a string of at least one character");
      return 0;
    }
    return id;
  }

  void object(std::uint32_t i) {
    const std::uint32_t id = id_of(i, "an object of the definition");
    if (id == 0) return;
    const auto number = static_cast<std::uint32_t>(data_.objects.size());
    const auto [known, fresh] = data_.ids.emplace((*json_)[id].text, number);
    if (!fresh) {
      if (errors_.size() >= limits_.max_diagnostics) return;  // the place of the first one need not be looked for
      const SourceLocation first = locate(data_.kept(), data_.place(data_.objects[known->second].id_span).offset);
      return error(base::report(DiagnosticCode::duplicate_id, (*json_)[id].span, "object",
                                base::excerpt((*json_)[id].text), first.line, first.column));
    }
    Data::Object& made = data_.objects.emplace_back();
    made.id = made.name = (*json_)[id].text;
    made.id_span = (*json_)[id].span;
    pending_.clear();
    values_.clear();
    ++serial_;
    const std::uint32_t fields = json_->member(i, "fields");
    if (fields != 0 && (*json_)[fields].type == JsonType::array) {
      if (const std::uint32_t name = json_->member(i, "name"); name != 0)
        field((*json_)[name].key, (*json_)[name].key_span, name);
      data_.format.has_field_lists = true;
      once(i, "fields");
      api_fields(fields);
    } else {
      json_->each(i, [&](std::uint32_t member) {
        if ((*json_)[member].key != "id") field((*json_)[member].key, (*json_)[member].key_span, member);
      });
    }
    finish_object(number);
  }

  void api_fields(std::uint32_t list) {
    json_->each(list, [&](std::uint32_t i) {
      if ((*json_)[i].type != JsonType::object) return wrong_type((*json_)[i], "a field", "an object");
      const std::uint32_t key = json_->member(i, "key");
      if (key == 0) return error(base::report(DiagnosticCode::missing_member, (*json_)[i].span, "a field", "key"));
      if ((*json_)[key].type != JsonType::string) return wrong_type((*json_)[key], "\"key\"", "a string");
      const std::uint32_t text = json_->member(i, "stringValue");
      const std::uint32_t reference = json_->member(i, "refValue");
      if ((text == 0) == (reference == 0)) {
        return error(
            base::report(DiagnosticCode::field_value_form, (*json_)[i].span, base::excerpt((*json_)[key].text)));
      }
      const std::uint32_t value = text != 0 ? text : reference;
      if ((*json_)[value].type != JsonType::string) {
        return wrong_type((*json_)[value], reference != 0 ? "\"refValue\"" : "\"stringValue\"", "a string");
      }
      item(slot((*json_)[key].text, (*json_)[key].span), value, reference != 0);
    });
  }

  // One key of an object; several values make a list, and so do repeated keys.
  struct Pending {
    std::uint32_t name;
    SourceSpan key_span;
    bool is_list = false;
    std::uint32_t count = 0;  // of its values: a list in `values_`
    std::uint32_t first = 0, last = 0;
  };
  struct PendingValue {
    std::uint32_t json;
    bool reference;
    std::uint32_t next;
  };

  Pending& slot(std::string_view name, SourceSpan key_span) {
    const std::uint32_t number = data_.number_of(name);
    if (number >= seen_.size()) seen_.resize(data_.names.size());
    auto& [serial, at] = seen_[number];
    if (serial != serial_) {
      serial = serial_;
      at = static_cast<std::uint32_t>(pending_.size());
      pending_.push_back({number, key_span});
    } else {
      pending_[at].is_list = true;
    }
    return pending_[at];
  }

  void add_value(Pending& to, std::uint32_t json, bool reference) {
    const auto at = static_cast<std::uint32_t>(values_.size());
    values_.push_back({json, reference, 0});
    (to.count++ == 0 ? to.first : values_[to.last].next) = at;
    to.last = at;
  }

  void field(std::string_view name, SourceSpan key_span, std::uint32_t value) {
    Pending& to = slot(name, key_span);
    if ((*json_)[value].type != JsonType::array) return item(to, value, false);
    to.is_list = true;
    json_->each(value, [&](std::uint32_t i) { item(to, i, false); });
  }

  void item(Pending& to, std::uint32_t value, bool reference) {
    const Json& json = (*json_)[value];
    switch (json.type) {
      case JsonType::string:
      case JsonType::number:
      case JsonType::boolean: add_value(to, value, reference); return;
      case JsonType::object: {
        const std::uint32_t target = json_->member(value, "ref");
        if (target != 0 && (*json_)[target].type == JsonType::string && (*json_)[target].end == json.end &&
            target == value + 1) {
          add_value(to, target, true);
          return;
        }
        break;
      }
      default: break;
    }
    const std::string_view other = json.type == JsonType::object ? in_other_case(value, "ref") : std::string_view();
    error(base::report(DiagnosticCode::wrong_json_type, json.span,
                       "field '" + base::excerpt(data_.names[to.name]) + "'",
                       "a string, a number, true, false or {\"ref\": \"ID\"}",
                       other.empty() ? std::string(found_name(json))
                                     : fmt::format("an object with \"{}\": letters' case counts", other)));
  }

  void finish_object(std::uint32_t owner) {
    Data::Object& object = data_.objects[owner];
    object.own.first = static_cast<std::uint32_t>(data_.entries.size());
    for (const Pending& from : pending_) {
      if (from.count == 0) continue;  // an empty list: the API would not get the field at all
      Entry entry;
      entry.name = from.name;
      entry.owner = owner;
      entry.key_span = from.key_span;
      entry.is_list = from.is_list;
      entry.first = static_cast<std::uint32_t>(data_.items.size());
      entry.count = from.count;
      for (std::uint32_t at = from.first, left = from.count; left != 0; at = values_[at].next, --left) {
        const Json& json = (*json_)[values_[at].json];
        add_item(FieldItem::of_text(json.text), values_[at].reference ? json.text : std::string_view(), json.span);
      }
      const std::string_view name = data_.names[from.name];
      if (name == "name") {
        object.name = data_.items[entry.first].value.text();
        object.name_span = data_.spans[entry.first];
      }
      if (name == "type") object.type = data_.items[entry.first].value.text();
      data_.entries.push_back(entry);
    }
    object.own.count = static_cast<std::uint32_t>(data_.entries.size()) - object.own.first;
  }

  // --- parameters ----------------------------------------------------------------------------------------------------
  using Source = PipelineDefinition::ParameterInfo::Source;

  std::uint32_t parameter(std::string_view id, SourceSpan span) {
    const auto [known, fresh] =
        data_.parameter_numbers.emplace(id, static_cast<std::uint32_t>(data_.parameters.size()));
    if (fresh) {
      data_.parameters.emplace_back().id = id;
      data_.parameters.back().span = elsewhere_ ? SourceSpan{} : span;
      parameter_values_.emplace_back();
    }
    return known->second;
  }

  // A value of a parameter; a better source replaces what a lesser one gave.
  void value_of(std::uint32_t number, Source source, std::string_view text, SourceSpan span) {
    PipelineDefinition::ParameterInfo& info = data_.parameters[number];
    if (source < info.source) return;
    if (source > info.source) parameter_values_[number].clear();
    info.source = source;
    parameter_values_[number].push_back({text, elsewhere_ ? SourceSpan{} : span});
  }

  void parameters(std::uint32_t list) {
    if ((*json_)[list].type != JsonType::array) return wrong_type((*json_)[list], "the parameters", "an array");
    json_->each(list, [&](std::uint32_t i) {
      const std::uint32_t id = id_of(i, "a parameter");
      if (id == 0) return;
      const auto known = data_.parameter_numbers.find((*json_)[id].text);
      if (known != data_.parameter_numbers.end()) {
        if (errors_.size() >= limits_.max_diagnostics) return;
        const SourceLocation first = locate(data_.kept(), data_.place(data_.parameters[known->second].span).offset);
        return error(base::report(DiagnosticCode::duplicate_id, (*json_)[id].span, "parameter",
                                  base::excerpt((*json_)[id].text), first.line, first.column));
      }
      const std::uint32_t number = parameter((*json_)[id].text, (*json_)[id].span);
      data_.parameters[number].declared = true;
      const std::uint32_t attributes = json_->member(i, "attributes");
      if (attributes != 0 && (*json_)[attributes].type == JsonType::array) {
        json_->each(attributes, [&](std::uint32_t a) {
          if ((*json_)[a].type != JsonType::object) return wrong_type((*json_)[a], "an attribute", "an object");
          const std::uint32_t key = json_->member(a, "key");
          const std::uint32_t value = json_->member(a, "stringValue");
          if (key == 0)
            return error(base::report(DiagnosticCode::missing_member, (*json_)[a].span, "an attribute", "key"));
          if (value == 0)
            return error(base::report(DiagnosticCode::missing_member, (*json_)[a].span, "an attribute", "stringValue"));
          attribute(number, (*json_)[key].text, value);
        });
      } else {
        json_->each(i, [&](std::uint32_t member) {
          if ((*json_)[member].key != "id") attribute_or_list(number, member);
        });
      }
    });
  }

  void attribute_or_list(std::uint32_t number, std::uint32_t member) {
    const std::string_view key = (*json_)[member].key;
    if ((*json_)[member].type != JsonType::array) return attribute(number, key, member);
    json_->each(member, [&](std::uint32_t i) { attribute(number, key, i); });
  }

  void attribute(std::uint32_t number, std::string_view key, std::uint32_t value) {
    const Json& json = (*json_)[value];
    if (json.type != JsonType::string && json.type != JsonType::number && json.type != JsonType::boolean) {
      return wrong_type(json, "attribute '" + base::excerpt(key) + "'", "a string");
    }
    PipelineDefinition::ParameterInfo& info = data_.parameters[number];
    const bool yes = json.text == "true" || json.text == "True" || json.text == "TRUE";
    if (key == "type") {
      info.type_text = json.text;
      // Deployed pipelines spell them in lower case, too.
      const bool is_integer = json.text == "Integer" || json.text == "integer";
      const bool is_number = json.text == "Double" || json.text == "double";
      info.type = is_integer ? SlotType::integer : is_number ? SlotType::number : SlotType::string;
    } else if (key == "optional") {
      info.optional = yes;
    } else if (key == "isArray") {
      info.is_array = yes;
    } else if (key == "allowedValues") {
      info.allowed_values.push_back(json.text);
    } else if (key == "default") {
      value_of(number, Source::default_value, json.text, json.span);
    } else {
      info.attributes.emplace_back(key, json.text);
    }
  }

  void values(std::uint32_t i, bool is_map) {
    // Beside "objects" the AWS command takes a map and nothing else.
    if ((*json_)[i].type == JsonType::array && is_map) {
      return error(base::report(DiagnosticCode::wrong_json_type, (*json_)[i].span, "\"values\" beside \"objects\"",
                                "an object such as {\"myX\": \"...\"}", found_name((*json_)[i])));
    }
    if ((*json_)[i].type == JsonType::array) {  // the API's form
      json_->each(i, [&](std::uint32_t value) {
        const std::uint32_t id = id_of(value, "a parameter value");
        if (id == 0) return;
        const std::uint32_t text = json_->member(value, "stringValue");
        if (text == 0)
          return error(
              base::report(DiagnosticCode::missing_member, (*json_)[value].span, "a parameter value", "stringValue"));
        one_value(parameter((*json_)[id].text, (*json_)[id].span), text);
      });
      return;
    }
    if ((*json_)[i].type != JsonType::object) return wrong_type((*json_)[i], "the parameter values", "an object");
    json_->each(i, [&](std::uint32_t member) {
      const std::uint32_t number = parameter((*json_)[member].key, (*json_)[member].key_span);
      if ((*json_)[member].type != JsonType::array) return one_value(number, member);
      json_->each(member, [&](std::uint32_t item) { one_value(number, item); });
    });
  }

  void one_value(std::uint32_t number, std::uint32_t value) {
    const Json& json = (*json_)[value];
    if (json.type != JsonType::string && json.type != JsonType::number && json.type != JsonType::boolean) {
      return wrong_type(json, "a parameter's value", "a string or a number");
    }
    value_of(number, Source::file, json.text, json.span);
  }

  void finish_parameters() {
    for (const auto& values : parameter_values_) {
      data_.parameter_items.push_back(
          {static_cast<std::uint32_t>(data_.items.size()), static_cast<std::uint32_t>(values.size())});
      for (const auto& [text, span] : values) add_item(FieldItem::of_text(text), {}, span);
    }
  }

  Data& data_;
  const JsonText* json_;
  Limits limits_;
  Diagnostics& errors_;
  bool full_ = false;
  bool elsewhere_ = false;  // what is read is not the definition
  // Of the object that is being read.
  std::vector<Pending> pending_;
  std::vector<PendingValue> values_;
  std::uint32_t serial_ = 0;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> seen_;  // by name: the last object with it, and where it pends
  std::vector<std::vector<std::pair<std::string_view, SourceSpan>>> parameter_values_;
};

}  // namespace

void read(Data& data, const LoadOptions& options, Diagnostics& errors) {
  Reader reader(data, options, errors);
  reader.run();
  if (!options.parameter_objects.empty()) reader.separate_parameters();
  reader.override_values(options);
}

}  // namespace pipexpr::definition
