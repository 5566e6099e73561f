// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/config.hpp>

#if defined(__cpp_lib_jthread)
#include <stop_token>
#else
#include <tasks/base/detail/own_stop_token.hpp>
#endif

TASKS_BEGIN_NAMESPACE

#if defined(__cpp_lib_jthread)

using std::stop_callback;
using std::stop_source;
using std::stop_token;

#else

/// Tells a function that blocks whether it is to return soon: `std::stop_token`, or a class of the library
/// with the same members where the standard library has none (libc++ 19 has one only with
/// `-fexperimental-library`). Get one from `tasks::offload`.
///
/// @code
/// co_await tasks::offload(pool, [](tasks::stop_token stop) {
///     while (!stop.stop_requested() && index_next_file()) {
///     }
/// });
/// @endcode
///
/// @par Thread safety
/// As the standard's: distinct objects may be used at once, also those that share a state.
using stop_token = detail::own_stop_token;
/// Requests the stop that its tokens report: `std::stop_source`, or likewise.
using stop_source = detail::own_stop_source;
/// Calls a function when the stop is requested, on the thread that requests it: `std::stop_callback`, or
/// likewise. Its destructor waits for a call that another thread is in.
template <class Callback>
using stop_callback = detail::own_stop_callback<Callback>;

#endif

TASKS_END_NAMESPACE
