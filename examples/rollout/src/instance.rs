//! Instances of both releases: processes that serve.

use std::error::Error;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::balancer::Backend;
use crate::operator::Operator;

/// One of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Release {
    /// What is deployed.
    V41,
    /// What is rolled out.
    V42,
}

impl Release {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::V41 => "v41",
            Self::V42 => "v42",
        }
    }

    /// Where its source and its migrations lie.
    pub(crate) fn folder(self) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join(self.name())
    }
}

/// How many instances there are that nobody has told to end.
#[derive(Clone, Debug, Default)]
pub(crate) struct Instances {
    old: Arc<AtomicUsize>,
    new: Arc<AtomicUsize>,
}

impl Instances {
    /// Of one release.
    pub(crate) fn of(&self, release: Release) -> &Arc<AtomicUsize> {
        match release {
            Release::V41 => &self.old,
            Release::V42 => &self.new,
        }
    }
}

/// A process that serves. It is killed if this is dropped.
#[derive(Debug)]
pub(crate) struct Instance {
    process: Process,
    living: Arc<AtomicUsize>,
    pub(crate) backend: Arc<Backend>,
}

impl Instance {
    /// Starts one, and waits until it serves. What it says where it doesn't start is the error.
    pub(crate) async fn start(
        operator: &Operator,
        database: &str,
        release: Release,
        instances: &Instances,
    ) -> Result<Self, Box<dyn Error>> {
        let mut command = Command::new(operator.program(&format!("bookstore-{}", release.name())));
        command.env("DATABASE_URL", database).env("LISTEN", "127.0.0.1:0");
        let started = tokio::task::spawn_blocking(move || Process::start(&mut command)).await??;
        let (process, address) = started?;
        let living = Arc::clone(instances.of(release));
        living.fetch_add(1, Ordering::SeqCst);
        Ok(Self { process, living, backend: Arc::new(Backend::new(release, &address)) })
    }

    /// Asks it to end, as an orchestrator does, and waits for that.
    pub(crate) async fn stop(self) -> Result<(), Box<dyn Error>> {
        self.living.fetch_sub(1, Ordering::SeqCst);
        let mut process = self.process;
        let status = tokio::task::spawn_blocking(move || process.terminate()).await??;
        if status.success() { Ok(()) } else { Err(format!("an instance ended with {status}").into()) }
    }
}

#[derive(Debug)]
struct Process(Child);

impl Process {
    /// It and the address that it prints, or what it says instead.
    fn start(command: &mut Command) -> io::Result<Result<(Self, String), String>> {
        let mut process = Self(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?);
        let (mut address, mut said) = (String::new(), String::new());
        if let Some(output) = process.0.stdout.take() {
            BufReader::new(output).read_line(&mut address)?;
        }
        if address.is_empty() {
            if let Some(mut errors) = process.0.stderr.take() {
                errors.read_to_string(&mut said)?;
            }
            return Ok(Err(said.trim_end().to_owned()));
        }
        Ok(Ok((process, address.trim().to_owned())))
    }

    fn terminate(&mut self) -> io::Result<ExitStatus> {
        kill(Pid::from_raw(self.0.id().cast_signed()), Signal::SIGTERM)?;
        self.0.wait()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
