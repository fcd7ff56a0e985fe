// The adapter as a CGI program: the web server gives the request in variables of the environment and on standard input.
// PIPEXPR_DEFINITION names the definition file.
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include <pipexpr/adapter.h>
#include <pipexpr/definition.h>

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

int main() {
  std::ifstream file(variable("PIPEXPR_DEFINITION"));
  const std::string json{std::istreambuf_iterator<char>(file), {}};
  const auto definition = pipexpr::PipelineDefinition::load(json);
  if (!definition) {
    return std::cerr << pipexpr::render(definition.error().front(), {.source = json}), 1;
  }

  const std::string method = variable("REQUEST_METHOD");
  const std::string target = "/?" + variable("QUERY_STRING");
  const std::string operation = variable("HTTP_X_AMZ_TARGET");
  const std::string type = variable("CONTENT_TYPE");
  std::string body(std::strtoul(variable("CONTENT_LENGTH").c_str(), nullptr, 10), '\0');
  std::cin.read(body.data(), static_cast<std::streamsize>(body.size()));
  body.resize(static_cast<std::size_t>(std::cin.gcount()));

  pipexpr::adapter::Request request{method, target, {{"Content-Type", type}}, body};
  if (!operation.empty()) request.headers.push_back({"X-Amz-Target", operation});
  const auto reply = pipexpr::adapter::ExpressionAdapter(*definition).answer(request);
  std::cout << "Status: " << reply.status << "\r\nContent-Type: " << reply.content_type << "\r\n";
  if (!reply.error_type.empty()) std::cout << "x-amzn-ErrorType: " << reply.error_type << "\r\n";
  std::cout << "\r\n" << reply.body;
}
