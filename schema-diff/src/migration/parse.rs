//! Reads a phase's file. An unknown directive is an error, and every error says where.

mod gate;

use schema_model::sql_text::{TokenKind, statements, tokens};
use schema_model::{Identifier, QualifiedName, SqlType, split_dotted};

use super::write::{NO_KEY, UNLESS};
use crate::phase::{Part, Phase};
use crate::postcondition::Postcondition;
use crate::statement::{Backfill, Body, Consent, LockMode, ScriptStep, Statement, TableLock, TriggerMode, Work};

/// A mistake in a migration's file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {message}")]
pub struct FormatError {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

/// Reads the steps of a phase. Line and column of every statement are kept, since most errors of the server say
/// nothing about where.
pub fn parse(file: &str, phase: Phase, text: &str) -> Result<Vec<ScriptStep>, FormatError> {
    let pieces = pieces(text);
    let mut steps = Vec::new();
    let mut current: Option<Draft> = None;
    for piece in pieces {
        let outcome = match piece.kind {
            PieceKind::Directive(directive) => match directive.strip_prefix("step ") {
                Some(head) => {
                    if let Some(draft) = current.take() {
                        steps.push(draft.finish(phase).map_err(|(line, message)| error(file, line, message))?);
                    }
                    Draft::new(head, piece.line).map(|draft| current = Some(draft))
                }
                None => in_step(&mut current, |draft| draft.directive(directive)),
            },
            PieceKind::Hazard(text) => in_step(&mut current, |draft| {
                draft.hazards.push(text.to_owned());
                Ok(())
            }),
            PieceKind::Sql(sql, column) => in_step(&mut current, |draft| {
                draft
                    .statements
                    .push((draft.section.clone(), Statement { sql: sql.to_owned(), line: piece.line, column }));
                Ok(())
            }),
        };
        outcome.map_err(|message| error(file, piece.line, message))?;
    }
    if let Some(draft) = current {
        steps.push(draft.finish(phase).map_err(|(line, message)| error(file, line, message))?);
    }
    check_numbers(file, &steps)?;
    Ok(steps)
}

fn error(file: &str, line: usize, message: String) -> FormatError {
    FormatError { file: file.to_owned(), line, message }
}

fn in_step(current: &mut Option<Draft>, work: impl FnOnce(&mut Draft) -> Result<(), String>) -> Result<(), String> {
    match current {
        Some(draft) => work(draft),
        None => Err("this stands before the first `--! step 1: title`".to_owned()),
    }
}

fn check_numbers(file: &str, steps: &[ScriptStep]) -> Result<(), FormatError> {
    for (step, expected) in steps.iter().zip(1..) {
        if step.number != expected {
            return Err(error(
                file,
                step.line,
                format!("this is step {expected} of the file, not {}: steps are numbered from 1", step.number),
            ));
        }
    }
    Ok(())
}

struct Piece<'a> {
    line: usize,
    kind: PieceKind<'a>,
}

enum PieceKind<'a> {
    Directive(&'a str),
    Hazard(&'a str),
    Sql(&'a str, usize),
}

/// Directives, hazards and statements in the order in which they stand. A directive ends the statement before it.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut from = 0;
    for token in tokens(text).into_iter().filter(|token| token.kind == TokenKind::Comment) {
        let comment = text[token.range.clone()].trim_end();
        let kind = if let Some(directive) = comment.strip_prefix("--!") {
            PieceKind::Directive(directive.trim())
        } else if let Some(hazard) = comment.strip_prefix("-- hazard ") {
            PieceKind::Hazard(hazard.trim())
        } else {
            continue;
        };
        push_sql(text, from, token.range.start, &mut pieces);
        pieces.push(Piece { line: line_of(text, token.range.start), kind });
        from = token.range.end;
    }
    push_sql(text, from, text.len(), &mut pieces);
    pieces
}

fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

fn push_sql<'a>(text: &'a str, from: usize, to: usize, pieces: &mut Vec<Piece<'a>>) {
    for range in statements(&text[from..to]) {
        let (start, end) = (from + range.start, from + range.end);
        let line_start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
        let column = text[line_start..start].chars().count() + 1;
        pieces.push(Piece { line: line_of(text, start), kind: PieceKind::Sql(&text[start..end], column) });
    }
}

/// What the `backfill` line says: the table, its key, and whether triggers fire.
type BackfillHead = (QualifiedName, Vec<(Identifier, SqlType)>, TriggerMode);

/// A step while its lines are being read.
struct Draft {
    line: usize,
    number: u32,
    title: String,
    part: Option<Part>,
    locks: Vec<TableLock>,
    work: Work,
    transaction: bool,
    lock_timeout: String,
    statement_timeout: String,
    done_when: Option<Postcondition>,
    hazards: Vec<String>,
    gate: bool,
    consent: Option<String>,
    backfill: Option<BackfillHead>,
    section: Option<String>,
    statements: Vec<(Option<String>, Statement)>,
}

