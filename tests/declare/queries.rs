//! The queries in the source, and what their rows are read into.

use schema_model::declare::{QueryForm, RowReader, queries};

use crate::support::Source;

const FORMS: &str = r####"
use sqlx::{query_scalar, FromRow, QueryBuilder};

const COLUMNS: &str = "a, b";
const BY_ID: &str = "SELECT const";

fn forms(pool: &P, order: &str) {
    sqlx::query!("SELECT 1" + " + 1");
    sqlx::query_unchecked!("SELECT 2");
    sqlx::query_as!(Row, "SELECT 3", 1);
    sqlx::query_scalar!(r#"SELECT 4"#);
    sqlx::query_file!("queries/five.sql");
    sqlx::query_file_as_unchecked!(Row, "queries/five.sql", 1);
    sqlx::query(BY_ID).bind(sqlx::query!("SELECT 6"));
    sqlx::query(&format!("SELECT {COLUMNS} FROM {{}}"));
    query_scalar("SELECT 7");
    sqlx::raw_sql(include_str!("../queries/five.sql"));
    QueryBuilder::new("SELECT 8 ");
    pool.execute("DELETE 9");
    pool.execute("not SQL");
    let text = if order.is_empty() { "SELECT 10" } else { "SELECT 11" };
    sqlx::query(text);
    tokio::join!(sqlx::query!("SELECT 12").fetch(pool), async { 1 });
    sqlx::query(&format!("SELECT {order}"));
    let mut grown = String::from("SELECT");
    grown.push_str(order);
    sqlx::query_as::<_, Row>(&grown);
    sqlx::query_file!("queries/none.sql");
    crate::db::query_scalar("SELECT 13");
    db::query(&grown);
    Catalogue::query(&grown);
}
"####;

#[test]
fn every_form_is_read_or_listed() {
    let source = Source::new()
        .file("Cargo.toml", "")
        .file("queries/five.sql", "SELECT 5")
        .file("src/lib.rs", FORMS)
        .library("app", "src/lib.rs", &[]);
    let found = queries(source.roots());
    let mut texts: Vec<String> = found.queries.iter().map(|query| format!("{:?} {}", query.form, query.text)).collect();
    texts.sort();
    assert_eq!(
        texts,
        [
            "Function SELECT 10",
            "Function SELECT 11",
            "Function SELECT 13",
            "Function SELECT 7",
            "Function SELECT a, b FROM {}",
            "Function SELECT const",
            "Macro SELECT 1 + 1",
            "Macro SELECT 12",
            "Macro SELECT 2",
            "Macro SELECT 3",
            "Macro SELECT 4",
            "Macro SELECT 5",
            "Macro SELECT 6",
            "Prefix SELECT 8 ",
            "Simple DELETE 9",
            "Simple SELECT 5",
        ]
    );
    let unread: Vec<String> =
        found.unread.iter().map(|unread| source.relative(&unread.position, &unread.why)).collect();
    assert_eq!(
        unread,
        [
            "src/lib.rs:24:17 its SQL is put together at run time",
            "src/lib.rs:27:30 its SQL is put together at run time",
            "src/lib.rs:28:23 the file with its SQL is not there",
            "src/lib.rs:30:15 its SQL is put together at run time",
        ]
    );
}

#[test]
fn rows_are_read_into_fields() {
    let source = Source::of(
        r#"
type Name = String;
#[derive(sqlx::Type)]
#[sqlx(transparent)]
struct UserId(i64);
#[derive(sqlx::Type)]
#[sqlx(type_name = "mood", rename_all = "snake_case")]
enum Mood { VerySad, #[sqlx(rename = "happy")] Glad }
#[derive(sqlx::FromRow)]
struct Part { part: Option<i32> }
#[derive(sqlx::FromRow)]
#[sqlx(rename_all = "camelCase")]
struct User {
    user_id: UserId,
    #[sqlx(rename = "mood")]
    feeling: Mood,
    name: Option<Name>,
    #[sqlx(skip)]
    seen: bool,
    #[sqlx(default)]
    tags: Vec<String>,
    #[sqlx(flatten)]
    part: Part,
    other: somewhere::Else,
}
impl User {
    fn all() { sqlx::query_as::<_, Self>("SELECT 1"); }
    fn names() { sqlx::query_scalar::<_, Option<Name>>("SELECT 2"); }
}
fn unknown() { sqlx::query_as("SELECT 3"); }
async fn by_result(pool: &P) -> sqlx::Result<Vec<Part>> {
    let first: Option<i32> = sqlx::query_scalar("SELECT 4").bind(1).fetch_optional(pool).await?;
    sqlx::query_as("SELECT 5").bind(first).fetch_all(pool).await
}
async fn by_ok(pool: &P) -> Result<Part, E> { Ok(sqlx::query_as("SELECT 6").fetch_one(pool).await?) }
"#,
    );
    let found = queries(source.roots());
    let rows = |text: &str| {
        let query = found.queries.iter().find(|query| query.text == text).expect("the query");
        assert_eq!(query.form, QueryForm::Function);
        query.rows.clone()
    };
    let RowReader::Fields(fields) = rows("SELECT 1") else { panic!("fields") };
    let shown: Vec<String> = fields
        .iter()
        .map(|field| {
            let sql = field.value.sql_type.as_ref().map_or("?".to_owned(), ToString::to_string);
            let optional = if field.value.optional { "?" } else { "" };
            let labels = field.value.labels.as_ref().map(|labels| format!(" {labels:?}")).unwrap_or_default();
            let missing = if field.may_be_missing { " may be missing" } else { "" };
            format!("{} {sql}{optional}{labels}{missing}", field.column)
        })
        .collect();
    assert_eq!(
        shown,
        [
            "userId bigint",
            "mood mood [\"very_sad\", \"happy\"]",
            "name text?",
            "tags text[] may be missing",
            "part integer?",
            "other ?",
        ]
    );
    let RowReader::Scalar(value) = rows("SELECT 2") else { panic!("a value") };
    assert!(value.optional && value.type_name == "Option<Name>", "{value:?}");
    assert_eq!(rows("SELECT 3"), RowReader::Unknown);
    let RowReader::Scalar(value) = rows("SELECT 4") else { panic!("a value") };
    assert!(!value.optional && value.type_name == "i32", "{value:?}");
    for text in ["SELECT 5", "SELECT 6"] {
        let RowReader::Fields(fields) = rows(text) else { panic!("fields") };
        assert_eq!(fields[0].column, "part");
    }
}
