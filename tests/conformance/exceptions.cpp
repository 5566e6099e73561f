// SPDX-License-Identifier: MIT
#include "exceptions.hpp"

#include <tasks/base/errors.hpp>
#include <tasks/retry/exception_text.hpp>

#include <algorithm>
#include <stdexcept>

namespace conformance {
namespace {

namespace asio = tasks::asio;

struct base_error : std::runtime_error {
    using std::runtime_error::runtime_error;
};
struct os_error : base_error {
    using base_error::base_error;
};
struct connection_error : os_error {
    using os_error::os_error;
};
struct timeout_error : os_error {
    using os_error::os_error;
};
struct client_error : base_error {
    using base_error::base_error;
};
struct custom_error : base_error {
    using base_error::base_error;
};
struct custom_sub_error : custom_error {
    using custom_error::custom_error;
};
struct value_error : base_error {
    using base_error::base_error;
};
struct key_error : base_error {
    using base_error::base_error;
};
struct runtime_error : base_error {
    using base_error::base_error;
};

template <class E>
[[noreturn]] void raise_as(char const* name)
{
    throw E{name};
}

[[noreturn]] void raise_cancellation(char const*)
{
    throw tasks::system_error{asio::error::operation_aborted};
}

[[noreturn]] void raise_skipped(char const* name)
{
    throw tasks::skipped{name};
}

template <class E>
void add(loop_type& loop)
{
    loop.add_exception_type<E>();
}

template <class E>
bool remove(loop_type& loop)
{
    return loop.remove_exception_type<E>();
}

struct exception_class {
    char const* name;
    void (*raise)(char const*);
    void (*add)(loop_type&);
    bool (*remove)(loop_type&);
};

template <class E>
constexpr exception_class make(char const* name)
{
    return {name, &raise_as<E>, &add<E>, &remove<E>};
}

constexpr exception_class classes[] = {
    make<base_error>("Exception"),
    make<os_error>("OSError"),
    make<connection_error>("ConnectionError"),
    make<timeout_error>("TimeoutError"),
    make<client_error>("ClientError"),
    make<custom_error>("CustomError"),
    make<custom_sub_error>("CustomSubError"),
    make<value_error>("ValueError"),
    make<key_error>("KeyError"),
    make<runtime_error>("RuntimeError"),
    {"Skipped", &raise_skipped, &add<tasks::skipped>, &remove<tasks::skipped>},
    {"CancelledError", &raise_cancellation, &add<tasks::system_error>, &remove<tasks::system_error>},
};

exception_class const* find(std::string_view name)
{
    auto const found = std::find_if(std::begin(classes), std::end(classes),
                                    [&](exception_class const& c) { return c.name == name; });
    return found == std::end(classes) ? nullptr : found;
}

exception_class const& need(std::string_view name)
{
    if (auto const* c = find(name))
        return *c;
    throw std::logic_error("no exception class " + std::string{name});
}

} // namespace

bool is_exception_name(std::string_view name)
{
    return find(name) != nullptr;
}

void raise(std::string_view name)
{
    exception_class const& c = need(name);
    c.raise(c.name);
    std::terminate(); // because every raise throws
}

void add_exception_type(loop_type& loop, std::string_view name)
{
    need(name).add(loop);
}

bool remove_exception_type(loop_type& loop, std::string_view name)
{
    return need(name).remove(loop);
}

void handle_default_types(loop_type& loop)
{
    loop.clear_exception_types();
    loop.add_exception_type<os_error, timeout_error, client_error, tasks::timed_out>();
}

std::string class_name(std::exception_ptr const& exception)
{
    if (!exception)
        return "no exception";
    try {
        std::rethrow_exception(exception);
    } catch (base_error const& e) {
        return e.what(); // set to the class name by raise()
    } catch (tasks::bad_option const&) {
        return "ValueError";
    } catch (tasks::already_running const&) {
        return "RuntimeError";
    } catch (tasks::skipped const&) {
        return "Skipped";
    } catch (tasks::timed_out const&) {
        return "TimedOut";
    } catch (tasks::not_running const&) {
        return "NotRunning";
    } catch (bad_combination const&) {
        return "TypeError";
    } catch (...) {
        if (is_cancellation(exception))
            return "CancelledError";
        return "other exception: " + tasks::what(exception);
    }
}

bool is_cancellation(std::exception_ptr const& exception)
{
    try {
        if (exception)
            std::rethrow_exception(exception);
    } catch (tasks::system_error const& e) {
        return e.code() == asio::error::operation_aborted;
    } catch (...) {
        return false;
    }
    return false;
}

} // namespace conformance
