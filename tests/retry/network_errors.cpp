// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <tasks/asio/detail/asio.hpp>
#include <tasks/retry/detail/handled_errors.hpp>
#include <tasks/retry/detail/windows_network_errors.hpp>
#include <tasks/retry/network_errors.hpp>

#include <cerrno>
#include <functional>
#include <future>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace net = tasks::asio;
using tasks::is_network_error;

namespace {

std::exception_ptr thrown_with(tasks::error_code code)
{
    return std::make_exception_ptr(tasks::system_error{code});
}

} // namespace

TEST_CASE("network errors: each documented condition")
{
    for (auto const condition :
         {std::errc::connection_aborted, std::errc::connection_refused, std::errc::connection_reset,
          std::errc::broken_pipe, std::errc::host_unreachable, std::errc::network_unreachable,
          std::errc::network_down, std::errc::network_reset, std::errc::not_connected, std::errc::no_link,
          std::errc::timed_out, std::errc::no_buffer_space, std::errc::address_not_available,
          std::errc::resource_unavailable_try_again, std::errc::too_many_files_open,
          std::errc::too_many_files_open_in_system}) {
        auto const code = std::make_error_code(condition);
        CAPTURE(code.message());
        CHECK(is_network_error(code));
#if !defined(_WIN32) // on Windows the system's numbers differ from errno
        CHECK(is_network_error(std::error_code{code.value(), std::system_category()}));
#endif
        CHECK(is_network_error(std::make_exception_ptr(std::system_error{code})));
    }
}

TEST_CASE("network errors: as Asio reports them")
{
    using namespace net::error;
    for (auto const code : {tasks::error_code{connection_aborted},
                            tasks::error_code{connection_refused},
                            tasks::error_code{connection_reset},
                            tasks::error_code{broken_pipe},
                            tasks::error_code{host_unreachable},
                            tasks::error_code{network_unreachable},
                            tasks::error_code{network_down},
                            tasks::error_code{network_reset},
                            tasks::error_code{not_connected},
                            tasks::error_code{timed_out},
                            tasks::error_code{no_buffer_space},
                            tasks::error_code{try_again},
                            tasks::error_code{would_block},
                            tasks::error_code{no_descriptors},
                            tasks::error_code{eof},
                            tasks::error_code{host_not_found},
                            tasks::error_code{host_not_found_try_again},
                            tasks::error_code{no_data},
                            tasks::error_code{no_recovery},
                            tasks::error_code{service_not_found},
                            tasks::error_code{socket_type_not_supported}}) {
        CAPTURE(code.message(), code.category().name());
        CHECK(is_network_error(std::error_code{code}));
        CHECK(is_network_error(thrown_with(code)));
    }
}

#if !defined(_WIN32) // which has none of these numbers, but others (see below)

TEST_CASE("network errors: numbers of the system that have no std::errc")
{
    std::vector<int> numbers;
#if defined(ESHUTDOWN)
    numbers.push_back(ESHUTDOWN);
#endif
#if defined(EHOSTDOWN)
    numbers.push_back(EHOSTDOWN);
#endif
#if defined(ENONET)
    numbers.push_back(ENONET);
#endif
    for (auto const number : numbers) {
        CAPTURE(number);
        CHECK(is_network_error(std::error_code{number, std::generic_category()}));
        CHECK(is_network_error(std::error_code{number, std::system_category()}));
        CHECK(is_network_error(thrown_with(tasks::error_code{number, net::error::get_system_category()})));
    }
}

#endif

TEST_CASE("network errors: a TLS stream that ends without a farewell")
{
    // Has the name of Asio's category, which requires OpenSSL.
    struct named_category : std::error_category {
        explicit named_category(char const* n)
            : name_{n}
        {
        }
        char const* name() const noexcept override { return name_; }
        std::string message(int) const override { return "text"; }

        char const* name_;
    };
    static named_category const tls_stream{"asio.ssl.stream"};
    static named_category const tls{"asio.ssl"};
    constexpr int stream_truncated = 1;
    constexpr int unexpected_result = 3;
    CHECK(is_network_error(std::error_code{stream_truncated, tls_stream}));
    CHECK(!is_network_error(std::error_code{unexpected_result, tls_stream}));
    CHECK(!is_network_error(std::error_code{stream_truncated, tls}));
}

TEST_CASE("network errors: of several exceptions the first counts")
{
    using net::multiple_exceptions;
    auto const of = [](auto exception) { return std::make_exception_ptr(std::move(exception)); };
    auto const reset = thrown_with(net::error::connection_reset);
    auto const logic = of(std::logic_error{"x"});
    CHECK(is_network_error(of(multiple_exceptions{reset})));
    CHECK(is_network_error(of(multiple_exceptions{of(multiple_exceptions{reset})})));
    CHECK(!is_network_error(of(multiple_exceptions{logic})));
    CHECK(!is_network_error(of(multiple_exceptions{nullptr})));
    CHECK(!is_network_error(std::exception_ptr{}));
}

