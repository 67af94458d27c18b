//! A whole plan as one script for psql: for who applies changes by other means, or wants to read what would run in one
//! piece. It stops at the first error, and unlike `apply` it keeps no history and can't be taken up where it stopped.

use super::quote;
use super::session::{ALONG_THE_KEY, BEGIN, SEE_ALL_ROWS, SILENCE_TRIGGERS, local_timeouts};
use crate::phase::{Part, Phase};
use crate::statement::{Backfill, Body, Gate, LockMode, ScriptStep, TriggerMode, one_line};

/// A migration of the script: what it changes, in words, and its steps.
pub struct Chapter {
    /// What it changes.
    pub title: String,
    /// Its steps on the way forward.
    pub steps: Vec<ScriptStep>,
}

/// Rows, and blocks where there is no key, that a batch looks at.
const ROWS: u32 = 1_000;
const BLOCKS: u32 = 16;

/// The script.
pub fn script(chapters: &[Chapter]) -> String {
    let mut text = HEAD.to_owned();
    for stage in Stage::ALL {
        let parts = chapters.iter().map(|chapter| (chapter, of_stage(chapter, stage)));
        let parts: Vec<_> = parts.filter(|(_, steps)| !steps.is_empty()).collect();
        if parts.is_empty() {
            continue;
        }
        let word = stage.word();
        text.push_str(&format!("\n\\if :{word}\n"));
        for (chapter, steps) in parts {
            text.push_str(&format!("\n-- {word}: {}\n", one_line(&chapter.title)));
            steps.into_iter().for_each(|step| text.push_str(&self::step(step)));
        }
        text.push_str("\n\\endif\n");
    }
    text
}

/// What psql can be told to run.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Expand,
    Backfill,
    Contract,
    /// What the contract has set aside, and what comes after that.
    Drop,
}

impl Stage {
    const ALL: [Self; 4] = [Self::Expand, Self::Backfill, Self::Contract, Self::Drop];

    fn word(self) -> &'static str {
        match self {
            Self::Expand => Phase::Expand.as_str(),
            Self::Backfill => Phase::Backfill.as_str(),
            Self::Contract => Phase::Contract.as_str(),
            Self::Drop => "drop",
        }
    }
}

/// What stands above everything.
const HEAD: &str = "\
-- A plan of cargo schema, for psql 11 or newer. It stops at the first error, writes no history, and can't be taken up
-- where it stopped: for that there is `cargo schema diff --write` with `cargo schema apply`.
--   psql -f FILE                    everything, the contract too: no release that needs the old form may run
--   psql -f FILE -v phase=expand    the new form beside the old one; then -v phase=backfill, and -v phase=contract
--                                   when the old release is gone; where that sets something aside, -v phase=drop later
\\set ON_ERROR_STOP on
SET statement_timeout = 0;
SET default_transaction_isolation = 'read committed';
\\if :{?phase}
\\else
  \\set phase all
\\endif
SELECT :'phase' IN ('all', 'expand') AS expand, :'phase' IN ('all', 'backfill') AS backfill,
       :'phase' IN ('all', 'contract') AS contract, :'phase' IN ('all', 'drop') AS drop,
       :'phase' NOT IN ('all', 'expand', 'backfill', 'contract', 'drop') AS unknown \\gset
\\if :unknown
  DO $$ BEGIN RAISE 'phase is expand, backfill, contract, drop or all'; END $$;
\\endif
-- Takes locks under a short time-out, again and again for a minute: nobody queues behind us for longer than that.
CREATE PROCEDURE pg_temp.patiently(locks text) LANGUAGE plpgsql AS $$
DECLARE
  patience timestamptz := clock_timestamp() + interval '60 s';
BEGIN
  LOOP
    BEGIN
      EXECUTE locks;
      EXIT;
    EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
      IF clock_timestamp() > patience THEN
        RAISE;
      END IF;
    END;
    PERFORM pg_sleep(0.2 + random() / 5);
  END LOOP;
END
$$;
";

fn of_stage(chapter: &Chapter, stage: Stage) -> Vec<&ScriptStep> {
    let sets_aside = chapter.steps.iter().any(|step| step.part == Some(Part::Grace));
    let own = |step: &ScriptStep| match (step.phase, step.part) {
        (Phase::Expand, _) => Some(Stage::Expand),
        (Phase::Backfill, _) => Some(Stage::Backfill),
        (Phase::Contract, Some(Part::Grace | Part::Clean)) if sets_aside => Some(Stage::Drop),
        (Phase::Contract, _) => Some(Stage::Contract),
        (Phase::Undo, _) => None,
    };
    chapter.steps.iter().filter(|step| own(step) == Some(stage)).collect()
}

