// What the safety tests evaluate: one definition, one host whose fields are plain texts, and templates of every kind.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <pipexpr/pipexpr.h>

namespace safety {

// The definition's text, in the command line's form and in the API's.
extern const std::string kDefinition;
extern const std::string kApiDefinition;

const pipexpr::PipelineDefinition& definition();
pipexpr::ObjectId object(std::string_view id);

// Every activity runs from 2024-05-24T17:00 for an hour.
const pipexpr::Run& run();
pipexpr::Context context();  // of the object "Act", in that run

// Templates with a value on "Act", and templates that fail there.
const std::vector<std::string>& good_templates();
const std::vector<std::string>& bad_templates();

using Fields = std::map<std::string, std::string, std::less<>>;

// A host that hands out its fields as texts, not compiled.
class Texts final : public pipexpr::ObjectGraph {
 public:
  explicit Texts(Fields fields);
  bool field(pipexpr::ObjectId object, const pipexpr::FieldName& name, pipexpr::Field& out) const override;
  std::string_view id(pipexpr::ObjectId) const override { return "Host"; }

 private:
  Fields texts_;
  std::map<std::string, pipexpr::FieldItem, std::less<>> items_;
};

// The text, or the diagnostics as a person would see them.
std::string shown(const pipexpr::Result<std::string>& result, std::string_view source);
std::string shown(const pipexpr::Diagnostics& why, std::string_view source);

}  // namespace safety
