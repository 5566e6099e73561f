// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/config.hpp>

#include <array>
#include <cstddef>
#include <new>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// A per-thread cache of memory blocks of one size, shared by all users of the same `Use`.
template <class Use>
class kept_memory {
public:
    [[nodiscard]] static void* allocate(std::size_t size)
    {
        if (kept_.count != 0 && kept_.size == size)
            return kept_.frames[--kept_.count];
        return ::operator new(size);
    }

    static void deallocate(void* frame, std::size_t size) noexcept
    {
        static thread_local at_exit const frees_the_kept;
        if (kept_.count == kept_.capacity || (kept_.count != 0 && kept_.size != size)) {
            free(frame, size);
            return;
        }
        kept_.size = size;
        kept_.frames[kept_.count++] = frame;
    }

private:
    static constexpr std::size_t most = 64;

    static void free(void* frame, [[maybe_unused]] std::size_t size) noexcept
    {
#if defined(__cpp_sized_deallocation)
        ::operator delete(frame, size);
#else // clang before 19 has it only with -fsized-deallocation
        ::operator delete(frame);
#endif
    }

    struct kept_frames {
        std::size_t capacity;
        std::size_t count;
        std::size_t size;
        std::array<void*, most> frames;
    };
    struct at_exit {
        at_exit() = default;
        at_exit(at_exit const&) = delete;
        at_exit& operator=(at_exit const&) = delete;
        ~at_exit()
        {
            while (kept_.count != 0)
                free(kept_.frames[--kept_.count], kept_.size);
            kept_.capacity = 0; // so that a context destroyed later frees at once
        }
    };

    static inline constinit thread_local kept_frames kept_{
        .capacity = most, .count = 0, .size = 0, .frames = {}};
};

/// Allocates the frames of the loops' coroutines.
using frame_allocator = kept_memory<struct frames>;

} // namespace detail
TASKS_END_NAMESPACE
