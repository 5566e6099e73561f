// SPDX-License-Identifier: MIT
// What Prometheus' own tool says about the metrics, and about the alerts and the dashboard in docs/metrics.
#if defined(TASKS_TEST_PROMTOOL)

#include "metrics/promtool.hpp"
#include "metrics/a_working_day.hpp"
#include "metrics/file_text.hpp"
#include "metrics/scrape.hpp"
#include "support/catch.hpp"

#include <regex>
#include <set>
#include <vector>

#include <nlohmann/json.hpp>

using namespace test;

namespace {

std::string const docs = TASKS_TEST_DOCS "/metrics/";

/// A working day's metrics, as an exposer prints them.
std::string day_text()
{
    a_working_day day;
    day.pass();
    return print(*day.metrics);
}

/// The names of its samples, and of their labels.
struct known_names {
    known_names()
    {
        exposition const scraped{day_text()};
        for (auto const& [key, value] : scraped.samples)
            metrics.insert(key.substr(0, key.find('{')));
        labels = scraped.labels;
    }

    std::set<std::string> metrics;
    std::set<std::string> labels;
};

std::vector<std::string> matches(std::string const& text, char const* pattern)
{
    std::regex const regex{pattern};
    std::vector<std::string> found;
    for (std::sregex_iterator it{text.begin(), text.end(), regex}, end; it != end; ++it)
        found.push_back((*it)[1]);
    return found;
}

/// Checks that the metrics and labels in an expression exist, and returns its metrics.
std::vector<std::string> check_names(std::string const& expression, known_names const& known)
{
    INFO(expression);
    auto const metrics = matches(expression, R"(\b(tasks_\w+))");
    CHECK(!metrics.empty());
    for (auto const& name : metrics) {
        INFO(name);
        CHECK(known.metrics.contains(name));
    }
    for (auto const& name : matches(expression, R"((\w+)\s*[{[])")) {
        INFO(name); // nothing but these metrics is selected
        CHECK(known.metrics.contains(name));
    }
    auto labels = matches(expression, R"((\w+)\s*(?:=~|!~|!=|=)\s*")");
    for (auto const& list : matches(expression, R"(\bby\s*\(([^)]*)\))"))
        for (auto const& name : matches(list, R"((\w+))"))
            labels.push_back(name);
    for (auto const& name : labels) {
        INFO(name);
        CHECK((known.labels.contains(name) || name == "job" || name == "instance")); // Prometheus adds these
    }
    return metrics;
}

/// With values in place of Grafana's variables.
std::string without_variables(std::string const& expression)
{
    auto const interval = std::regex_replace(expression, std::regex{R"(\$__rate_interval)"}, "5m");
    return std::regex_replace(interval, std::regex{R"(\$loop)"}, ".*");
}

std::string rules_file(std::vector<std::string> const& expressions)
{
    auto rules = nlohmann::json::array();
    for (auto const& e : expressions)
        rules.push_back({{"record", "checked:" + std::to_string(rules.size())}, {"expr", e}});
    return nlohmann::json{{"groups", {{{"name", "checked"}, {"rules", rules}}}}}.dump(); // which is YAML
}

struct rectangle {
    int x, y, w, h;
};

bool overlap(rectangle const& a, rectangle const& b)
{
    return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

} // namespace

TEST_CASE("metrics: promtool finds nothing to complain of in a scrape")
{
    a_working_day day;
    day.pass();
    promtool_folder folder;
    folder.write("metrics", scrape(day.metrics));
    CHECK(folder.run("check metrics < metrics") == "");
    // It does complain of others.
    folder.write("metrics",
                 "# HELP tasks_lateness How late.\n# TYPE tasks_lateness counter\ntasks_lateness 1\n");
    CHECK_THROWS(folder.run("check metrics < metrics"));
    folder.write("metrics", "tasks_lateness_seconds{loop=\"\xff\"} 1\n");
    CHECK_THROWS(folder.run("check metrics < metrics"));
}

TEST_CASE("metrics: the alerts of the docs fire when they should")
{
    promtool_folder folder;
    folder.write("alerts.yml", file_text(docs + "alerts.yml"));
    folder.write("alerts_test.yml", file_text(TASKS_TEST_DOCS "/../tests/metrics/alerts_test.yml"));
    CHECK(folder.run("check rules --lint-fatal alerts.yml").find("5 rules found") != std::string::npos);
    CHECK(folder.run("test rules alerts_test.yml").find("SUCCESS") != std::string::npos);

    known_names const known;
    auto const text = std::regex_replace(file_text(docs + "alerts.yml"), std::regex{"#[^\n]*"}, "");
    int expressions = 0;
    for (auto const& expression : matches(text, R"(expr:((?:.|\n)*?)\n\s+(?:annotations|for):)")) {
        check_names(expression, known);
        ++expressions;
    }
    CHECK(expressions == 5);
}

TEST_CASE("metrics: each expression of the dashboard is right, and all metrics are on it")
{
    auto const dashboard = nlohmann::json::parse(file_text(docs + "grafana.json"));
    known_names const known;
    std::set<std::string> shown;
    std::set<int> ids;
    std::vector<rectangle> places;
    std::vector<std::string> expressions;
    for (auto const& panel : dashboard.at("panels")) {
        auto const title = panel.at("title").get<std::string>();
        INFO(title);
        CHECK(!panel.at("description").get<std::string>().empty());
        CHECK(ids.insert(panel.at("id").get<int>()).second);
        auto const& at = panel.at("gridPos");
        rectangle const place{at.at("x"), at.at("y"), at.at("w"), at.at("h")};
        CHECK((place.x >= 0 && place.w > 0 && place.x + place.w <= 24 && place.h > 0));
        for (auto const& other : places)
            CHECK(!overlap(place, other));
        places.push_back(place);
        std::set<std::string> references;
        for (auto const& target : panel.at("targets")) {
            CHECK(references.insert(target.at("refId")).second);
            auto const expression = without_variables(target.at("expr"));
            CHECK(expression.find('$') == std::string::npos);
            expressions.push_back(expression);
            for (auto const& name : check_names(expression, known))
                shown.insert(name);
            for (auto const& name : matches(target.at("legendFormat"), R"(\{\{(\w+)\}\})"))
                CHECK(known.labels.contains(name));
        }
        CHECK(!references.empty());
    }
    CHECK(shown == known.metrics);

    std::set<std::string> variables;
    for (auto const& variable : dashboard.at("templating").at("list")) {
        variables.insert(variable.at("name"));
        if (variable.at("type") == "query") {
            std::string const query = variable.at("query");
            CHECK(query == "label_values(tasks_slots_total, loop)");
        }
    }
    CHECK(variables == std::set<std::string>{"datasource", "loop"});

    promtool_folder folder;
    folder.write("dashboard.yml", rules_file(expressions));
    CHECK(folder.run("check rules --lint-fatal dashboard.yml")
              .find(std::to_string(expressions.size()) + " rules found") != std::string::npos);
    expressions.back() += " )";
    folder.write("dashboard.yml", rules_file(expressions)); // it does read them
    CHECK_THROWS(folder.run("check rules dashboard.yml"));
}

#endif
