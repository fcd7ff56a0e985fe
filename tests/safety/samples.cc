// The definition, the host and the templates that the safety tests evaluate.
#include "samples.h"

namespace safety {

using namespace pipexpr;

const std::string kDefinition = R"json({
  "objects": [
    {"id": "Default", "scheduleType": "cron", "schedule": {"ref": "Hourly"}, "region": "eu-west-1"},
    {"id": "Hourly", "type": "Schedule", "period": "1 hour", "startDateTime": "2024-05-24T00:00:00"},
    {"id": "Act", "type": "ShellCommandActivity", "input": {"ref": "In"}, "output": [{"ref": "Out"}, {"ref": "Log"}],
     "myText": "abc", "myInteger": "4", "myDate": "2011-05-24T17:10:00", "myWords": ["one", "two", "three"],
     "my1": "<#{my2}>", "my2": "(#{my3})", "my3": "[#{my4 + myText}]", "my4": "#{format(@scheduledStartTime,'HH')}",
     "myLoop": "#{myLoop2}", "myLoop2": "x#{myLoop}", "myBroken": "#{1 +}", "*myKey": "#{*mySecret}",
     "myQuoted": "tab\there \"quoted\" \u00e9", "command": "cp #{input.directoryPath} #{output.directoryPath}"},
    {"id": "In", "type": "S3DataNode", "directoryPath": "s3://in/#{format(@scheduledStartTime,'YYYY/MM/dd')}/#{region}"},
    {"id": "Out", "type": "S3DataNode", "directoryPath": "s3://out/#{myBucket}"},
    {"id": "Log", "type": "S3DataNode", "parent": {"ref": "Out"}}
  ],
  "parameters": [{"id": "myBucket", "type": "String", "default": "orders"},
                 {"id": "*mySecret", "type": "String", "optional": "true"},
                 {"id": "myDays", "type": "Integer", "isArray": "true"}],
  "values": {"myDays": ["1", "2", "3"], "*mySecret": "hunter22"}
})json";

const std::string kApiDefinition = R"({"pipelineObjects": [
  {"id": "Act", "name": "The activity", "fields": [{"key": "type", "stringValue": "ShellCommandActivity"},
    {"key": "input", "refValue": "In"}, {"key": "command", "stringValue": "echo #{input.filePath}"}]},
  {"id": "In", "name": "In", "fields": [{"key": "filePath", "stringValue": "s3://b/#{myBucket}"}]}],
  "parameterObjects": [{"id": "myBucket", "attributes": [{"key": "type", "stringValue": "String"}]}],
  "parameterValues": [{"id": "myBucket", "stringValue": "orders"}]})";

const PipelineDefinition& definition() {
  static const auto loaded = PipelineDefinition::load(kDefinition).value();
  return *loaded;
}

ObjectId object(std::string_view id) { return definition().find(id).value(); }

const Run& run() {
  static const Run made{.scheduled_start = parse_datetime("2024-05-24T17:00:00").value(),
                        .scheduled_end = parse_datetime("2024-05-24T18:00:00").value()};
  return made;
}

Context context() { return {.object = object("Act"), .run = run()}; }

const std::vector<std::string>& good_templates() {
  static const std::vector<std::string> all = [] {
    std::vector<std::string> made = {
        "",
        "no expression in here",
        "#{1 + 2 * 3 - 4 / 2}",
        "#{2 ^ 10}",
        "#{-(1.5 * myInteger)}",
        "#{'it' + \"'s\" + ' \\'quoted\\''}",
        "#{myText}",
        "#{region}",
        "a #{myText} b #<myText> c",
        "#{myInteger * 3 + 1}",
        "#{myDate}",
        "#{@scheduledStartTime} to #{@scheduledEndTime}",
        "#{@id} of #{parent.id}",
        "#{format(@scheduledStartTime,'YYYY-MM-dd HH:mm:ss.SSS EEEE z')}",
        "#{format(minusDays(@scheduledStartTime, myInteger), 'D w e')}",
        "#{format(inTimeZone(@scheduledStartTime,'America/New_York'),'HH:mm ZZZ')}",
        "#{makeDate(2024, 2, 29).plusMonths(12).format('YYYYMMdd')}",
        "#{year(myDate)}/#{month(myDate)}/#{day(myDate)} #{hour(myDate)}:#{minute(myDate)} #{dayOfYear(myDate)}",
        "#{midnight(myDate)} #{firstOfMonth(myDate)} #{sunday(myDate)} #{yesterday(myDate)}",
        "#{minusPeriod(@scheduledEndTime, Hourly.period)}",
        "#{input.directoryPath}",
        "#{output.directoryPath}",
        "#{command}",
        "#{my1}",
        "#{my1}#{my2}#{my3}#{my4}",
        "#{myWords}",
        "x-#{myWords}-y",
        "#{myWords + '!'}",
        "#{myWords + myDays}",
        "#{myDays * 2}",
        "#{plusDays(myDate, myDays)}",
        "#{myQuoted + myWords}",
        "#{*myKey}",
        "#{Out.directoryPath} #{Hourly.period}",
        "#{input}",
    };
    std::string large;
    for (int i = 0; i < 200; ++i) large += "line " + std::to_string(i) + ": #{myText} #{input.directoryPath}\n";
    made.push_back(large);
    return made;
  }();
  return all;
}

const std::vector<std::string>& bad_templates() {
  static const std::vector<std::string> all = {
      "#{",
      "#{}",
      "#{1 +}",
      "#{'open}",
      "#{minusDay(@scheduledStartTime, 1)}",
      "#{format(myDate)}",
      "#{format(myDate, 'b')}",
      "#{nosuch} and #{myTxt} and #{input.nosuch}",
      "#{1 / 0} #{9223372036854775807 + 1}",
      "#{myLoop}",
      "#{myBroken}",
      "#{day(*myKey)}",
      "#{myText.name}",
      "#{format(inTimeZone(myDate, 'Mars/Base'), 'HH')}",
      "#{format(inTimeZone(myDate, myText), 'HH')}",
      "#{node.id}",
      "#{@actualStartTime}",
      "x#{myWords}#{myDays}",
      "#{myWords * myDays}",
      "#{plusYears(myDate, 999999999)}",
  };
  return all;
}

Texts::Texts(Fields fields) : texts_(std::move(fields)) {
  for (const auto& [name, text] : texts_) items_[name] = FieldItem::of_text(text);
}

bool Texts::field(ObjectId, const FieldName& name, Field& out) const {
  const auto found = items_.find(name.text);
  if (found == items_.end()) return false;
  out = {.items = &found->second, .count = 1};
  return true;
}

std::string shown(const Diagnostics& why, std::string_view source) {
  std::string text;
  for (const Diagnostic& one : why) text += render(one, {.source_name = "t", .source = source});
  return text;
}

std::string shown(const Result<std::string>& result, std::string_view source) {
  return result ? "= " + *result : shown(result.error(), source);
}

}  // namespace safety
