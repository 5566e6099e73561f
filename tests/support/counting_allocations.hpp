// SPDX-License-Identifier: MIT
#pragma once

// Counts the allocations of a program, and makes them fail on request. Include it in exactly one file of the
// program: it replaces operator new, and aligned_alloc, which Asio calls directly.

#include "allocations.hpp"

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <new>

namespace test::counted {

inline void* plain(std::size_t size) noexcept
{
    return fails() ? nullptr : std::malloc(size != 0 ? size : 1);
}

inline void* aligned(std::size_t alignment, std::size_t size) noexcept
{
    void* p = nullptr;
    if (fails() ||
        ::posix_memalign(&p, alignment < sizeof p ? sizeof p : alignment, size != 0 ? size : 1) != 0)
        return nullptr;
    return p;
}

inline void* or_throw(void* p)
{
    return p ? p : throw std::bad_alloc{};
}

} // namespace test::counted

// Defines all forms, because those of a sanitizer would not call these. Not inline, because GCC would take
// the free() in one place and the new in another for a mismatch.
// clang-format off
[[gnu::noinline]] void* operator new(std::size_t n)
{ return test::counted::or_throw(test::counted::plain(n)); }
[[gnu::noinline]] void* operator new(std::size_t n, std::align_val_t a)
{ return test::counted::or_throw(test::counted::aligned(static_cast<std::size_t>(a), n)); }
[[gnu::noinline]] void* operator new[](std::size_t n)
{ return test::counted::or_throw(test::counted::plain(n)); }
[[gnu::noinline]] void* operator new(std::size_t n, std::nothrow_t const&) noexcept
{ return test::counted::plain(n); }
[[gnu::noinline]] void* operator new[](std::size_t n, std::nothrow_t const&) noexcept
{ return test::counted::plain(n); }
[[gnu::noinline]] void operator delete[](void* p) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete[](void* p, std::size_t) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete(void* p, std::nothrow_t const&) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete[](void* p, std::nothrow_t const&) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete(void* p) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete(void* p, std::size_t) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete(void* p, std::align_val_t) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete(void* p, std::size_t, std::align_val_t) noexcept { std::free(p); }
// clang-format on

extern "C" void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept
{
    auto* const p = test::counted::aligned(alignment, size);
    if (!p)
        errno = ENOMEM;
    return p;
}
