//! The oracle sees each planted difference, and no other.

mod plants;

use std::collections::BTreeSet;

use plants::{PLANTS, Plant};
use schema_diff::dialect::postgres::inspect::inspect;
use schema_diff::diff::{Differences, RenameAnswers, diff};
use schema_diff::embedded::Major;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tests::oracle::{Oracle, difference};
use tests::{Server, majors};

/// What every plant may build on.
const GROUND: &str = include_str!("ground.sql");

/// What no statement can change on an object that stays, or not on every version.
const CONSTANT: [&str; 10] = [
    "composite | kind",
    "composite | persistence",
    "extension | version",
    "materialized | access method",
    "materialized | kind",
    "materialized | persistence",
    "sequence | kind",
    "sequence | persistence",
    "view | kind",
    "view | persistence",
];

/// Object and attribute of each fact.
fn facts(listing: &[String]) -> BTreeSet<(&str, &str)> {
    let parse = |line| {
        let (object, fact): (&str, &str) = str::split_once(line, " | ")?;
        Some((object, fact.split_once(" = ")?.0))
    };
    listing.iter().filter_map(|line| parse(line.as_str())).collect()
}

/// The kind of an object with an attribute: "column | type".
fn kind(object: &str, attribute: &str) -> String {
    format!("{} | {attribute}", object.split(' ').next().unwrap_or_default())
}

/// The attributes that differ on an object that both listings have.
fn variations(first: &[String], second: &[String]) -> BTreeSet<String> {
    let (in_first, in_second): (BTreeSet<&String>, BTreeSet<&String>) =
        (first.iter().collect(), second.iter().collect());
    let differing: Vec<String> = in_first.symmetric_difference(&in_second).map(|line| (*line).clone()).collect();
    let objects = |listing| facts(listing).into_iter().map(|(object, _)| object).collect::<BTreeSet<&str>>();
    let common: BTreeSet<&str> = objects(first).intersection(&objects(second)).copied().collect();
    let differing = facts(&differing).into_iter().filter(|(object, _)| common.contains(object));
    differing.map(|(object, attribute)| kind(object, attribute)).collect()
}

async fn run(connection: &mut PgConnection, sql: &str) {
    let result = connection.execute(AssertSqlSafe(sql.to_owned())).await;
    result.unwrap_or_else(|error| panic!("{error}\nin: {sql}"));
}

#[tokio::test]
async fn each_planted_difference_is_seen() {
    assert!(PLANTS.len() >= 40);
    let oracle = Oracle::of(&["public", "app"]);
    for major in majors() {
        let database = Server::shared(major).await.fresh_database().await;
        database.execute(GROUND).await;
        let mut connection = PgConnection::connect(&database.url).await.expect("a connection");
        let ground = oracle.listing_on(&mut connection).await;
        let mut unseen = Vec::new();
        let mut varied = BTreeSet::new();
        for plant in PLANTS.iter().filter(|plant| plant.since <= major.number()) {
            let mut transaction = connection.begin().await.expect("a transaction");
            run(&mut transaction, plant.sql).await;
            let changed = oracle.listing_on(&mut transaction).await;
            transaction.rollback().await.expect("rolled back");
            varied.extend(variations(&ground, &changed));
            let seen = difference(&ground, &changed);
            if !seen.contains(plant.expected) {
                unseen.push(format!("{}\nexpected: {}\nseen:\n{seen}", plant.sql, plant.expected));
            }
        }
        assert!(unseen.is_empty(), "on {major}:\n{}", unseen.join("\n"));
        let known = facts(&ground).into_iter().map(|(object, attribute)| kind(object, attribute));
        let untested: BTreeSet<String> =
            known.filter(|k| !varied.contains(k) && !CONSTANT.contains(&k.as_str())).collect();
        assert!(untested.is_empty(), "on {major} no plant changes: {untested:?}");
        let after = oracle.listing_on(&mut connection).await;
        assert_eq!(difference(&ground, &after), "", "a rollback leaves nothing");
    }
}

