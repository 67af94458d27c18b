//! The changes that are tried: two releases with their structs, and rows.

use crate::workload::rename::{Rename, UNEQUAL};
use crate::workload::{Case, Field, Release, Values};

/// Rows that are there at the beginning. They are few, so that a point takes little time; what many rows do to a
/// backfill is shown elsewhere.
pub const ROWS: i64 = 45;

/// A migration with the statements of both releases.
#[derive(Clone, Debug)]
pub struct Change {
    /// What it is called.
    pub name: &'static str,
    /// The structs of release N.
    pub old_source: String,
    /// The structs of release N+1.
    pub new_source: String,
    /// Fills the tables of release N.
    pub load: String,
    /// Flags of `diff --write`.
    pub flags: &'static [&'static str],
    /// What `rollback` is told besides.
    pub consent: &'static [&'static str],
    /// The statements of both releases.
    pub case: Case,
    /// Counts the rows that aren't as they must be from the end of the backfill until the contract.
    pub unequal: &'static str,
    /// Whether names change in place, so that constraints and sequences keep theirs.
    pub in_place: bool,
}

/// All of them.
pub fn changes() -> Vec<Change> {
    vec![
        rename(),
        behind_view(),
        renamed_table(),
        changed_table(),
        new_type(),
        swap(),
        not_null(),
        unique(),
        foreign_key(),
        drop_column(),
        grace(),
        index(),
        dropped_index(),
        enum_type(),
        enum_values(),
        computed(),
        numbered(),
        split(),
        merged(),
    ]
}

const NOTHING_UNEQUAL: &str = "SELECT 0";
const RENAME: Rename = Rename::unique(ROWS);
const NOTE: Field = Field::text("note", "note");

fn rename() -> Change {
    Change {
        name: "rename",
        old_source: RENAME.old_source(),
        new_source: RENAME.new_source(),
        load: RENAME.load(),
        flags: &[],
        consent: &[],
        case: RENAME.case(),
        unequal: UNEQUAL,
        in_place: false,
    }
}

/// The same column, in place.
fn behind_view() -> Change {
    Change {
        name: "rename behind a view",
        flags: &["--strategy", "users.user_name=view"],
        unequal: NOTHING_UNEQUAL,
        in_place: true,
        ..rename()
    }
}

/// The same column, and its table at once.
fn renamed_table() -> Change {
    Change {
        name: "renamed table",
        new_source: RENAME.new_source_of_people(),
        case: RENAME.case_of_people(),
        unequal: NOTHING_UNEQUAL,
        in_place: true,
        ..rename()
    }
}

/// A table with another name, of which more changes.
fn changed_table() -> Change {
    Change {
        name: "renamed and changed table",
        new_source: RENAME.new_source_of_changed_people(),
        case: RENAME.case_of_people(),
        in_place: true,
        ..rename()
    }
}

/// Another type under the same name.
fn swap() -> Change {
    let old = [Field::integer("total", "total", "integer"), NOTE];
    let new = [Field::integer("total", "total", "bigint"), NOTE];
    Change {
        name: "swap",
        new_source: source("", "#[db(index)]\n    pub total: i64,", ""),
        flags: &["--strategy", "things.total=swap", "--allow", "swap:things.total"],
        case: case(&old, &new, |id| values([("total", id.to_string()), ("note", format!("note {id}"))])),
        unequal: "SELECT count(*) FROM things WHERE total IS DISTINCT FROM total_new",
        ..new_type()
    }
}

fn new_type() -> Change {
    let old = [Field::integer("total", "total", "integer"), NOTE];
    let new = [Field::integer("total", "total_cents", "bigint"), NOTE];
    Change {
        name: "type change",
        old_source: source("", "#[db(index)]\n    pub total: i32,", ""),
        new_source: source("", "#[db(index, renamed_from = \"total\")]\n    pub total_cents: i64,", ""),
        load: load("total", "n"),
        flags: &[],
        consent: &[],
        case: case(&old, &new, |id| values([("total", id.to_string()), ("note", format!("note {id}"))])),
        unequal: "SELECT count(*) FROM things WHERE total IS DISTINCT FROM total_cents",
        in_place: false,
    }
}

/// The old release writes no name; half of the rows have none.
fn not_null() -> Change {
    let new = [Field::text("name", "name"), NOTE];
    Change {
        name: "not null",
        old_source: source("", "pub name: Option<String>,", ""),
        new_source: source("", "#[db(backfill = \"'none'\")]\n    pub name: String,", ""),
        load: load("name", "CASE WHEN n % 2 = 0 THEN 'none' END"),
        flags: &[],
        consent: &[],
        case: case(&[NOTE], &new, |id| values([("name", "none".to_owned()), ("note", format!("note {id}"))])),
        unequal: "SELECT count(*) FROM things WHERE name IS NULL",
        in_place: false,
    }
}

