// A server of one's own with the adapter in it: Boost.Beast, one definition file, a thread for each connection.
//
// usage: adapter_server DEFINITION PORT       port 0: any; the port is printed
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <thread>
#include <utility>

#include <boost/asio.hpp>
#include <boost/beast.hpp>

#include <pipexpr/adapter.h>
#include <pipexpr/definition.h>

namespace adapter = pipexpr::adapter;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::asio::ip::tcp;

http::response<http::string_body> answer(const adapter::ExpressionAdapter& expressions,
                                         const http::request<http::string_body>& request) {
  adapter::Request asked{request.method_string(), request.target(), {}, request.body()};
  for (const auto& header : request) asked.headers.push_back({header.name_string(), header.value()});
  const adapter::Reply reply = expressions.answer(asked);

  http::response<http::string_body> response{http::int_to_status(reply.status), request.version()};
  response.set(http::field::content_type, reply.content_type);
  if (!reply.error_type.empty()) response.set("x-amzn-ErrorType", reply.error_type);
  response.keep_alive(request.keep_alive());
  response.body() = reply.body;
  response.prepare_payload();
  return response;
}

void serve(const adapter::ExpressionAdapter& expressions, tcp::socket socket) {
  beast::flat_buffer buffer;
  beast::error_code error;
  for (bool more = true; more && !error;) {
    http::request_parser<http::string_body> parser;
    parser.body_limit(adapter::AdapterOptions().max_body_bytes);
    http::read(socket, buffer, parser, error);
    if (error) break;
    http::write(socket, answer(expressions, parser.get()), error);
    more = parser.get().keep_alive();
  }
}

int main(int count, char** arguments) {
  if (count != 3) return std::cerr << "usage: adapter_server DEFINITION PORT\n", 2;
  std::ifstream file(arguments[1]);
  const std::string json{std::istreambuf_iterator<char>(file), {}};
  const auto definition = pipexpr::PipelineDefinition::load(json);
  if (!definition) {
    return std::cerr << pipexpr::render(definition.error().front(), {.source = json}), 1;
  }
  const adapter::ExpressionAdapter expressions(*definition);

  boost::asio::io_context context;
  tcp::acceptor acceptor(
      context, {boost::asio::ip::make_address("127.0.0.1"), static_cast<unsigned short>(std::atoi(arguments[2]))});
  std::cout << acceptor.local_endpoint().port() << std::endl;
  while (true) {
    std::thread([&expressions, socket = acceptor.accept()]() mutable {
      serve(expressions, std::move(socket));
    }).detach();
  }
}
