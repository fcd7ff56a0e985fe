// pipexpr translate: expressions for other systems, with certificates made by the system's own engine.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>

#include <pipexpr/pipexpr.h>

#include "base/json_writer.h"
#include "base/shown.h"
#include "certificate/certificate.h"
#include "certificate/engine.h"
#include "cli/command_context.h"
#include "cli/commands/commands.h"
#include "cli/io/input.h"
#include "cli/loaded_definition.h"
#include "cli/options.h"
#include "cli/template_selection.h"

namespace cli {
namespace {

constexpr std::string_view kExamples = R"(Examples:
  pipexpr translate pipeline.json --to airflow-jinja
  pipexpr translate pipeline.json --to jsonata --object Copy --field command
  pipexpr translate pipeline.json --to airflow-jinja --certificate certificate.json --check check.py
  pipexpr translate pipeline.json --to airflow-jinja --verify certificate.json

Each field with expressions is reduced, as 'pipexpr reduce' does, and what remains is translated when that is certain to be
exact, and refused with a reason and a way out otherwise. --certificate has the target's engine, python3 with jinja2 and
pendulum or node with npm's jsonata, evaluate each translation for the schedule's runs and for instants that tell right
from wrong; it is equal, or different with its first counterexample, or unverified when there is no engine. --verify
does so again and reports what has changed since the certificate was made. --check writes a program that does the same
without pipexpr.

In the target, data_interval_start and data_interval_end (Jinja), $t and $tEnd in milliseconds (JSONata), start and end
(Python) stand for the run.

Exit status: 0 all translated and none different, 1 otherwise, and with --strict when one is unverified or a spoiled
text goes unnoticed, 2 wrong usage, 3 a file cannot be read or written.)";

// Of a schedule with more runs the first so many are compared.
constexpr std::int64_t kMaxRuns = 10'000;

struct TranslateRequest {
  Flags flags;
  pipexpr::RunRange range;
  TemplateSelection selection;
  std::string target, format = "text", certificate, verify, check, engine;
  bool strict = false;
};

class Translation {
 public:
  Translation(const CLI::App& command, Session& session, const TranslateRequest& request)
      : command_(command), session_(session), request_(request), place_(request.flags) {
    target_ = request.target == "jsonata"  ? pipexpr::TranslationTarget::jsonata
              : request.target == "python" ? pipexpr::TranslationTarget::python
                                           : pipexpr::TranslationTarget::airflow_jinja;
    range_ = request_.range;
    if (range_.runs == 0) range_.runs = kMaxRuns;
  }

  int run() {
    if (const int status = place_.find(command_, session_, request_.selection.object); status != kFine) return status;
    pipexpr::Diagnostics why;
    if (!place_.enter({}, why)) return report("template", {}, why);
    if (!request_.selection.expression.empty()) {
      context_ = place_.context();
      translate("template", request_.selection.expression);
    } else {
      const int selected = visit_templates(
          command_, place_.graph(), place_.object(), request_.selection, [&](const SelectedTemplate& one) {
            context_ = place_.context();
            context_.object = one.object;
            translate(one.count > 1 ? fmt::format("{}[{}]", one.name, one.item) : one.name, one.text);
          });
      if (selected != kFine) return selected;
    }
    session_.out.flush();
    if (needs_engine()) return std::max(status_, prove());
    return status_;
  }

 private:
  bool needs_engine() const {
    return !request_.certificate.empty() || !request_.verify.empty() || !request_.check.empty();
  }

  void translate(const std::string& name, std::string_view text) {
    const pipexpr::SpecializeOptions options{.compile = request_.flags.compile_options(),
                                             .evaluate = request_.flags.evaluate_options()};
    const auto expression = pipexpr::Expression::compile(text, options.compile);
    if (!expression) return refuse(name, text, text, expression.error());
    const auto residual = pipexpr::specialize(*expression, place_.graph(), context_, options);
    if (!residual) return refuse(name, text, text, residual.error());
    const std::string_view remains = residual->expression.text();
    pipexpr::TranslationOptions how{.delimiters = request_.flags.delimiters};
    how.has_one_node =
        (remains.find("node.@") != remains.npos || remains.find("node.name") != remains.npos) && has_one_node();
    const std::string own = component_name(""), of_node = how.has_one_node ? component_name("node.") : std::string();
    how.name = own;
    how.node_name = of_node;
    pipexpr::Translation made = pipexpr::translate(residual->expression, target_, how);
    if (!made.is_exact()) return refuse(name, text, remains, made.refusals);
    pipexpr::TranslationVectors vectors{name, std::string(text), std::string(remains), std::move(made.text), {}, {}};
    if (needs_engine() && !add_expected(*expression, residual->is_constant(), vectors)) return;
    show(vectors);
    translated_.push_back(std::move(vectors));
  }

