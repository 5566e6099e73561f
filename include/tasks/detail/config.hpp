// SPDX-License-Identifier: MIT
#pragma once

/// Compile-time configuration. The macros a user may set:
///
/// | macro                        | meaning                                                             |
/// | ---------------------------- | ------------------------------------------------------------------- |
/// | `TASKS_USE_BOOST_ASIO`       | use Boost.Asio instead of standalone Asio                           |
/// | `TASKS_PUBLIC_ASIO_ONLY`     | keep to Asio's public interface, whatever its version               |
/// | `TASKS_SEPARATE_COMPILATION` | the bodies are compiled once, in src/tasks.cpp                      |
/// | `TASKS_USE_DATE`             | time zones come from Howard Hinnant's date library                  |
/// | `TASKS_NO_TIME_ZONES`        | UTC and fixed offsets only                                          |
///
/// All translation units of a program must agree on them.

#include <tasks/detail/requirements.hpp>

#include <version>

#if defined(TASKS_SEPARATE_COMPILATION)
#define TASKS_DECL
#else
#define TASKS_DECL inline
#endif

// The inline namespace is the ABI epoch; one per Asio, so that a program may link both.
#if defined(TASKS_USE_BOOST_ASIO)
#define TASKS_BEGIN_NAMESPACE                                                                                \
    namespace tasks {                                                                                        \
    inline namespace v0_boost {
#else
#define TASKS_BEGIN_NAMESPACE                                                                                \
    namespace tasks {                                                                                        \
    inline namespace v0 {
#endif
#define TASKS_END_NAMESPACE                                                                                  \
    }                                                                                                        \
    }

#if defined(TASKS_NO_TIME_ZONES)
#elif defined(TASKS_USE_DATE)
#define TASKS_TZ_DATE 1
#elif defined(__cpp_lib_chrono) && __cpp_lib_chrono >= 201907L
#define TASKS_TZ_STD 1
#endif
