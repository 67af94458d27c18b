//! The derive macro behind `schema_diff::Schema`.
//!
//! Reading and checking are done by the model, which the command line uses as well. What is left here is to turn
//! mistakes into compile errors, and declarations into implementations of the traits by which the compiler checks
//! what one declaration says about another.

mod expand;
mod export;
mod fallback;
mod migrations;
mod source_text;

use proc_macro::TokenStream;
use schema_model::declare;
use syn::{DeriveInput, parse_macro_input};

use self::source_text::SourceText;

/// Declares a table (a struct with named fields) or a column type (an enum, or a struct around one type).
///
/// Keys of a struct in `#[db(…)]`:
///
/// | Key | Says |
/// |---|---|
/// | `table = "namespace.name"` | the table's name; without it snake_case of the struct's, in `public` |
/// | `primary_key(a, b)` | a composite primary key; `include(…)`, `deferrable`, `name = …` |
/// | `unique(a, b)` | a unique constraint; with `where = …` or an expression a unique index; `include(…)`, `nulls_not_distinct`, `deferrable`, `name = …` |
/// | `index(a desc nulls last, lower(b))` | an index; `unique`, `using = gin`, `where = …`, `include(…)`, `with(…)`, `name = …` |
/// | `check(name = …, "sql")` | a check; `no_inherit`, `not_valid` |
/// | `foreign_key((a, b) -> Table(x, y))` | a foreign key; `match_full`, `on_delete = …`, `on_update = …`, `deferrable`, `not_valid`, `name = …` |
/// | `column(name: "type", …)` | a column that the struct doesn't read; NOT NULL unless `nullable` |
/// | `unlogged`, `with(fillfactor = 70)` | how the table is kept |
/// | `renamed_from = "old"` | the table's earlier name |
/// | `embedded` | no table: columns for a field with `#[sqlx(flatten)]` |
/// | `unmanaged` | somebody else looks after this table |
/// | `comment = "…"` | instead of the first paragraph of the documentation |
/// | `crate = "name"` | what the dependency on schema-diff is called |
///
/// Keys of a field: `column = "name"`, `type = "sql"`, `primary_key`, `identity`, `identity = always`, `default = …`
/// (a literal, `Status::Draft`, `now()`, `"raw SQL"`), `generated = …`, `virtual`, `sequence(start = 1, …)`,
/// `storage = …`, `compression = …`, `statistics = …`, `unique`, `index`, `check = …`,
/// `references(Table::column, on_delete = …)`, `collate = "name"`, `nullable`, `not_null`, `renamed_from = "old"`,
/// `merged_from(a = "sql", b = "sql")`, `using = "sql"`, `back = "sql"`, `backfill = "sql"`, `skip`, `comment = "…"`.
///
/// Keys of an enum or newtype: `type = "sql"`, `comment = "…"`, `crate = "name"`.
///
/// Expressions may be written as tokens (`where = status = 1 and not deleted`); a string literal is SQL verbatim, and
/// is needed where the SQL has quotes. `Option` is nullable. sqlx's attributes `rename`, `rename_all`, `skip`,
/// `flatten`, `json`, `try_from`, `transparent` and `type_name` count as well.
#[proc_macro_derive(Schema, attributes(db, sqlx))]
pub fn schema(input: TokenStream) -> TokenStream {
    let tokens = input.clone();
    let input = parse_macro_input!(input as DeriveInput);
    let (item, mistakes) = declare::read_item(&input);
    match item {
        Some(item) if mistakes.is_empty() => expand::item(&item, &SourceText::of(&tokens, item.ident.span())),
        item => fallback::item(&input, item.as_ref(), mistakes),
    }
    .into()
}

/// What `schema_diff::migrations!` is made of: the library's name and a folder, as the migrations of that folder.
#[doc(hidden)]
#[proc_macro]
pub fn embed_migrations(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as migrations::Input);
    migrations::embed(&input).unwrap_or_else(|error| error.to_compile_error()).into()
}