fn unique() -> Change {
    let fields = [Field::text("name", "name"), NOTE];
    Change {
        name: "unique",
        old_source: source("", "pub name: String,", ""),
        new_source: source("", "#[db(unique)]\n    pub name: String,", ""),
        load: load("name", "'name ' || n"),
        flags: &[],
        consent: &[],
        case: case(&fields, &fields, |id| values([("name", format!("name {id}")), ("note", format!("note {id}"))])),
        unequal: NOTHING_UNEQUAL,
        in_place: false,
    }
}

fn foreign_key() -> Change {
    let parent = "/// What things belong to.
#[derive(Schema)]
#[db(table = \"owners\")]
pub struct Owner {
    #[db(primary_key)]
    pub id: i64,
}
";
    Change {
        name: "foreign key",
        old_source: source("", "pub owner: Option<i64>,", parent),
        new_source: source(
            "",
            "#[db(references(Owner::id, on_delete = cascade))]\n    pub owner: Option<i64>,",
            parent,
        ),
        load: format!("INSERT INTO owners VALUES (0), (1), (2); {}", load("owner", "n % 3")),
        flags: &[],
        consent: &[],
        case: case(&[NOTE], &[NOTE], note),
        unequal: NOTHING_UNEQUAL,
        in_place: false,
    }
}

fn drop_column() -> Change {
    let old = [Field::text("legacy", "legacy"), NOTE];
    let mut case =
        case(&old, &[NOTE], |id| values([("legacy", format!("legacy {id}")), ("note", format!("note {id}"))]));
    case.left_out = |_, _| Some("gone".to_owned());
    Change {
        name: "drop",
        old_source: source("", "pub legacy: String,", ""),
        new_source: source("", "", ""),
        load: load("legacy", "'legacy ' || n"),
        flags: &["--allow", "drop:things.legacy", "--old-default", "things.legacy='gone'"],
        consent: &[],
        case,
        unequal: "SELECT count(*) FROM things WHERE legacy IS NULL",
        in_place: false,
    }
}

/// The same, set aside first.
fn grace() -> Change {
    Change {
        name: "grace",
        flags: &[
            "--allow",
            "drop:things.legacy",
            "--old-default",
            "things.legacy='gone'",
            "--strategy",
            "things.legacy=grace",
        ],
        ..drop_column()
    }
}

/// An index becomes another one under the same name.
fn index() -> Change {
    indexes("index", ", index(note, name = \"things_x\")", ", index(note, id, name = \"things_x\")")
}

fn dropped_index() -> Change {
    indexes("dropped index", ", index(note, id)", "")
}

fn indexes(name: &'static str, old: &str, new: &str) -> Change {
    Change {
        name,
        old_source: source(old, "", ""),
        new_source: source(new, "", ""),
        load: load("revision", "0"),
        flags: &[],
        consent: &[],
        case: case(&[NOTE], &[NOTE], note),
        unequal: NOTHING_UNEQUAL,
        in_place: false,
    }
}

/// A value more, a column of a new type, and an index: nothing of it has a contract.
fn enum_type() -> Change {
    let mood = |values: &str| {
        format!(
            "/// How it is.\n#[derive(Schema)]\n#[sqlx(rename_all = \"snake_case\")]\npub enum Mood {{ {values} }}\n"
        )
    };
    let kind =
        "/// What it is.\n#[derive(Schema)]\n#[sqlx(rename_all = \"snake_case\")]\npub enum Sort { Small, Large }\n";
    let column = "#[db(default = Mood::Sad)]\n    pub mood: Mood,";
    Change {
        name: "enum",
        old_source: source("", column, &mood("Sad, Happy")),
        new_source: source(
            ", index(lower(note))",
            &format!("{column}\n    #[db(default = Sort::Small)]\n    pub sort: Sort,"),
            &(mood("Sad, SoSo, Happy") + kind),
        ),
        load: load("mood", "CASE WHEN n % 2 = 0 THEN 'sad' ELSE 'happy' END::mood"),
        flags: &[],
        consent: &[],
        case: case(&[NOTE], &[NOTE], note),
        unequal: NOTHING_UNEQUAL,
        in_place: false,
    }
}

/// The values of an enum type stand in another order under the same name: another type, and another column.
fn enum_values() -> Change {
    const GRADES: [&str; 3] = ["low", "middle", "high"];
    let fields = [Field::label("grade", "grade", GRADES), NOTE];
    let grade = |values: &str| {
        format!(
            "/// How good it is.\n#[derive(Schema)]\n#[sqlx(rename_all = \"snake_case\")]\npub enum Grade {{ {values} }}\n"
        )
    };
    Change {
        name: "enum values",
        old_source: source("", "#[db(index)]\n    pub grade: Grade,", &grade("Low, Middle, High")),
        new_source: source("", "#[db(index)]\n    pub grade: Grade,", &grade("High, Middle, Low")),
        load: load("grade", "(ARRAY['low', 'middle', 'high'])[1 + n % 3]::grade"),
        flags: &["--strategy", "grade=swap", "--allow", "swap:grade"],
        consent: &[],
        case: case(&fields, &fields, |id| {
            values([("grade", GRADES[id as usize % 3].to_owned()), ("note", format!("note {id}"))])
        }),
        unequal: "SELECT count(*) FROM things WHERE grade::text IS DISTINCT FROM grade_new::text",
        in_place: false,
    }
}

