//! A new NOT NULL column, whose value for the old release's rows is an expression.

use tests::majors;
use tests::workload::{Case, Field, Values};

use crate::cases::{release, values};
use crate::deployment::Deployment;

const AMOUNT: Field = Field::integer("amount", "amount", "integer");
const REGION: Field = Field::text("region", "region");

fn region(id: i64) -> String {
    format!("region {}", id % 7)
}

fn initial(id: i64) -> Values {
    values([("amount", id.to_string()), ("region", region(id))])
}

fn left_out(_: &'static str, id: i64) -> Option<String> {
    Some(region(id))
}

fn source(column: &str) -> String {
    format!(
        "/// A sale.
#[derive(Schema)]
#[db(table = \"sales\")]
pub struct Sale {{
    #[db(primary_key, identity)]
    pub id: i64,
    pub amount: i32,
    {column}
    #[db(default = 0)]
    pub revision: i64,
}}
"
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_column_is_added_and_filled_under_writers() {
    for (major, rows) in majors().into_iter().zip([20_000].into_iter().chain(std::iter::repeat(100_000))) {
        let deployment = Deployment {
            name: "new column",
            case: Case {
                old: release("sales", &[AMOUNT], None),
                new: release("sales", &[REGION, AMOUNT], None),
                fields: &["amount", "region"],
                rows,
                initial,
                left_out,
            },
            old_source: source(""),
            new_source: source("#[db(backfill = \"'region ' || id % 7\", index)]\n    pub region: String,"),
            load: format!("INSERT INTO sales (amount) SELECT n FROM generate_series(1, {rows}) AS n"),
            flags: &[],
            unequal: "SELECT count(*) FROM sales WHERE region IS NULL",
            in_place: false,
        };
        deployment.run(major).await;
    }
}