impl Draft {
    fn new(head: &str, line: usize) -> Result<Self, String> {
        let (number, title) = head.split_once(':').ok_or("write `--! step NUMBER: title`")?;
        let number = number.trim().parse().map_err(|_| format!("`{}` is no step number", number.trim()))?;
        Ok(Self {
            line,
            number,
            title: title.trim().to_owned(),
            part: None,
            locks: Vec::new(),
            work: Work::None,
            transaction: true,
            lock_timeout: "100ms".to_owned(),
            statement_timeout: "0".to_owned(),
            done_when: None,
            hazards: Vec::new(),
            gate: false,
            consent: None,
            backfill: None,
            section: None,
            statements: Vec::new(),
        })
    }

    /// A line of `key: value` pairs, three spaces between them.
    fn directive(&mut self, line: &str) -> Result<(), String> {
        if let Some(condition) = line.strip_prefix("done when:") {
            self.done_when = Some(condition.trim().parse()?);
            return Ok(());
        }
        for pair in pairs(line) {
            let (key, value) =
                pair.split_once(':').ok_or_else(|| format!("`{pair}` is no directive: write `key: value`"))?;
            self.set(key.trim(), value.trim())?;
        }
        Ok(())
    }

    fn set(&mut self, key: &str, value: &str) -> Result<(), String> {
        match key {
            "part" => {
                self.part = Some(
                    Part::parse(value)
                        .ok_or_else(|| format!("`{value}` is no part: tighten, switch, grace or clean"))?,
                )
            }
            "lock" => self.locks = locks(value)?,
            // What a lock blocks follows from its mode; the word is there for the reader, and must be true.
            "blocks" => self.check_blocks(value)?,
            "work" => {
                self.work = Work::parse(value)
                    .ok_or_else(|| format!("`{value}` is no work: none, scan, index build, batches or rewrite"))?
            }
            "transaction" => {
                self.transaction = match value {
                    "yes" | "per batch" => true,
                    "no" => false,
                    _ => return Err(format!("transaction is `yes`, `no` or `per batch`, not `{value}`")),
                }
            }
            "lock_timeout" => self.lock_timeout = duration(value)?,
            "statement_timeout" => self.statement_timeout = duration(value)?,
            "gate" => self.gate = true,
            "consent" => {
                let flag = value.strip_suffix(UNLESS).ok_or_else(|| format!("write `consent: KIND:OBJECT{UNLESS}`"))?;
                self.consent = Some(flag.to_owned());
            }
            "backfill" => self.backfill = Some((qualified(value)?, Vec::new(), TriggerMode::Fire)),
            "key" => self.backfill.as_mut().ok_or("`key` belongs to a backfill")?.1 = key_columns(value)?,
            "triggers" => {
                self.backfill.as_mut().ok_or("`triggers` belongs to a backfill")?.2 = match value {
                    "silent" => TriggerMode::Silent,
                    "fire" => TriggerMode::Fire,
                    _ => return Err(format!("triggers are `silent` or `fire`, not `{value}`")),
                }
            }
            "range" | "batch" | "straggler" | "remaining" | "rows" | "sample" | "from old" | "from new"
                if value.is_empty() =>
            {
                self.section = Some(key.to_owned());
            }
            _ => {
                return Err(format!(
                    "unknown directive `{key}`: known are step, part, lock, blocks, work, transaction, lock_timeout, statement_timeout, done when, gate, consent, backfill, key, triggers, range, batch, straggler, remaining, rows, sample, from old, from new"
                ));
            }
        }
        Ok(())
    }

    fn check_blocks(&self, value: &str) -> Result<(), String> {
        let truth = self.locks.iter().map(|lock| lock.mode).max().map_or("nothing", LockMode::blocks);
        if value == truth { Ok(()) } else { Err(format!("these locks block {truth}, not {value}")) }
    }

    fn finish(self, phase: Phase) -> Result<ScriptStep, (usize, String)> {
        let line = self.line;
        let at = |message: String| (line, message);
        let body = self.body().map_err(at)?;
        if phase == Phase::Contract && self.part.is_none() {
            return Err(
                at("a step of the contract needs `--! part: tighten`, `switch`, `grace` or `clean`".to_owned()),
            );
        }
        let done_when = self.done_when.unwrap_or(Postcondition::Recorded);
        if !self.transaction && done_when == Postcondition::Recorded {
            return Err(at(
                "a step outside a transaction needs `--! done when: …`, by which the catalog tells that it is done"
                    .to_owned(),
            ));
        }
        Ok(ScriptStep {
            phase,
            part: self.part,
            number: self.number,
            title: self.title,
            locks: self.locks,
            work: self.work,
            transaction: self.transaction,
            lock_timeout: self.lock_timeout,
            statement_timeout: self.statement_timeout,
            done_when,
            hazards: self.hazards,
            body,
            line,
        })
    }

