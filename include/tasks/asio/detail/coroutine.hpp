// SPDX-License-Identifier: MIT
#pragma once

/// Starts, suspends and resumes the coroutine of a loop. One interface with two implementations:
///
/// - `loop_coroutine` is the return type of such a coroutine;
/// - `begin_coroutine` takes its first step;
/// - `co_await suspend(f)` in it calls `f(resumption)`;
/// - a `resumption` is the suspended coroutine: calling it resumes the coroutine inline; `unwind` destroys
///   it, on any thread if `unwinds_anywhere`;
/// - `coroutines_park` is true if the coroutine is kept while its loop waits, because starting another one is
///   expensive.
///
/// With Asio's public interface only, it is kept: `co_spawn` is slow, so a waiting loop keeps its three
/// frames. The other implementation has no frame while waiting and one while running; it is used with the
/// versions of Asio that it was checked against.

#include <tasks/asio/detail/asio.hpp>

#if defined(TASKS_KNOWN_ASIO_COROUTINES) && !defined(TASKS_PUBLIC_ASIO_ONLY)
#include <tasks/asio/detail/coroutine_asio_frame.hpp>
#else
#include <tasks/asio/detail/coroutine_co_spawn.hpp>
#endif
