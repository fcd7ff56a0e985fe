// Tests of translations: what texts become, as data, and every refusal with its whole message. That the texts are right
// is for the real engines to say; tests/translate asks them.
#include <pipexpr/translate.h>

#include <set>

#include <pipexpr/function_registry.h>

#include "catch.h"
#include "translator/pattern_parts.h"
#include "translator/table.h"

using namespace pipexpr;

namespace {

constexpr TranslationTarget kJinja = TranslationTarget::airflow_jinja, kJsonata = TranslationTarget::jsonata,
                            kPython = TranslationTarget::python;

// The text, or the refusals: code, place and message of each.
std::string translated(std::string_view text, TranslationTarget target, const TranslationOptions& options = {}) {
  const auto expression = Expression::compile(text);
  REQUIRE(expression);
  const Translation made = translate(*expression, target, options);
  CHECK(made.is_exact() == made.refusals.empty());
  std::string shown = made.text;
  for (const Diagnostic& why : made.refusals) {
    shown += std::string(code_id(why.code)) + " [" + std::string(text.substr(why.span.offset, why.span.length)) + "] " +
             why.message + "\n";
  }
  return shown;
}

struct Row {
  std::string_view text, jinja, jsonata, python;
};

}  // namespace

TEST_CASE("translator: what templates become") {
  const Row rows[] = {
      {"", "", "''", "''"},
      {"plain", "plain", "'plain'", "'plain'"},
      {"{{ x }} {% y %} {# z #} {", "{{ '{' }}{ x }} {{ '{' }}% y %} {{ '{' }}# z #} {{ '{' }}",
       "'{{ x }} {% y %} {# z #} {'", "'{{ x }} {% y %} {# z #} {'"},
      {"a\r\n'b'\n", "a{{ '\\r' }}\n'b'{{ '\\n' }}", "'a\\r\\n\\u0027b\\u0027\\n'", "'a\\r\\n\\'b\\'\\n'"},
      {"#{@scheduledStartTime}", "{{ data_interval_start.strftime('%Y-%m-%dT%H:%M:%S') }}",
       "$fromMillis($t, '[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01]')", "start.strftime('%Y-%m-%dT%H:%M:%S')"},
      {"a#{@scheduledEndTime.format('yy')}", "a{{ data_interval_end.strftime('%y') }}",
       "('a' & $fromMillis($tEnd, '[Y01]'))", "('a' + end.strftime('%y'))"},
      {"#{hour(@scheduledStartTime) - 1}", "{{ (data_interval_start.hour - 1) }}",
       "$string(($number($fromMillis($t, '[H1]')) - 1))", "str((start.hour - 1))"},
      {"#{'x' + day(@scheduledStartTime) + 'y'}", "{{ (('x' ~ data_interval_start.day) ~ 'y') }}",
       "(('x' & $string($number($fromMillis($t, '[D1]')))) & 'y')", "(('x' + str(start.day)) + 'y')"},
      // The normal form: counts above zero, and UTC is where everything is already.
      {"#{format(plusDays(minusDays(inTimeZone(@scheduledStartTime, 'UTC'), -2), 0), 'dd')}",
       "{{ data_interval_start.add(days=2).strftime('%d') }}", "$fromMillis(($t + 2 * 86400000), '[D01]')",
       "(start + timedelta(days=2)).strftime('%d')"},
      {"#{format(plusPeriod(@scheduledStartTime, '2 weeks'), 'd')}", "{{ (data_interval_start.add(weeks=2).day) }}",
       "$fromMillis(($t + 2 * 604800000), '[D1]')", "str((start + timedelta(weeks=2)).day)"},
      {"#{format(@scheduledStartTime, \"HHH'%[é]'zz\")}",
       "{{ (('%03d' % (data_interval_start.hour)) ~ '%[é]' ~ 'UTC') }}",
       "($pad($string($number($fromMillis($t, '[H1]'))), -3, '0') & '%[é]' & 'UTC')",
       "(('%03d' % (start.hour)) + '%[é]' + 'UTC')"},
      {"#{format(@scheduledStartTime, \"yyyy'%[Y]'MM\")}", "{{ data_interval_start.strftime('%Y%%[Y]%m') }}",
       "$fromMillis($t, '[Y0001]%[[Y]][M01]')", "start.strftime('%Y%%[Y]%m')"},
      {"#{makeDate(2024, 2, 29)}-#{1 / 2.0}", "2024-02-29T00:00:00-0.5", "('2024-02-29T00:00:00' & '-' & '0.5')",
       "('2024-02-29T00:00:00' + '-' + '0.5')"},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    CHECK(translated(row.text, kJinja) == row.jinja);
    CHECK(translated(row.text, kJsonata) == row.jsonata);
    CHECK(translated(row.text, kPython) == row.python);
  }
  CHECK(translated("#{node.@scheduledEndTime.format('d')}", kPython, {.has_one_node = true}) == "str(end.day)");
  // The name of an instance.
  CHECK(translated("of #{name}", kPython, {.name = "It's"}) ==
        "('of ' + ('@It\\'s_' + start.strftime('%Y-%m-%dT%H:%M:%S')))");
  CHECK(translated("#{node.name}", kJinja, {.has_one_node = true, .node_name = "A"}) ==
        "{{ ('@A_' ~ data_interval_start.strftime('%Y-%m-%dT%H:%M:%S')) }}");
  CHECK(translated("#{node.name}", kJinja, {.node_name = "A"}).starts_with("E812 [node.name] 'node.name' has no"));
  CHECK(translated("#{name}", kJsonata).starts_with("E812 [name] 'name' has no value that could be written down"));
  // A state machine's variables hold no functions, so that the text brings its own.
  const std::string months = translated("#{plusMonths(@scheduledStartTime, 1)}", kJsonata);
  CHECK(months.starts_with("($plusMonths := function($x, $n) {"));
  CHECK(months.find("}; $fromMillis($plusMonths($t, 1), '[Y0001]-") != months.npos);
}