    fn body(&self) -> Result<Body, String> {
        if let Some((table, key, triggers)) = &self.backfill {
            let section = |name: &str| {
                let mut of = self.statements.iter().filter(|(section, _)| section.as_deref() == Some(name));
                match (of.next(), of.next()) {
                    (Some((_, statement)), None) => Ok(statement.clone()),
                    _ => Err(format!("a backfill needs exactly one statement under `--! {name}:`")),
                }
            };
            if key.is_empty() && self.statements.iter().any(|(section, _)| section.as_deref() == Some("range")) {
                return Err("a backfill that goes block by block takes no `--! range:`: name the key".to_owned());
            }
            return Ok(Body::Backfill(Backfill {
                table: table.clone(),
                key: key.clone(),
                triggers: *triggers,
                range: if key.is_empty() { None } else { Some(section("range")?) },
                batch: section("batch")?,
                straggler: section("straggler")?,
                remaining: section("remaining")?,
            }));
        }
        if self.gate {
            return gate::body(&self.statements);
        }
        if let Some(section) = self.statements.iter().find_map(|(section, _)| section.as_ref()) {
            return Err(format!("`--! {section}:` belongs to a backfill or a gate"));
        }
        let statements: Vec<Statement> = self.statements.iter().map(|(_, statement)| statement.clone()).collect();
        if let Some(flag) = &self.consent {
            let [query] = statements.as_slice() else {
                return Err("a consent is exactly one query that gives a count".to_owned());
            };
            return Ok(Body::Consent(Consent { flag: flag.clone(), query: query.clone() }));
        }
        match (self.transaction, statements.as_slice()) {
            (_, []) => Err("the step has no statement".to_owned()),
            (false, [_, _, ..]) => Err("a step outside a transaction is exactly one statement".to_owned()),
            _ => Ok(Body::Statements(statements)),
        }
    }
}

/// Splits at three spaces outside double quotes.
fn pairs(line: &str) -> Vec<&str> {
    split_outside_quotes(line, "   ").into_iter().map(str::trim).filter(|pair| !pair.is_empty()).collect()
}

fn split_outside_quotes<'a>(text: &'a str, separator: &str) -> Vec<&'a str> {
    let (mut parts, mut start, mut quoted, mut at) = (Vec::new(), 0, false, 0);
    while at < text.len() {
        if text.as_bytes()[at] == b'"' {
            quoted = !quoted;
        } else if !quoted && text.as_bytes()[at..].starts_with(separator.as_bytes()) {
            parts.push(&text[start..at]);
            at += separator.len();
            start = at;
            continue;
        }
        at += 1;
    }
    parts.push(&text[start..]);
    parts
}

fn locks(value: &str) -> Result<Vec<TableLock>, String> {
    if value == "none" {
        return Ok(Vec::new());
    }
    let one = |text: &str| {
        let (mode, table) =
            text.split_once(" on ").ok_or_else(|| format!("`{text}` is no lock: write `MODE on namespace.table`"))?;
        let mode = LockMode::parse(mode.trim()).ok_or_else(|| format!("`{mode}` is no lock mode"))?;
        let view = table.trim().strip_prefix("view ");
        Ok(TableLock { table: qualified(view.unwrap_or(table).trim())?, mode, of_view: view.is_some() })
    };
    split_outside_quotes(value, ", ").into_iter().map(one).collect()
}

fn qualified(text: &str) -> Result<QualifiedName, String> {
    if split_dotted(text).len() != 2 {
        return Err(format!("`{text}` must be namespace.table"));
    }
    text.parse().map_err(|error| format!("`{text}`: {error}"))
}

fn key_columns(value: &str) -> Result<Vec<(Identifier, SqlType)>, String> {
    if value == NO_KEY {
        return Ok(Vec::new());
    }
    let one = |text: &str| {
        let (name, kind) = match text.strip_prefix('"').and_then(|rest| rest.rfind("\" ")) {
            Some(end) => text.split_at(end + 2),
            None => text.split_once(' ').ok_or_else(|| format!("`{text}` must be a column and its type"))?,
        };
        let name = split_dotted(name.trim()).concat();
        let name = Identifier::new(name).map_err(|error| format!("`{text}`: {error}"))?;
        Ok((name, SqlType::parse(kind.trim())))
    };
    split_outside_quotes(value, ", ").into_iter().map(one).collect()
}

/// A time span as the server reads it.
fn duration(value: &str) -> Result<String, String> {
    let digits = value.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = &value[digits.len()..];
    if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) && matches!(unit, "" | "ms" | "s" | "min" | "h")
    {
        Ok(value.to_owned())
    } else {
        Err(format!("`{value}` is no time span: write 100ms, 3s, 5min or 0"))
    }
}
