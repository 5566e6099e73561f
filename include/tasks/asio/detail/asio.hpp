// SPDX-License-Identifier: MIT
#pragma once

/// The only file that includes Asio, standalone or Boost's, and handles their differences.

#include <tasks/base/detail/config.hpp>
#include <tasks/base/detail/make_exception.hpp>

#if defined(TASKS_USE_BOOST_ASIO)

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_allocator.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/execution.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/multiple_exceptions.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/system_executor.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/version.hpp>
#include <boost/system/system_error.hpp>

#if BOOST_ASIO_VERSION < 102201
#error "tasks: Boost.Asio is too old; Boost 1.79 or newer is needed"
#endif
#if BOOST_ASIO_VERSION <= 102600
#define TASKS_KNOWN_ASIO_COROUTINES 1 // see coroutine.hpp
#endif
#if !defined(BOOST_ASIO_HAS_CO_AWAIT)
#error "tasks: Boost.Asio found no coroutines; compile as C++20 or newer"
#endif

TASKS_BEGIN_NAMESPACE
namespace asio = ::boost::asio;
using error_code = ::boost::system::error_code;
using system_error = ::boost::system::system_error;
TASKS_END_NAMESPACE

#else

#include <asio/any_io_executor.hpp>
#include <asio/associated_allocator.hpp>
#include <asio/associated_cancellation_slot.hpp>
#include <asio/associated_executor.hpp>
#include <asio/async_result.hpp>
#include <asio/awaitable.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/co_spawn.hpp>
#include <asio/dispatch.hpp>
#include <asio/error.hpp>
#include <asio/execution.hpp>
#include <asio/execution_context.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/multiple_exceptions.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <asio/strand.hpp>
#include <asio/system_error.hpp>
#include <asio/system_executor.hpp>
#include <asio/this_coro.hpp>
#include <asio/thread_pool.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/version.hpp>

#if ASIO_VERSION < 102201
#error "tasks: Asio is too old; 1.22.1 or newer is needed"
#endif
#if ASIO_VERSION <= 103802
#define TASKS_KNOWN_ASIO_COROUTINES 1 // see coroutine.hpp
#endif
#if !defined(ASIO_HAS_CO_AWAIT)
#error "tasks: Asio found no coroutines; compile as C++20 and, with clang and Asio before 1.26, define" \
    "ASIO_HAS_CO_AWAIT and ASIO_HAS_STD_COROUTINE (the CMake package does)"
#endif

TASKS_BEGIN_NAMESPACE
namespace asio = ::asio;
using error_code = ::asio::error_code;
using system_error = ::asio::system_error;
TASKS_END_NAMESPACE

#endif

#include <exception>
#include <typeinfo>
#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// The executor inside, if it is a `T`. (`target()` alone does not check the type in Asio 1.22.)
template <class T>
[[nodiscard]] T const* target_of(asio::any_io_executor const& executor) noexcept
{
    return executor.target_type() == typeid(T) ? executor.template target<T>() : nullptr;
}

/// Returns the exception that classifies a given one. Asio's operators `&&` and `||` throw
/// `multiple_exceptions` if both sides failed, of which only the first is accessible.
[[nodiscard]] inline std::exception_ptr first_of(std::exception_ptr exception) noexcept
{
    while (exception) {
        std::exception_ptr first;
        try {
            std::rethrow_exception(exception);
        } catch (asio::multiple_exceptions const& several) {
            first = several.first_exception();
        } catch (...) {
        }
        if (!first)
            break;
        exception = std::move(first);
    }
    return exception;
}

/// Whether the exception is Asio's `operation_aborted`, the error of a cancelled operation.
[[nodiscard]] inline bool is_operation_aborted(std::exception_ptr const& exception) noexcept
{
    try {
        std::rethrow_exception(first_of(exception));
    } catch (system_error const& e) {
        return e.code() == asio::error::operation_aborted;
    } catch (...) {
        return false;
    }
}

/// That error, for those who are to be told of a cancellation.
[[nodiscard]] inline std::exception_ptr operation_aborted() noexcept
{
    return make_exception_nothrow([] { return system_error{asio::error::operation_aborted}; });
}

} // namespace detail
TASKS_END_NAMESPACE
