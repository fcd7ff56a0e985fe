// Collects findings, with their places in the JSON text.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

#include <pipexpr/check.h>

#include "base/report.h"
#include "base/similar_names.h"

namespace pipexpr::checker {

// A text of the definition: one value of an object's field, or of a parameter (object kNoObject).
struct Place {
  ObjectId object = kNoObject;
  std::string_view field;
  std::uint32_t item = 0;
};

// A replacement for part of a place's text, before JSON escapes.
struct Edit {
  SourceSpan part;
  std::string text;
  std::string title;
  FixTier tier = FixTier::display;
};

// The nearest name in place of one that does not exist. It is a guess at what was meant, so that it is never safe, and
// for the author alone unless both are one word.
std::optional<Edit> near_name(SourceSpan part, const base::Similar& similar);

// What is wrong with a text, before its place in the file is known.
struct TextFinding {
  Rule rule{};
  SourceSpan part;
  std::string message;
  std::optional<Edit> edit = {};
  std::optional<Severity> severity = {};  // when it is not the rule's
  // What the message tells to write, before the escapes of its place, since readers paste it there.
  std::string advice = {};
  // A field of an object whose name is misspelt: it has a finding of its own, of which this one only follows.
  std::optional<std::pair<ObjectId, std::string>> cause = {};
};

class Report {
 public:
  Report(const PipelineDefinition& graph, const CheckOptions& options) : graph_(graph), options_(options) {}

  bool wants(Rule rule) const;
  void add(const Place& place, TextFinding finding);
  // About an object as a whole, at its id; or about a field, at its key.
  void add(Rule rule, ObjectId object, std::string message);
  void add_key(Rule rule, ObjectId object, std::string_view field, std::string message);
  void add_span(Rule rule, SourceSpan span, std::string object, std::string field, std::string message);

  // Adds an edit of the JSON text to the finding that was added last, when the rule is wanted at all.
  void fix_last(Rule rule, Fix fix);
  // Makes the finding that was added last less than an error.
  void warn_last(Rule rule);
  void fail_last(Rule rule);  // makes it an error

  // Sorted, without duplicates; those of one cause are one.
  Findings take();

 private:
  // A place in a text whose offset in the file is known. Most texts are gone through from their beginning to their end.
  struct Anchor {
    Place place;
    std::uint32_t decoded = 0, raw = 0;
  };
  SourceSpan span_of(const Place& place, SourceSpan part, Anchor& last) const;
  void mask_secrets();
  const FieldItem* item_of(const Place& place) const;  // nullptr: there is none

  const PipelineDefinition& graph_;
  const CheckOptions& options_;
  Findings findings_;
  // Where the last finding of a long text began, in the text and in the file: the next one's place is counted from
  // there.
  Anchor last_found_, last_edited_;
};

}  // namespace pipexpr::checker
