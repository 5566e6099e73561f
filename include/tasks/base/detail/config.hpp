// SPDX-License-Identifier: MIT
#pragma once

/// Compile-time configuration. The macros a user may set:
///
/// | macro                        | meaning                                                             |
/// | ---------------------------- | ------------------------------------------------------------------- |
/// | `TASKS_USE_BOOST_ASIO`       | use Boost.Asio instead of standalone Asio                           |
/// | `TASKS_PUBLIC_ASIO_ONLY`     | use Asio's public interface only, whatever its version              |
/// | `TASKS_SEPARATE_COMPILATION` | the bodies are compiled once, in src/tasks.cpp                      |
/// | `TASKS_COMPILED_AS`          | the inline namespace of that library; it must be this file's, too   |
/// | `TASKS_USE_DATE`             | time zones come from Howard Hinnant's date library                  |
/// | `TASKS_NO_TIME_ZONES`        | UTC and fixed offsets only                                          |
/// | `TASKS_CHECK_LOCKS`          | terminate if user code would run while the library holds a lock     |
///
/// All translation units of a program must agree on them and on the version of Asio. If two that disagree
/// exchange objects of the library, the program does not link, because all macros but
/// `TASKS_SEPARATE_COMPILATION` and `TASKS_COMPILED_AS` are part of the inline namespace's name, for example
/// `tasks::v0_asio102201_no_zones`.

#include <tasks/base/detail/requirements.hpp>

#include <version>

#if defined(TASKS_USE_BOOST_ASIO)
#include <boost/asio/version.hpp>
#else
#include <asio/version.hpp>
#endif

#if defined(TASKS_SEPARATE_COMPILATION)
#define TASKS_DECL
#else
#define TASKS_DECL inline
#endif

#if defined(TASKS_NO_TIME_ZONES)
#elif defined(TASKS_USE_DATE)
#define TASKS_TZ_DATE 1
#elif defined(__cpp_lib_chrono) && __cpp_lib_chrono >= 201907L
#define TASKS_TZ_STD 1
#endif

// The name of the inline namespace: the ABI epoch and the options that change the meaning of names in it.
#if defined(TASKS_USE_BOOST_ASIO)
#define TASKS_ABI_ASIO v0_boost
#define TASKS_ABI_ASIO_VERSION BOOST_ASIO_VERSION
#else
#define TASKS_ABI_ASIO v0_asio
#define TASKS_ABI_ASIO_VERSION ASIO_VERSION
#endif
#if defined(TASKS_TZ_DATE)
#define TASKS_ABI_ZONES _date
#elif defined(TASKS_TZ_STD)
#define TASKS_ABI_ZONES
#else
#define TASKS_ABI_ZONES _no_zones
#endif
#if defined(TASKS_PUBLIC_ASIO_ONLY)
#define TASKS_ABI_INTERNALS _public
#else
#define TASKS_ABI_INTERNALS
#endif
#if defined(TASKS_CHECK_LOCKS)
#define TASKS_ABI_LOCKS _checked
#else
#define TASKS_ABI_LOCKS
#endif
#define TASKS_ABI_JOIN(a, b, c, d, e) TASKS_ABI_JOIN_EXPANDED(a, b, c, d, e)
#define TASKS_ABI_JOIN_EXPANDED(a, b, c, d, e) a##b##c##d##e
#define TASKS_ABI                                                                                            \
    TASKS_ABI_JOIN(TASKS_ABI_ASIO, TASKS_ABI_ASIO_VERSION, TASKS_ABI_ZONES, TASKS_ABI_INTERNALS,             \
                   TASKS_ABI_LOCKS)

// Default visibility, as Asio's, because the shared libraries of a program share objects through the context,
// whatever visibility they are compiled with.
#if defined(__GNUC__) && !defined(_WIN32) && !defined(__CYGWIN__)
#define TASKS_VISIBLE __attribute__((__visibility__("default")))
#else
#define TASKS_VISIBLE
#endif

#define TASKS_BEGIN_NAMESPACE                                                                                \
    namespace tasks TASKS_VISIBLE {                                                                          \
    inline namespace TASKS_ABI {
#define TASKS_END_NAMESPACE                                                                                  \
    }                                                                                                        \
    }

#include <tasks/base/detail/compiled_as.hpp>
