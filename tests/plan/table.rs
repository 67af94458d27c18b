//! How every case fared on every version, as a table in the repository.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;
use std::sync::Mutex;

use schema_diff::embedded::Major;

/// How a case ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// Written, after it stood the proof; then walked through, applied and compared once more by the test.
    Proven,
    /// Refused with the message that is expected.
    Refused,
    /// Anything else.
    Failed,
}

impl Ending {
    fn word(self) -> &'static str {
        match self {
            Self::Proven => "proven",
            Self::Refused => "refused",
            Self::Failed => "**failed**",
        }
    }
}

/// What has ended so far.
#[derive(Default)]
pub(crate) struct Endings(Mutex<BTreeMap<(String, u16), Ending>>);

impl Endings {
    pub(crate) fn note(&self, case: &str, major: Major, ending: Ending) {
        // After a panic in another test the map is still whole.
        let mut endings = self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        endings.insert((case.to_owned(), major.number()), ending);
    }

    /// Writes the rows of the cases that have run; others stay as they are, each with the commit that it was run on.
    pub(crate) fn write(&self, file: &Path) {
        let endings = self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let majors: BTreeSet<u16> = endings.keys().map(|(_, major)| *major).collect();
        let commit = tests::kills::seed::commit().unwrap_or_else(|| "unknown".to_owned());
        let mut head = "| case |".to_owned();
        majors.iter().for_each(|major| write!(head, " {major} |").expect("a string takes all"));
        head.push_str(" commit |");
        let before = std::fs::read_to_string(file).unwrap_or_default();
        let mut rows: BTreeMap<String, String> = BTreeMap::new();
        let rows_before = before.lines().skip_while(|line| *line != head).skip(2);
        rows.extend(rows_before.filter_map(|row| Some((row.split('|').nth(1)?.trim().to_owned(), row.to_owned()))));
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases/plan");
        rows.retain(|case, _| folder.join(case).is_dir());
        for case in endings.keys().map(|(case, _)| case).collect::<BTreeSet<_>>() {
            let mut row = format!("| {case} |");
            for major in &majors {
                let word = endings.get(&(case.clone(), *major)).map_or("", |ending| ending.word());
                write!(row, " {word} |").expect("a string takes all");
            }
            write!(row, " {commit} |").expect("a string takes all");
            rows.insert(case.clone(), row);
        }
        let rows: Vec<String> = rows.into_values().collect();
        let line = format!("|---|{}---|", "---|".repeat(majors.len()));
        let text = format!("{HEAD}{head}\n{line}\n{}\n", rows.join("\n"));
        std::fs::write(file, text).expect("the table can be written");
    }
}

const HEAD: &str = "# Every case on every server

Written by `SCHEMA_DIFF_TEST_MAJORS=12,13,14,15,16,17,18 SCHEMA_DIFF_PROOFS=1 cargo test -p tests --test plan`; with a filter
behind it the rows of these cases alone are written. A case is a folder in `tests/cases/plan`: structs of two releases, rows,
and statements of both.

*proven*: the migration was written after it had stood the proof (end state, planning again, the way back from every point,
both releases' statements in every phase, observed locks and work); then the test walked through its files on the case's own
rows, with the case's own statements, and an oracle of its own compared the catalogs. *refused*: nothing was written, and the
message named the object, as expected.

";
