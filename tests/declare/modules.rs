//! Which files belong to a crate, and which of them are compiled.

use crate::support::Source;

const TABLE: &str = "#[derive(schema_diff::Schema)] pub struct NAME { id: i64 }";

fn table(name: &str) -> String {
    TABLE.replace("NAME", name)
}

fn tables(source: &Source) -> Vec<String> {
    source.declared().catalog.tables.keys().map(|name| name.name.as_str().to_owned()).collect()
}

#[test]
fn modules_are_followed_to_their_files() {
    let source = Source::new()
        .file("src/lib.rs", "mod a; mod b; mod inline { mod deep; mod more { pub mod deeper; } }")
        .file("src/a.rs", &format!("mod child; {}", table("A")))
        .file("src/a/child.rs", &table("AChild"))
        .file("src/b/mod.rs", &format!("mod child; {}", table("B")))
        .file("src/b/child.rs", &table("BChild"))
        .file("src/inline/deep.rs", &table("Deep"))
        .file("src/inline/more/deeper.rs", &table("Deeper"))
        .file("src/stray.rs", &table("Stray"))
        .library("app", "src/lib.rs", &[]);
    assert_eq!(tables(&source), ["a", "a_child", "b", "b_child", "deep", "deeper"]);
}

#[test]
fn a_path_is_relative_to_the_file_or_to_the_module_around_it() {
    let source = Source::new()
        .file(
            "src/lib.rs",
            r#"mod a; #[path = "elsewhere/x.rs"] mod y; mod inline { #[path = "p.rs"] mod q; }
               #[path = "folder"] mod renamed { mod inner; } #[path = "same.rs"] mod same;"#,
        )
        .file("src/a.rs", r#"#[path = "beside.rs"] mod b; mod inline { #[path = "c.rs"] mod c; }"#)
        .file("src/beside.rs", &table("Beside"))
        .file("src/a/inline/c.rs", &table("C"))
        .file("src/elsewhere/x.rs", &format!("mod child; {}", table("X")))
        .file("src/elsewhere/child.rs", &table("XChild"))
        .file("src/inline/p.rs", &table("P"))
        .file("src/folder/inner.rs", &table("Inner"))
        .file("src/same.rs", &format!("mod child; {}", table("Same")))
        .file("src/child.rs", &table("SameChild"))
        .library("app", "src/lib.rs", &[]);
    assert_eq!(tables(&source), ["beside", "c", "inner", "p", "same", "same_child", "x", "x_child"]);
}

#[test]
fn included_files_are_read() {
    let source = Source::new()
        .file("src/lib.rs", "mod a { include!(\"parts/tables.rs\"); } include!(concat!(env!(\"OUT_DIR\"), \"/x.rs\"));")
        .file("src/parts/tables.rs", "#[derive(schema_diff::Schema)] struct Included { id: u64 }")
        .library("app", "src/lib.rs", &[]);
    let wrong = source.wrong();
    assert_eq!(wrong.len(), 1, "{wrong:?}");
    assert!(wrong[0].starts_with("src/parts/tables.rs:1:54 3 PostgreSQL has no column type for `u64`"), "{wrong:?}");
}

#[test]
fn tests_are_no_part_of_the_schema() {
    let source = Source::of(&format!(
        "{} #[cfg(test)] mod tests {{ {} mod missing; }} #[cfg(all(test, unix))] {}
         #[test] fn t() {{ {} }} #[tokio::test] async fn u() {{ {} }}",
        table("Real"),
        table("A"),
        table("B"),
        table("C"),
        table("D"),
    ));
    assert_eq!(tables(&source), ["real"]);
}

#[test]
fn features_decide_or_are_named() {
    let text = format!(
        "#[cfg(feature = \"full\")] mod full {{ {} }}
#[cfg(not(feature = \"full\"))] mod none {{ {} }}
#[cfg_attr(feature = \"full\", derive(schema_diff::Schema), db(table = \"named\"))]
struct Conditional {{ id: i64, #[cfg(feature = \"full\")] more: i64, #[cfg(test)] less: i64,
    #[cfg_attr(feature = \"full\", sqlx(rename = \"x\"))] y: i64 }}",
        table("Full"),
        table("Without"),
    );
    let source = Source::new().file("src/lib.rs", &text).library("app", "src/lib.rs", &["full"]);
    assert_eq!(tables(&source), ["full", "named"]);
    assert_eq!(
        crate::support::columns(&source.table("named")),
        ["id bigint not null", "more bigint not null", "x bigint not null"]
    );
    let source = Source::of(&text);
    assert_eq!(
        source.wrong(),
        [
            "1:79 4 this is declared only with the feature `full`, which isn't on (turn the feature on for this package, \
             or take the condition away)",
            "4:8 11 this is declared only with the feature `full`, which isn't on (turn the feature on for this package, \
             or take the condition away)",
        ]
    );
}

#[test]
fn what_depends_on_the_target_is_an_error_only_where_something_is_declared() {
    let source = Source::new()
        .file(
            "src/lib.rs",
            r#"
#[cfg(unix)] mod a;
#[cfg(windows)] mod gone;
#[cfg_attr(unix, path = "unix.rs")] #[cfg_attr(windows, path = "windows.rs")] mod system;
"#,
        )
        .file("src/a.rs", "pub struct Plain;")
        .file("src/unix.rs", &table("Unix"))
        .library("app", "src/lib.rs", &[]);
    let wrong = source.wrong();
    assert_eq!(
        wrong,
        [
            "src/unix.rs:1:43 4 whether this is compiled can't be told from the source: `unix` (declare tables and column \
          types without this condition, or ask the compiler: `--compiled`)"
        ]
    );
}

#[test]
fn declarations_in_macros_and_functions_are_errors() {
    let source = Source::of(
        r#"
macro_rules! tables { ($name:ident) => { #[derive(Debug, Schema)] struct $name { id: i64 } } }
tables!(A);
wrapped! { #[derive(schema_diff::Schema)] struct B { id: i64 } }
fn f() { #[derive(Schema)] struct C { id: i64 } }
impl X { fn g() { struct D; { #[derive(Schema)] struct E { id: i64 } } } }
fn quoting() { quote! { #[derive(Schema)] struct F; }; }
use schema_diff::{Schema as Renamed};
"#,
    );
    let wrong: Vec<String> =
        source.wrong().iter().map(|line| line.split(" (").next().unwrap_or_default().to_owned()).collect();
    assert_eq!(
        wrong,
        [
            "2:58 6 a struct that a macro makes can't be read",
            "4:34 6 a struct that a macro makes can't be read",
            "5:19 6 a struct inside a function can't be read",
            "6:40 6 a struct inside a function can't be read",
            "8:1 37 the derive is found by its name: import `Schema` without renaming it",
        ]
    );
}

#[test]
fn files_that_are_missing_or_broken_are_told() {
    let source = Source::new()
        .file("src/lib.rs", "mod gone;\nmod broken;")
        .file("src/broken.rs", "struct Schema {")
        .library("app", "src/lib.rs", &[])
        .library("other", "src/none.rs", &[]);
    let wrong = source.wrong();
    assert_eq!(wrong.len(), 3, "{wrong:?}");
    assert!(wrong[0].starts_with("src/broken.rs:1:15"), "{wrong:?}");
    assert_eq!(wrong[1], "1:5 4 the file of the module `gone` is not there");
    assert!(wrong[2].starts_with("src/none.rs:1:1 1 can't read this file"), "{wrong:?}");
}

#[test]
fn a_file_of_two_crates_declares_its_tables_once() {
    let source = Source::new()
        .file("src/lib.rs", "pub mod models;")
        .file("src/main.rs", "mod models;")
        .file("src/models.rs", &table("User"))
        .library("app", "src/lib.rs", &[])
        .binary("app", "src/main.rs");
    assert_eq!(tables(&source), ["user"]);
}

#[test]
fn two_tables_of_one_name_are_an_error_that_names_both() {
    let source = Source::new()
        .file("src/lib.rs", "mod a; mod b;")
        .file("src/a.rs", &table("User"))
        .file("src/b.rs", "\n#[derive(schema_diff::Schema)]\n#[sqlx(type_name = \"user\")]\nenum Kind { A }")
        .library("app", "src/lib.rs", &[]);
    assert_eq!(
        source.wrong(),
        [
            "src/b.rs:4:6 4 the type public.user has the name of the table at src/a.rs:1:43 (give one of them another name, \
          or take `derive(Schema)` off one)"
        ]
    );
}

#[test]
fn a_derive_of_the_same_name_from_elsewhere_is_left_alone() {
    let source = Source::of(
        "use graphs::Schema; #[derive(Schema)] struct A { id: u64 } #[derive(other::Schema)] struct B(u8, u8);
         mod ours { #[derive(sd::Schema)] #[db(crate = \"sd\")] struct C { id: i64 } }",
    );
    assert_eq!(tables(&source), ["c"]);
}
