//! The keys of structs, with every option.

use crate::support::{Source, columns, keys};

fn keys_of(attributes: &str) -> Vec<String> {
    let source = Source::of(&format!(
        "use schema_diff::Schema;
         #[derive(Schema)] struct Other {{ #[db(primary_key)] x: i64, #[db(unique)] y: i64 }}
         #[derive(Schema)] #[db({attributes})]
         struct T {{ a: i64, b: String, c: Option<i64>, r#type: i64, unique: bool, data: Json<i32> }}"
    ));
    keys(&source.table("t"))
}

#[test]
fn primary_keys_and_uniques() {
    assert_eq!(keys_of("primary_key(b, a, name = \"pk\")"), ["primary key pk (b, a)"]);
    assert_eq!(keys_of("unique(a, r#type)"), ["unique (a, type)"]);
    assert_eq!(keys_of("unique(a, type, nulls_not_distinct, name = u)"), ["unique u (a, type) nulls not distinct"]);
    assert_eq!(keys_of("unique(a, deferrable = initially_deferred)"), ["unique (a) InitiallyDeferred"]);
    assert_eq!(
        keys_of("unique(a, where = c is null and not unique)"),
        ["unique index btree (a) where c is null and not unique"]
    );
    assert_eq!(keys_of("unique(lower(b), a, name = n)"), ["unique index n btree ((lower(b)), a)"]);
    assert_eq!(keys_of("unique(\"a\")"), ["unique index btree ((a))"]);
}

#[test]
fn indexes() {
    for (written, found) in [
        ("index(a)", "index btree (a)"),
        ("index(a, unique)", "unique index btree (a)"),
        ("index(unique desc)", "index btree (unique desc)"),
        ("index(a desc nulls last, b asc nulls first)", "index btree (a desc nulls last, b nulls first)"),
        ("index(b text_pattern_ops desc)", "index btree (b text_pattern_ops desc)"),
        ("index(lower(b) app.my_ops)", "index btree ((lower(b)) app.my_ops)"),
        ("index(app.normal(b) desc)", "index btree ((app.normal(b)) desc)"),
        ("index((a + c) desc)", "index btree ((a + c) desc)"),
        ("index(a || b)", "index btree ((a || b))"),
        ("index(data jsonb_path_ops, using = gin)", "index gin (data jsonb_path_ops)"),
        ("index(b gist_trgm_ops(siglen = 32), using = \"GIST\")", "index gist (b gist_trgm_ops(siglen=32))"),
        ("index(\"data ->> 'x'\" desc)", "index btree ((data ->> 'x') desc)"),
        ("index(a, where = \"b = 'x'\")", "index btree (a) where b = 'x'"),
        (
            "index(a, include(b, c), with(fillfactor = 70, deduplicate_items = off), name = \"i\")",
            "index i btree (a) include (b, c) with (deduplicate_items=off, fillfactor=70)",
        ),
        ("index(a, unique, nulls_not_distinct)", "unique index btree (a) nulls not distinct"),
    ] {
        assert_eq!(keys_of(written), [found], "{written}");
    }
}

#[test]
fn checks_and_foreign_keys() {
    for (written, found) in [
        ("check(a > 0)", "check: a > 0"),
        ("check = \"b <> ''\"", "check: b <> ''"),
        ("check(name = \"positive\", \"a > 0\")", "check positive: a > 0"),
        ("check(name = positive, a > 0 and c in (1, 2))", "check positive: a > 0 and c in(1, 2)"),
        ("foreign_key((a) -> Other(x))", "foreign key (a) -> public.other (x)"),
        ("foreign_key(a -> Other(x), on_delete = cascade)", "foreign key (a) -> public.other (x) on delete CASCADE"),
        (
            "foreign_key((a, c) -> crate::Other(x, y), on_update = set_default, on_delete = \"SET NULL\", deferrable, name = f)",
            "foreign key f (a, c) -> public.other (x, y) on delete SET NULL on update SET DEFAULT InitiallyImmediate",
        ),
    ] {
        assert_eq!(keys_of(written), [found], "{written}");
    }
}

#[test]
fn fields() {
    let source = Source::of(
        r#"
use schema_diff::Schema;
/// Line one
/// and two.
///
/// Not this.
#[derive(Schema)]
#[db(table = "app.\"T\"", comment = "")]
struct T {
    #[db(type = "serial")] a: i32,
    #[db(type = "smallserial")] b: i16,
    #[db(identity = always)] c: i64,
    #[db(identity = by_default, column = "D")] d: i64,
    #[db(default = 5)] e: i32,
    #[db(default = "'it''s'")] f: String,
    #[db(default = CURRENT_TIMESTAMP)] g: chrono::NaiveDateTime,
    #[db(default = gen_random_uuid())] h: uuid::Uuid,
    #[db(generated = lower(f))] i: Option<String>,
    #[db(collate = "de_DE", type = "varchar(20)")] j: String,
    #[db(not_null)] k: Option<i64>,
    #[db(nullable)] l: i64,
    #[db(type = "book_status[]")] m: Vec<Foreign>,
    #[db(comment = "Said.")]
    /// Not said.
    n: i8,
    #[db(unique(nulls_not_distinct), index(using = hash), index(desc, name = "o_desc"), check(name = big, o > 1))] o: i64,
    #[sqlx(rename = "class", default)] p: Box<str>,
    #[sqlx(json(nullable))] q: Option<Vec<(i32, i32)>>,
    #[db(default = -1)] r: f32,
    #[db(default = false)] s: bool,
    #[db(type = "timestamptz(3)")] t: Stamp,
}
"#,
    );
    let table = source.table("app.\"T\"");
    assert_eq!(
        columns(&table),
        [
            "a integer not null identity Serial",
            "b smallint not null identity Serial",
            "c bigint not null identity Always",
            "\"D\" bigint not null identity ByDefault",
            "e integer not null default 5",
            "f text not null default 'it''s'",
            "g timestamp without time zone not null default CURRENT_TIMESTAMP",
            "h uuid not null default gen_random_uuid()",
            "i text generated lower(f)",
            "j character varying(20) not null collate \"de_DE\"",
            "k bigint not null",
            "l bigint",
            "m public.book_status[] not null",
            "n \"char\" not null",
            "o bigint not null",
            "class text not null",
            "q jsonb",
            "r real not null default -1",
            "s boolean not null default false",
            "t timestamp(3) with time zone not null",
        ]
    );
    assert_eq!(table.comment, None);
    assert_eq!(table.columns[13].comment.as_deref(), Some("Said."));
    assert_eq!(
        keys(&table),
        ["unique (o) nulls not distinct", "check big: o > 1", "index hash (o)", "index o_desc btree (o desc)",]
    );
}

#[test]
fn enums_in_their_forms() {
    let source = Source::of(
        r#"
use schema_diff::Schema;
#[derive(Schema)] enum Plain { OneTwo, #[sqlx(rename = "x y")] B }
#[derive(Schema)] #[sqlx(type_name = "app.named", rename_all = "SCREAMING_SNAKE_CASE")] enum Native { OneTwo, B }
#[derive(Schema)] #[sqlx(type_name = "varchar", rename_all = "kebab-case")] enum Text { OneTwo, B }
#[derive(Schema)] #[db(type = "text")] enum OurText { A, #[sqlx(rename = "it's")] B }
#[derive(Schema)] #[repr(i16)] enum Small { A = -3, B, C = 7 }
#[derive(Schema)] #[repr(i64)] enum Big { A, B = (5), D }
#[derive(Schema)]
struct T {
    #[db(default = Plain::B)] a: Plain,
    #[db(default = Native::OneTwo)] b: Native,
    #[db(default = Text::OneTwo)] c: Text,
    #[db(default = OurText::B)] d: Option<OurText>,
    #[db(default = Small::B)] e: Small,
    #[db(default = Big::D)] f: Big,
    g: Vec<Small>,
}
"#,
    );
    assert_eq!(
        columns(&source.table("t")),
        [
            "a public.plain not null default 'x y'::public.plain",
            "b app.named not null default 'ONE_TWO'::app.named",
            "c character varying not null default 'one-two'::character varying",
            "d text default 'it''s'::text",
            "e smallint not null default -2",
            "f bigint not null default 6",
            "g smallint[] not null",
        ]
    );
    let declared = source.declared();
    let names: Vec<String> = declared.catalog.enums.keys().map(ToString::to_string).collect();
    assert_eq!(names, ["app.named", "public.plain"]);
    assert_eq!(declared.catalog.enums[&"plain".parse().expect("a name")].values, ["OneTwo", "x y"]);
}

#[test]
fn a_default_of_another_enum_is_an_error() {
    let source = Source::of(
        "use schema_diff::Schema; #[derive(Schema)] enum A { X } #[derive(Schema)] enum B { Y }
#[derive(Schema)] struct T { #[db(default = B::Y)] a: A, #[db(default = A::Z)] b: A }",
    );
    assert_eq!(
        source.wrong(),
        ["2:45 4 the column is public.a, and this is a value of public.b", "2:76 1 unknown variant `Z` (known: `X`)",]
    );
}
