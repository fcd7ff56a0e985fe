// Tests of GraphDiagram: which objects and arrows a definition has, and texts that could break out of a diagram.
#include <pipexpr/graph_diagram.h>

#include "catch.h"

using namespace pipexpr;

namespace {

GraphDiagram diagram_of(std::string_view json, bool everything = false) {
  auto loaded = PipelineDefinition::load(json);
  INFO(json);
  REQUIRE(loaded);
  return GraphDiagram::of(**loaded, {.everything = everything});
}

// A line for each object, and each arrow.
std::string shown(const GraphDiagram& diagram) {
  std::string out;
  for (const auto& node : diagram.nodes()) out += node.id + " " + std::string(object_role_name(node.role)) + "\n";
  for (const auto& edge : diagram.edges()) {
    out += diagram.nodes()[edge.from].id + (edge.is_expression ? " ~" : " -") + edge.field + "> " +
           diagram.nodes()[edge.to].id + "\n";
  }
  return out;
}

constexpr std::string_view kFlow = R"({"objects":[
  {"id":"Default","schedule":{"ref":"S"},"onFail":{"ref":"F"},"runsOn":{"ref":"R"}},
  {"id":"S","type":"Schedule","period":"1 day","startAt":"FIRST_ACTIVATION_DATE_TIME"},
  {"id":"I","type":"S3DataNode","directoryPath":"s3://b/i","precondition":{"ref":"P"}},
  {"id":"P","type":"S3KeyExists","s3Key":"#{node.directoryPath}/ok"},
  {"id":"O","type":"S3DataNode","directoryPath":"#{I.directoryPath}/o"},
  {"id":"A","type":"ShellCommandActivity","command":"cp #{input.directoryPath} #{output.directoryPath} #{B.command}",
   "input":{"ref":"I"},"output":{"ref":"O"}},
  {"id":"B","type":"ShellCommandActivity","command":"x","dependsOn":{"ref":"A"}},
  {"id":"C","type":"ShellCommandActivity","command":"#{A.command} #{A.@status}"},
  {"id":"R","type":"Ec2Resource"},
  {"id":"F","type":"SnsAlarm","message":"#{node.@status}"}]})";

}  // namespace

TEST_CASE("diagram: arrows lead the way of data and time, and expressions only where no reference does") {
  CHECK(shown(diagram_of(kFlow)) ==
        "I data\nP precondition\nO data\nA activity\nB activity\nC activity\nR resource\nF action\n"
        "P -precondition> I\nI -onFail> F\nI -runsOn> R\nP -onFail> F\nO -onFail> F\nO -runsOn> R\n"
        "I -input> A\nA -output> O\nA -onFail> F\nA -runsOn> R\n"
        "A -dependsOn> B\nB -onFail> F\nB -runsOn> R\nC -onFail> F\nC -runsOn> R\nR -onFail> F\n"
        "I ~directoryPath> O\nA ~command> C\nA ~@status> C\n");
}

TEST_CASE("diagram: everything has what is inherited from, with references where they are written") {
  const std::string all = shown(diagram_of(R"({"objects":[
    {"id":"Default","schedule":{"ref":"S"}},{"id":"Base","runsOn":{"ref":"R"}},
    {"id":"S","type":"Schedule","period":"1 day"},{"id":"R","type":"Ec2Resource"},
    {"id":"A","type":"ShellCommandActivity","command":"x","parent":{"ref":"Base"}}]})",
                                           true));
  CHECK(all ==
        "Default other\nBase other\nS schedule\nR resource\nA activity\n"
        "Default -schedule> S\nBase -runsOn> R\nA -parent> Base\n");
}

TEST_CASE("diagram: names cannot break out of a diagram") {
  const GraphDiagram diagram = diagram_of(R"({"objects":[
    {"id":"A\"];x\n<script>&\\","type":"ShellCommandActivity","command":"x","dependsOn":{"ref":"`B`#"}},
    {"id":"`B`#","type":"ShellCommandActivity","command":"x"}]})");
  CHECK(diagram.to_mermaid() ==
        "flowchart LR\n"
        "  n0(\"A#quot;];x#92;n#lt;script#gt;#amp;#92;<br/>ShellCommandActivity\")\n"
        "  n1(\"#96;B#96;#35;<br/>ShellCommandActivity\")\n"
        "  n1 -->|\"dependsOn\"| n0\n");
  const std::string dot = diagram.to_dot();
  CHECK(dot.find("\"A\\\"];x\\\\n<script>&\\\\\" [label=") != dot.npos);
  const std::string svg = diagram.to_svg();
  CHECK(svg.find("A&quot;];x\\n&lt;script&gt;&amp;\\</text>") != svg.npos);
  CHECK(svg.find("<script") == svg.npos);
}

TEST_CASE("diagram: no value is in it") {
  const GraphDiagram diagram = diagram_of(R"({"objects":[{"id":"D","type":"RedshiftDatabase","*password":"hidden1",
    "username":"shown1","databaseName":"shown2","clusterId":"shown3"}]})");
  for (const std::string& text : {diagram.to_svg(), diagram.to_dot(), diagram.to_mermaid(), diagram.to_json()}) {
    CHECK(text.find("hidden") == text.npos);
    CHECK(text.find("shown") == text.npos);
    CHECK(text.find("RedshiftDatabase") != text.npos);
  }
}

TEST_CASE("diagram: long names are cut in boxes and whole in their titles") {
  const std::string name(80, 'n');
  const std::string svg = diagram_of(R"({"objects":[{"id":")" + name + R"(","type":"S3DataNode"}]})").to_svg();
  CHECK(svg.find("<title>" + name + " (S3DataNode)</title>") != svg.npos);
  CHECK(svg.find(">" + std::string(35, 'n') + "\xE2\x80\xA6</text>") != svg.npos);
}
