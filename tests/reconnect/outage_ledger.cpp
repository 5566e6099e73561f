// SPDX-License-Identifier: MIT
#include "outage_ledger.hpp"

#include <algorithm>

namespace reconnect {

std::chrono::nanoseconds short_backoff::bound(unsigned failures) const
{
    auto b = shortest;
    for (unsigned k = 1; k < failures && b < longest; ++k)
        b *= 2;
    return std::min(b, longest);
}

std::chrono::nanoseconds short_backoff::next(unsigned failures) const
{
    using nanoseconds = std::chrono::nanoseconds;
    std::uniform_int_distribution<nanoseconds::rep> below{0, bound(failures).count()};
    return nanoseconds{below(*random)};
}

void outage_ledger::on_slot(tasks::slot_decided const& e)
{
    ledger::on_slot(e);
    slots += e.count;
    if (e.what != tasks::decision::ran)
        slots_without_iteration += e.count;
    if (slot_ && e.first <= *slot_)
        fault("a slot came twice, or went back");
    slot_ = e.last;
}

void outage_ledger::on_attempt_begun(tasks::attempt_begun const& e)
{
    ledger::on_attempt_begun(e);
    auto const& it = e.it;
    if (in_an_attempt_)
        fault(it, "an attempt began in another one");
    in_an_attempt_ = true;
    if (it.attempt == 0) {
        ++iterations;
        if (retry_is_due_)
            fault(it, "began although a retry of the one before was due");
        if (it.number != (number_ ? *number_ + 1 : 0))
            fault(it, "is not the next number");
        sent_ = 0;
        failures_in_a_row_ = 0;
    } else {
        if (!retry_is_due_)
            fault(it, "began twice with no retry between");
        if (it.number != number_ || it.attempt != attempt_ + 1)
            fault(it, "the retry is not the next attempt of the same iteration");
        if (clock::now() < not_before_)
            fault(it, "the retry came before its delay was over");
    }
    number_ = it.number;
    attempt_ = it.attempt;
    retry_is_due_ = false;
}

void outage_ledger::on_attempt_ended(tasks::attempt_ended const& e)
{
    ledger::on_attempt_ended(e);
    if (!in_an_attempt_ || e.it.number != number_ || e.it.attempt != attempt_)
        fault(e.it, "an attempt ended that had not begun");
    in_an_attempt_ = false;
    if (e.what == tasks::outcome::failed) {
        ++failures;
        ++failures_in_a_row_;
        ++errors[tasks::what(e.exception)];
        failed_ = true;
    } else if (e.what == tasks::outcome::succeeded && expecting_ && failed_) {
        expecting_ = false;
        recovered_ = clock::now();
    }
}

void outage_ledger::on_retry(tasks::retry_scheduled const& e)
{
    ++retries;
    retry_is_due_ = true;
    not_before_ = clock::now() + e.delay;
    if (e.failures != failures_in_a_row_)
        fault(e.it, "the failures are miscounted");
    if (e.delay < 0ns || e.delay > backoff_.bound(e.failures))
        fault(e.it, "the delay is not what the back-off allows");
}

void outage_ledger::on_run_ended(tasks::run_ended const& e)
{
    ledger::on_run_ended(e);
    if (e.reason != tasks::exit_reason::cancelled)
        fault("the run ended: " + tasks::what(e.exception));
}

void outage_ledger::sending(tasks::iteration const& it)
{
    if (it.number != number_ || it.attempt != attempt_)
        fault(it, "sends, and is not the one in progress");
    if (++sent_ > static_cast<std::int64_t>(it.attempt) + 1)
        fault(it, "has sent more often than it was tried");
}

void outage_ledger::counted(tasks::iteration const& it, std::int64_t count)
{
    if (count < 1 || count > sent_)
        fault(it, "the server got its command " + std::to_string(count) + " times, and it was sent " +
                      std::to_string(sent_) + " times");
}

void outage_ledger::expect_failure()
{
    expecting_ = true;
    failed_ = false;
    recovered_.reset();
}

void outage_ledger::fault(tasks::iteration const& it, std::string const& what)
{
    fault("iteration " + std::to_string(it.number) + ", attempt " + std::to_string(it.attempt) + ": " + what);
}

} // namespace reconnect