  // Whether `node` is one object, which runs when this one does: then its time is the run's, and no list of times.
  bool has_one_node() const {
    const auto start = pipexpr::Expression::compile("#{node.@scheduledStartTime}");
    pipexpr::Context context = context_;
    context.run.emplace().scheduled_start = {86'400'000, {}};
    const auto value = start->evaluate(place_.graph(), context);
    return value && value->kind() == pipexpr::Kind::datetime && value->to_text() == "1970-01-02T00:00:00";
  }

  // The component's name, when the run makes an instance of the object, and the name is not given.
  std::string component_name(std::string_view path) const {
    const auto name = pipexpr::Expression::compile(fmt::format("#{{{}name}}", path));
    const auto component = pipexpr::Expression::compile(fmt::format("#{{{}parent.name}}", path));
    pipexpr::Context context = context_;
    context.run.emplace();
    const auto instances = name->evaluate_text(place_.graph(), context);
    const auto components = component->evaluate_text(place_.graph(), context);
    if (!instances || !components || *instances != pipexpr::instance_id(*components, {})) return {};
    return *components;
  }

  void show(const pipexpr::TranslationVectors& field) {
    if (request_.format == "text") return session_.out.write(pipexpr::base::show("{}: {}\n", field.name, field.text));
    pipexpr::base::JsonWriter json;
    json.StartObject();
    json.member("name", field.name);
    json.member("source", field.source);
    json.member("residual", field.residual);
    json.member("text", field.text);
    json.EndObject();
    session_.out.write(std::string(json.view()) + "\n");
  }

  // What the text as written gives for each probe; not what remains of it gives. False: it fails for one.
  bool add_expected(const pipexpr::Expression& expression, bool is_constant, pipexpr::TranslationVectors& vectors) {
    vectors.probes = probes_of(context_.object);
    if (is_constant) vectors.probes.resize(1);  // the run does not matter
    pipexpr::Evaluator evaluator(request_.flags.evaluate_options());
    pipexpr::Context context = context_;
    for (const pipexpr::TranslationProbe& probe : vectors.probes) {
      context.run.emplace();
      context.run->scheduled_start = {probe.start, {}};
      context.run->scheduled_end = pipexpr::DateTime{probe.end, {}};
      const auto value = evaluator.value(expression, place_.graph(), context);
      if (!value) {
        refuse(vectors.name, vectors.source, vectors.source, value.error());
        return false;
      }
      vectors.expected.push_back(value->to_text());
    }
    return true;
  }

  // The runs of the object's schedule, and the instants that tell wrong from right.
  const std::vector<pipexpr::TranslationProbe>& probes_of(pipexpr::ObjectId object) {
    const pipexpr::PipelineDefinition& graph = place_.graph();
    const pipexpr::ObjectId schedule =
        object == pipexpr::kNoObject ? pipexpr::kNoObject : pipexpr::schedule_of(graph, object);
    const auto [known, is_new] = probes_.try_emplace(static_cast<std::uint64_t>(schedule));
    if (!is_new) return known->second;
    std::optional<pipexpr::Period> period;
    if (schedule != pipexpr::kNoObject) {
      const auto timetable =
          pipexpr::Schedule::read(graph, schedule, {range_.activation, request_.flags.evaluate_options()});
      if (timetable) {
        period = timetable->period();
        std::int64_t number = range_.from ? timetable->first_from(*range_.from) : 0;
        for (std::int64_t count = 0; count < range_.runs; ++count) {
          const auto run = timetable->run(number++);
          if (!run || (range_.to && run->scheduled_start.epoch_millis >= range_.to->epoch_millis)) break;
          const std::int64_t start = run->scheduled_start.epoch_millis;
          known->second.push_back({start, run->scheduled_end ? run->scheduled_end->epoch_millis : start,
                                   pipexpr::TranslationProbe::Class::schedule});
          if (!timetable->period()) break;
        }
      }
    }
    const auto probes = pipexpr::translation_probes(period);
    known->second.insert(known->second.end(), probes.begin(), probes.end());
    return known->second;
  }

  int prove() {
    if (!request_.check.empty()) {
      const std::string problem = write_file(request_.check, pipexpr::translation_check(target_, translated_));
      if (!problem.empty()) return unreadable(command_, fmt::format("cannot write '{}': {}", request_.check, problem));
    }
    if (request_.certificate.empty() && request_.verify.empty()) return kFine;
    const pipexpr::certificate::EngineRun engine =
        pipexpr::certificate::run_engine(target_, translated_, request_.engine);
    int status = kFine;
    if (!request_.verify.empty()) {
      const File file = read_file(request_.verify, request_.flags.limits.max_definition_bytes);
      if (!file.problem.empty()) {
        return unreadable(command_, fmt::format("cannot read '{}': {}", request_.verify, file.problem));
      }
      std::string changes;
      if (const std::string problem =
              pipexpr::certificate::compare_certificate(file.view(), request_.target, translated_, changes);
          !problem.empty()) {
        return unreadable(command_, fmt::format("'{}': {}", request_.verify, problem));
      }
      print_error(changes);
      if (!changes.empty()) status = kFailed;
    }
    status = std::max(status, say(engine));
    if (!request_.certificate.empty()) {
      const std::string json = pipexpr::certificate::certificate_json(
          {request_.target, request_.flags.definition, translated_, engine, refused_});
      const std::string problem = write_file(request_.certificate, json);
      if (!problem.empty()) {
        return unreadable(command_, fmt::format("cannot write '{}': {}", request_.certificate, problem));
      }
    }
    return status;
  }

