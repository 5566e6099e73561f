// SPDX-License-Identifier: MIT
#pragma once

/// How the coroutine of a loop begins, is suspended, and goes on. One interface, and two ways to do it:
///
/// - `loop_coroutine` is what such a coroutine returns;
/// - `begin_coroutine` takes its first step;
/// - `co_await suspend(f)` in it calls `f(resumption)`;
/// - a `resumption` is the suspended coroutine: called, it goes on there and then; `unwind` destroys it, on any thread if
///   `unwinds_anywhere`; `prefetch_frame` asks for its memory.
///
/// By Asio's public interface alone a loop has two frames and, while it waits, a third. The other way makes do with one, which saves a
/// third of the memory of a waiting loop. It is taken with versions of Asio that it is known to fit.

#include <tasks/detail/asio.hpp>

#if defined(TASKS_KNOWN_ASIO_COROUTINES) && !defined(TASKS_PUBLIC_ASIO_ONLY)
#include <tasks/detail/coroutine_by_thread.hpp>
#else
#include <tasks/detail/coroutine_by_spawn.hpp>
#endif
