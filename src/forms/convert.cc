// Reads either form of the service's JSON and writes either.
#include "forms/convert.h"

#include <algorithm>
#include <vector>

#include "base/definition_lists.h"
#include "base/json_escape.h"
#include "forms/document.h"

namespace pipexpr::forms {
namespace {

// A field or an attribute, with all its values.
struct Member {
  struct Value {
    std::string_view text;
    bool is_reference = false;
  };
  std::string_view name;
  std::vector<Value> values;
  bool is_list = false;
};
struct Entry {
  std::string_view id;
  std::vector<Member> members;
  bool is_api = false;  // as it was read
};

class Source {
 public:
  explicit Source(const Document& document) : document_(document) {}

  // A list may stand there under both of its names: loading takes the objects of both, and so does this.
  std::vector<Entry> list(const base::DefinitionListNames& names, std::string_view members) const {
    std::vector<Entry> entries;
    const auto add_all = [&](std::uint32_t found) {
      document_.each(found, [&](std::uint32_t i) { entries.push_back(entry(i, members)); });
    };
    if (document_.is(0, JsonType::array)) {
      if (names.list == base::DefinitionList::objects) add_all(0);
    } else {
      each_list(names.list, add_all);
    }
    return entries;
  }

  // {"myX": "a"}, {"myX": ["a", "b"]} or [{"id": "myX", "stringValue": "a"}]
  Entry values() const {
    Entry all;
    each_list(base::DefinitionList::values, [&](std::uint32_t found) {
      document_.each(found, [&](std::uint32_t i) {
        if (document_.is(found, JsonType::object)) return add(all, document_[i].key, i);
        const std::uint32_t id = first(i, "id"), text = first(i, "stringValue");
        if (id != 0 && text != 0) add(all, document_[id].text, text);
      });
    });
    return all;
  }

 private:
  template <class Visit>
  void each_list(base::DefinitionList list, const Visit& visit) const {
    if (!document_.is(0, JsonType::object)) return;
    document_.each(0, [&](std::uint32_t i) {
      if (base::definition_list(document_[i].key) == list) visit(i);
    });
  }

  // The first member of that key, which is the one that is loaded; 0 when there is none.
  std::uint32_t first(std::uint32_t object, std::string_view key) const {
    std::uint32_t found = 0;
    if (!document_.is(object, JsonType::object)) return found;
    document_.each(object, [&](std::uint32_t i) {
      if (found == 0 && document_[i].key == key) found = i;
    });
    return found;
  }

  Entry entry(std::uint32_t i, std::string_view members) const {
    Entry made;
    const std::uint32_t list = first(i, members), id = first(i, "id"), name = first(i, "name");
    made.is_api = list != 0 && document_.is(list, JsonType::array);
    if (id != 0) made.id = document_[id].text;
    if (!made.is_api) {
      document_.each(i, [&](std::uint32_t k) {
        if (document_[k].key != "id") add(made, document_[k].key, k);
      });
      return made;
    }
    if (name != 0) add(made, "name", name);
    document_.each(list, [&](std::uint32_t k) {
      const std::uint32_t key = first(k, "key"), text = first(k, "stringValue"), reference = first(k, "refValue");
      if (key == 0 || (text == 0 && reference == 0)) return;
      slot(made, document_[key].text).values.push_back({document_[text != 0 ? text : reference].text, text == 0});
    });
    return made;
  }

  static Member& slot(Entry& entry, std::string_view name) {
    const auto found = std::find_if(entry.members.begin(), entry.members.end(),
                                    [&](const Member& member) { return member.name == name; });
    if (found == entry.members.end()) return entry.members.emplace_back(Member{name, {}, false});
    found->is_list = true;
    return *found;
  }

  void add(Entry& entry, std::string_view name, std::uint32_t value) const {
    Member& to = slot(entry, name);
    if (!document_.is(value, JsonType::array)) return to.values.push_back(value_of(value));
    to.is_list = true;
    document_.each(value, [&](std::uint32_t i) { to.values.push_back(value_of(i)); });
  }

  Member::Value value_of(std::uint32_t i) const {
    if (!document_.is(i, JsonType::object)) return {document_[i].text, false};
    const std::uint32_t target = first(i, "ref");
    return {target != 0 ? document_[target].text : std::string_view(), true};
  }

