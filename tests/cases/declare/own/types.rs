use schema_diff::Schema;

#[derive(Schema)]
struct Thing<T> {
    unsigned: u32,
    bytes: Vec<u8>,
    letter: char,
    pair: (i32, i32),
    nested: Vec<Vec<i32>>,
    open: T,
    call: fn(),
    #[db(type = "")]
    empty: i32,
}

#[derive(Schema)]
struct Two(i32, i32);

#[derive(Schema)]
struct Nothing;

#[derive(Schema)]
union Both {
    a: i32,
    b: f32,
}

#[derive(Schema)]
enum Shape {
    Point,
    Circle(f64),
    #[db(rename = "x")]
    Square,
    #[sqlx(rename = "Point")]
    Again,
}

#[derive(Schema)]
#[sqlx(type_name = "jsonb")]
enum Wrong {
    A,
}

#[derive(Schema)]
#[db(table = "x")]
struct Id(i64);

#[derive(Schema)]
struct Unsigned(u64);

fn main() {}