TEST_CASE("network errors: the numbers of Windows")
{
    using tasks::detail::is_windows_network_error;
    // ERROR_NETNAME_DELETED, ERROR_RETRY, WSAECONNRESET, WSAETIMEDOUT, WSAHOST_NOT_FOUND, WSANO_DATA
    for (int const code : {64, 1237, 10054, 10060, 11001, 11004})
        CHECK(is_windows_network_error(code));
    // ERROR_FILE_NOT_FOUND, ERROR_ACCESS_DENIED, ERROR_OPERATION_ABORTED, WSAEACCES, WSAEINVAL, WSAEADDRINUSE
    for (int const code : {0, 2, 5, 995, 10013, 10022, 10048, 11005})
        CHECK(!is_windows_network_error(code));
}

TEST_CASE("network errors: what is not one")
{
    using namespace net::error;
    for (auto const code :
         {tasks::error_code{}, tasks::error_code{operation_aborted}, tasks::error_code{access_denied},
          tasks::error_code{invalid_argument}, tasks::error_code{bad_descriptor},
          tasks::error_code{address_in_use}, tasks::error_code{already_open}, tasks::error_code{not_found},
          tasks::error_code{message_size}, tasks::error_code{no_permission}, tasks::error_code{no_memory}}) {
        CAPTURE(code.message());
        CHECK(!is_network_error(std::error_code{code}));
        CHECK(!is_network_error(thrown_with(code)));
    }
    CHECK(!is_network_error(std::make_error_code(std::errc::no_such_file_or_directory)));
    CHECK(!is_network_error(std::make_error_code(std::future_errc::broken_promise)));
    CHECK(!is_network_error(std::make_exception_ptr(std::runtime_error{"connection reset"})));
    CHECK(!is_network_error(std::make_exception_ptr(ECONNRESET)));
}

TEST_CASE("network errors: categories that only look alike by value")
{
    struct other_category : std::error_category {
        char const* name() const noexcept override { return "other"; }
        std::string message(int) const override { return "other"; }
    };
    static other_category const other;
    CHECK(!is_network_error(std::error_code{ECONNRESET, other}));
    CHECK(!is_network_error(std::error_code{net::error::eof, other}));
}

TEST_CASE("handled errors: a set of types, matched with those derived from them")
{
    tasks::detail::handled_errors h;
    auto const logic = std::make_exception_ptr(std::out_of_range{"x"});
    CHECK(h.has<tasks::network_errors>());
    CHECK(h.match(thrown_with(net::error::eof)));
    CHECK(!h.match(logic));

    h.add<std::logic_error>();
    h.add<std::logic_error>();
    h.add<int>();
    CHECK(h.match(logic));
    CHECK(h.match(std::make_exception_ptr(1)));
    CHECK(!h.match(std::make_exception_ptr(1L)));
    CHECK(!h.remove<std::out_of_range>());
    CHECK(h.remove<std::logic_error>());
    CHECK(!h.remove<std::logic_error>()); // adding it twice has the effect of adding it once
    CHECK(!h.match(logic));

    h.clear();
    CHECK(!h.match(std::make_exception_ptr(1)));
    CHECK(!h.match(thrown_with(net::error::eof)));
}

TEST_CASE("handled errors: of several exceptions the first counts")
{
    using net::multiple_exceptions;
    tasks::detail::handled_errors h;
    auto const several = std::make_exception_ptr(multiple_exceptions{std::make_exception_ptr(1)});
    CHECK(!h.match(several));
    h.add<std::exception>(); // it only holds the first exception
    CHECK(!h.match(several));
    h.add<int>();
    CHECK(h.match(several));
    h.clear();
    h.add<multiple_exceptions>(); // unless it is named
    CHECK(h.match(several));
    CHECK(!h.match(std::make_exception_ptr(1)));
}

TEST_CASE("handled errors: predicates over error codes and over exceptions")
{
    tasks::detail::handled_errors h;
    h.retry_if(tasks::detail::make_retry_predicate([](std::error_code const& e) {
        return e == std::error_code{tasks::error_code{net::error::access_denied}};
    }));
    CHECK(h.match(thrown_with(net::error::access_denied)));
    CHECK(h.match(thrown_with(net::error::eof))); // the types still count
    CHECK(!h.match(thrown_with(net::error::invalid_argument)));
    CHECK(!h.match(std::make_exception_ptr(1))); // carries no code

    h.retry_if(tasks::detail::make_retry_predicate([](std::exception_ptr const&) { return true; }));
    CHECK(h.match(std::make_exception_ptr(1)));
    auto const several =
        std::make_exception_ptr(net::multiple_exceptions{thrown_with(net::error::access_denied)});
    h.retry_if(tasks::detail::make_retry_predicate([](std::error_code const& e) {
        return e == std::error_code{tasks::error_code{net::error::access_denied}};
    }));
    CHECK(h.match(several));
    h.retry_if(
        tasks::detail::make_retry_predicate([&](std::exception_ptr const& e) { return e == several; }));
    CHECK(h.match(several)); // it sees the thrown exception
    h.clear();
    CHECK(!h.match(std::make_exception_ptr(1)));
    h.retry_if(tasks::detail::make_retry_predicate(std::function<bool(std::exception_ptr const&)>{}));
    CHECK(!h.match(std::make_exception_ptr(1))); // an empty function matches nothing
}
