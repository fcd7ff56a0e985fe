// pipexpr eval --jsonl: a stream of requests, answered in order and in constant memory.
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstring>

#include <pipexpr/pipexpr.h>
#include <pipexpr/specialize.h>

#include "base/json_writer.h"
#include "base/similar_names.h"
#include "cli/command_context.h"
#include "cli/commands/requests.h"
#include "cli/io/input.h"
#include "cli/loaded_definition.h"
#include "jsonl/request.h"
#include "process/interrupt.h"
#include "report/answer_json.h"

namespace cli {
namespace {

// JSON needs up to six bytes for one of the template's; twice the limit and a megabyte is more than real ones
// do.
std::size_t longest_line(const pipexpr::Limits& limits) { return 2 * limits.max_template_bytes + (1U << 20); }

class Answers {
 public:
  explicit Answers(const EvalRequest& defaults)
      : defaults_(defaults), flags_(defaults.flags), definitions_(flags_), evaluator_(flags_.evaluate_options()) {}

  // The answer, without a newline; valid until the next call.
  std::string_view answer(const Lines::Line& line) {
    json_.clear();
    good_ = false;
    if (line.too_long) {
      refuse("E601", fmt::format("a request may have at most {} bytes", longest_line(flags_.limits)), "column", 1);
    } else if (const auto error = pipexpr::jsonl::read_request(line.text, line.size, request_)) {
      refuse(error->code, error->message, "column", error->column);
    } else {
      good_ = evaluate();
    }
    return json_.view();
  }
  bool good() const { return good_; }

 private:
  bool evaluate() {
    Moments moments = flags_.moments;
    bool known = true;
    pipexpr::CompileOptions options = flags_.compile_options();
    if (!request_.delimiters.empty()) options.delimiters = delimiters_of(request_.delimiters, known);
    if (!known) {
      return refuse(
          "E704", fmt::format("expected \"delimiters\" to be both, braces or angles, found '{}'", request_.delimiters));
    }
    if (!moment("at", request_.at, moments.at) || !moment("end", request_.end, moments.end) ||
        !moment("now", request_.now, moments.now)) {
      return false;
    }
    if (moments.end && !moments.at) return refuse("E703", "expected a request with \"end\" to have \"at\"");

    Loaded& loaded = definition();
    if (!loaded.graph) return load_failed(loaded);
    pipexpr::ObjectId object = pipexpr::kNoObject;
    const std::string_view id = !request_.object.empty() ? request_.object : std::string_view(defaults_.object);
    if (!id.empty()) {
      const auto found = loaded.graph->find(id);
      if (!found)
        return refuse("E508",
                      fmt::format("there is no object '{}'{}", id, pipexpr::base::did_you_mean(id, loaded.ids())));
      object = *found;
    }
    // What was compiled with other delimiters must not be taken for this template.
    const bool usual = options.delimiters == flags_.delimiters;
    const auto expression = usual ? loaded.compile(*request_.template_text, options)
                                  : pipexpr::Expression::compile(*request_.template_text, options);
    if (!expression) return failed(expression.error());
    bindings_.assign(request_.fields, flags_.overrides, *loaded.graph, object);
    pipexpr::Context context{.object = object, .fields = bindings_.all()};
    if (moments.at) {
      pipexpr::Diagnostics why;
      if (!make_run(moments, loaded, object, context.run.emplace(), why)) return failed(why);
      context.run->fields = bindings_.runtime();
    }
    context.now = moments.now.value_or(pipexpr::DateTime{});
    evaluator_.set_deadline(flags_.deadline());
    auto value = evaluator_.value(*expression, *loaded.graph, context);
    if (!value && flags_.unset_runtime == "keep") {
      // What stays is text, of which the rest has its values.
      auto kept = pipexpr::evaluate_or_keep(*expression, *loaded.graph, context,
                                            {.compile = options, .evaluate = flags_.evaluate_options()});
      if (!kept) return failed(kept.error());
      value = pipexpr::Value(*kept);
    }
    if (!value) return failed(value.error());
    return pipexpr::report::write_answer(json_, *value);
  }

  Loaded& definition() {
    const std::string_view path =
        !request_.definition.empty() ? request_.definition : std::string_view(flags_.definition);
    if (request_.parameters.empty()) return definitions_.get(path, flags_.parameter_values);
    ParameterValues values;
    for (const auto& [name, value] : flags_.parameter_values) {
      const auto same = [&, &given = name](const pipexpr::FieldOverride& one) { return one.name == given; };
      if (std::none_of(request_.parameters.begin(), request_.parameters.end(), same)) values.emplace_back(name, value);
    }
    for (const pipexpr::FieldOverride& one : request_.parameters) values.emplace_back(one.name, one.text);
    return definitions_.get(path, values);
  }

  bool moment(std::string_view name, std::string_view text, std::optional<pipexpr::DateTime>& out) {
    if (text.empty()) return true;
    const auto time = pipexpr::parse_datetime(text);
    if (time) return out = *time, true;
    return refuse("E404", fmt::format("\"{}\": {}", name, time.error().front().message));
  }

  bool load_failed(const Loaded& loaded) {
    if (!loaded.problem.empty())
      return refuse("unreadable", fmt::format("cannot read '{}': {}", loaded.path, loaded.problem));
    const pipexpr::Diagnostic& first = loaded.why.front();
    const auto place = pipexpr::locate(loaded.file.view(), first.span.offset);
    json_.StartObject();
    json_.key("error");
    json_.StartObject();
    json_.member("code", code_id(first.code));
    json_.member("message", first.message);
    json_.member("file", loaded.path);
    json_.member("line", std::uint64_t{place.line});
    json_.member("column", std::uint64_t{place.column});
    json_.EndObject();
    json_.EndObject();
    return false;
  }

  bool failed(const pipexpr::Diagnostics& why) {
    pipexpr::report::write_answer(json_, why);
    return false;
  }

  // An error of the request itself. It has no place in a template.
  bool refuse(std::string_view code, std::string_view message, std::string_view where = {}, std::size_t place = 0) {
    json_.StartObject();
    json_.key("error");
    json_.StartObject();
    json_.member("code", code);
    json_.member("message", message);
    if (!where.empty()) json_.member(where, std::uint64_t{place});
    json_.EndObject();
    json_.EndObject();
    return false;
  }

  const EvalRequest& defaults_;
  const Flags& flags_;
  Definitions definitions_;
  pipexpr::Evaluator evaluator_;
  pipexpr::jsonl::Request request_;
  pipexpr::FieldOverrides bindings_;
  pipexpr::base::JsonWriter json_;
  bool good_ = false;
};

}  // namespace

int answer_lines(const CLI::App& command, Session& session, const EvalRequest& request) {
  Answers answers(request);
  Lines lines(STDIN_FILENO, longest_line(request.flags.limits), [&] { session.out.flush(); });
  bool all_good = true;
  for (Lines::Line line; session.out.error() == 0 && lines.next(line);) {
    session.out.write(answers.answer(line));
    session.out.write("\n");
    all_good = all_good && answers.good();
  }
  if (lines.error() != 0 && !pipexpr::process::interrupted()) {
    session.out.flush();
    return unreadable(command, fmt::format("cannot read standard input: {}", std::strerror(lines.error())));
  }
  return all_good ? kFine : kFailed;
}

}  // namespace cli
