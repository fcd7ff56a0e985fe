#include "cli/definition_format.h"

#include <fmt/format.h>
#include <rapidjson/reader.h>

#include <algorithm>

#include "cli/output/json_output.h"
#include "cli/output/utf8_output.h"

namespace cli {
namespace {

// Finds the list of objects, and whether they keep their fields under "fields".
class ShapeReader : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, ShapeReader> {
 public:
  Shape shape;

  bool Default() {
    fields_ = false;
    return true;
  }
  bool StartObject() { return ++depth_, Default(); }
  bool EndObject(rapidjson::SizeType) { return --depth_, Default(); }
  bool StartArray() {
    if (depth_++ == 0) {
      shape.list = "";
      found_ = true;
    }
    shape.fields = fields_;
    return !fields_;  // all is known
  }
  bool EndArray(rapidjson::SizeType) { return --depth_, Default(); }
  bool Key(const char* name, rapidjson::SizeType size, bool) {
    const std::string_view key(name, size);
    if (depth_ == 1 && !found_ && (key == "objects" || key == "pipelineObjects")) {
      shape.list = key == "objects" ? "objects" : "pipelineObjects";
      found_ = true;
    }
    fields_ = depth_ == (shape.list.empty() ? 2 : 3) && key == "fields";
    return true;
  }

 private:
  int depth_ = 0;
  bool found_ = false;
  bool fields_ = false;  // the last thing read was the key "fields" of an object
};

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
  Json json_;
};

void write_item(Text& out, const Rendered::Item& item) {
  if (item.is_reference) {
    (out << "{ \"ref\": ").quote(item.text) << " }";
  } else {
    out.quote(item.text);
  }
}

void write_fields(Text& out, const RenderedObject& object) {
  for (const Rendered& field : object.fields) {
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
  for (const Rendered& field : object.fields) {
    if (field.name == "name") (out << ",\n      \"name\": ").quote(field.items.front().text);
  }
  out << ",\n      \"fields\": [";
  bool first = true;
  for (const Rendered& field : object.fields) {
    if (field.name == "name") continue;
    for (const Rendered::Item& item : field.items) {
      (out << (first ? "\n" : ",\n") << "        { \"key\": ").quote(field.name);
      (out << (item.is_reference ? ", \"refValue\": " : ", \"stringValue\": ")).quote(item.text) << " }";
      first = false;
    }
  }
  out << (first ? "]" : "\n      ]");
}

}  // namespace

Shape shape_of(std::string_view json) {
  rapidjson::MemoryStream stream(json.data() == nullptr ? "" : json.data(), json.size());
  rapidjson::EncodedInputStream<rapidjson::UTF8<>, rapidjson::MemoryStream> input(stream);
  rapidjson::Reader reader;
  ShapeReader found;
  (void)reader.Parse<rapidjson::kParseIterativeFlag>(input, found);
  return found.shape;
}

std::string to_json(const std::vector<RenderedObject>& objects, const Shape& shape) {
  Text out;
  if (!shape.list.empty()) (out << "{\n  ").quote(shape.list) << ": ";
  out << "[";
  for (std::size_t i = 0; i < objects.size(); ++i) {
    (out << (i == 0 ? "" : ",") << "\n    {\n      \"id\": ").quote(objects[i].id);
    if (shape.fields) {
      write_api_fields(out, objects[i]);
    } else {
      write_fields(out, objects[i]);
    }
    out << "\n    }";
  }
  if (!objects.empty()) out << (shape.list.empty() ? "\n" : "\n  ");
  out << (shape.list.empty() ? "]\n" : "]\n}\n");
  return out.take();
}

std::string table_cell(const Rendered& field) {
  std::string out = field.is_list ? "[" : "";
  for (std::size_t i = 0; i < field.items.size(); ++i) {
    if (i != 0) out += ", ";
    if (field.items[i].is_reference) out += "-> ";
    for (const char c : repair_utf8(field.items[i].text)) {
      switch (c) {
        case '\n': out += "\\n"; break;
        case '\r': out += "\\r"; break;
        case '\t': out += "\\t"; break;
        default:
          if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
            fmt::format_to(std::back_inserter(out), "\\x{:02X}", static_cast<unsigned char>(c));
          } else {
            out += c;
          }
      }
    }
  }
  return out + (field.is_list ? "]" : "");
}

std::string to_table(const std::vector<RenderedObject>& objects) {
  std::size_t id_width = 6, name_width = 5;
  for (const RenderedObject& object : objects) {
    if (!object.fields.empty()) id_width = std::max(id_width, count_characters(object.id));
    for (const Rendered& field : object.fields) name_width = std::max(name_width, count_characters(field.name));
  }
  std::string out;
  const auto row = [&](std::string_view id, std::string_view name, std::string_view value) {
    out += id;
    out.append(id_width - count_characters(id) + 2, ' ');
    out += name;
    out.append(name_width - count_characters(name) + 2, ' ');
    out += value;
    out.erase(out.find_last_not_of(' ') + 1);
    out += '\n';
  };
  row("OBJECT", "FIELD", "VALUE");
  for (const RenderedObject& object : objects) {
    for (const Rendered& field : object.fields) row(repair_utf8(object.id), repair_utf8(field.name), table_cell(field));
  }
  return out;
}

}  // namespace cli
