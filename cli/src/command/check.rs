//! `check`: what can be told without a server, all at once; with `--prove`, the proof of what the files say now. For CI.

mod prove;

use schema_diff::draft::{Check, check};
use schema_diff::migration::load_each;
use schema_diff::model::Position;

use crate::args::{CheckArgs, Format, Global};
use crate::exit_code::{DIFFERENCE, DONE, DRIFT, ERROR};
use crate::failure::Failure;
use crate::project::Project;
use crate::report;

/// What is not as it should be, and what to do about it.
pub(crate) struct Finding {
    /// `mistake`, `conflict`, `lock`, `fault`, `difference`, `question`, `unknown` or `note`.
    pub(crate) kind: &'static str,
    /// Where it stands.
    pub(crate) position: Option<Position>,
    /// What it is.
    pub(crate) text: String,
    /// The next action.
    pub(crate) next: String,
}

impl Finding {
    pub(super) fn new(kind: &'static str, text: impl Into<String>, next: impl Into<String>) -> Self {
        Self { kind, position: None, text: text.into(), next: next.into() }
    }

    fn at(self, position: Option<Position>) -> Self {
        Self { position, ..self }
    }

    fn code(&self) -> u8 {
        match self.kind {
            "mistake" | "fault" => ERROR,
            "conflict" | "lock" => DRIFT,
            "note" => DONE,
            _ => DIFFERENCE,
        }
    }
}

pub(crate) async fn run(project: &Project, global: &Global, args: &CheckArgs) -> Result<u8, Failure> {
    let (migrations, errors) = load_each(&project.migrations_directory());
    let mistake = |text: String| Finding::new("mistake", text, "mend it, or restore it from version control");
    let mut findings: Vec<Finding> = errors.into_iter().map(|error| mistake(error.to_string())).collect();
    // What is wrong in the source is told with the rest.
    let declared = match project.declared_by(global, args.structs.compiled) {
        Ok((declared, _)) => Some(declared.catalog),
        Err(Failure::Mistakes(mistakes)) => {
            let one = |one: schema_diff::model::declare::Mistake| {
                Finding::new("mistake", one.message, one.help.unwrap_or_default()).at(Some(one.position))
            };
            findings.extend(mistakes.into_iter().map(one));
            None
        }
        Err(failure) => return Err(failure),
    };
    let lock = match project.lock() {
        Ok(lock) => Some(lock),
        Err(Failure::Message { text, .. }) => {
            findings.push(mistake(text));
            None
        }
        Err(failure) => return Err(failure),
    };
    let mut texts = None;
    if let (Some(declared), Some(lock)) = (declared, lock) {
        let found = check(declared, &lock, &migrations);
        findings.extend(of(&found));
        texts = Some(found.texts);
    }
    if let Some(which) = &args.prove {
        findings.extend(prove::run(project, global, &migrations, which, args.scratch_url.as_deref()).await?);
    }
    match global.format {
        Format::Text => report::check::show(global, &findings, texts.as_ref(), project.config.sql.is_some()),
        Format::Json => anstream::println!("{}", report::check::json(&findings)),
    }
    let found = |code: u8| findings.iter().any(|finding| finding.code() == code);
    Ok([ERROR, DRIFT, DIFFERENCE].into_iter().find(|code| found(*code)).unwrap_or(DONE))
}

fn of(check: &Check) -> Vec<Finding> {
    let mut findings = Vec::new();
    for conflict in &check.conflicts {
        findings.push(Finding::new(
            "conflict",
            format!(
                "{} was planned without {}: both change {}",
                conflict.later,
                conflict.earlier,
                conflict.objects.join(", ")
            ),
            format!(
                "if {0} is applied nowhere yet, delete its folder and run `cargo schema diff --write`",
                conflict.later
            ),
        ));
    }
    for stale in &check.stale {
        let next = "run `cargo schema diff --write`, which writes the lock anew, or restore it from version control";
        findings.push(Finding::new(
            "lock",
            format!("schema.lock is not what the migrations leave behind: {stale}"),
            next,
        ));
    }
    for change in &check.differences.changes {
        findings.push(Finding::new("difference", change.to_string(), "run `cargo schema diff --write`"));
    }
    for unhandled in &check.differences.unhandled {
        findings.push(Finding::new(
            "difference",
            format!("{}: {}", unhandled.object, unhandled.what),
            "change it back, or by hand with `cargo schema new NAME`",
        ));
    }
    for question in &check.differences.questions {
        let candidates = question.candidates.iter();
        let flags: Vec<String> = candidates
            .map(|candidate| format!("--rename {}.{}={}", question.table, question.column, candidate.column.as_str()))
            .chain([format!("--allow drop:{}.{}", question.table, question.column)])
            .collect();
        findings.push(Finding::new(
            "question",
            format!("{}.{} is no longer declared: was it renamed?", question.table, question.column),
            format!("say `renamed_from = \"{}\"`, or answer with {}", question.column.as_str(), flags.join(" or ")),
        ));
    }
    for unseen in &check.unseen {
        let text = format!("no server has seen `{}` of {}: whether it differs is unknown", unseen.text, unseen.table);
        findings.push(Finding::new("unknown", text, "run `cargo schema diff`").at(unseen.position.clone()));
    }
    for (object, position) in &check.done_renames {
        let text = format!("`renamed_from` of {object} has done its work");
        findings.push(Finding::new("note", text, "it can go").at(position.clone()));
    }
    findings
}
