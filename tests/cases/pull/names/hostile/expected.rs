//! The tables of the database, with the types of their columns.

use chrono::{DateTime, Utc};
use schema_diff::Schema;

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
#[db(table = r#""My ""Schema"""."Weird table""#)]
#[db(unique(r#""a b""#, r#"".""#))]
#[db(index(lower(type), r#"("a b" + a_b)"#, where = r#""$x" > 0"#))]
#[db(index(
    r#""first name""# desc,
    r#""größe""#,
    r#""unique""#,
    r#""desc""#,
    r#""a""b""#,
    Name,
    name = r#"idx "x""#,
))]
pub struct WeirdTable {
    #[sqlx(rename = "first name")]
    #[db(primary_key, check(r#""first name" > 0"#))]
    pub first_name: i32,
    #[db(default = "'x'")]
    pub r#type: Option<String>,
    #[sqlx(rename = "self")]
    pub self_: Option<i32>,
    #[sqlx(rename = "Self")]
    pub self__2: Option<i32>,
    #[sqlx(rename = "größe")]
    pub gr_e: Option<i32>,
    #[sqlx(rename = r#"a"b"#)]
    pub a_b_2: Option<i32>,
    pub name: Option<i32>,
    #[sqlx(rename = "Name")]
    pub name_2: Option<i32>,
    #[sqlx(rename = "NAME")]
    #[db(unique)]
    pub name_3: Option<i32>,
    #[sqlx(rename = "1st")]
    pub _1st: Option<i32>,
    #[sqlx(rename = "_")]
    pub column: Option<i32>,
    #[sqlx(rename = "crate")]
    #[db(unique)]
    pub crate_: Option<i32>,
    pub unique: Option<i32>,
    pub desc: Option<i32>,
    pub select: Option<i32>,
    #[sqlx(rename = "a b")]
    pub a_b_3: Option<i32>,
    pub a_b: Option<i32>,
    #[sqlx(rename = ".")]
    pub column_2: Option<i32>,
    #[sqlx(rename = "$x")]
    pub x: Option<i32>,
}

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
#[db(table = r#""MIXED""#)]
pub struct Mixed {
    pub id: Option<i32>,
}

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
#[sqlx(rename_all = "camelCase")]
#[db(table = r#""Mixed""#)]
pub struct MixedRow {
    pub id: Option<i32>,
    pub user_name: Option<String>,
    pub created_at: DateTime<Utc>,
}

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
#[db(table = "mixed")]
pub struct MixedRow2 {
    pub id: Option<i32>,
}

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
#[db(index(ccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc, b))]
pub struct Nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn {
    #[db(unique)]
    pub ccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc: Option<i32>,
    #[db(check(b > 0))]
    pub b: Option<i32>,
}

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
#[db(table = "type.select")]
#[db(foreign_key(("a b", match) -> WeirdTable("a b", ".")))]
#[db(foreign_key((order) -> WeirdTable("first name")))]
pub struct Select {
    pub order: Option<i32>,
    pub r#match: Option<i32>,
    #[sqlx(rename = "a b")]
    pub a_b: Option<i32>,
}