TEST_CASE("translator: refusals, each with its place, reason and way out") {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"x#{@actualStartTime}",
       "E811 [@actualStartTime] '@actualStartTime' is known only when it runs; Airflow has ti.start_date for a similar "
       "purpose\n"},
      {"#{@headOfQueue}",
       "E811 [@headOfQueue] '@headOfQueue' is known only when it runs; pass it to the target as a variable of your "
       "own\n"},
      {"#{myBucket}#{output.filePath}",
       "E812 [myBucket] 'myBucket' has no value that could be written down; give it one, or pass it to the target as a "
       "variable of your own\nE812 [output.filePath] 'output.filePath' has no value that could be written down; give "
       "it "
       "one, or pass it to the target as a variable of your own\n"},
      {"#{node.@scheduledStartTime}",
       "E812 [node.@scheduledStartTime] 'node.@scheduledStartTime' has no value that could be written down; write the "
       "times of the run without 'node', and the rest by hand\n"},
      {"#{format(inTimeZone(@scheduledStartTime, 'Europe/Paris'), 'HH')}",
       "E813 [inTimeZone(@scheduledStartTime, 'Europe/Paris')] inTimeZone works on the clock of a time zone, and a "
       "translation "
       "works in UTC; compute the value before, or write the part by hand and check it\n"},
      {"#{format(@scheduledStartTime, 'ss.SSSS')}",
       "E814 [format(@scheduledStartTime, 'ss.SSSS')] the pattern part 'SSSS' is not translated: at most three digits "
       "of "
       "a second are; use other letters, or write the part by hand and check it\n"},
      {"#{format(@scheduledStartTime, 'yy' + day(@scheduledStartTime))}",
       "E815 [format(@scheduledStartTime, 'yy' + day(@scheduledStartTime))] argument 2 of format is computed; only a "
       "constant is translated: write its value\n"},
      {"#{plusDays(@scheduledStartTime, day(@scheduledEndTime))}",
       "E815 [plusDays(@scheduledStartTime, day(@scheduledEndTime))] argument 2 of plusDays is computed; only a "
       "constant "
       "is translated: write its value\n"},
      {"#{day(@scheduledStartTime) / 2}",
       "E816 [day(@scheduledStartTime) / 2] 'day(@scheduledStartTime) / 2' is not translated, as its result could "
       "differ; "
       "compute it before, or write the part by hand and check it\n"},
      {"#{1.5 + day(@scheduledStartTime)}",
       "E816 [1.5] '1.5' is not translated, as its result could differ; compute it before, or write the part by hand "
       "and "
       "check it\n"},
      {"#{output.*password}",
       "E817 [output.*password] 'output.*password' is a secret, whose value is never written down; read it in the "
       "target, "
       "from a connection or a secrets manager\n"},
      {"#{minusYears(@scheduledStartTime, 401)}",
       "E818 [minusYears(@scheduledStartTime, 401)] 'minusYears(@scheduledStartTime, 401)' is out of the range in "
       "which a "
       "translation is exact; use at most 400 years before or after the run\n"},
      {"#{plusDays(plusYears(@scheduledStartTime, 400), 1)}",
       "E818 [plusDays(plusYears(@scheduledStartTime, 400), 1)] 'plusDays(plusYears(@scheduledStartTime, 400), 1)' is "
       "out "
       "of the range in which a translation is exact; use at most 400 years before or after the run\n"},
      {"#{year(@scheduledStartTime) + 1000000001}",
       "E818 [1000000001] the number 1000000001 is out of the range in which a translation is exact; use at most "
       "1000000000\n"},
      {"a\xFF", "E819 [a\xFF] the text has a byte that is not UTF-8, which the target cannot hold; encode the text\n"},
      {"#{'\xED\xA0\x80' + @scheduledStartTime}",
       "E819 ['\xED\xA0\x80'] the text has a byte that is not UTF-8, which the target cannot hold; encode the text\n"},
      {"cp ${INPUT1_STAGING_DIR}/* .",
       "E820 [cp ${INPUT1_STAGING_DIR}/* .] 'INPUT1_STAGING_DIR' is set by the service's staging of files; copy the "
       "files "
       "in the command itself, or turn stage off\n"},
  };
  for (const auto& [text, refusals] : rows) CHECK(translated(text, kJinja) == refusals);
  CHECK(translated("#{@actualStartTime}", kJsonata) ==
        "E811 [@actualStartTime] '@actualStartTime' is known only when it runs; Step Functions has "
        "$states.context.State.EnteredTime for a similar purpose\n");
  // Nothing grows without bound, however deep the calls are.
  std::string nested = "@scheduledStartTime";
  for (int i = 0; i < 30; ++i) nested = "sunday(" + nested + ")";
  for (const TranslationTarget target : {kJinja, kJsonata, kPython}) {
    const std::string refused = translated("#{" + nested + "}", target);
    CHECK(
        refused.find("] the length of the translated time is out of the range in which a translation is exact; use at "
                     "most 4096 bytes\n") != refused.npos);
  }
}