fn step(step: &ScriptStep) -> String {
    let mut text =
        format!("\n\\echo {}\n", quote::literal(&format!("{} {}: {}", step.phase, step.number, one_line(&step.title))));
    for lock in &step.locks {
        text.push_str(&format!("-- lock: {lock}, blocks {}\n", lock.mode.blocks()));
    }
    for hazard in &step.hazards {
        text.push_str(&format!("-- hazard {}\n", one_line(hazard)));
    }
    let timeouts = local_timeouts(&step.lock_timeout, &step.statement_timeout);
    match &step.body {
        Body::Statements(statements) if step.transaction => {
            text.push_str(&format!("{BEGIN};\n{timeouts};\n{}", locks(step)));
            statements.iter().for_each(|statement| text.push_str(&format!("{};\n", statement.sql)));
            text.push_str("COMMIT;\n");
        }
        Body::Statements(statements) => {
            text.push_str("SET lock_timeout = 0;\n");
            statements.iter().for_each(|statement| text.push_str(&format!("{};\n", statement.sql)));
        }
        Body::Backfill(one) => text.push_str(&backfill(one, &timeouts, &step.title)),
        Body::Gate(one) => text.push_str(&gate(one, &step.title)),
        // Asked on the way back alone.
        Body::Consent(_) => {}
    }
    text
}

/// Takes the strong locks, as `HEAD` says.
fn locks(step: &ScriptStep) -> String {
    let strong = step.locks.iter().filter(|lock| lock.mode.is_strong() && !lock.of_view);
    let statements: Vec<String> = strong
        .map(|lock| format!("LOCK TABLE {} IN {} MODE", quote::qualified(&lock.table), upper(lock.mode)))
        .collect();
    if statements.is_empty() {
        return String::new();
    }
    format!("CALL pg_temp.patiently({});\n", quote::literal(&statements.join("; ")))
}

fn upper(mode: LockMode) -> String {
    mode.as_str().to_uppercase()
}

/// Goes through the table again and again, each batch a transaction of its own, until a count finds nothing. From the
/// second time on locked rows are waited for.
fn backfill(backfill: &Backfill, timeouts: &str, title: &str) -> String {
    let bounds = backfill.key.len().max(1);
    let list = |name: &str| (1..=bounds).map(|at| format!("{name}[{at}]")).collect::<Vec<_>>().join(", ");
    let nothing = vec!["NULL::text"; bounds * 2].join(", ");
    let silent = if backfill.triggers == TriggerMode::Silent { format!("; {SILENCE_TRIGGERS}") } else { String::new() };
    let settings = format!("{timeouts}; {SEE_ALL_ROWS}; {ALONG_THE_KEY}{silent}");
    let next = match &backfill.range {
        Some(range) => {
            let names: Vec<String> = (1..=bounds).map(|at| format!("c{at}")).collect();
            let list_of_names = names.join(", ");
            let query = format!("SELECT ARRAY[{list_of_names}] FROM ({}) AS r ({list_of_names})", range.sql);
            format!(
                "EXECUTE {} INTO until USING {}, {ROWS}::bigint;\n      EXIT WHEN until IS NULL;",
                quote::literal(&query),
                list("after")
            )
        }
        None => format!(
            "EXIT WHEN block * current_setting('block_size')::bigint >= pg_relation_size({table});\n      block := block + {BLOCKS};\n      until := ARRAY[format('(%s,0)', block)];",
            table = quote::literal(&quote::qualified(&backfill.table))
        ),
    };
    let body = format!(
        "
DECLARE
  after text[];
  until text[];
  block bigint;
  remaining bigint;
BEGIN
  FOR pass IN 1..10 LOOP
    after := array_fill(NULL::text, ARRAY[{bounds}]);
    block := 0;
    LOOP
      EXECUTE {settings};
      {next}
      IF pass = 1 THEN
        EXECUTE {batch} USING {from}, {to}, 1000000::bigint;
      ELSE
        EXECUTE {straggler} USING {from}, {to};
      END IF;
      COMMIT;
      PERFORM pg_sleep(0.01);
      after := until;
    END LOOP;
    COMMIT;
    EXECUTE {see_all};
    EXECUTE {count} INTO remaining USING {nothing};
    COMMIT;
    EXIT WHEN remaining = 0;
  END LOOP;
  IF remaining > 0 THEN
    RAISE EXCEPTION USING MESSAGE = {title} || ': ' || remaining || ' rows are left after ten passes';
  END IF;
END
",
        settings = quote::literal(&settings),
        batch = quote::literal(&backfill.batch.sql),
        straggler = quote::literal(&backfill.straggler.sql),
        count = quote::literal(&backfill.remaining.sql),
        see_all = quote::literal(SEE_ALL_ROWS),
        title = quote::literal(title),
        from = list("after"),
        to = list("until"),
    );
    format!("DO {};\n", quote::dollar(&body))
}

/// Ends the script where the count isn't 0.
fn gate(gate: &Gate, title: &str) -> String {
    let body = format!(
        "
DECLARE
  counted bigint;
BEGIN
  EXECUTE {};
  EXECUTE {} INTO counted;
  IF counted > 0 THEN
    RAISE EXCEPTION USING MESSAGE = {} || ': ' || counted;
  END IF;
END
",
        quote::literal(SEE_ALL_ROWS),
        quote::literal(&gate.count.sql),
        quote::literal(title)
    );
    format!("DO {};\n", quote::dollar(&body))
}
