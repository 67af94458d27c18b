//! `cargo schema`: compares structs with the live catalog, writes migrations, and applies them.

mod args;
mod command;
mod compiled;
mod config;
mod database;
mod exit_code;
mod failure;
mod grace;
mod project;
mod report;
mod revision;

use clap::Parser;

fn main() -> std::process::ExitCode {
    let cli = args::Cli::parse_from(args::without_cargo(std::env::args_os()));
    cli.global.color.write_global();
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            anstream::eprintln!("error: {error}");
            return exit_code::ERROR.into();
        }
    };
    match runtime.block_on(command::run(cli)) {
        Ok(code) => code.into(),
        Err(failure) => report::failure::report(&failure).into(),
    }
}