TEST_CASE("translator: every function and every letter has a row in every table") {
  for (const TranslationTarget target : {kJinja, kJsonata, kPython}) {
    const auto rows = translation_table(target);
    CHECK(rows.size() == FunctionRegistry::standard().all().size() + 21 * 5);
    for (const TranslationRow& row : rows) {
      INFO(row.name);
      CHECK(!row.text.empty());
      CHECK(row.text != "the table has no row for it");
      CHECK(row.is_exact == (row.name != "SSSS" && row.name != "SSSSS"));
    }
    // And no row is for something else.
    std::set<std::string> known;
    for (const auto& function : FunctionRegistry::standard().all()) known.insert(function->name);
    for (const auto& row : translator::table_of(target).functions) CHECK(known.count(std::string(row.name)) == 1);
  }
  CHECK(translation_table(kJinja)[0].text == "{t}.day");
  CHECK(translation_helpers(kJinja).empty());
  CHECK(translation_helpers(kPython).find("def plus_months(time, count):") != std::string_view::npos);
}

TEST_CASE("translator: probes are sorted, distinct, of every class, and end a period later") {
  const auto probes = translation_probes(parse_period("1 month").value());
  CHECK(probes.size() > 6000);
  std::set<TranslationProbe::Class> classes;
  for (std::size_t i = 0; i < probes.size(); ++i) {
    if (i != 0) REQUIRE(probes[i - 1].start < probes[i].start);
    REQUIRE(probes[i].end > probes[i].start);
    classes.insert(probes[i].reason);
  }
  CHECK(classes.size() == 5);
  CHECK(translation_probes()[0].end - translation_probes()[0].start == 86'400'000);
}

TEST_CASE("translator: check programs hold nothing that could end their own strings") {
  const TranslationVectors field{"a'''b`${c}\\", "s", "r", "'''`${x}\\", {{0, 1, {}}}, {"'''`${x}\\"}};
  for (const TranslationTarget target : {kJinja, kJsonata, kPython}) {
    const std::string program = translation_check(target, {field});
    CHECK(program.find("a'''b") == program.npos);
    CHECK(program.find("`${") == program.npos);
    CHECK(program.find("{DATA}") == program.npos);
    CHECK(program.find("{ENGINE}") == program.npos);
    CHECK(program.find("{HELPERS}") == program.npos);
  }
}

TEST_CASE("translator: patterns as their parts") {
  const auto shown = [](std::string_view pattern) {
    std::string text;
    for (const auto& part : translator::pattern_parts(pattern)) {
      text += part.letter == 0 ? "<" + part.text + ">" : part.text + std::to_string(part.count);
    }
    return text;
  };
  CHECK(shown("yyyyMMdd") == "yyyy4MM2dd2");
  CHECK(shown("HH:mm'h''s'''T'x'''") == "HH2<:>mm2<h's'>T1<x'>");
  CHECK(shown("''") == "<'>");
  CHECK(shown("") == "");
}