  const Document& document_;
};

class Writer {
 public:
  explicit Writer(DefinitionFormat format) : api_(format == DefinitionFormat::api) {}

  std::string run(const Source& source) {
    out_ = "{\n";
    list(name(base::kObjectList), source.list(base::kObjectList, "fields"), "fields", true);
    const std::vector<Entry> parameters = source.list(base::kParameterList, "attributes");
    if (!parameters.empty()) {
      out_ += ",\n";
      list(name(base::kParameterList), parameters, "attributes", false);
    }
    const Entry values = source.values();
    if (!values.members.empty()) {
      out_ += ",\n";
      this->values(values);
    }
    return out_ + "\n}\n";
  }

 private:
  std::string_view name(const base::DefinitionListNames& names) const { return api_ ? names.api : names.command; }

  void quote(std::string_view text) { out_ += base::json_quoted(text); }

  // What begins the next of a list, after a comma unless it is the first.
  void next(bool& first, std::string_view beginning) {
    if (!first) out_ += ",";
    first = false;
    out_ += beginning;
  }

  void list(std::string_view name, const std::vector<Entry>& entries, std::string_view members, bool has_names) {
    out_ += "  ";
    quote(name);
    out_ += ": [";
    bool first = true;
    for (const Entry& entry : entries) {
      next(first, "\n    {\n      \"id\": ");
      quote(entry.id);
      api_ ? api_members(entry, members, has_names) : cli_members(entry);
      out_ += "\n    }";
    }
    out_ += entries.empty() ? "]" : "\n  ]";
  }

  void cli_value(const Member::Value& value) {
    out_ += value.is_reference ? "{ \"ref\": " : "";
    quote(value.text);
    out_ += value.is_reference ? " }" : "";
  }

  void cli_member(const Member& member) {
    quote(member.name);
    out_ += ": ";
    if (!member.is_list && member.values.size() == 1) return cli_value(member.values.front());
    out_ += "[";
    for (std::size_t i = 0; i < member.values.size(); ++i) {
      out_ += i == 0 ? "" : ", ";
      cli_value(member.values[i]);
    }
    out_ += "]";
  }

  void cli_members(const Entry& entry) {
    for (const Member& member : entry.members) {
      // Every object of the API's form has a name, and the aws command gives its id to one without.
      if (entry.is_api && is_name(member) && member.values.front().text == entry.id) continue;
      out_ += ",\n      ";
      cli_member(member);
    }
  }

  void api_members(const Entry& entry, std::string_view members, bool has_names) {
    const bool has_name = has_names && std::any_of(entry.members.begin(), entry.members.end(), is_name);
    if (has_names) {
      // The service wants a name; an object without one is called by its id.
      out_ += ",\n      \"name\": ";
      quote(has_name ? std::find_if(entry.members.begin(), entry.members.end(), is_name)->values.front().text
                     : entry.id);
    }
    out_ += ",\n      \"" + std::string(members) + "\": [";
    bool first = true;
    for (const Member& member : entry.members) {
      if (has_names && is_name(member)) continue;
      for (const Member::Value& value : member.values) {
        next(first, "\n        { \"key\": ");
        quote(member.name);
        out_ += value.is_reference ? ", \"refValue\": " : ", \"stringValue\": ";
        quote(value.text);
        out_ += " }";
      }
    }
    out_ += first ? "]" : "\n      ]";
  }

  static bool is_name(const Member& member) { return member.name == "name" && member.values.size() == 1; }

  void values(const Entry& values) {
    out_ += "  " + base::json_quoted(name(base::kValueList)) + (api_ ? ": [" : ": {");
    bool first = true;
    for (const Member& member : values.members) {
      if (!api_) {
        next(first, "\n    ");
        cli_member(member);
        continue;
      }
      for (const Member::Value& value : member.values) {
        next(first, "\n    { \"id\": ");
        quote(member.name);
        out_ += ", \"stringValue\": ";
        quote(value.text);
        out_ += " }";
      }
    }
    out_ += api_ ? "\n  ]" : "\n  }";
  }

  bool api_;
  std::string out_;
};

}  // namespace

std::string convert(std::string_view json, DefinitionFormat format) {
  const auto document = read_json(json);
  return document ? Writer(format).run(Source(*document)) : std::string();
}

}  // namespace pipexpr::forms
