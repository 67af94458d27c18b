//! Commands as somebody at a terminal would give them, in the folder of v42.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use crate::instance::Release;

/// Exit code 5 says: only a gate or consent is missing.
const REFUSED: i32 = 5;

/// Exit code 6 says: another runner is at work, try again.
const TRY_AGAIN: i32 = 6;

/// What a person at the terminal would say between the commands.
pub(crate) fn say(sentence: &str) {
    println!("\n# {sentence}");
}

/// The built programs, and the database that they are for.
#[derive(Clone, Debug)]
pub(crate) struct Operator {
    programs: PathBuf,
    url: String,
}

impl Operator {
    /// Builds the programs with the cargo that runs us, beside our own.
    pub(crate) fn new(url: String) -> Result<Self, Box<dyn Error>> {
        let own = std::env::current_exe()?;
        let programs = own.parent().ok_or("our program lies in no folder")?.to_owned();
        let target = programs.parent().ok_or("our program doesn't lie in a target folder")?;
        for packages in [&["cargo-schema"][..], &["bookstore-v41", "bookstore-v42"]] {
            let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
            cargo.args(["build", "--target-dir"]).arg(target).current_dir(env!("CARGO_MANIFEST_DIR"));
            packages.iter().for_each(|package| _ = cargo.args(["--package", package]));
            if programs.ends_with("release") {
                cargo.arg("--release");
            }
            // What cargo says to a program that it runs is a change to some build scripts, and much would be built anew.
            let told = |name: &str| ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|start| name.starts_with(start));
            std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(told)).for_each(|(name, _)| {
                cargo.env_remove(name);
            });
            if !cargo.status()?.success() {
                return Err(format!("{} can't be built", packages.join(", ")).into());
            }
        }
        Ok(Self { programs, url })
    }

    /// A program that was built.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.programs.join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
    }

    /// Brings the database to where a release finds it.
    pub(crate) async fn apply(&self, release: Release) -> Result<(), Box<dyn Error>> {
        let done = self.run(&release.folder(), &["apply"]).await?;
        if done.status.success() { Ok(()) } else { Err(text(&done.stderr).into()) }
    }

    /// `cargo schema …`, shown with what it says, which must end with this exit code.
    pub(crate) async fn cargo_schema(&self, arguments: &[&str], expected: i32) -> Result<String, Box<dyn Error>> {
        println!("\n$ cargo schema {}", arguments.join(" "));
        let output = loop {
            let output = self.quietly(arguments).await?;
            if output.status.code() != Some(TRY_AGAIN) {
                break output;
            }
            // It was one of the attempts to contract.
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        let said = text(&output.stdout) + &text(&output.stderr);
        print!("{said}");
        if output.status.code() != Some(expected) {
            let message = format!("cargo schema {} ended with {}", arguments.join(" "), output.status);
            return Err(message.into());
        }
        if expected != 0 {
            println!("(exit code {expected})");
        }
        Ok(said)
    }

    /// `contract`, which must be refused, for these reasons among others.
    pub(crate) async fn is_refused(&self, evidence: &[&str]) -> Result<(), Box<dyn Error>> {
        let said = self.cargo_schema(&["contract"], REFUSED).await?;
        let is_named = |name: &&&str| said.lines().any(|line| line.trim_start().starts_with(&format!("{name}: ")));
        match evidence.iter().find(|name| !is_named(name)) {
            Some(missing) => Err(format!("contract was refused, but not for `{missing}`").into()),
            None => Ok(()),
        }
    }

    /// A command that isn't shown, whatever its exit code.
    pub(crate) async fn quietly(&self, arguments: &[&str]) -> std::io::Result<Output> {
        self.run(&Release::V42.folder(), arguments).await
    }

    async fn run(&self, folder: &Path, arguments: &[&str]) -> std::io::Result<Output> {
        let mut command = Command::new(self.program("cargo-schema"));
        // cargo gives `schema` to the program as its first argument.
        command.arg("schema").args(arguments).current_dir(folder).env("DATABASE_URL", &self.url);
        // One server is enough for a demonstration.
        command.env("SCRATCH_DATABASE_URL", &self.url);
        // It blocks; the runtime goes on with its other threads.
        tokio::task::spawn_blocking(move || command.output()).await?
    }
}

/// What a program printed.
pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
