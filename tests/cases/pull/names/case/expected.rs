//! The tables of the database, with the types of their columns.

use schema_diff::Schema;

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
#[sqlx(rename_all = "camelCase")]
pub struct Camel {
    pub first_name: String,
    pub last_name: Option<String>,
    pub id: Option<i32>,
}

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
pub struct OneOnly {
    #[sqlx(rename = "firstName")]
    pub first_name: Option<String>,
    pub b: Option<i32>,
    pub c_d: Option<i32>,
}

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
#[sqlx(rename_all = "SCREAMING_SNAKE_CASE")]
pub struct Shouting {
    pub first_name: Option<String>,
    pub last_name: Option<String>,
}
