// Which fields of two definitions have equal values because they are written alike, whatever a run brings.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <pipexpr/definition.h>

#include "base/hash.h"

namespace pipexpr {

// A field is equal by construction when its text is, expressions in their canonical spelling, and when nothing that it
// reads, or that this reads in turn, differs. What is read is known by its name alone: a field of any object that has
// the name and differs is enough for a field not to count as equal.
//
// Each field is read where it is written, and not once for each descendant: time and memory are linear in the two
// files, as long as an object that both have has one parent in both.
class EqualFields {
 public:
  EqualFields(const PipelineDefinition& a, const PipelineDefinition& b);

  // Of an object that both have, own or inherited.
  bool contains(std::string_view object, std::string_view field) const;
  // Whether the field is written alike on both sides, or on neither, whatever it reads. References that are written as
  // texts, which the service refuses, are others than those that are not.
  bool written_alike(std::string_view object, std::string_view field) const;
  // Whether all fields of that name, of whatever object, are equal, and none can fail: they hold texts without
  // expressions, or with no other than the object's own id.
  bool is_plain(std::string_view field) const {
    return !has_long_ids_ && !changed_.contains(field) && !calculating_.contains(field);
  }

 private:
  using Names = std::unordered_set<std::string_view, base::Hash>;
  using Definition = PipelineDefinition;
  struct Text {
    std::string canonical;
    std::vector<std::string> reads;        // names, each once
    std::vector<std::string_view> fields;  // and parameters that have the text
    bool is_plain = false;
    bool is_changed = false;  // it reads a name that is
  };

  void read(const Definition& definition);
  // kNoObject: it is a parameter.
  void read(ObjectId object, std::string_view name, const Field& field, const Definition& definition);
  // Whether both sides have one text there without expressions, and what the texts say is the same in the slot.
  bool says_the_same(std::string_view object, std::string_view field) const;
  // What the field that holds for the object has written; nothing: it has no such field.
  std::optional<std::string_view> written(const Definition& definition, ObjectId object, std::string_view name) const;
  std::string written(ObjectId object, std::string_view name, const Field& field, const Definition& definition);
  Text& text(std::string_view text);
  void compare_objects(const Definition& here, const Definition& there);
  void compare_parameters();
  void spread();

  const Definition &a_, &b_;
  std::unordered_map<const FieldItem*, std::string> written_;     // of each field and parameter that has values
  std::unordered_map<std::string_view, Text, base::Hash> texts_;  // of all templates
  Names changed_;                                                 // what differs, directly or by what it reads
  Names calculating_;                                             // fields that have another expression than #{id}
  bool has_long_ids_ = false;
};

}  // namespace pipexpr
