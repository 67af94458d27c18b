use schema_diff::Schema;

#[derive(Schema)]
#[db(table = "entries", unlogged, with(fillfactor = 70, toast.autovacuum_enabled = false))]
#[db(primary_key(id, include(kind), deferrable = initially_deferred))]
#[db(unique(kind, include(size)))]
#[db(index(title collate "C" text_pattern_ops desc, r#""odd name""#))]
#[db(check(no_inherit, not_valid, name = "late", "size > 0"))]
#[db(foreign_key((kind, size) -> Kind(id, size), match_full, not_valid))]
#[db(column(search: "tsvector", nullable, generated = "to_tsvector('english', title)", index(using = gin)))]
#[db(column("odd name": "xml", nullable, comment = "Not read"))]
pub struct Entry {
    #[db(identity, sequence(start = 100, increment = -5, min = -500, max = 100, cache = 20, cycle))]
    pub id: i64,
    #[db(type = "serial", sequence(name = "kinds"))]
    pub kind: i32,
    #[db(storage = external, compression = lz4, statistics = 500)]
    pub title: String,
    pub size: i32,
    #[db(generated = size * 2, virtual)]
    pub twice: i32,
}

#[derive(Schema)]
#[db(primary_key(id, size))]
pub struct Kind {
    pub id: i32,
    pub size: i32,
}

/// Reads a part.
#[derive(Schema)]
#[db(projection_of = Entry)]
pub struct Title {
    pub id: i64,
    pub title: String,
    #[db(type = "integer")]
    pub size: i32,
}

/// Generic over its key, and with a lifetime.
#[derive(Schema)]
pub struct Named<'a, I = i64> {
    #[db(primary_key)]
    pub id: I,
    pub name: &'a str,
}

fn main() {}