#[tokio::test]
async fn the_order_of_columns_is_no_difference() {
    let orders = [
        "CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY, name text NOT NULL, age int DEFAULT 1);
         ALTER TABLE t ADD PRIMARY KEY (id); CREATE INDEX t_name ON t (name, age);",
        "CREATE TABLE t (gone int, age int DEFAULT 1, name text NOT NULL, id bigint GENERATED ALWAYS AS IDENTITY);
         ALTER TABLE t DROP COLUMN gone; CREATE INDEX t_name ON t (name, age); ALTER TABLE t ADD PRIMARY KEY (id);",
    ];
    let common = "COMMENT ON COLUMN t.name IS 'a name'; GRANT SELECT (name, age) ON t TO PUBLIC;
        ALTER TABLE t ADD CHECK (age > 0);
        CREATE VIEW v AS SELECT name, id FROM t; CREATE PUBLICATION p FOR TABLE t;";
    for major in majors() {
        let mut listings = Vec::new();
        for order in orders {
            let database = Server::shared(major).await.fresh_database().await;
            database.execute(format!("{order} {common}")).await;
            listings.push(Oracle::of(&["public"]).listing(&database.pool).await);
        }
        assert_eq!(difference(&listings[0], &listings[1]), "", "on {major}");
        assert!(listings[0].iter().any(|line| line == "column public.t.name | type = text"), "on {major}");
    }
}

#[tokio::test]
async fn the_history_and_extensions_members_can_be_left_out() {
    let database = Server::shared(Major::LATEST).await.fresh_database().await;
    let before = Oracle::of(&["public"]).listing(&database.pool).await;
    let history = "CREATE TABLE _schema_migrations (version int PRIMARY KEY, step int UNIQUE CHECK (step > 0));
        COMMENT ON TABLE _schema_migrations IS 'history'; COMMENT ON COLUMN _schema_migrations.step IS 'one'";
    database.execute(history).await;
    let without = Oracle::of(&["public"]).without_history().listing(&database.pool).await;
    assert_eq!(difference(&before, &without), "");
    let with = Oracle::of(&["public"]).listing(&database.pool).await;
    assert!(difference(&before, &with).contains("+ table public._schema_migrations | kind = ordinary"));

    database.execute("CREATE EXTENSION citext; CREATE EXTENSION hstore").await;
    let extended = Oracle::of(&["public"]).without_history().listing(&database.pool).await;
    let seen = difference(&without, &extended);
    assert!(seen.lines().count() == 2 && seen.contains("+ extension citext"), "{seen}");
}

/// What is no difference between two databases: whose an object is, since each has roles of its own, and rows.
const NO_DIFFERENCE: [&str; 2] = ["OWNER TO r", "WITH NO DATA"];

#[tokio::test]
async fn each_planted_difference_is_named_by_the_comparison() {
    let mut silent = Vec::new();
    for major in majors() {
        let database = Server::shared(major).await.fresh_database().await;
        database.execute(GROUND).await;
        let mut connection = PgConnection::connect(&database.url).await.expect("a connection");
        let ground = inspect(&mut connection).await.expect("the ground").catalog;
        let counts = |plant: &&Plant| !NO_DIFFERENCE.iter().any(|words| plant.sql.ends_with(words));
        for plant in PLANTS.iter().filter(|plant| plant.since <= major.number()).filter(counts) {
            // The inspection looks at the transaction that it finds, and rolls it back.
            run(&mut connection, "BEGIN ISOLATION LEVEL REPEATABLE READ").await;
            run(&mut connection, plant.sql).await;
            let planted = inspect(&mut connection).await.expect("the planted").catalog;
            let Differences { changes, questions, unhandled } = diff(&ground, &planted, &RenameAnswers::default());
            if changes.is_empty() && questions.is_empty() && unhandled.is_empty() {
                silent.push(format!("{major}: {}", plant.sql));
            }
        }
    }
    assert!(silent.is_empty(), "nothing is said of:\n{}", silent.join("\n"));
}
