// A pipeline of a CloudFormation template or of Terraform, written as the API's JSON.
#include "forms/template_pipeline.h"

namespace pipexpr::forms {
namespace {

class PipelineWriter {
 public:
  PipelineWriter(const Document& document, const PartNames& names, Texts& texts, MappedWriter& out)
      : document_(document), names_(names), texts_(texts), intrinsics_(texts.intrinsics), out_(out) {}

  void run(std::uint32_t pipeline) {
    out_.mark("{", begin(pipeline));
    bool first = true;
    list(pipeline, names_.objects, "pipelineObjects", first,
         [&](std::uint32_t i) { object(i, names_.fields, "fields"); });
    list(pipeline, names_.parameters, "parameterObjects", first,
         [&](std::uint32_t i) { object(i, names_.attributes, "attributes"); });
    list(pipeline, names_.values, "parameterValues", first, [&](std::uint32_t i) { value(i); });
    out_.mark("}", end(pipeline));
  }

 private:
  SourceSpan begin(std::uint32_t i) const { return {document_[i].span.offset, 1}; }
  SourceSpan end(std::uint32_t i) const { return {document_[i].span.end(), 0}; }

  template <class Write>
  void list(std::uint32_t owner, std::string_view name, std::string_view shown, bool& first, Write write) {
    const std::uint32_t found = intrinsics_.branch(document_.member(owner, name));
    if (found == 0 || document_.is(found, JsonType::null) || intrinsics_.is_nothing(found)) {
      // A pipeline without objects is none, and the library says so.
      if (shown != "pipelineObjects") return;
      out_.raw("\"pipelineObjects\": []");
      first = false;
      return;
    }
    out_.next(first);
    out_.name(shown, document_[found].key_span);
    if (document_.is(found, JsonType::object) && names_.empty_is_unset) {  // Terraform writes one block as an object
      out_.raw("[");
      write(found);
      out_.raw("]");
      return;
    }
    if (!document_.is(found, JsonType::array)) return write_value(document_, found, out_);
    out_.mark("[", begin(found));
    bool first_item = true;
    document_.each(found, [&](std::uint32_t i) {
      const std::uint32_t item = intrinsics_.branch(i);
      if (intrinsics_.is_nothing(item)) return;
      out_.next(first_item);
      document_.is(item, JsonType::object) ? write(item) : write_value(document_, item, out_);
    });
    out_.mark("]", end(found));
  }

  void text(std::uint32_t i) {
    intrinsics_.is_text(i) && !document_.is(i, JsonType::null) ? texts_.write(i, out_)
                                                               : write_value(document_, i, out_);
  }

  void member(std::uint32_t owner, std::string_view name, std::string_view shown, bool& first) {
    const std::uint32_t found = intrinsics_.branch(document_.member(owner, name));
    if (found == 0 || intrinsics_.is_nothing(found)) return;
    out_.next(first);
    out_.name(shown, document_[found].key_span);
    text(found);
  }

  void object(std::uint32_t i, std::string_view fields, std::string_view shown) {
    out_.mark("{", begin(i));
    bool first = true;
    member(i, names_.id, "id", first);
    member(i, names_.name, "name", first);
    list(i, fields, shown, first, [&](std::uint32_t k) { field(k); });
    if (document_.member(i, fields) == 0) {
      out_.next(first);
      out_.raw("\"" + std::string(shown) + "\": []");
    }
    out_.mark("}", end(i));
  }

  // What a plan does not know yet has neither text nor reference.
  bool is_unset(std::uint32_t i) const {
    return i == 0 || document_.is(i, JsonType::null) || (names_.empty_is_unset && document_[i].text.empty());
  }

  void field(std::uint32_t i) {
    out_.mark("{", begin(i));
    bool first = true;
    member(i, names_.key, "key", first);
    const std::uint32_t reference = document_.member(i, names_.reference), text = document_.member(i, names_.text);
    if (!names_.empty_is_unset) {
      member(i, names_.text, "stringValue", first);
      member(i, names_.reference, "refValue", first);
    } else {
      out_.next(first);
      const bool refers = !is_unset(reference);
      const std::uint32_t value = refers ? reference : text;
      out_.name(refers ? "refValue" : "stringValue", value != 0 ? document_[value].key_span : document_[i].span);
      if (value != 0 && !document_.is(value, JsonType::null)) {
        this->text(value);
      } else {
        out_.begin_string(document_[i].span);
        out_.leave_open();
        out_.part("${known after apply}", document_[i].span);
        out_.end_string(document_[i].span);
      }
    }
    out_.mark("}", end(i));
  }

  void value(std::uint32_t i) {
    out_.mark("{", begin(i));
    bool first = true;
    member(i, names_.id, "id", first);
    member(i, names_.text, "stringValue", first);
    out_.mark("}", end(i));
  }

  const Document& document_;
  const PartNames& names_;
  Texts& texts_;
  const Intrinsics& intrinsics_;
  MappedWriter& out_;
};

}  // namespace

void write_pipeline(const Document& document, std::uint32_t pipeline, const PartNames& names, Texts& texts,
                    MappedWriter& out) {
  PipelineWriter(document, names, texts, out).run(pipeline);
}

void write_value(const Document& document, std::uint32_t value, MappedWriter& out) {
  const Node& node = document[value];
  const bool is_object = node.type == JsonType::object;
  if (is_object || node.type == JsonType::array) {  // at most kMaxDepth deep
    out.mark(is_object ? "{" : "[", {node.span.offset, 1});
    bool first = true;
    document.each(value, [&](std::uint32_t i) {
      out.next(first);
      if (is_object) out.name(document[i].key, document[i].key_span);
      write_value(document, i, out);
    });
    return out.mark(is_object ? "}" : "]", {node.span.end(), 0});
  }
  if (node.type == JsonType::null) return out.mark("null", node.span);
  out.begin_string(node.span);
  out.part(node);
  out.end_string(node.span);
}

}  // namespace pipexpr::forms
