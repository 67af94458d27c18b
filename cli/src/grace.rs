//! A grace time as people write it.

use std::time::Duration;

/// Reads `7d`, `36h`, `90min`, `30s` or `0`.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let seconds = match &text[digits.len()..] {
        "d" => 24 * 60 * 60,
        "h" => 60 * 60,
        "min" => 60,
        "s" => 1,
        "" if digits == "0" => 1,
        _ => return Err(format!("`{text}` is no time span: write 7d, 36h, 90min, 30s or 0")),
    };
    let number: u32 =
        digits.parse().map_err(|_| format!("`{text}` is no time span: write 7d, 36h, 90min, 30s or 0"))?;
    Ok(Duration::from_secs(u64::from(number) * seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_have_a_unit() {
        assert_eq!(parse("7d"), Ok(Duration::from_secs(604_800)));
        assert_eq!(parse("90min"), Ok(Duration::from_secs(5_400)));
        assert_eq!(parse("0"), Ok(Duration::ZERO));
        for wrong in ["7", "d", "-1d", "1w", ""] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
