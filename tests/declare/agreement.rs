//! The derive and the reader say the same of the same source.
//!
//! The cases are compiled by trybuild, which compares the compiler's words with the files beside them; `TRYBUILD=overwrite`
//! rewrites these. The reader then reads each case and must say what stands in its file.

use std::fs;
use std::path::{Path, PathBuf};

use schema_model::declare::{CrateRoot, Mistake, read};

const CASES: &str = "cases/declare";

#[test]
fn the_compiler_says_what_the_cases_expect() {
    let cases = trybuild::TestCases::new();
    cases.pass(format!("{CASES}/fine/*.rs"));
    cases.compile_fail(format!("{CASES}/own/*.rs"));
    cases.compile_fail(format!("{CASES}/compiler/*.rs"));
}

#[test]
fn the_reader_accepts_what_the_compiler_accepts() {
    for case in cases("fine") {
        let mistakes = mistakes(&case);
        assert!(mistakes.is_empty(), "{}", mistakes.iter().map(Said::show).collect::<Vec<_>>().join("\n"));
    }
}

#[test]
fn our_own_mistakes_are_told_alike() {
    for case in cases("own") {
        let (compiler, reader) = (compiler(&case), mistakes(&case));
        assert!(compiler.iter().all(|said| !said.by_rustc), "{}: an error that isn't ours", case.display());
        assert_eq!(shown(&reader, Said::show), shown(&compiler, Said::show), "{}", case.display());
    }
}

/// What rustc finds by the traits it says in its own words, at the same places.
#[test]
fn what_rustc_finds_is_found_at_the_same_places() {
    for case in cases("compiler") {
        let (compiler, reader) = (compiler(&case), mistakes(&case));
        assert_eq!(shown(&reader, Said::place), shown(&compiler, Said::place), "{}", case.display());
    }
}

/// A mistake, by whomever it is told.
struct Said {
    line: usize,
    column: usize,
    text: String,
    by_rustc: bool,
}

impl Said {
    fn show(&self) -> String {
        format!("{} {}", self.place(), self.text)
    }

    fn place(&self) -> String {
        format!("{:03}:{:03}", self.line, self.column)
    }
}

fn shown(said: &[Said], how: impl Fn(&Said) -> String) -> Vec<String> {
    let mut lines: Vec<String> = said.iter().map(how).collect();
    lines.sort();
    lines
}

fn cases(kind: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(CASES).join(kind);
    let entries = fs::read_dir(&folder).expect("the folder of the cases");
    let mut cases: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    cases.retain(|path| path.extension().is_some_and(|extension| extension == "rs"));
    cases.sort();
    assert!(!cases.is_empty(), "no cases in {}", folder.display());
    cases
}

/// What the reader says.
fn mistakes(case: &Path) -> Vec<Said> {
    let root = CrateRoot { file: case.to_owned(), ..CrateRoot::default() };
    read(&[root]).err().unwrap_or_default().into_iter().map(said).collect()
}

fn said(mistake: Mistake) -> Said {
    let help = mistake.help.map(|help| format!(" help: {help}")).unwrap_or_default();
    let text = format!("{}{help}", mistake.message);
    Said { line: mistake.position.line, column: mistake.position.column, text, by_rustc: false }
}

/// What the compiler said, from the file that trybuild keeps.
fn compiler(case: &Path) -> Vec<Said> {
    let text = fs::read_to_string(case.with_extension("stderr")).expect("what the compiler says");
    text.split("\n\n").filter(|block| block.starts_with("error")).map(block).collect()
}

/// A block begins with `error: …` or `error[E0277]: …`, goes on with further lines of the message, and comes to
/// ` --> file:line:column`.
fn block(block: &str) -> Said {
    let (message, rest) = block.split_once(" --> ").expect("an error has a place");
    let mut place =
        rest.lines().next().unwrap_or_default().rsplit(':').map(|number| number.parse().unwrap_or_default());
    let (column, line) = (place.next().unwrap_or_default(), place.next().unwrap_or_default());
    let by_rustc = message.starts_with("error[");
    let message = message.split_once(": ").map(|(_, message)| message).unwrap_or(message);
    let text = message.lines().map(str::trim).collect::<Vec<_>>().join(" ");
    Said { line, column, text: text.trim().to_owned(), by_rustc }
}
