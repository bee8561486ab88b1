#include "rpc/type_text.h"

#include <gtest/gtest.h>

namespace srsync::rpc {
namespace {

frontend::TTypeNode scalar(std::int32_t type) {
  frontend::TTypeNode node;
  node.type = 0;
  node.scalar_type.type = type;
  node.__isset.scalar_type = true;
  return node;
}

frontend::TTypeNode nested(std::int32_t kind) {
  frontend::TTypeNode node;
  node.type = kind;
  return node;
}

frontend::TTypeNode with_length(std::int32_t type, std::int32_t length) {
  frontend::TTypeNode node = scalar(type);
  node.scalar_type.__set_len(length);
  return node;
}

frontend::TTypeNode decimal(std::int32_t type, std::int32_t precision, std::int32_t scale) {
  frontend::TTypeNode node = scalar(type);
  node.scalar_type.__set_precision(precision);
  node.scalar_type.__set_scale(scale);
  return node;
}

std::string text(std::vector<frontend::TTypeNode> nodes) {
  frontend::TTypeDesc type;
  type.__set_types(nodes);
  return type_text(type);
}

TEST(TypeText, Scalars) {
  EXPECT_EQ(text({scalar(5)}), "INT");
  EXPECT_EQ(text({scalar(6)}), "BIGINT");
  EXPECT_EQ(text({with_length(15, 65533)}), "VARCHAR(65533)");
  EXPECT_EQ(text({scalar(24)}), "JSON");
  EXPECT_EQ(text({scalar(26)}), "VARBINARY");
  EXPECT_EQ(text({scalar(99)}), "TYPE_99");
}

// SQL prints these alike; the difference is why the call is made.
TEST(TypeText, KeepsTheDecimalsApart) {
  EXPECT_EQ(text({decimal(17, 9, 0)}), "DECIMALV2(9,0)");
  EXPECT_EQ(text({decimal(22, 9, 0)}), "DECIMAL64(9,0)");
  EXPECT_EQ(text({nested(1), decimal(17, 9, 0)}), "ARRAY<DECIMALV2(9,0)>");
}

TEST(TypeText, NestedTypes) {
  EXPECT_EQ(text({nested(2), scalar(5), nested(1), with_length(15, 9)}),
            "MAP<INT,ARRAY<VARCHAR(9)>>");
  frontend::TTypeNode structure = nested(3);
  structure.struct_fields.resize(2);
  structure.struct_fields[0].name = "a";
  structure.struct_fields[1].name = "b";
  EXPECT_EQ(text({structure, scalar(5), nested(1), scalar(9)}), "STRUCT<a INT,b ARRAY<DATE>>");
}

TEST(TypeText, DamageEndsInAQuestionMark) {
  EXPECT_EQ(text({}), "?");
  EXPECT_EQ(text({nested(2), scalar(5)}), "MAP<INT,?>");
  const std::vector<frontend::TTypeNode> deep(200, nested(1));
  EXPECT_NE(text(deep).find('?'), std::string::npos);
}

}  // namespace
}  // namespace srsync::rpc
