// The parts of the checker. Each looks at the whole definition for one kind of mistake.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <pipexpr/field.h>

#include "checker/findings.h"
#include "checker/parsed_template.h"
#include "checker/scope.h"
#include "checker/type_inference.h"

namespace pipexpr::checker {

// What the expressions of a definition read, for the rules about what is unused or goes in a circle.
struct Survey {
  std::set<std::string_view> parameters;
  std::set<std::string, std::less<>> meant;             // what is suggested for names that do not exist
  std::set<std::pair<ObjectId, std::string>> misspelt;  // fields that expressions read by their right names
  std::set<ObjectId> objects;
  std::map<Reading, std::set<Reading>> reads;
  std::map<Reading, Place> places;  // where the text of a reading stands
};

struct Stage {
  const PipelineDefinition& graph;
  const Scope& scope;
  const CheckOptions& options;
  Report& report;
  Evaluator& evaluator;  // for values that need no run
  Survey survey = {};
};

// Whether the object runs once for each activation.
bool is_on_demand(const Stage& stage, ObjectId object);

// --- one file each -------------------------------------------------------------------------------------------------
void check_texts(Stage& stage);            // expressions of fields and parameters, and what they read
void check_cycles(Stage& stage);           // values and activities that depend on themselves; after check_texts
void check_parameters(Stage& stage);       // after check_texts
void check_objects(Stage& stage);          // references, types, required fields; after check_texts
void check_values(Stage& stage);           // literal values against the types of their slots
void check_schedules(Stage& stage);        // fields of a Schedule that do not go together
void check_on_demand(Stage& stage);        // the schedule type of a whole pipeline
void check_other_schedules(Stage& stage);  // values read from objects of another schedule
void check_limits(Stage& stage);
void check_paths(Stage& stage);          // output paths against schedules
void check_s3_paths(Stage& stage);       // what no S3 path can look like
void check_clear_secrets(Stage& stage);  // passwords and keys that stand in the file

// --- on one text -----------------------------------------------------------------------------------------------------
// What is wrong with the text of an expression that does not compile.
void damaged_text(const Tree& tree, const CheckOptions& options, std::vector<TextFinding>& findings);
// Date patterns that are not what they look like.
void patterns(const Tree& tree, std::vector<TextFinding>& findings);
// Numbers appended to strings, in a template of that object.
void precedence(const Tree& tree, const Scope& scope, ObjectId object, std::vector<TextFinding>& findings);
// `*` names in the text of a field that is shown.
void secrets(const Tree& tree, std::string_view field, std::vector<TextFinding>& findings);
// Expressions whose opener is missing or mistyped, in a string of that field. Their places are `lost` afterwards.
void lost_expressions(const Tree& tree, std::string_view field, const Scope& scope, const CheckOptions& options,
                      std::vector<TextFinding>& findings);
// Whether a field's text is a program in another language, where braces and dollars are at home.
bool is_program(std::string_view field);
// Calls that stand outside of an expression.
void bare_calls(const Tree& tree, const CheckOptions& options, std::vector<TextFinding>& findings);

// The rule that a diagnostic of the compiler or the loader belongs to.
Rule rule_of(DiagnosticCode code);

}  // namespace pipexpr::checker
