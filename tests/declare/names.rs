//! What a type's name means: through `use`, aliases, newtypes, re-exports and other crates.

use crate::support::{Source, columns, keys};

#[test]
fn types_are_followed_through_the_workspace() {
    let source = Source::new()
        .file(
            "ids/src/lib.rs",
            "mod inner; pub use inner::{UserId as Uid, *}; pub mod prelude { pub use super::inner::Tag; }",
        )
        .file(
            "ids/src/inner.rs",
            "use schema_diff::Schema; use uuid::Uuid;
             #[derive(Schema)] pub struct UserId(pub Uuid);
             #[derive(Schema)] pub struct Tag(String);
             pub type Many = Vec<Tag>;
             pub type Maybe = Option<UserId>;
             #[derive(Schema)] #[db(type = \"public.citext\")] pub struct Folded(String);
             #[derive(Schema)] pub struct Typed<T>(i64, std::marker::PhantomData<T>);
             #[derive(Schema)] #[sqlx(transparent)] pub struct Named { value: UserId }",
        )
        .file("app/src/lib.rs", "pub mod models; pub mod types;")
        .file(
            "app/src/types.rs",
            "use self::deep::*; pub mod deep { pub type Stamp = chrono::DateTime<chrono::Utc>; } pub use super::models::Kind;",
        )
        .file(
            "app/src/models.rs",
            r#"
use app_ids::{Uid, prelude::*, Many, Maybe};
use serde_json::Value as Document;
use crate::types::{self as t, deep::Stamp};
use time::Date;

#[derive(schema_diff::Schema)]
#[sqlx(rename_all = "lowercase", type_name = "app.kind")]
pub enum Kind { Big, Small }

#[derive(schema_diff::Schema)]
pub struct User<I = app_ids::UserId> {
    a: Uid,
    b: Option<Tag>,
    c: Many,
    d: Maybe,
    e: Document,
    f: Stamp,
    g: Date,
    h: t::deep::Stamp,
    i: Vec<crate::types::Kind>,
    j: ::app_ids::Folded,
    k: app_ids::Typed<User>,
    l: app_ids::Named,
    m: I,
    #[db(default = t::Kind::Small)]
    n: self::Kind,
    o: super::models::Kind,
    p: Option<I>,
}
"#,
        )
        .library("app-ids", "ids/src/lib.rs", &[])
        .library("app", "app/src/lib.rs", &[]);
    assert_eq!(
        columns(&source.table("user")),
        [
            "a uuid not null",
            "b text",
            "c text[] not null",
            "d uuid",
            "e jsonb not null",
            "f timestamp with time zone not null",
            "g date not null",
            "h timestamp with time zone not null",
            "i app.kind[] not null",
            "j public.citext not null",
            "k bigint not null",
            "l uuid not null",
            "m uuid not null",
            "n app.kind not null default 'small'::app.kind",
            "o app.kind not null",
            "p uuid",
        ]
    );
    let kind = &source.declared().catalog.enums[&"app.kind".parse().expect("a name")];
    assert_eq!(kind.values, ["big", "small"]);
}

#[test]
fn a_name_of_the_users_own_wins_over_a_known_one() {
    let source = Source::of(
        r#"
use schema_diff::Schema;
#[derive(Schema)] struct Date(i32);
mod other { pub struct Uuid(u8); }
use axum::Json;
#[derive(Schema)] struct A { date: Date }
#[derive(Schema)] struct B { id: other::Uuid, json: Json<String>, map: std::collections::HashMap<String, i32>, v: semver::Version }
"#,
    );
    assert_eq!(
        source.wrong(),
        [
            "7:34 11 unknown column type `Uuid` (put `#[derive(Schema)]` on `Uuid` if it is an enum or a newtype of yours; \
             or `#[db(type = \"…\")]` at the field says which type the column has)",
            "7:53 12 unknown column type `Json` (put `#[derive(Schema)]` on `Json` if it is an enum or a newtype of yours; \
             or `#[db(type = \"…\")]` at the field says which type the column has)",
            "7:72 38 unknown column type `HashMap` (use sqlx::types::Json<…> or `#[sqlx(json)]`; or `#[db(type = \"…\")]` \
             at the field says which type the column has)",
            "7:115 15 unknown column type `Version` (put `#[derive(Schema)]` on `Version` if it is an enum or a newtype of \
             yours; or `#[db(type = \"…\")]` at the field says which type the column has)",
        ]
    );
}

#[test]
fn circles_end() {
    let source = Source::of(
        r#"
use schema_diff::Schema;
pub use a::*;
mod a { pub use super::b::*; pub use super::X as Y; }
mod b { pub use super::a::*; pub use super::Y as X; }
type P = Q;
type Q = P;
#[derive(Schema)] struct N(M);
#[derive(Schema)] struct M(N);
#[derive(Schema)] #[db(embedded)] struct E { #[sqlx(flatten)] e: Box<E> }
#[derive(Schema)] struct T { x: X, p: P, n: N }
"#,
    );
    let wrong = source.wrong();
    assert!(wrong.iter().any(|line| line.starts_with("11:33 1 unknown column type `X`")), "{wrong:#?}");
    assert!(wrong.iter().any(|line| line.starts_with("11:39 1 unknown column type `P`")), "{wrong:#?}");
}

