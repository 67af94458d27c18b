//! Errors: what is wrong, where, and the next action; on stderr, with the documented exit code.

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, NamedSource, Report};
use schema_diff::apply::{ApplyError, SqlFailure};
use schema_diff::dialect::postgres::normalise::Refusal;
use schema_diff::model::Position;
use schema_diff::model::declare::Mistake;
use schema_diff::plan::answer::{Obstacle, Question};

use super::style::{HEAD, REMOVED, styled};
use crate::failure::Failure;

/// Tells the failure; gives its exit code.
pub(crate) fn report(failure: &Failure) -> u8 {
    match failure {
        Failure::Message { text, .. } => error(text),
        Failure::Mistakes(mistakes) => mistakes.iter().for_each(mistake),
        Failure::Refusals(refusals) => refusals.iter().for_each(refusal),
        Failure::Obstacles { obstacles, json: true } => anstream::println!("{}", obstacles_json(obstacles)),
        Failure::Obstacles { obstacles, json: false } => obstacles.iter().for_each(obstacle),
        Failure::Apply(failure) => match &**failure {
            ApplyError::Statement(failure) => statement(failure),
            other => error(&other.to_string()),
        },
    }
    failure.code()
}

fn error(text: &str) {
    anstream::eprintln!("{} {text}", styled(REMOVED, "error:"));
}

fn mistake(mistake: &Mistake) {
    snippet(&mistake.position, mistake.length, &mistake.message, mistake.help.as_deref());
}

fn refusal(refusal: &Refusal) {
    match &refusal.position {
        Some(position) => snippet(position, 1, &refusal.to_string(), None),
        None => error(&refusal.to_string()),
    }
}

fn statement(failure: &SqlFailure) {
    let position = Position { file: failure.file.display().to_string(), line: failure.line, column: failure.column };
    let help = format!(
        "step \"{}\"{}; what was done stays recorded, and the same command again goes on from there",
        failure.title,
        failure.code.as_ref().map(|code| format!(", SQLSTATE {code}")).unwrap_or_default()
    );
    snippet(&position, 1, &failure.message, Some(&help));
}

/// The place in the user's text, with the message under it. Where the file can't be read, the place alone.
fn snippet(position: &Position, length: usize, message: &str, help: Option<&str>) {
    let text = std::fs::read_to_string(&position.file).ok();
    let offset = text.as_deref().and_then(|text| offset(text, position));
    let (Some(text), Some(offset)) = (text, offset) else {
        error(&format!("{position}: {message}"));
        if let Some(help) = help {
            anstream::eprintln!("  help: {help}");
        }
        return;
    };
    // The first line names the place as compilers do, so that editors and logs find it.
    error(&format!("{position}: {message}"));
    let mut diagnostic = MietteDiagnostic::new("").with_label(LabeledSpan::at(offset..offset + length.max(1), "here"));
    if let Some(help) = help {
        diagnostic = diagnostic.with_help(help);
    }
    let report = Report::new(diagnostic).with_source_code(NamedSource::new(&position.file, text));
    let mut out = String::new();
    let theme = GraphicalTheme::unicode_nocolor();
    if GraphicalReportHandler::new_themed(theme).with_width(120).render_report(&mut out, report.as_ref()).is_ok() {
        let body: Vec<&str> = out.lines().skip_while(|line| !line.contains('╭')).collect();
        anstream::eprintln!("{}\n", body.join("\n"));
    }
}

/// The byte offset of a line and a column in characters.
fn offset(text: &str, position: &Position) -> Option<usize> {
    let mut start = 0;
    for _ in 1..position.line {
        start += text[start..].find('\n')? + 1;
    }
    let line = text[start..].lines().next().unwrap_or("");
    Some(start + line.char_indices().nth(position.column.saturating_sub(1)).map_or(line.len(), |(at, _)| at))
}

fn obstacle(obstacle: &Obstacle) {
    match obstacle {
        Obstacle::Question(one) => question(one),
        Obstacle::Consent(consent) => {
            error(&consent.text);
            anstream::eprintln!("  if that is meant: {}", for_shell(&format!("--allow {}", consent.flag)));
        }
        Obstacle::Mistake { position: Some(position), message, .. } => snippet(position, 1, message, None),
        Obstacle::Mistake { position: None, message, answers } => {
            error(message);
            if !answers.is_empty() {
                let answers: Vec<String> = answers.iter().map(|answer| for_shell(answer)).collect();
                anstream::eprintln!("  or by flag: {}", answers.join(" "));
            }
        }
        Obstacle::Unhandled { object, what } => error(&format!("{object}: {what}")),
    }
}

fn question(question: &Question) {
    anstream::eprintln!("{} {}", styled(HEAD, "question:"), question.text);
    for choice in &question.choices {
        anstream::eprintln!("  {}\n      {}", for_shell(&choice.flag), choice.meaning);
    }
}

/// A flag as a shell takes it: names may hold quotes and spaces. An edit of the source stays as it is.
fn for_shell(flag: &str) -> String {
    let special = |c: char| !(c.is_alphanumeric() || "_-+=.,:/@%".contains(c));
    match flag.split_once(' ') {
        Some((name, value)) if name.starts_with("--") && value.contains(special) => {
            format!("{name} {}", shlex::try_quote(value).unwrap_or(value.into()))
        }
        _ => flag.to_owned(),
    }
}

/// Every open question at once, for programs.
fn obstacles_json(obstacles: &[Obstacle]) -> serde_json::Value {
    let one = |obstacle: &Obstacle| match obstacle {
        Obstacle::Question(question) => serde_json::json!({
            "kind": "question", "object": question.object, "text": question.text,
            "choices": question.choices.iter().map(|choice| serde_json::json!({"answer": choice.flag, "meaning": choice.meaning})).collect::<Vec<_>>(),
        }),
        Obstacle::Consent(consent) => serde_json::json!({
            "kind": "consent", "text": consent.text, "answer": format!("--allow {}", consent.flag),
        }),
        Obstacle::Mistake { position, message, answers } => serde_json::json!({
            "kind": "mistake", "text": message, "answers": answers,
            "position": position.as_ref().map(|p| serde_json::json!({"file": p.file, "line": p.line, "column": p.column})),
        }),
        Obstacle::Unhandled { object, what } => {
            serde_json::json!({"kind": "unhandled", "object": object, "text": what})
        }
    };
    serde_json::json!({ "open": obstacles.iter().map(one).collect::<Vec<_>>() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_can_be_copied_into_a_shell() {
        assert_eq!(for_shell("--allow drop:t.a"), "--allow drop:t.a");
        assert_eq!(for_shell("--allow drop:\"it's\".a"), "--allow \"drop:\\\"it's\\\".a\"");
        assert_eq!(for_shell("#[db(renamed_from = \"a\")]"), "#[db(renamed_from = \"a\")]");
    }

    #[test]
    fn places_become_offsets() {
        let at = |line, column| Position { file: String::new(), line, column };
        assert_eq!(offset("ab\ncäd\n", &at(2, 3)), Some(6));
        assert_eq!(offset("ab\n", &at(9, 1)), None);
    }
}
