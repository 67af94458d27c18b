//! A default on both columns: an omitted value and an explicit default look the same in a trigger.

use tests::majors;

use crate::support::Trap;

/// Every shape of an INSERT by either release: what is written, and what both columns hold then.
const SHAPES: [(&str, &str); 10] = [
    ("(id) VALUES", "d | d"),
    ("(id, o) VALUES 'v'", "v | v"),
    ("(id, o) VALUES NULL", "∅ | ∅"),
    ("(id, o) VALUES DEFAULT", "d | d"),
    ("(id, o) VALUES 'd'", "d | d"),
    ("(id, n) VALUES 'v'", "v | v"),
    ("(id, n) VALUES NULL", "∅ | ∅"),
    ("(id, n) VALUES DEFAULT", "d | d"),
    ("(id, n) VALUES 'd'", "d | d"),
    ("(id, o, n) VALUES 'v', 'w'", "w | w"),
];

#[tokio::test]
async fn every_shape_of_insert_gets_both_columns_right() {
    for major in majors() {
        let trap = Trap::new(major, "default = \"'d'\"", "Option<String>", "", &[]).await;
        trap.expand().await;
        for ((shape, wanted), id) in SHAPES.into_iter().zip(1..) {
            let (columns, values) = shape.split_once(" VALUES").expect("both");
            let comma = if values.is_empty() { "" } else { "," };
            let statement = format!("INSERT INTO t {columns} VALUES ({id}{comma}{values})");
            assert_eq!(trap.after(&statement, id).await, wanted, "{statement} on {major}");
        }
    }
}

/// `now()` is one value per transaction, so it can be told from another too.
#[tokio::test]
async fn a_default_that_is_stable_is_recognised() {
    for major in majors() {
        let attributes = "default = now(), type = \"timestamptz\"";
        let trap = Trap::new(major, attributes, "Option<String>", "", &[]).await;
        trap.expand().await;
        let same = "SELECT o = n AND o > now() - interval '1 minute' FROM t WHERE id = 1";
        trap.database.execute("INSERT INTO t (id) VALUES (1)").await;
        assert_eq!(trap.database.value(same).await, "t");
        assert_eq!(trap.after("INSERT INTO t (id, o) VALUES (2, NULL)", 2).await, "∅ | ∅");
        assert_eq!(trap.after("INSERT INTO t (id, n) VALUES (3, NULL)", 3).await, "∅ | ∅");
        let both = trap.after("INSERT INTO t (id, n) VALUES (4, '2020-01-01 00:00Z')", 4).await;
        let (old, new) = both.split_once(" | ").expect("two columns");
        assert!(old == new && old.starts_with("20"), "{both}");
    }
}
