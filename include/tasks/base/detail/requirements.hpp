// SPDX-License-Identifier: MIT
#pragma once

/// Checks the compiler options that the library needs. Included before everything else, so that these errors
/// are the first that a compiler prints.

#if !(__cplusplus >= 202002L || (defined(_MSVC_LANG) && _MSVC_LANG >= 202002L))
#error "tasks: C++20 is needed; compile with -std=c++20 or newer (MSVC: /std:c++20)"
#endif
#if !defined(__cpp_exceptions) && !defined(_CPPUNWIND)
#error "tasks: exceptions are needed to report errors; compile without -fno-exceptions (MSVC: with /EHsc)"
#endif
#if !defined(__cpp_rtti) && !defined(_CPPRTTI)
#error "tasks: RTTI is needed to retry exceptions by type; compile without -fno-rtti (MSVC: with /GR)"
#endif
