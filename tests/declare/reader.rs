//! The reader: from the source of crates to a catalog.

use crate::support::{Source, columns, keys};

#[test]
fn a_table_with_the_common_keys() {
    let source = Source::of(
        r#"
use schema_diff::Schema;
use chrono::{DateTime, Utc};

/// People who log in.
/// Still the first paragraph.
///
/// More.
#[derive(Debug, Schema, sqlx::FromRow)]
#[db(table = "app.users", renamed_from = "people")]
#[db(unique(tenant, email, name = "one_email"), index(created_at desc nulls last, lower(email)), check(name = ages, "age > 0"))]
pub struct User {
    #[db(primary_key, identity)]
    pub id: i64,
    pub tenant: i32,
    /// The address.
    #[db(renamed_from = "mail", using = "lower(mail)", back = "email", backfill = "''", unique, collate = "C")]
    pub email: String,
    pub age: Option<i16>,
    #[db(default = now())]
    pub created_at: DateTime<Utc>,
    #[db(default = true, index)]
    active: bool,
    #[db(type = "numeric(10,2)", default = -1.5, check = "price >= 0")]
    price: Money,
    #[db(generated = age * 2)]
    twice: Option<i32>,
    #[db(skip)]
    cache: Vec<Vec<String>>,
    #[db(references(User::id, on_delete = set_null, on_update = cascade))]
    boss: Option<i64>,
    #[sqlx(rename = "type", json)]
    kind: Option<Kind>,
    #[sqlx(try_from = "i64")]
    size: u64,
    #[db(type = "bigserial", not_null)]
    number: Option<i64>,
}
"#,
    );
    let table = source.table("app.users");
    assert_eq!(
        columns(&table),
        [
            "id bigint not null identity ByDefault",
            "tenant integer not null",
            "email text not null collate \"C\"",
            "age smallint",
            "created_at timestamp with time zone not null default now()",
            "active boolean not null default true",
            "price numeric(10,2) not null default -1.5",
            "twice integer generated age * 2",
            "boss bigint",
            "type jsonb not null",
            "size bigint not null",
            "number bigint not null identity Serial",
        ]
    );
    assert_eq!(table.comment.as_deref(), Some("People who log in. Still the first paragraph."));
    assert_eq!(table.renamed_from.as_ref().map(|name| name.to_string()).as_deref(), Some("app.people"));
    let position = table.position.as_ref().expect("a position");
    assert_eq!((position.line, position.column), (12, 12));
    let email = &table.columns[2];
    assert_eq!(email.comment.as_deref(), Some("The address."));
    assert_eq!(email.hints.using.as_deref(), Some("lower(mail)"));
    assert_eq!(email.hints.back.as_deref(), Some("email"));
    assert_eq!(email.hints.backfill.as_deref(), Some("''"));
    assert_eq!(email.hints.renamed_from.as_ref().map(|name| name.as_str()), Some("mail"));
    let rust = table.columns[4].rust.as_ref().expect("a Rust type");
    assert_eq!((rust.type_name.as_str(), rust.optional), ("DateTime<Utc>", false));
    let rust = table.columns[9].rust.as_ref().expect("a Rust type");
    assert_eq!((rust.type_name.as_str(), rust.optional), ("Option<Kind>", false));
    assert_eq!(
        keys(&table),
        [
            "primary key (id)",
            "unique one_email (tenant, email)",
            "unique (email)",
            "check ages: age > 0",
            "check price: price >= 0",
            "foreign key (boss) -> app.users (id) on delete SET NULL on update CASCADE",
            "index btree (created_at desc nulls last, (lower(email)))",
            "index btree (active)",
        ]
    );
}
