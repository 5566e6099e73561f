// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/slot_ledger.hpp"

using namespace test;
using tasks::missed;

namespace {

struct wait_35s {
    std::chrono::nanoseconds next(unsigned) const { return 35s; }
};

/// The slots served with their starts, and all decisions, of a loop with an interval of 10 s whose first
/// attempt fails.
std::pair<std::string, std::string> play(missed policy)
{
    virtual_context s;
    slot_ledger ledger{s, 10s};
    bool fail = true;
    tasks::loop<> loop{
        s.io, {.every = 10s, .backoff = wait_35s{}, .missed = policy}, [&](tasks::iteration const& it) {
            s.note(s.when(it.slot));
            if (it.cause == tasks::cause::delayed)
                ledger.moved_to(10s);
            if (std::exchange(fail, false))
                connection_lost();
        }};
    loop.observe(ledger);
    loop.start();
    s.time.advance(49s);
    if (policy != missed::delay)
        CHECK(ledger.faults() == "");
    return {s.trace(), ledger.trace()};
}

} // namespace

TEST_CASE("rule 17: when a retry succeeds after later slots were due, the policy decides about them")
{
    CHECK(play(missed::coalesce) ==
          std::pair<std::string, std::string>{"0s 0s, 35s 0s, 35s 30s, 40s 40s",
                                              "0s ran, 10s coalesced, 20s coalesced, 30s ran, 40s ran"});
    CHECK(play(missed::skip) ==
          std::pair<std::string, std::string>{
              "0s 0s, 35s 0s, 40s 40s",
              "0s ran, 10s missed(skipped), 20s missed(skipped), 30s missed(skipped), 40s ran"});
    CHECK(play(missed::catch_up(2)) ==
          std::pair<std::string, std::string>{"0s 0s, 35s 0s, 35s 20s, 35s 30s, 40s 40s",
                                              "0s ran, 10s missed(dropped), 20s ran, 30s ran, 40s ran"});
    CHECK(play(missed::delay) ==
          std::pair<std::string, std::string>{
              "0s 0s, 35s 0s, 35s 35s, 45s 45s",
              "0s ran, 10s coalesced, 20s coalesced, 30s coalesced, 35s ran, 45s ran"});
}

TEST_CASE("rule 17: a single one is merely late")
{
    virtual_context s;
    bool fail = true;
    tasks::loop<> loop{
        s.io, {.every = 20s, .backoff = wait_35s{}, .missed = missed::skip}, [&](tasks::iteration const& it) {
            s.note(s.when(it.slot));
            if (std::exchange(fail, false))
                connection_lost();
        }};
    loop.start();
    s.time.advance(45s);
    CHECK(s.trace() == "0s 0s, 35s 0s, 35s 20s, 40s 40s");
}
