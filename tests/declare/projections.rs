//! Structs that read a part of a table, and columns that a struct doesn't read.

use crate::support::{Source, columns, keys};

const USERS: &str = "use schema_diff::Schema;\n\n#[derive(Schema)]\n#[db(table = \"users\")]\npub struct User {\n    #[db(primary_key)]\n    pub id: i64,\n    pub name: Option<String>,\n}\n\n";

#[test]
fn a_projection_declares_nothing() {
    let text = "#[derive(Schema)]\n#[db(projection_of = User)]\npub struct Name {\n    pub name: Option<String>,\n}\n";
    let declared = Source::of(&format!("{USERS}{text}")).declared();
    assert_eq!(declared.catalog.tables.len(), 1);
}

#[test]
fn what_it_reads_must_be_there_as_it_reads_it() {
    let text = "#[derive(Schema)]\n#[db(projection_of = User)]\npub struct Name {\n    pub nam: Option<String>,\n    pub name: String,\n    pub id: i32,\n}\n";
    let wrong = Source::of(&format!("{USERS}{text}")).wrong();
    assert_eq!(
        wrong,
        [
            "14:9 3 `User` has no column `nam` (did you mean `name`?)",
            "15:15 6 the column may be NULL in `User` (make the field an `Option`, or say `nullable`)",
            "16:13 3 the column is bigint in `User` (this field reads integer: give it the other one's type, or say `type = \"…\"`)",
        ]
    );
    let lost = "#[derive(Schema)]\n#[db(projection_of = Usr, index(name))]\npub struct Name {\n    pub name: Option<String>,\n}\n";
    let wrong = Source::of(&format!("{USERS}{lost}")).wrong();
    assert_eq!(wrong.len(), 2, "{wrong:#?}");
    assert!(wrong[0].contains("`Usr` is no table (did you mean `User`?)"), "{wrong:#?}");
}

#[test]
fn unread_columns_are_columns() {
    let text = "use schema_diff::Schema;\n\n#[derive(Schema)]\n#[db(column(search: \"tsvector\", nullable, index(using = gin)), column(\"odd name\": \"xml\"))]\npub struct Post {\n    #[db(primary_key)]\n    pub id: i64,\n}\n";
    let table = Source::of(text).table("post");
    assert_eq!(columns(&table), ["id bigint not null", "search tsvector", "\"odd name\" xml not null"]);
    assert_eq!(keys(&table), ["primary key (id)", "index gin (search)"]);
    assert!(table.columns[1].rust.is_none());
}
