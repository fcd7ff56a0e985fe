// A pipeline of a CloudFormation template or of Terraform, written as the API's JSON.
#pragma once

#include <string_view>

#include "forms/intrinsics.h"
#include "forms/terraform_texts.h"

namespace pipexpr::forms {

// How a tool calls the parts of a pipeline.
struct PartNames {
  std::string_view objects, parameters, values, id, name, fields, attributes, key, text, reference;
  bool empty_is_unset = false;  // Terraform writes an empty text for what is not there
};

inline constexpr PartNames kCloudFormation = {
    "PipelineObjects", "ParameterObjects", "ParameterValues", "Id", "Name", "Fields", "Attributes", "Key",
    "StringValue",     "RefValue"};
inline constexpr PartNames kTerraform = {"pipeline_object",
                                         "parameter_object",
                                         "parameter_value",
                                         "id",
                                         "name",
                                         "field",
                                         "attribute",
                                         "key",
                                         "string_value",
                                         "ref_value",
                                         true};

// What puts values into the texts of one document.
struct Texts {
  Intrinsics intrinsics;
  TerraformTexts terraform;
  bool is_terraform_configuration;  // and not what Terraform planned, where all is put in

  void write(std::uint32_t value, MappedWriter& out) {
    is_terraform_configuration ? terraform.write(value, out) : intrinsics.write(value, out);
  }
};

void write_pipeline(const Document& document, std::uint32_t pipeline, const PartNames& names, Texts& texts,
                    MappedWriter& out);

// A value as it is, for definitions that stand in a text of another language.
void write_value(const Document& document, std::uint32_t value, MappedWriter& out);

}  // namespace pipexpr::forms
