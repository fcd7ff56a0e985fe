// Every text of the definition, through everything that looks at texts.
#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "base/char_class.h"
#include "checker/checks.h"
#include "definition/slot_table.h"

namespace pipexpr::checker {
namespace {

// Parts of a text, joined where they overlap.
class Parts {
 public:
  bool overlap(SourceSpan part) const {
    const auto next = ends_.lower_bound(part.end());
    return next != ends_.begin() && part.offset < std::prev(next)->second;
  }
  void add(SourceSpan part) {
    std::uint32_t begin = part.offset, end = part.end();
    for (auto next = ends_.lower_bound(end); next != ends_.begin() && std::prev(next)->second > begin;) {
      next = std::prev(next);
      begin = std::min(begin, next->first);
      end = std::max(end, next->second);
      next = ends_.erase(next);
    }
    ends_.emplace(begin, end);
  }

 private:
  std::map<std::uint32_t, std::uint32_t> ends_;  // by beginning
};

class Texts {
 public:
  explicit Texts(Stage& stage) : stage_(stage), types_(stage.scope, stage.options) {}

  void run() {
    const PipelineDefinition& graph = stage_.graph;
    for (std::size_t i = 0; i < graph.object_count(); ++i) {
      const ObjectId object = graph.object(i);
      if (const std::string_view id = graph.id(object); read_tree(id, stage_.options.compile).has_expression()) {
        stage_.report.add(Rule::never_evaluated, object,
                          fmt::format("the service never evaluates ids, so '{}' stays as it is", base::excerpt(id)));
      }
      for (const auto& field : graph.fields(object)) {
        for (std::uint32_t k = 0; k < field.field.count; ++k) text({object, field.name, k}, field.field);
      }
    }
    for (const auto& parameter : graph.parameters()) {
      for (std::uint32_t k = 0; k < parameter.value.count; ++k) {
        text({kNoObject, parameter.id, k}, parameter.value);
      }
    }
  }

 private:
  void text(const Place& place, const Field& field) {
    const FieldItem& item = field.items[place.item];
    if (!item.value.is(Kind::string)) return;
    const std::string_view text = item.value.text();
    const Tree tree = read_tree(text, stage_.options.compile);
    const SlotType slot =
        place.object == kNoObject ? SlotType::string : slot_type(stage_.scope.type(place.object), place.field);
    const bool refers =
        slot == SlotType::reference || (item.form == FieldItem::Form::literal && field.type == SlotType::reference);
    if (slot == SlotType::verbatim || refers) {
      if (tree.has_expression()) {
        const bool dangles = refers && item.form == FieldItem::Form::literal && field.type == SlotType::reference &&
                             !stage_.graph.is_text_reference(place.object, place.field, place.item);
        TextFinding finding{Rule::never_evaluated,
                            {0, static_cast<std::uint32_t>(text.size())},
                            fmt::format("the service never evaluates {}, so '{}' stays as it is{}",
                                        refers ? "references" : fmt::format("'{}'", place.field), base::excerpt(text),
                                        dangles ? ", and no object has this id" : "")};
        if (dangles) finding.severity = Severity::error;
        stage_.report.add(place, std::move(finding));
      }
      return;
    }
    std::vector<TextFinding> findings;
    lost_expressions(tree, place.field, stage_.scope, stage_.options, findings);
    bare_calls(tree, stage_.options, findings);
    if (tree.has_expression()) {
      if (item.form == FieldItem::Form::invalid) damaged_text(tree, stage_.options, findings);
      patterns(tree, findings);
      precedence(tree, stage_.scope, place.object, findings);
      if (place.object != kNoObject || !place.field.starts_with("*")) secrets(tree, place.field, findings);
      in_contexts(tree, place, findings);
      // A field of one's own may be for those who read it later.
      if (std::string_view own = place.field; own.starts_with("my") || own.starts_with("*my"))
        std::erase_if(findings, [](const TextFinding& one) { return one.rule == Rule::known_after_end; });
      unread_names(tree);
    }
    for (TextFinding& finding : findings) {
      if (finding.cause && stage_.report.wants(Rule::unknown_slot)) {
        stage_.survey.misspelt.insert(*finding.cause);
        continue;
      }
      // What was meant as an expression means to use the parameters it names.
      if (finding.rule == Rule::lost_expression) names_in(tree.part(finding.part));
      const bool is_misspelt = finding.rule == Rule::undeclared_parameter || finding.rule == Rule::unknown_name;
      if (is_misspelt && finding.edit && stage_.report.wants(finding.rule))
        stage_.survey.meant.insert(finding.edit->text);
      stage_.report.add(place, std::move(finding));
    }
  }

  // A field of Default is evaluated in its descendants: it is wrong when it is wrong in all of them.
  void in_contexts(const Tree& tree, const Place& place, std::vector<TextFinding>& findings) {
    std::vector<ObjectId> contexts = {place.object};
    if (place.object != kNoObject) contexts = stage_.scope.contexts(place.object, place.field);
    const bool alone = contexts.empty();
    if (alone) contexts = {place.object};
    std::vector<TextFinding> common;
    for (std::size_t i = 0; i < contexts.size(); ++i) {
      Walked walked = types_.walk(tree, contexts[i]);
      keep(walked, {contexts[i], place.field}, place);
      if (i == 0) {
        common = std::move(walked.findings);
        continue;
      }
      std::set<std::pair<Rule, std::pair<std::uint32_t, std::uint32_t>>> here;
      for (const TextFinding& finding : walked.findings)
        here.insert({finding.rule, {finding.part.offset, finding.part.length}});
      std::erase_if(common, [&](const TextFinding& finding) {
        return !here.contains({finding.rule, {finding.part.offset, finding.part.length}});
      });
    }
    // An operator's finding may be the compiler's too.
    std::map<Rule, Parts> told;
    for (const TextFinding& finding : findings) told[finding.rule].add(finding.part);
    for (TextFinding& finding : common) {
      Parts& parts = told[finding.rule];
      if (parts.overlap(finding.part)) continue;
      parts.add(finding.part);
      findings.push_back(std::move(finding));
    }
  }

  void keep(const Walked& walked, Reading reader, const Place& place) {
    if (place.object == kNoObject) reader.first = kNoObject;
    stage_.survey.places.emplace(reader, place);
    for (const Reading& read : walked.reads) {
      if (read.first == kNoObject) stage_.survey.parameters.insert(read.second);
      stage_.survey.reads[reader].insert(read);
    }
    stage_.survey.objects.insert(walked.objects.begin(), walked.objects.end());
  }

  // An expression that does not parse still uses the parameters it names.
  void unread_names(const Tree& tree) {
    for (const SourceSpan source : tree.unread) names_in(tree.part(source));
  }

  void names_in(std::string_view text) {
    for (std::size_t at = 0; at < text.size(); ++at) {
      std::size_t end = at;
      while (end < text.size() && base::is_word(text[end])) ++end;
      if (end == at) continue;
      uses(text.substr(at, end - at));
      if (at > 0 && text[at - 1] == '*') uses(text.substr(at - 1, end - at + 1));
      at = end;
    }
  }

  void uses(std::string_view name) {
    Field field;
    if (stage_.graph.parameter({name}, field)) stage_.survey.parameters.insert(name);
  }

  Stage& stage_;
  TypeChecker types_;
};

}  // namespace

void check_texts(Stage& stage) { Texts(stage).run(); }

}  // namespace pipexpr::checker
