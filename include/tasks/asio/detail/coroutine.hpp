// SPDX-License-Identifier: MIT
#pragma once

/// How the coroutine of a loop begins, is suspended, and goes on. One interface, and two ways to do it:
///
/// - `loop_coroutine` is what such a coroutine returns;
/// - `begin_coroutine` takes its first step;
/// - `co_await suspend(f)` in it calls `f(resumption)`;
/// - a `resumption` is the suspended coroutine: called, it goes on there and then; `unwind` destroys it, on any thread if
///   `unwinds_anywhere`;
/// - `coroutines_park` says whether it is better kept while its loop waits, because to begin another one is dear.
///
/// By Asio's public interface alone it is, for `co_spawn` takes long; so a loop that waits has three frames. The other way has none while it
/// waits, and one otherwise. It is taken with versions of Asio that it is known to fit.

#include <tasks/asio/detail/asio.hpp>

#if defined(TASKS_KNOWN_ASIO_COROUTINES) && !defined(TASKS_PUBLIC_ASIO_ONLY)
#include <tasks/asio/detail/coroutine_asio_frame.hpp>
#else
#include <tasks/asio/detail/coroutine_co_spawn.hpp>
#endif
