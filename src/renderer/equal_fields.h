// Which fields of two definitions have equal values because they are written alike, whatever a run brings.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pipexpr/definition.h>

namespace pipexpr {

// A field is equal by construction when its text is, expressions in their canonical spelling, and when nothing that it
// reads, or that this reads in turn, differs. What is read is known by its name alone: a field of any object that has
// the name and differs is enough for a field not to count as equal.
class EqualFields {
 public:
  EqualFields(const PipelineDefinition& a, const PipelineDefinition& b);

  // Of an object that both have, own or inherited.
  bool contains(std::string_view object, std::string_view field) const;
  // Whether the field is written alike on both sides, or on neither, whatever it reads.
  bool written_alike(std::string_view object, std::string_view field) const;

 private:
  using Key = std::pair<std::string_view, std::string_view>;
  using Written = std::map<Key, const std::string*>;  // in texts_once_

  void read(const PipelineDefinition& definition, Written& out);
  std::string written(const Field& field, const PipelineDefinition& definition);
  const std::string& canonical(std::string_view text);
  bool reads_changed(std::string_view text) const;
  void spread();

  std::set<std::string> texts_once_;
  Written a_, b_;
  std::map<std::string_view, std::string> canonical_;             // of each text that was met
  std::map<std::string_view, std::vector<std::string>> reads_;    // the names in a text
  std::map<std::string_view, std::set<std::string_view>> texts_;  // by the name of a field or parameter
  std::map<Key, std::set<std::string_view>> texts_of_;            // of a field of an object, on both sides
  std::set<std::string, std::less<>> changed_;                    // names of what differs, directly or by what it reads
};

}  // namespace pipexpr
