use schema_diff::Schema;

#[derive(Schema)]
#[db(with(fillfactor))]
#[db(column(search = "tsvector"))]
#[db(column(search: "tsvector", skip))]
#[db(unlogged = true)]
struct Entry {
    #[db(storage = outside, compression = zip, statistics = "many")]
    a: String,
    #[db(virtual)]
    b: i32,
    #[db(sequence(start = 1))]
    c: i32,
    #[db(identity, sequence(begin = 1, 5))]
    d: i32,
}

fn main() {}
