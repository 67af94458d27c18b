//! The tables of the database, with the types of their columns.

use schema_diff::Schema;
use serde_json::Value;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Schema, sqlx::Type)]
#[sqlx(type_name = "option", rename_all = "snake_case")]
pub enum OptionKind {
    A,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Schema, sqlx::Type)]
#[sqlx(type_name = "strings_kind", rename_all = "snake_case")]
pub enum StringsKind {
    A,
}

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
#[db(table = r#""2fa_codes""#)]
pub struct Table2faCode {
    pub id: Option<i32>,
}

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
#[db(table = "__")]
pub struct Table {
    pub id: Option<i32>,
}

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
pub struct Mod {
    pub id: Option<i32>,
    pub option: Option<OptionKind>,
}

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
pub struct Options {
    #[db(primary_key)]
    pub id: i32,
}

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
pub struct Self_ {
    pub id: Option<i32>,
}

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
pub struct Strings {
    pub id: Option<i32>,
}

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
pub struct Values {
    pub id: Option<i32>,
    pub data: Option<Value>,
}

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
#[db(table = "vec")]
pub struct VecRow {
    #[db(references(Options::id))]
    pub id: Option<i32>,
}
