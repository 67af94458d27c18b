use schema_diff::Schema;

/// Where it stands.
#[derive(Clone, Copy, Debug, Schema, sqlx::Type)]
#[sqlx(type_name = "status", rename_all = "snake_case")]
pub enum Status {
    /// Nothing was done.
    New,
    /// Nobody wants it.
    GivenUp,
    #[sqlx(rename = "odd label")]
    Odd
}

#[derive(Schema)]
pub struct Task {
    #[db(default = Status::New)]
    pub status: Status,
}
