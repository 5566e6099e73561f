// SPDX-License-Identifier: MIT
#include "support/captured_log.hpp"
#include "support/catch.hpp"
#include "support/virtual_context.hpp"

#include <memory>

using namespace test;

namespace {

struct after_1ms {
    std::chrono::nanoseconds next(unsigned) const { return 1ms; }
};

/// Allows `most` retries. Records copies, and asks the loop in each of its operations.
struct limited {
    struct record {
        tasks::loop_base const* loop = nullptr;
        int copies = 0;
        int destroyed = 0;
        int calls = 0;
        void ask() const
        {
            if (loop)
                static_cast<void>(loop->is_running());
        }
    };

    limited(record& r, int most)
        : seen{&r}
        , left{most}
    {
    }
    limited(limited const& other)
        : seen{other.seen}
        , left{other.left}
    {
        ++seen->copies;
        seen->ask();
    }
    limited(limited&& other) noexcept
        : seen{other.seen}
        , left{other.left}
    {
        seen->ask();
    }
    limited& operator=(limited const&) = delete;
    ~limited()
    {
        ++seen->destroyed;
        seen->ask();
    }

    bool operator()(std::exception_ptr const&)
    {
        ++seen->calls;
        seen->ask();
        return left-- > 0;
    }

    record* seen;
    int left;
};

/// A loop whose body always fails.
struct failing {
    virtual_context s;
    captured_log log;
    int attempts = 0;
    tasks::loop<> loop{s.io, {.every = 1s, .count = 1, .backoff = after_1ms{}}, [this] {
                           ++attempts;
                           throw 42;
                       }};
};

} // namespace

TEST_CASE("retry_if: the predicate is one object, which keeps count, and is never copied")
{
    limited::record seen;
    failing f;
    seen.loop = &f.loop;
    f.loop.retry_if(limited{seen, 3});
    auto const moved_from = seen.destroyed;
    f.loop.add_exception_type<std::logic_error>();
    f.loop.remove_exception_type<std::logic_error>();
    f.loop.start();
    f.s.time.advance(10s);
    CHECK(f.attempts == 4);
    CHECK(seen.calls == 4);
    CHECK(f.loop.failed());
    f.loop.add_exception_type<std::logic_error>(); // the set is a new one, the predicate is not
    f.loop.start();
    f.s.time.advance(10s);
    CHECK(seen.calls == 5);
    CHECK(seen.copies == 0);
    CHECK(seen.destroyed == moved_from);
    seen.loop = nullptr;
    f.loop.clear_exception_types();
    CHECK(seen.destroyed == moved_from + 1);
}

TEST_CASE("retry_if: a predicate that cannot be copied")
{
    failing f;
    f.loop.retry_if([left = std::make_unique<int>(2)](std::exception_ptr const&) { return (*left)-- > 0; });
    f.loop.start();
    f.s.time.advance(10s);
    CHECK(f.attempts == 3);
}

TEST_CASE("retry_if: one over error codes keeps count, too")
{
    virtual_context s;
    captured_log const log;
    int attempts = 0;
    tasks::loop<> loop{s.io, {.every = 1s, .count = 1, .backoff = after_1ms{}}, [&] {
                           ++attempts;
                           throw tasks::system_error{asio::error::access_denied};
                       }};
    loop.retry_if([left = 2](std::error_code const&) mutable { return left-- > 0; });
    loop.start();
    s.time.advance(10s);
    CHECK(attempts == 3);
}

TEST_CASE("retry_if: replaced, it is destroyed without a lock, and may itself replace what is handled")
{
    limited::record seen;
    failing f;
    seen.loop = &f.loop;
    SECTION("by another")
    {
        f.loop.retry_if(limited{seen, 1});
        f.loop.retry_if([](std::exception_ptr const&) { return false; });
        CHECK(seen.copies == 0);
    }
    SECTION("while it is called")
    {
        f.loop.retry_if([&, owned = limited{seen, 1}](std::exception_ptr const&) {
            auto const before = seen.destroyed;
            f.loop.retry_if([](std::exception_ptr const&) { return false; });
            CHECK(seen.destroyed == before); // it must exist until it has answered
            return true;
        });
        f.loop.start();
        f.s.time.advance(10s);
        CHECK(f.attempts == 2);
    }
    seen.loop = nullptr;
}

TEST_CASE("retry_if: with overlap the calls of the predicate are one at a time")
{
    virtual_context s;
    captured_log const log;
    bool inside = false;
    int calls = 0;
    tasks::loop<> loop{s.io, {.every = 1s, .count = 3, .backoff = after_1ms{}, .overlap = 3}, []() -> task {
                           co_await pause(5s);
                           throw 42;
                       }};
    loop.retry_if([&](std::exception_ptr const&) {
        CHECK(!std::exchange(inside, true));
        ++calls;
        inside = false;
        return calls < 6;
    });
    loop.start();
    s.time.advance(60s);
    CHECK(calls >= 6);
}