#[test]
fn embedded_structs_put_their_columns_in_place() {
    let source = Source::new()
        .file(
            "src/lib.rs",
            r#"
mod address;
use schema_diff::Schema;
#[derive(Schema)]
#[db(index(street, city), unique(id, poBox))]
struct Customer {
    #[db(primary_key)]
    id: i64,
    #[sqlx(flatten)]
    address: address::Address,
    last: bool,
}
#[derive(Schema)]
#[db(unique(id, streeet))]
struct Wrong {
    id: i64,
    #[sqlx(flatten)]
    address: address::Address,
    city: String,
    #[sqlx(flatten)]
    number: i64,
}
"#,
        )
        .file(
            "src/address.rs",
            r#"
#[derive(schema_diff::Schema)]
#[db(embedded)]
#[sqlx(rename_all = "camelCase")]
pub struct Address {
    #[db(check = "street <> ''", renamed_from = "road")]
    street: String,
    #[sqlx(flatten)]
    place: Place,
    #[db(unique)]
    po_box: Option<i32>,
}
#[derive(schema_diff::Schema)]
#[db(embedded)]
pub struct Place { #[db(index, references(super::Customer::id))] city: Option<i64> }
"#,
        )
        .library("app", "src/lib.rs", &[]);
    assert_eq!(
        source.wrong(),
        [
            "14:17 7 unknown column `streeet` (did you mean `street`?)",
            "19:5 4 the column `city` comes twice: also from a flattened struct",
            "21:13 3 the columns of this flattened field are unknown (its type must be a struct of yours with \
             `#[derive(Schema)]` and `#[db(embedded)]`)",
        ]
    );
    let text = source.text("src/lib.rs");
    let fixed = text.split("#[derive(Schema)]\n#[db(unique(id, streeet))]").next().unwrap_or_default().to_owned();
    let source = source.file("src/lib.rs", &fixed);
    let table = source.table("customer");
    assert_eq!(
        columns(&table),
        ["id bigint not null", "street text not null", "city bigint", "poBox integer", "last boolean not null"]
            .map(|line| line.replace("poBox", "\"poBox\""))
    );
    assert_eq!(
        keys(&table),
        [
            "primary key (id)",
            "unique (id, \"poBox\")",
            "unique (\"poBox\")",
            "check street: street <> ''",
            "foreign key (city) -> public.customer (id)",
            "index btree (street, city)",
            "index btree (city)",
        ]
    );
    let position = table.columns[1].hints.position.as_ref().expect("a position");
    assert!(position.file.ends_with("src/address.rs"), "{position}");
    assert_eq!(position.line, 7);
}

#[test]
fn references_are_followed_and_checked() {
    let source = Source::of(
        r#"
use schema_diff::Schema;
mod users {
    #[derive(schema_diff::Schema)]
    #[db(table = "auth.users", unmanaged, primary_key(id))]
    pub struct User { #[sqlx(rename = "uid")] number: i64, id: i64 }
    pub struct Other;
}
#[derive(Schema)]
#[db(foreign_key(b -> users::User(uid)))]
struct A {
    #[db(references(users::User::id))] a: i64,
    #[db(references(users::User::number))] b: i64,
    #[db(references(User::id))] c: i64,
    #[db(references(users::Other::id))] d: i64,
    #[db(references(A::aa))] e: i64,
    #[db(default = users::User::X)] f: i64,
}
"#,
    );
    assert_eq!(
        source.wrong(),
        [
            "13:34 6 `User` has no column `number` (known: `uid`, `id`)",
            "14:21 4 `User` is no table (bring `User` into scope, or write its path)",
            "15:21 12 `users::Other` is no table (the target is a struct with `#[derive(Schema)]` that is no \
             embedded one)",
            "16:24 2 `A` has no column `aa` (did you mean `a`?)",
            "17:20 14 this default is no variant of a known enum (only an enum with `#[derive(Schema)]` can be named here; \
             write any other default as SQL in a string)",
        ]
    );
}

#[test]
fn unmanaged_tables_stand_apart() {
    let source = Source::of(
        "use schema_diff::Schema;
         #[derive(Schema)] #[db(unmanaged, table = \"auth.users\")] struct User { #[db(primary_key)] id: i64 }
         #[derive(Schema)] struct Post { #[db(references(User::id))] author: i64 }",
    );
    let declared = source.declared();
    assert_eq!(declared.unmanaged.len(), 1);
    assert_eq!(declared.catalog.tables.len(), 1);
    assert_eq!(keys(&source.table("post")), ["foreign key (author) -> auth.users (id)"]);
}

#[test]
fn modules_that_take_everything_from_each_other_are_no_circle() {
    let inner = |next: usize| format!("use super::*; use serde::*; use sqlx::*; pub use super::m{next}::*;");
    let table = "#[derive(schema_diff::Schema)] pub struct Row { id: i64, at: Last, kind: Kind }";
    let mut source = Source::new().file("src/last.rs", "use super::*; pub type Last = i32;");
    let mut root = "mod last; use last::*; use uuid::*; use chrono::*;\n".to_owned();
    for at in 0..20 {
        source = source.file(&format!("src/m{at}.rs"), &inner((at + 1) % 20));
        root += &format!("mod m{at}; pub use m{at}::*;\n");
    }
    let kind = "#[derive(schema_diff::Schema)] pub enum Kind { A }\nmod rows { use super::*; use crate::m7::*; ";
    source = source.file("src/lib.rs", &format!("{root}{kind}{table} }}")).library("app", "src/lib.rs", &[]);
    let declared = source.declared();
    let row = declared.catalog.tables.values().next().expect("the table");
    assert_eq!(
        row.columns.iter().map(|column| column.sql_type.to_string()).collect::<Vec<_>>(),
        ["bigint", "integer", "public.kind"]
    );
}