  // What the engine found, on standard error.
  int say(const pipexpr::certificate::EngineRun& engine) {
    std::uint64_t equal = 0, instants = 0, mutants = 0, killed = 0;
    bool has_different = false;
    std::string name;
    for (std::size_t i = 0; i < translated_.size(); ++i) {
      const pipexpr::certificate::EngineVerdict& verdict = engine.verdicts[i];
      instants += verdict.instants;
      mutants += verdict.mutants;
      killed += verdict.killed;
      if (verdict.status == pipexpr::certificate::EngineVerdict::Status::equal) ++equal;
      if (!verdict.engine.empty()) name = verdict.engine;
      if (verdict.status != pipexpr::certificate::EngineVerdict::Status::different) continue;
      has_different = true;
      print_error(pipexpr::base::show("{}: different: {}\n", translated_[i].name, verdict.counterexample));
    }
    std::string text = fmt::format("{} translated, {} refused; ", translated_.size(), refused_.size());
    if (name.empty()) {
      text += pipexpr::base::show("unverified{}{}\n", engine.problem.empty() ? "" : ": ", engine.problem);
    } else {
      text += fmt::format("{} equal, at {} instants in all, by {}; {} of {} spoiled texts noticed\n", equal, instants,
                          name, killed, mutants);
      if (!engine.problem.empty()) text += engine.problem + "\n";
    }
    print_error(text);
    const bool is_proven = equal == translated_.size();
    if (has_different) return kFailed;
    if (!request_.verify.empty() && !is_proven) return kFailed;
    return request_.strict && (!is_proven || killed != mutants) ? kFailed : kFine;
  }

  void refuse(const std::string& name, std::string_view source, std::string_view text,
              const pipexpr::Diagnostics& why) {
    status_ = kFailed;
    refused_.push_back({name, std::string(source), std::string(text), why});
    if (request_.format == "text") {
      (void)report(name, text, why);
    } else {
      session_.out.write(pipexpr::certificate::refused_json(refused_.back()) + "\n");
    }
  }

  int report(std::string_view name, std::string_view text, const pipexpr::Diagnostics& why) {
    session_.print_diagnostics(why, name, text);
    return kFailed;
  }

  const CLI::App& command_;
  Session& session_;
  const TranslateRequest& request_;
  Place place_;
  pipexpr::TranslationTarget target_{};
  pipexpr::RunRange range_;
  pipexpr::Context context_;
  std::map<std::uint64_t, std::vector<pipexpr::TranslationProbe>> probes_;  // by schedule
  std::vector<pipexpr::TranslationVectors> translated_;
  std::vector<pipexpr::certificate::RefusedField> refused_;
  int status_ = kFine;
};

int run(const CLI::App& command, Session& session, TranslateRequest& request) {
  if (const int status = check_template_selection(command, request.flags, request.selection); status != kFine) {
    return status;
  }
  if (request.target.empty()) return usage_error(command, "expected --to airflow-jinja, --to jsonata or --to python");
  const auto& range = request.range;
  if (range.from && range.to && range.to->epoch_millis <= range.from->epoch_millis) {
    return usage_error(command, fmt::format("--until: expected a time after --from, {}, found '{}'",
                                            pipexpr::to_string(*range.from), pipexpr::to_string(*range.to)));
  }
  if (const int status = finish_flags(command, request.flags); status != kFine) return status;
  return Translation(command, session, request).run();
}

}  // namespace

void add_translate(CLI::App& app, Session& session) {
  const auto request = std::make_shared<TranslateRequest>();
  CLI::App& command = add_command(app, "translate", "Translate expressions for another system, and prove it");
  add_choice(command, session, "--to", request->target, {"airflow-jinja", "jsonata", "python"}, "The other system");
  add_template_selection(command, request->flags, request->selection, "A template to translate instead of fields");
  add_choice(command, session, "--format", request->format, {"text", "json"}, "Form of the output");
  add_option(command, "--certificate", request->certificate, "FILE",
             "Compare with the real engine, and write what it says");
  add_option(command, "--verify", request->verify, "FILE", "Compare once more, and with this certificate");
  add_option(command, "--check", request->check, "FILE", "Write a program that compares without pipexpr");
  add_option(command, "--engine", request->engine, "PROGRAM", "What runs the engine, instead of python3 or node");
  add_flag(command, "--strict", request->strict,
           "Fail when a translation is unverified or a spoiled text goes unnoticed");
  add_range_flags(command, request->range, "--until");
  add_definition_flags(command, session, request->flags);
  add_limit_flags(command, request->flags);
  finish_command(command, session, kExamples);
  on_run(command, [&command, &session, request] { session.status = run(command, session, *request); });
}

}  // namespace cli
