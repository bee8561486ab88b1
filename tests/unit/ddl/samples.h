// Small tables for tests, in the shape in which a frontend prints them.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "ddl/read_create_table.h"

namespace srsync::ddl::test {

// The parts that tests vary; each holds whole lines of the printed text.
struct Sample {
  std::string columns = "  `k` int(11) NOT NULL COMMENT \"\",\n  `v` bigint(20) NULL COMMENT \"\"";
  std::string key = "DUPLICATE KEY(`k`)";
  std::string partition{};
  std::string distribution = "HASH(`k`) BUCKETS 3 ";
  std::string order{};
  std::string properties = "\"replication_num\" = \"1\"";
};

inline std::string print(const Sample& sample) {
  const auto line = [](const std::string& text) { return text.empty() ? text : text + "\n"; };
  return "CREATE TABLE `t` (\n" + sample.columns + "\n) ENGINE=OLAP \n" + line(sample.key) +
         line(sample.partition) + "DISTRIBUTED BY " + sample.distribution + "\n" +
         line(sample.order) + "PROPERTIES (\n" + sample.properties + "\n);";
}

inline TableModel read_sample(const Sample& sample, const ReadOptions& options = {}) {
  const auto model = read_create_table(print(sample), options);
  EXPECT_TRUE(model.is_ok()) << model.status().to_string() << "\n" << print(sample);
  return model.is_ok() ? *model : TableModel{};
}

}  // namespace srsync::ddl::test
