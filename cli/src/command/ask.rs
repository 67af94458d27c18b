//! Questions on a terminal: one after the other, and the default answer is to stop.

use std::io::{IsTerminal, Write};

use schema_diff::plan::answer::{Obstacle, Question};

use super::answers::Given;
use crate::args::{Format, Global};
use crate::exit_code::{REFUSED, USAGE};
use crate::failure::Failure;

/// How an attempt at a plan ended.
pub(super) enum Outcome {
    /// With this exit code.
    Done(u8),
    /// With questions.
    Open(Vec<Obstacle>),
}

/// The exit code of an attempt, or one more answer for the next: on a terminal the first question is asked.
pub(super) fn answered(global: &Global, outcome: Outcome, given: &mut Given) -> Result<Option<u8>, Failure> {
    match outcome {
        Outcome::Done(code) => Ok(Some(code)),
        Outcome::Open(obstacles) if global.format == Format::Json || !is_possible(&obstacles) => {
            Err(Failure::Obstacles { obstacles, json: global.format == Format::Json })
        }
        Outcome::Open(obstacles) => ask(&obstacles, given).map(|()| None),
    }
}

/// Whether every obstacle can be answered here: a terminal on both sides, and nothing that needs an edit first.
fn is_possible(obstacles: &[Obstacle]) -> bool {
    let answerable = |obstacle: &Obstacle| match obstacle {
        Obstacle::Question(question) => question.choices.iter().any(is_flag),
        // Consent is given by name on the command line, never by pressing a key.
        Obstacle::Consent(_) | Obstacle::Mistake { .. } | Obstacle::Unhandled { .. } => false,
    };
    is_terminal() && obstacles.iter().all(answerable)
}

fn is_terminal() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

fn is_flag(choice: &schema_diff::plan::answer::Choice) -> bool {
    choice.flag.starts_with("--") && !choice.flag.ends_with("=SQL")
}

/// Asks the first question; the next ones may depend on its answer.
fn ask(obstacles: &[Obstacle], given: &mut Given) -> Result<(), Failure> {
    let Some(question) = obstacles.iter().find_map(|obstacle| match obstacle {
        Obstacle::Question(question) => Some(question),
        _ => None,
    }) else {
        return Ok(());
    };
    let flag = choose(question)?;
    match flag.split_once(' ') {
        Some(("--rename", answer)) => given.rename(answer),
        Some(("--allow", answer)) => given.allow(answer),
        Some(("--strategy", answer)) => given.strategy(answer),
        _ => Err(Failure::Message { code: USAGE, text: format!("answer this by an edit or by a flag: {flag}") }),
    }
}

fn choose(question: &Question) -> Result<String, Failure> {
    let choices: Vec<_> = question.choices.iter().filter(|choice| is_flag(choice)).collect();
    anstream::eprintln!("\n{}", question.text);
    for (number, choice) in choices.iter().enumerate() {
        anstream::eprintln!("  {}) {}   ({})", number + 1, choice.meaning, choice.flag);
    }
    anstream::eprintln!("  s) stop, and change nothing");
    let answer = read_line("[s]: ")?;
    let chosen = answer.trim().parse::<usize>().ok().and_then(|number| choices.get(number.checked_sub(1)?));
    match chosen {
        Some(choice) => Ok(choice.flag.clone()),
        None => Err(Failure::Message { code: REFUSED, text: "stopped; nothing was changed".to_owned() }),
    }
}

/// On a terminal without a database: whether to take the workspace's own.
pub(super) fn offer_embedded() -> Result<bool, Failure> {
    if !is_terminal() {
        return Ok(false);
    }
    let answer = read_line("No database is named. Use this workspace's own PostgreSQL (-D embedded)? [y/N]: ")?;
    Ok(answer.trim().eq_ignore_ascii_case("y"))
}

fn read_line(prompt: &str) -> Result<String, Failure> {
    let failure = |error: std::io::Error| Failure::error(format!("the terminal can't be read: {error}"));
    anstream::eprint!("{prompt}");
    std::io::stderr().flush().map_err(failure)?;
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).map_err(failure)?;
    Ok(line)
}
