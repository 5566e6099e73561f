// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/asio/detail/asio.hpp>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// The context of an executor if it is one of Asio's own.
struct known_context {
    asio::io_context* io = nullptr;
    asio::thread_pool* pool = nullptr;

    explicit operator bool() const noexcept { return io || pool; }
};

/// Returns the context of an executor; for a strand, that of the inner executor.
[[nodiscard]] known_context known_context_of(asio::any_io_executor const& executor);

} // namespace detail
TASKS_END_NAMESPACE

#if !defined(TASKS_SEPARATE_COMPILATION)
#include <tasks/asio/detail/known_context.ipp>
#endif
