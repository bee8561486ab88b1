#include "sandbox/generator.h"

#include <fmt/format.h>

#include <random>
#include <string>
#include <vector>

#include "sandbox/dates.h"
#include "sandbox/loads.h"
#include "sandbox/session.h"

namespace srsync::sandbox {
namespace {

constexpr std::string_view kDatabases[] = {"shop", "web", "finance", "logistics", "iot", "ads"};
constexpr std::string_view kNouns[] = {"orders",    "customers", "page_views", "payments",
                                       "shipments", "sessions",  "sensors",    "campaigns",
                                       "invoices",  "products",  "clicks",     "refunds"};
constexpr std::string_view kCities[] = {"tokyo", "osaka",  "kyoto", "nagoya", "sapporo", "fukuoka",
                                        "kobe",  "sendai", "nara",  "naha",   "kochi",   "otsu"};

// One shape of table after another, so that even a small data set holds every kind.
enum class Shape : int {
  kDuplicateRange,
  kPrimaryHash,
  kAggregateRange,
  kUniqueList,
  kDuplicateRandom,
  kAutomaticDay,
  kAutomaticList,
  kPrimaryRange,
  kCount
};

class Builder {
 public:
  Builder(Cluster& cluster, const GeneratorOptions& options)
      : options_(options), random_(options.seed), session_(cluster, 1, nullptr, 0) {
    User root;
    root.name = "root";
    root.all = root.operate = true;
    session_.set_user(root);
  }

  void database(int number) {
    std::string name(kDatabases[static_cast<std::size_t>(number) % std::size(kDatabases)]);
    if (number >= static_cast<int>(std::size(kDatabases))) {
      name += "_" + std::to_string(number / static_cast<int>(std::size(kDatabases)) + 1);
    }
    if (session_.execute("CREATE DATABASE " + name).is_error()) return;
    for (int i = 0; i < options_.tables; ++i) table(name, number, i);
  }

 private:
  void table(const std::string& db, int db_number, int number) {
    const auto noun = static_cast<std::size_t>(number + db_number * 5) % std::size(kNouns);
    std::string name(kNouns[noun]);
    if (number >= static_cast<int>(std::size(kNouns))) {
      name += "_" + std::to_string(number / static_cast<int>(std::size(kNouns)) + 1);
    }
    const std::string full = db + "." + name;
    const Shape shape = static_cast<Shape>(number % static_cast<int>(Shape::kCount));
    session_.execute(statement(full, shape));
    if (shape == Shape::kAutomaticDay) {
      session_.execute(
          fmt::format("ALTER TABLE {} ADD PARTITIONS START (\"{}\") END (\"{}\") EVERY "
                      "(INTERVAL 1 DAY)",
                      full, day(0), day(options_.partitions)));
    }
    if (shape == Shape::kAutomaticList) {
      for (int i = 0; i < options_.partitions; ++i) {
        session_.execute(
            fmt::format("ALTER TABLE {0} ADD PARTITION p{1} VALUES IN ((\"{1}\"))", full, city(i)));
      }
    }
    load(db, name);
  }

  void load(const std::string& db, const std::string& name) {
    Cluster& cluster = session_.cluster();
    const int times = static_cast<int>(random_() % 4);
    cluster.with([&](Catalog& catalog) {
      const Table* found = catalog.find_database(db)->find_table(name);
      if (found == nullptr) return;
      for (int i = 0; i < times; ++i) {
        LoadOrder order;
        order.table_id = found->id;
        for (const Partition& partition : found->partitions) {
          if (random_() % 3 != 0) order.partitions.push_back(partition.name);
        }
        order.rows_per_tablet = static_cast<std::int64_t>(100 + random_() % 5000);
        if (!order.partitions.empty()) commit_load(catalog, cluster.now_ms(), order);
      }
    });
  }

  static std::string day(int offset) { return add_interval("2026-01-01", offset, "day"); }
  static std::string month(int offset) { return add_interval("2025-01-01", offset, "month"); }
  static std::string city(int number) {
    const auto count = static_cast<int>(std::size(kCities));
    std::string name(kCities[number % count]);
    return number < count ? name : name + std::to_string(number / count);
  }

