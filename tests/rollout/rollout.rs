//! The bookstore's roll-outs, smaller: `cargo run -p rollout`, once for each way, and once without the gate.

use std::process::{Command, Output};

use tests::build;

fn roll_out(arguments: &[&str]) -> Output {
    let mut program = Command::new(build::program("rollout", "rollout"));
    program.args(["--customers", "500"]).args(arguments).output().expect("the program can be started")
}

/// The figures of the last line: requests, failed, customers, lost.
fn figures(output: &Output) -> [usize; 4] {
    let said = String::from_utf8_lossy(&output.stdout);
    let last = said.lines().next_back().unwrap_or_default();
    let figures: Vec<usize> = last.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    figures.try_into().unwrap_or_else(|_| panic!("{said}\n{}", String::from_utf8_lossy(&output.stderr)))
}

fn nothing_fails(strategy: &str) {
    let output = roll_out(&[strategy]);
    let [requests, failed, customers, lost] = figures(&output);
    let (said, complained) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}\n{complained}");
    assert_eq!((failed, lost), (0, 0), "{said}\n{complained}");
    assert!(requests > 500 && customers > 500, "hardly anybody came:\n{said}");
    // The contract was tried all along, and there was always a reason to refuse it.
    for evidence in ["confirmation", "instances"] {
        let counted = said.lines().find(|line| line.starts_with("contract: ")).unwrap_or_default();
        assert!(counted.contains(&format!("{evidence} ")), "{said}");
    }
    println!("{}", said.lines().next_back().unwrap_or_default());
}

#[test]
fn one_instance_after_the_other() {
    nothing_fails("rolling");
}

#[test]
fn blue_beside_green() {
    nothing_fails("blue-green");
}

#[test]
fn a_canary_first() {
    nothing_fails("canary");
}

/// What would happen if the gate let everything pass; also the proof that a failed request is seen.
#[test]
fn without_the_gate_requests_fail() {
    let output = roll_out(&["--without-gate"]);
    let [requests, failed, _, lost] = figures(&output);
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && failed > 0 && failed < requests, "{complained}");
    assert_eq!(lost, 0, "what was answered is there: {complained}");
    assert!(complained.contains("column \"user_name\""), "{complained}");
}
