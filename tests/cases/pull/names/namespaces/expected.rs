//! The tables of the database, with the types of their columns.

use schema_diff::Schema;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Schema, sqlx::Type)]
#[sqlx(type_name = "billing.status", rename_all = "snake_case")]
pub enum Status {
    Open,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Schema, sqlx::Type)]
#[sqlx(type_name = "status", rename_all = "snake_case")]
pub enum StatusKind {
    Open,
    Shut,
}

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
#[db(table = "billing.invoices")]
pub struct Invoice {
    #[db(primary_key)]
    pub id: i32,
    #[db(references(Users::id))]
    pub user: Option<i32>,
}

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
#[db(table = "billing.users")]
pub struct Users {
    #[db(primary_key, references(User::id))]
    pub id: i32,
}

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
#[db(table = "users")]
pub struct User {
    #[db(primary_key)]
    pub id: i32,
}

#[derive(Clone, Debug, Schema, sqlx::FromRow)]
#[db(table = "x_pg.status_log")]
pub struct StatusLog {
    #[db(default = StatusKind::Shut)]
    pub a: Option<StatusKind>,
    #[db(default = Status::Open)]
    pub b: Option<Status>,
}