/// A column that nobody has written yet is computed by the server.
fn computed() -> Change {
    let fields = [Field::integer("total", "total", "integer"), NOTE];
    let column = |attribute: &str| format!("pub total: i32,\n    {attribute}\n    pub twice: Option<i32>,");
    Change {
        name: "computed",
        old_source: source("", &column("#[db(index)]"), ""),
        new_source: source("", &column("#[db(index, generated = \"total * 2\")]"), ""),
        load: load("total", "n"),
        flags: &["--strategy", "things.twice=swap", "--allow", "swap:things.twice", "--allow", "rewrite:things.twice"],
        consent: &[],
        case: case(&fields, &fields, |id| values([("total", id.to_string()), ("note", format!("note {id}"))])),
        unequal: "SELECT count(*) FROM things WHERE twice IS DISTINCT FROM twice_new",
        in_place: false,
    }
}

/// A column that neither release writes gets a number in every row, and each another one.
fn numbered() -> Change {
    Change {
        name: "numbered",
        old_source: source("", "", ""),
        new_source: source("", "#[db(identity = \"always\", unique)]\n    pub number: i64,", ""),
        load: load("revision", "0"),
        flags: &[],
        consent: &["--allow", "drop:things.number"],
        case: case(&[NOTE], &[NOTE], note),
        unequal: "SELECT count(*) FROM (SELECT FROM things GROUP BY number HAVING number IS NULL OR count(*) > 1) AS wrong",
        in_place: false,
    }
}

/// One column becomes two.
fn split() -> Change {
    Change {
        name: "split",
        old_source: source("", LABEL, ""),
        new_source: source(
            "",
            "#[db(renamed_from = \"label\", using = \"split_part(label, '-', 1)\", back = \"head || '-' || tail\")]
    pub head: String,
    #[db(index, renamed_from = \"label\", using = \"substr(label, strpos(label, '-') + 1)\")]
    pub tail: String,",
            "",
        ),
        load: load("label", "'label-' || n"),
        flags: &[],
        consent: &[],
        case: case(&[WHOLE, NOTE], &[HALVES, NOTE], label),
        unequal: "SELECT count(*) FROM things WHERE label IS DISTINCT FROM head || '-' || tail",
        in_place: false,
    }
}

/// And two become one.
fn merged() -> Change {
    Change {
        name: "merged",
        old_source: source("", "pub head: String,\n    #[db(index)]\n    pub tail: String,", ""),
        new_source: source(
            "",
            "#[db(
        index,
        merged_from(head = \"split_part(label, '-', 1)\", tail = \"substr(label, strpos(label, '-') + 1)\"),
        using = \"head || '-' || tail\"
    )]
    pub label: String,",
            "",
        ),
        load: load("head, tail", "'label', n"),
        case: case(&[HALVES, NOTE], &[WHOLE, NOTE], label),
        ..split()
    }
}

const LABEL: &str = "#[db(index)]\n    pub label: String,";
const WHOLE: Field = Field::text("label", "label");
const HALVES: Field = Field::halves("label", "head", "tail");

fn label(id: i64) -> Values {
    values([("label", format!("label-{id}")), ("note", format!("note {id}"))])
}

fn note(id: i64) -> Values {
    values([("note", format!("note {id}"))])
}

fn values<const N: usize>(values: [(&'static str, String); N]) -> Values {
    values.into_iter().map(|(name, value)| (name, Some(value))).collect()
}

/// Every field of either release is one of the longer list.
fn case(old: &[Field], new: &[Field], initial: fn(i64) -> Values) -> Case {
    let release = |fields: &[Field]| Release { table: "things", fields: fields.to_vec(), unique: None };
    let longer = if old.len() > new.len() { old } else { new };
    let fields: Vec<&'static str> = longer.iter().map(|field| field.name).collect();
    let left_out = |_: &'static str, _: i64| Some("none".to_owned());
    Case { old: release(old), new: release(new), fields: fields.leak(), rows: ROWS, initial, left_out }
}

/// The structs: keys of the table, the fields between `id` and `note`, and what else the source holds.
fn source(keys: &str, fields: &str, more: &str) -> String {
    format!(
        "/// A thing.
#[derive(Schema)]
#[db(table = \"things\"{keys})]
pub struct Thing {{
    #[db(primary_key, identity)]
    pub id: i64,
    {fields}
    pub note: String,
    #[db(default = 0)]
    pub revision: i64,
}}

{more}"
    )
}

fn load(column: &str, value: &str) -> String {
    format!(
        "INSERT INTO things ({column}, note) SELECT {value}, 'note ' || n FROM generate_series(1, {ROWS}) AS n ORDER BY n"
    )
}
