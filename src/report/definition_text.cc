// Writes a rendered definition as JSON or as a table.
#include "report/definition_text.h"
#include "base/display_width.h"
#include "base/json_writer.h"
#include "base/shown.h"

#include <fmt/format.h>

#include <algorithm>

namespace pipexpr::report {
namespace {

class Text {
 public:
  std::string take() { return std::move(out_); }
  Text& operator<<(std::string_view plain) { return out_ += plain, *this; }
  Text& quote(std::string_view text) {
    json_.clear();
    json_.text(text);
    return *this << json_.view();
  }

 private:
  std::string out_;
  base::JsonWriter json_;
};

void write_item(Text& out, const RenderedField::Item& item) {
  if (item.is_reference) {
    (out << "{ \"ref\": ").quote(item.text) << " }";
  } else {
    out.quote(item.text);
  }
}

void write_fields(Text& out, const RenderedObject& object) {
  for (const RenderedField& field : object.fields) {
    (out << ",\n      ").quote(field.name) << ": ";
    if (!field.is_list && field.items.size() == 1) {
      write_item(out, field.items.front());
      continue;
    }
    out << "[";
    for (std::size_t i = 0; i < field.items.size(); ++i) {
      out << (i == 0 ? "" : ", ");
      write_item(out, field.items[i]);
    }
    out << "]";
  }
}

void write_api_fields(Text& out, const RenderedObject& object) {
  for (const RenderedField& field : object.fields) {
    if (field.name == "name") (out << ",\n      \"name\": ").quote(field.items.front().text);
  }
  out << ",\n      \"fields\": [";
  bool first = true;
  for (const RenderedField& field : object.fields) {
    if (field.name == "name") continue;
    for (const RenderedField::Item& item : field.items) {
      (out << (first ? "\n" : ",\n") << "        { \"key\": ").quote(field.name);
      (out << (item.is_reference ? ", \"refValue\": " : ", \"stringValue\": ")).quote(item.text) << " }";
      first = false;
    }
  }
  out << (first ? "]" : "\n      ]");
}

}  // namespace

std::string to_json(const std::vector<RenderedObject>& objects, const PipelineDefinition::Format& format) {
  Text out;
  if (!format.list.empty()) (out << "{\n  ").quote(format.list) << ": ";
  out << "[";
  for (std::size_t i = 0; i < objects.size(); ++i) {
    (out << (i == 0 ? "" : ",") << "\n    {\n      \"id\": ").quote(objects[i].id);
    if (format.has_field_lists) {
      write_api_fields(out, objects[i]);
    } else {
      write_fields(out, objects[i]);
    }
    out << "\n    }";
  }
  if (!objects.empty()) out << (format.list.empty() ? "\n" : "\n  ");
  out << (format.list.empty() ? "]\n" : "]\n}\n");
  return out.take();
}

namespace {

// Whether a string could be taken for something else: for two items of a list, for a list, or for a reference.
bool is_ambiguous(std::string_view text, bool in_list) {
  const bool is_like_another = text.starts_with("[") || text.starts_with("-> ") || text.starts_with("\"");
  if (!in_list) return is_like_another;
  return is_like_another || text.empty() || text.find_first_of(",[]\"") != text.npos || text.front() == ' ' ||
         text.back() == ' ';
}

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

}  // namespace

std::string table_cell(const RenderedField& field) {
  std::string out = field.is_list ? "[" : "";
  const bool quoted = std::any_of(field.items.begin(), field.items.end(), [&](const RenderedField::Item& one) {
    return !one.is_reference && is_ambiguous(one.text, field.is_list);
  });
  for (std::size_t i = 0; i < field.items.size(); ++i) {
    const RenderedField::Item& item = field.items[i];
    if (i != 0) out += ", ";
    if (item.is_reference) out += "-> ";
    out += base::shown(quoted && !item.is_reference ? in_quotes(item.text) : item.text);
  }
  return out + (field.is_list ? "]" : "");
}

std::string to_table(const std::vector<RenderedObject>& objects) {
  std::size_t id_width = 6, name_width = 5;
  for (const RenderedObject& object : objects) {
    if (!object.fields.empty()) id_width = std::max(id_width, base::display_width(base::shown(object.id)));
    for (const RenderedField& field : object.fields)
      name_width = std::max(name_width, base::display_width(base::shown(field.name)));
  }
  std::string out;
  const auto row = [&](std::string_view id, std::string_view name, std::string_view value) {
    out += id;
    out.append(id_width - base::display_width(id) + 2, ' ');
    out += name;
    out.append(name_width - base::display_width(name) + 2, ' ');
    out += value;
    out.erase(out.find_last_not_of(' ') + 1);
    out += '\n';
  };
  row("OBJECT", "FIELD", "VALUE");
  for (const RenderedObject& object : objects) {
    for (const RenderedField& field : object.fields)
      row(base::shown(object.id), base::shown(field.name), table_cell(field));
  }
  return out;
}

}  // namespace pipexpr::report
