// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/network_errors.hpp>

#include <concepts>
#include <exception>
#include <functional>
#include <system_error>
#include <type_traits>
#include <typeindex>
#include <vector>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// Which exceptions are retried: a set of types, and a predicate of the user's.
class handled_errors {
public:
    handled_errors() { add<network_errors>(); }

    template <class E>
    void add()
    {
        static_assert(
            std::is_class_v<E> || std::is_scalar_v<E>,
            "tasks: name the exception type itself, without const, reference or pointer decoration");
        if (!has<E>())
            types_.push_back({typeid(E), &is<E>});
    }

    template <class E>
    [[nodiscard]] bool has() const noexcept
    {
        for (auto const& t : types_)
            if (t.type == typeid(E))
                return true;
        return false;
    }

    template <class E>
    bool remove() noexcept
    {
        return std::erase_if(types_, [](entry const& t) { return t.type == typeid(E); }) != 0;
    }

    void clear() noexcept
    {
        types_.clear();
        predicate_ = nullptr;
    }

    void retry_if(std::function<bool(std::exception_ptr const&)> predicate)
    {
        predicate_ = std::move(predicate);
    }

    [[nodiscard]] bool match(std::exception_ptr const& exception) const
    {
        for (auto const& t : types_)
            if (t.matches(exception))
                return true;
        return predicate_ && predicate_(exception);
    }

private:
    struct entry {
        std::type_index type;
        bool (*matches)(std::exception_ptr const&) noexcept;
    };

    template <class E>
    static bool is(std::exception_ptr const& exception) noexcept
    {
        if constexpr (std::same_as<E, network_errors>) {
            return is_network_error(exception);
        } else {
            try {
                std::rethrow_exception(exception);
            } catch (E const&) {
                return true;
            } catch (...) {
                return false;
            }
        }
    }

    std::vector<entry> types_;
    std::function<bool(std::exception_ptr const&)> predicate_;
};

/// A user's predicate over exceptions or over error codes, as one over exceptions.
template <class P>
[[nodiscard]] std::function<bool(std::exception_ptr const&)> retry_predicate(P predicate)
{
    if constexpr (std::is_invocable_r_v<bool, P&, std::exception_ptr const&>) {
        return predicate;
    } else {
        static_assert(std::is_invocable_r_v<bool, P&, std::error_code const&>,
                      "tasks: retry_if takes a predicate over std::exception_ptr or over std::error_code");
        return [predicate = std::move(predicate)](std::exception_ptr const& exception) mutable {
            auto const code = code_of(exception);
            return code && predicate(*code);
        };
    }
}

} // namespace detail
TASKS_END_NAMESPACE
