// SPDX-License-Identifier: MIT
#include "plugin.hpp"

using namespace std::chrono_literals;

namespace {

class ticking final : public plugin {
public:
    explicit ticking(net::io_context& io)
        : loop_{io, 10ms, [this] { return body(); }}
    {
        loop_.start();
    }

    tasks::loop_base& loop() override { return loop_; }
    int bodies() const override { return bodies_; }
    int dispatched_at_once() const override { return dispatched_at_once_; }
    void ask_for_nonsense() override { loop_.change_interval(-1s); }

private:
    net::awaitable<void> body()
    {
        ++bodies_;
        auto const executor = co_await net::this_coro::executor;
        bool inside = false;
        net::dispatch(executor, [&inside] { inside = true; });
        if (inside)
            ++dispatched_at_once_;
        else
            co_await net::post(executor,
                               net::use_awaitable); // after the function above, which refers to this frame
    }

    int bodies_ = 0;
    int dispatched_at_once_ = 0;
    tasks::loop<> loop_;
};

} // namespace

extern "C" __attribute__((visibility("default"))) plugin* make(net::io_context& io)
{
    return new ticking{io};
}
