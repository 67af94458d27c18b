//! Commands as a shell would show them.

use std::error::Error;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What a person at the terminal would say between the commands.
pub(crate) fn say(sentence: &str) {
    println!("\n# {sentence}");
}

/// A working directory, variables, and the built program.
#[derive(Debug)]
pub(crate) struct Shell {
    program: PathBuf,
    directory: PathBuf,
    variables: Vec<(OsString, OsString)>,
}

impl Shell {
    /// Builds `cargo-schema` with the cargo that runs us, beside our own program.
    pub(crate) fn build() -> Result<Self, Box<dyn Error>> {
        let own = std::env::current_exe()?;
        let built = own.parent().ok_or("our program lies in no folder")?;
        let target = built.parent().ok_or("our program doesn't lie in a target folder")?;
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.args(["build", "--package", "cargo-schema", "--target-dir"]).arg(target);
        cargo.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
        if built.ends_with("release") {
            cargo.arg("--release");
        }
        // What cargo says to a program that it runs is a change to some build scripts, and much would be built anew.
        let told = |name: &str| ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|start| name.starts_with(start));
        std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(told)).for_each(|(name, _)| {
            cargo.env_remove(name);
        });
        if !cargo.status()?.success() {
            return Err("cargo-schema does not build".into());
        }
        let program = built.join(format!("cargo-schema{}", std::env::consts::EXE_SUFFIX));
        Ok(Self { program, directory: PathBuf::from("."), variables: Vec::new() })
    }

    /// `export NAME=value`.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        println!("$ export {name}='{value}'");
        self.variables.push((name.into(), value.into()));
    }

    /// `cd`.
    pub(crate) fn enter(&mut self, directory: &Path) {
        println!("$ cd {}", directory.display());
        self.directory = directory.to_owned();
    }

    /// `cargo schema …`, which must end with this exit code. Its output goes where ours goes.
    pub(crate) fn cargo_schema(&self, arguments: &[&str], expected: i32) -> Result<(), Box<dyn Error>> {
        println!("\n$ cargo schema {}", arguments.join(" "));
        let mut command = Command::new(&self.program);
        // cargo gives `schema` to the program as its first argument.
        command.arg("schema").args(arguments).current_dir(&self.directory);
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        // Blocks; the runtime moves the writers to its other threads.
        let status = tokio::task::block_in_place(|| command.status())?;
        if status.code() != Some(expected) {
            let wanted = if expected == 0 { String::new() } else { format!(" instead of exit code {expected}") };
            return Err(format!("cargo schema {} ended with {status}{wanted}", arguments.join(" ")).into());
        }
        if expected != 0 {
            println!("(exit code {expected})");
        }
        Ok(())
    }
}
