//! `orders.total integer` becomes `total_cents bigint`.

use tests::majors;
use tests::workload::{Case, Field, Values};

use crate::cases::{release, values};
use crate::deployment::Deployment;

const OLD: [Field; 2] = [Field::integer("total", "total", "integer"), Field::text("note", "note")];
const NEW: [Field; 2] = [Field::integer("total", "total_cents", "bigint"), Field::text("note", "note")];

fn initial(id: i64) -> Values {
    values([("total", id.to_string()), ("note", format!("note {id}"))])
}

fn nothing(_: &'static str, _: i64) -> Option<String> {
    unreachable!("both releases write every field")
}

fn source(column: &str) -> String {
    format!(
        "/// An order.
#[derive(Schema)]
#[db(table = \"orders\")]
pub struct Order {{
    #[db(primary_key, identity)]
    pub id: i64,
    {column}
    pub note: String,
    #[db(default = 0)]
    pub revision: i64,
}}
"
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_type_changes_under_writers() {
    for (major, rows) in majors().into_iter().zip([20_000].into_iter().chain(std::iter::repeat(100_000))) {
        let deployment = Deployment {
            name: "int to bigint",
            case: Case {
                old: release("orders", &OLD, None),
                new: release("orders", &NEW, None),
                fields: &["total", "note"],
                rows,
                initial,
                left_out: nothing,
            },
            old_source: source("#[db(index)]\n    pub total: i32,"),
            new_source: source("#[db(index, renamed_from = \"total\")]\n    pub total_cents: i64,"),
            load: format!(
                "INSERT INTO orders (total, note) SELECT n, 'note ' || n FROM generate_series(1, {rows}) AS n"
            ),
            flags: &[],
            unequal: "SELECT count(*) FROM orders WHERE total IS DISTINCT FROM total_cents",
            in_place: false,
        };
        deployment.run(major).await;
    }
}

/// The same under one name: until the switch both releases work with the old type, from then on with the new one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_type_is_swapped_under_writers() {
    const BIG: [Field; 2] = [Field::integer("total", "total", "bigint"), Field::text("note", "note")];
    for (major, rows) in majors().into_iter().zip([20_000].into_iter().chain(std::iter::repeat(100_000))) {
        let deployment = Deployment {
            name: "int to bigint, swapped",
            case: Case {
                old: release("orders", &OLD, None),
                new: release("orders", &BIG, None),
                fields: &["total", "note"],
                rows,
                initial,
                left_out: nothing,
            },
            old_source: source("#[db(index)]\n    pub total: i32,"),
            new_source: source("#[db(index)]\n    pub total: i64,"),
            load: format!(
                "INSERT INTO orders (total, note) SELECT n, 'note ' || n FROM generate_series(1, {rows}) AS n"
            ),
            flags: &["--strategy", "orders.total=swap", "--allow", "swap:orders.total"],
            unequal: "SELECT count(*) FROM orders WHERE total IS DISTINCT FROM total_new",
            in_place: false,
        };
        deployment.run(major).await;
    }
}

/// An enum type whose values stand in another order, under the same name.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_values_of_an_enum_type_are_swapped_under_writers() {
    const GRADES: [&str; 3] = ["low", "middle", "high"];
    const FIELDS: [Field; 2] = [Field::label("grade", "grade", GRADES), Field::text("note", "note")];
    let with = |labels: &str| {
        source("#[db(index)]\n    pub grade: Grade,")
            + &format!(
                "\n/// How good it is.\n#[derive(Schema)]\n#[sqlx(rename_all = \"snake_case\")]\npub enum Grade {{ {labels} }}\n"
            )
    };
    for (major, rows) in majors().into_iter().zip([20_000].into_iter().chain(std::iter::repeat(100_000))) {
        let deployment = Deployment {
            name: "enum values, swapped",
            case: Case {
                old: release("orders", &FIELDS, None),
                new: release("orders", &FIELDS, None),
                fields: &["grade", "note"],
                rows,
                initial: |id| {
                    values([("grade", GRADES[id as usize % 3].to_owned()), ("note", format!("note {id}"))])
                },
                left_out: nothing,
            },
            old_source: with("Low, Middle, High"),
            new_source: with("High, Middle, Low"),
            load: format!(
                "INSERT INTO orders (grade, note) SELECT (ARRAY['low', 'middle', 'high'])[1 + n % 3]::grade, 'note ' || n
                 FROM generate_series(1, {rows}) AS n"
            ),
            flags: &["--strategy", "grade=swap", "--allow", "swap:grade"],
            unequal: "SELECT count(*) FROM orders WHERE grade::text IS DISTINCT FROM grade_new::text",
            in_place: false,
        };
        deployment.run(major).await;
    }
}
