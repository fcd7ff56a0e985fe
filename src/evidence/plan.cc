// The plan of `pipexpr evidence`. Each expression stands for a rule that docs/language.md marks as a choice.
#include "evidence/plan.h"

namespace pipexpr::evidence {
namespace {

constexpr std::string_view kDefinition = R"({
  "objects": [
    {"id": "Default", "name": "Default", "scheduleType": "ondemand", "failureAndRerunMode": "CASCADE",
     "role": "DataPipelineDefaultRole", "resourceRole": "DataPipelineDefaultResourceRole"},
    {"id": "Probe", "name": "Probe", "type": "ShellCommandActivity", "command": "true",
     "workerGroup": "pipexpr-evidence", "maximumRetries": "3", "myText": "text", "myNumber": "7", "myList": ["a", "b"],
     "myNested": "#{myText}-#{myNumber}", "myMissing": "#{myNowhere}", "input": {"ref": "Data"}},
    {"id": "Data", "name": "Data of evidence", "type": "S3DataNode", "directoryPath": "s3://example-bucket/in",
     "myText": "of data"}
  ]
})";

constexpr std::string_view kExpressions[] = {
    // Numbers: text, division, widths.
    "#{1/2}",
    "#{-7/2}",
    "#{1.0/2}",
    "#{1/2.0 + 3.5}",
    "#{.5}",
    "#{1e3}",
    "#{2^10}",
    "#{-2^2}",
    "#{2^3^2}",
    "#{10000000.0}",
    "#{0.0001}",
    "#{9223372036854775807 + 1}",
    "#{1/0}",
    "#{1.0/0}",
    // Strings and numbers together.
    "#{'a' + 1 + 2}",
    "#{1 + 2 + 'a'}",
    "#{'3' * 2}",
    "#{myNumber + 1}",
    "#{maximumRetries + 1}",
    "#{myText + 1.50}",
    "#{'it\\'s'}",
    "#{\"a\\tb\"}",
    // Lists.
    "#{myList}",
    "a#{myList}b",
    "#{myList + 'x'}",
    "#{myList + myList}",
    // References and names.
    "#{input}",
    "to #{input}",
    "#{input.directoryPath}",
    "#{input.myText}",
    "#{Data.myText}",
    "#{name} #{id} #{type}",
    "#{myNested}",
    "#{myMissing}",
    "#{myNowhere}",
    "#{MyText}",
    "#{node.name}",
    "#{@status}",
    "#{@scheduledStartTime}",
    "#{@actualEndTime}",
    // Dates.
    "#{makeDate(2024,2,30)}",
    "#{makeDate(2024,5,24)}",
    "#{makeDateTime('2024-05-24T17:00:00')}",
    "#{makeDateTime('2024-05-24')}",
    "#{minusMonths(makeDate(2024,3,31),1)}",
    "#{plusDays(makeDate(2024,5,24),-1)}",
    "#{format(makeDate(2024,12,30),'YYYY-ww')}",
    "#{format(makeDate(2024,5,24),'yyyy-MM-dd z')}",
    "#{format(makeDate(2024,5,24),'T')}",
    "#{inTimeZone(makeDate(2024,5,24),'America/Los_Angeles')}",
    "#{inTimeZone(makeDate(2024,5,24),'PST')}",
    "#{makeDate(2024,5,24) + ' x'}",
    "#{dayOfWeek(makeDate(2024,5,26))}",
    // Text around expressions, and what is no expression.
    "a # b",
    "#{'#{'}",
    "#{1",
    "#{}",
    "#{1 +}",
    "#{nothing(1)}",
    "#{format(1)}",
    "#{(1 + 2) * 3}",
};

}  // namespace

std::string_view evidence_definition() { return kDefinition; }

std::span<const std::string_view> evidence_expressions() { return kExpressions; }

}  // namespace pipexpr::evidence
