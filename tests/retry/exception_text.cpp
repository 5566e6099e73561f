// SPDX-License-Identifier: MIT
#include "support/captured_log.hpp"
#include "support/catch.hpp"
#include "support/virtual_context.hpp"

#include <tasks/base/errors.hpp>
#include <tasks/retry/exception_text.hpp>

#include <system_error>

namespace {

struct parse_error {
    int line;
};

template <class Thrower>
std::string text_of(Thrower thrower)
{
    try {
        thrower();
    } catch (...) {
        return tasks::what(std::current_exception());
    }
    return "nothing was thrown";
}

[[noreturn]] void no_file()
{
    throw std::runtime_error{"no such file"};
}

[[noreturn]] void no_configuration()
{
    try {
        no_file();
    } catch (...) {
        std::throw_with_nested(std::logic_error{"no configuration"});
    }
}

} // namespace

TEST_CASE("what: an exception of any type")
{
    CHECK(tasks::what(nullptr) == "no exception");
    CHECK(text_of(no_file) == "no such file");
    CHECK(text_of([] { throw 42; }) == "exception of type int");
    CHECK(text_of([] { throw "text"; }) == "exception of type char const*");
    CHECK(text_of([] { throw parse_error{3}; }).find("parse_error") != std::string::npos);
}

TEST_CASE("what: nested exceptions are followed by their causes")
{
    CHECK(text_of(no_configuration) == "no configuration, caused by: no such file");
    CHECK(text_of([] {
              try {
                  no_configuration();
              } catch (...) {
                  std::throw_with_nested(std::runtime_error{"no start"});
              }
          }) == "no start, caused by: no configuration, caused by: no such file");
    CHECK(text_of([] {
              try {
                  throw 42;
              } catch (...) {
                  std::throw_with_nested(std::runtime_error{"outer"});
              }
          }) == "outer, caused by: exception of type int");
    auto const typed = text_of([] {
        try {
            no_file();
        } catch (...) {
            std::throw_with_nested(parse_error{3});
        }
    });
    CHECK(typed.find("parse_error") != std::string::npos);
    CHECK(typed.find(", caused by: no such file") != std::string::npos);
    CHECK(text_of([] { std::throw_with_nested(std::runtime_error{"nothing inside"}); }) == "nothing inside");
}

TEST_CASE("what: of several exceptions the first, also where one is the cause of another")
{
    namespace net = tasks::asio;
    auto const several = [](std::exception_ptr first) {
        return std::make_exception_ptr(net::multiple_exceptions{std::move(first)});
    };
    CHECK(tasks::what(several(std::make_exception_ptr(42))) == "exception of type int");
    CHECK(tasks::what(several(several(std::make_exception_ptr(42)))) == "exception of type int");
    CHECK(tasks::what(several(nullptr)) == "multiple exceptions");
    CHECK(text_of([&] {
              try {
                  std::rethrow_exception(several(std::make_exception_ptr(std::runtime_error{"inner"})));
              } catch (...) {
                  std::throw_with_nested(std::runtime_error{"outer"});
              }
          }) == "outer, caused by: inner");
}

TEST_CASE("the log says the type of an exception that is none of the library's, and the causes")
{
    test::virtual_context s;
    test::captured_log log;
    bool nested = GENERATE(false, true);
    tasks::loop<> loop{s.io, {.every = std::chrono::seconds{1}, .name = "l"}, [&] {
                           if (nested)
                               no_configuration();
                           throw 42;
                       }};
    loop.start();
    s.time.advance(std::chrono::seconds{10});
    REQUIRE(log.lines.size() == 1);
    CHECK(log.lines[0] ==
          "l: fatal error, and no error hook: " +
              std::string{nested ? "no configuration, caused by: no such file" : "exception of type int"});
}