  std::string months(std::string_view column) const {
    std::string text = fmt::format("PARTITION BY RANGE(`{}`) (", column);
    for (int i = 0; i < options_.partitions; ++i) {
      text += fmt::format("{}PARTITION p{} VALUES [(\"{}\"), (\"{}\"))", i == 0 ? "" : ", ",
                          date_digits(month(i), "month"), month(i), month(i + 1));
    }
    return text + ") ";
  }

  std::string cities() const {
    std::string text = "PARTITION BY LIST(`city`) (";
    for (int i = 0; i < options_.partitions; ++i) {
      text +=
          fmt::format("{}PARTITION p_{} VALUES IN (\"{}\")", i == 0 ? "" : ", ", city(i), city(i));
    }
    return text + ") ";
  }

  std::string tail(std::string_view distribution) const {
    return fmt::format("DISTRIBUTED BY {} BUCKETS {} PROPERTIES (\"replication_num\" = \"{}\")",
                       distribution, options_.buckets, options_.replication_num);
  }

  std::string statement(const std::string& name, Shape shape) const {
    const std::string head = "CREATE TABLE " + name + " ";
    switch (shape) {
      case Shape::kDuplicateRange:
        return head +
               "(`d` DATE NOT NULL, `id` BIGINT NOT NULL, `city` VARCHAR(40), `amount` "
               "DECIMAL(18, 2) DEFAULT \"0\" COMMENT \"gross\") DUPLICATE KEY(`d`, `id`) COMMENT "
               "\"one row per event\" " +
               months("d") + tail("HASH(`id`)");
      case Shape::kPrimaryHash:
        return head +
               "(`id` BIGINT NOT NULL, `name` VARCHAR(200), `updated` DATETIME) PRIMARY "
               "KEY(`id`) " +
               tail("HASH(`id`)");
      case Shape::kAggregateRange:
        return head +
               "(`d` DATE NOT NULL, `site` INT NOT NULL, `hits` BIGINT SUM DEFAULT \"0\", `top` "
               "INT "
               "MAX) AGGREGATE KEY(`d`, `site`) " +
               months("d") + tail("HASH(`site`)");
      case Shape::kUniqueList:
        return head +
               "(`city` VARCHAR(40) NOT NULL, `id` BIGINT NOT NULL, `state` VARCHAR(20)) UNIQUE "
               "KEY(`city`, `id`) " +
               cities() + tail("HASH(`id`)");
      case Shape::kDuplicateRandom:
        return head + "(`at` DATETIME, `line` STRING) DUPLICATE KEY(`at`) " + tail("RANDOM");
      case Shape::kAutomaticDay:
        return head +
               "(`at` DATETIME NOT NULL, `device` INT, `value` DOUBLE) DUPLICATE KEY(`at`) "
               "PARTITION "
               "BY date_trunc('day', `at`) " +
               tail("HASH(`device`)");
      case Shape::kAutomaticList:
        return head +
               "(`city` VARCHAR(40) NOT NULL, `k` INT, `v` JSON) DUPLICATE KEY(`city`) PARTITION "
               "BY "
               "(`city`) " +
               tail("HASH(`k`)");
      case Shape::kPrimaryRange:
      case Shape::kCount:
        break;
    }
    return head +
           "(`d` DATE NOT NULL, `id` BIGINT NOT NULL, `total` DECIMAL(27, 4)) PRIMARY KEY(`d`, "
           "`id`) " +
           months("d") + tail("HASH(`id`)");
  }

  GeneratorOptions options_;
  std::mt19937_64 random_;
  Session session_;
};

}  // namespace

void generate(Cluster& cluster, const GeneratorOptions& options) {
  Builder builder(cluster, options);
  for (int i = 0; i < options.databases; ++i) builder.database(i);
  // Everything is visible before the first question is asked.
  cluster.with([](Catalog& catalog) {
    for (auto& [id, txn] : catalog.transactions) txn.publish_ms = 0;
  });
  for (int i = 0; i < 5; ++i) cluster.tick();
}

}  // namespace srsync::sandbox
