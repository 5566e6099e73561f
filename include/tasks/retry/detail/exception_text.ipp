// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/asio/detail/asio.hpp>
#include <tasks/retry/exception_text.hpp>

#include <utility>

#if __has_include(<cxxabi.h>)
#include <cstdlib>
#include <cxxabi.h>
#include <memory>
#endif

TASKS_BEGIN_NAMESPACE
namespace detail {

/// Describes the exception being handled, which is not a `std::exception`.
TASKS_DECL std::string text_of_caught_type()
{
#if __has_include(<cxxabi.h>)
    struct deallocate {
        void operator()(char* text) const noexcept { std::free(text); }
    };
    if (auto const* const type = abi::__cxa_current_exception_type()) {
        int status = 0;
        std::unique_ptr<char, deallocate> const name{
            abi::__cxa_demangle(type->name(), nullptr, nullptr, &status)};
        return std::string{"exception of type "} + (name ? name.get() : type->name());
    }
#endif
    return "unknown exception";
}

/// The text of one exception and the exception nested in it, if any.
struct link_of_causes {
    std::string text;
    std::exception_ptr cause;
};

TASKS_DECL link_of_causes link_at(std::exception_ptr const& exception)
{
    auto const cause_in = [](auto const& caught) {
        auto const* const nested = dynamic_cast<std::nested_exception const*>(&caught);
        return nested ? nested->nested_ptr() : nullptr;
    };
    try {
        std::rethrow_exception(exception);
    } catch (std::exception const& e) {
        return {e.what(), cause_in(e)};
    } catch (std::nested_exception const& e) {
        return {text_of_caught_type(), e.nested_ptr()};
    } catch (...) {
        return {text_of_caught_type(), nullptr};
    }
}

} // namespace detail

TASKS_DECL std::string what(std::exception_ptr const& exception)
{
    if (!exception)
        return "no exception";
    std::string text;
    for (auto next = detail::first_of(exception); next;) {
        auto link = detail::link_at(next);
        if (!text.empty())
            text += ", caused by: ";
        text += link.text;
        next = detail::first_of(std::move(link.cause));
    }
    return text;
}

TASKS_END_NAMESPACE
