//! The tables of the database, with the types of their columns.

use schema_diff::Schema;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Schema, sqlx::Type)]
#[sqlx(type_name = "app.level", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Level {
    Low,
    VeryHigh,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Schema, sqlx::Type)]
#[sqlx(type_name = r#""Odd Labels""#)]
pub enum OddLabels {
    #[sqlx(rename = "")]
    Empty,
    #[sqlx(rename = "a")]
    A,
    #[sqlx(rename = "A")]
    A2,
    #[sqlx(rename = "1")]
    Value1,
    #[sqlx(rename = "with space")]
    WithSpace,
    #[sqlx(rename = "it's")]
    ItS,
    None,
    #[sqlx(rename = "Self")]
    Self_,
    #[sqlx(rename = "größe")]
    GrE,
    #[sqlx(rename = r#"""#)]
    Value,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Schema, sqlx::Type)]
#[sqlx(type_name = "camel", rename_all = "camelCase")]
pub enum Camel {
    FirstOne,
    SecondOne,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Schema, sqlx::Type)]
#[sqlx(type_name = "kebab", rename_all = "kebab-case")]
pub enum Kebab {
    FirstOne,
    SecondOne,
}

/// Where it stands
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Schema, sqlx::Type)]
#[sqlx(type_name = "status", rename_all = "snake_case")]
pub enum Status {
    Draft,
    InReview,
    Done,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Schema, sqlx::Type)]
#[sqlx(type_name = "unused", rename_all = "snake_case")]
pub enum Unused {
    X,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Schema, sqlx::Type)]
#[sqlx(type_name = "verbatim")]
pub enum Verbatim {
    One,
    Two,
}

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
#[db(table = "tasks")]
pub struct Task {
    #[db(primary_key)]
    pub id: i64,
    #[db(default = Status::InReview)]
    pub status: Status,
    #[db(default = Level::VeryHigh)]
    pub level: Option<Level>,
    #[db(default = OddLabels::ItS)]
    pub odd: OddLabels,
    pub camel: Option<Camel>,
    pub kebab: Option<Kebab>,
    #[db(default = "'{One}'")]
    pub verbatim: Option<Vec<Verbatim>>,
}
