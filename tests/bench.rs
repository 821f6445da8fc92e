//! `rumma bench` on the storyteller: contents and formats of the report, not the measured rates.

mod common;

use std::fs;

use common::{run, scratch};
use rumma::kernels::Kernels;
use rumma::kernels::probe::{LINE, STREAMS, sum_of_line};
use serde_json::Value;

/// Options for a short run.
const SMALL: [&str; 9] = [
    "bench",
    "storyteller",
    "--quiet",
    "--prefill-tokens=8,3",
    "--contexts=5,20",
    "--batches=1,2",
    "--tokens=2",
    "--repetitions=2",
    "--threads=1",
];

fn small(more: &[&str]) -> common::Run {
    let run = run(SMALL.iter().chain(more));
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{run:?}");
    run
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is not a number"))
}

/// (kind, batch, context, tokens, threads) of every result.
fn cases(report: &Value) -> Vec<(String, u64, u64, u64, u64)> {
    let integer = |rate: &Value, key: &str| rate[key].as_u64().unwrap_or_else(|| panic!("{key} of {rate}"));
    let results = report["results"].as_array().expect("results");
    let case = |rate: &Value| {
        let kind = rate["kind"].as_str().expect("a kind").to_string();
        (kind, integer(rate, "batch"), integer(rate, "context"), integer(rate, "tokens"), integer(rate, "threads"))
    };
    results.iter().map(case).collect()
}

#[test]
fn json_lists_every_case_and_the_ceilings() {
    let report = small(&["--thread-counts=1,2", "--isa=scalar", "--json"]).json();
    let machine = &report["machine"];
    assert_eq!((&machine["isa"], &machine["threads"]), (&"scalar".into(), &1.into()));
    let read = number(&machine["read_gb_per_s"]);
    assert!(read > 0.0);
    let expected = [
        ("prefill", 1, 0, 3, 1),
        ("prefill", 1, 0, 8, 1),
        ("decode", 1, 5, 2, 1),
        ("decode", 1, 20, 2, 1),
        ("decode", 2, 5, 4, 1),
        ("prefill", 1, 0, 8, 2),
        ("decode", 1, 5, 2, 2),
    ];
    let expected =
        expected.map(|(kind, batch, context, tokens, threads)| (kind.into(), batch, context, tokens, threads));
    assert_eq!(cases(&report), expected);
    for rate in report["results"].as_array().expect("results") {
        let [low, middle, high] =
            ["tokens_per_second_min", "tokens_per_second", "tokens_per_second_max"].map(|key| number(&rate[key]));
        assert!(0.0 < low && low <= middle && middle <= high, "{rate}");
        let tokens = number(&rate["tokens"]);
        assert!((tokens / number(&rate["seconds"]) / middle - 1.0).abs() < 1e-9, "{rate}");
        let [between, outside] = ["between_regions", "outside_kernels"].map(|key| number(&rate[key]));
        // With scalar kernels, a part of the time is spent in kernels, and a part outside.
        assert!(0.0 < between && 0.0 < outside && between < 1.0 && outside < 1.0, "{rate}");
    }
    let decode = &report["results"][2];
    let weights = number(&report["model"]["weight_bytes_per_token"]);
    let per_second = weights * number(&decode["tokens_per_second"]) / 1e9;
    assert!((number(&decode["weight_gb_per_s"]) / per_second - 1.0).abs() < 1e-9, "{report}");
    let nearer = (number(&decode["weight_gb_per_s"]) / read).max(number(&decode["multiply_fraction"]));
    assert!((number(&decode["fraction_of_ceiling"]) / nearer - 1.0).abs() < 1e-9, "{report}");
    let threads: Vec<&Value> = report["ceilings"].as_array().expect("ceilings").iter().map(|c| &c["threads"]).collect();
    assert_eq!(threads, [1, 2]);
    assert!(number(&report["first_token_seconds"]) >= number(&report["load_seconds"]));
    assert_eq!((&report["first_token_prompt"], &report["repetitions"]), (&3.into(), &2.into()));
}

#[test]
fn csv_has_one_line_per_case() {
    let run = small(&["--thread-counts=1", "--csv"]);
    let lines: Vec<Vec<&str>> = run.stdout.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!(lines[0][..5], ["kind", "batch", "context", "tokens", "threads"]);
    assert!(lines.iter().all(|line| line.len() == lines[0].len()), "{run:?}");
    assert_eq!(lines[1][..5], ["prefill", "1", "0", "3", "1"]);
    for column in ["outside_kernels", "between_regions"] {
        let at = lines[0].iter().position(|name| *name == column).expect(column);
        let fractions = lines[1..].iter().map(|line| line[at].parse::<f64>().expect("a number"));
        assert!(fractions.clone().all(|fraction| (0.0..=1.0).contains(&fraction)), "{run:?}");
    }
    assert_eq!(lines.len(), 6);
}

#[test]
fn the_html_report_is_self_contained() {
    let path = scratch("bench_html").join("bench.html");
    let run = small(&["--thread-counts=1,2", "--html", path.to_str().expect("UTF-8")]);
    assert!(
        run.stdout.contains("tokens/s") && run.stdout.contains("of read") && run.stdout.contains("outside"),
        "{run:?}"
    );
    let page = fs::read_to_string(path).expect("the page was written");
    assert!(page.starts_with("<!DOCTYPE html>") && page.ends_with("</html>\n"));
    for reference in ["http", "src=", "href=", "url(", "<script", "@import", "NaN", "inf\""] {
        assert!(!page.contains(reference), "{reference}");
    }
    for chart in ["Decode by batch", "Decode by context", "Prefill by length", "Roofline", "Decode by threads"] {
        assert!(page.contains(&format!("aria-label=\"{chart}\"")), "{chart}");
    }
    assert!(page.contains("<th>outside kernels</th>") && page.contains("Outside kernels is the fraction of"));
    assert!(page.contains("prefers-color-scheme: dark"));
    assert_eq!(page.matches("<svg").count(), page.matches("</svg>").count());
    assert_eq!(page.matches("<tr>").count(), 8);
}

#[test]
fn a_chart_with_one_point_is_left_out() {
    let path = scratch("bench_html_one").join("bench.html");
    let args = ["bench", "storyteller", "--quiet", "--prefill-tokens=4", "--contexts=5", "--batches=1", "--tokens=2"];
    let run = run(args.iter().chain(&["--repetitions=1", "--threads=1", "--html", path.to_str().expect("UTF-8")]));
    assert_eq!(run.code, Some(0), "{run:?}");
    let page = fs::read_to_string(path).expect("the page was written");
    assert_eq!((page.matches("<svg").count(), page.contains("aria-label=\"Roofline\"")), (1, true), "{page}");
}

#[test]
fn a_baseline_is_shown_beside_matching_cases() {
    let path = scratch("bench_baseline").join("old.json");
    let name = path.to_str().expect("UTF-8");
    let mut old = small(&["--thread-counts=1", "--json"]).json();
    // The old run is a million times as fast in one case, and lacks another.
    for key in ["tokens_per_second", "tokens_per_second_min", "tokens_per_second_max"] {
        old["results"][0][key] = (1e6 * number(&old["results"][0][key])).into();
    }
    old["results"].as_array_mut().expect("results").pop();
    fs::write(&path, old.to_string()).expect("the scratch directory can be written");

    let new = small(&["--thread-counts=1", "--json", "--baseline", name]).json();
    let results = new["results"].as_array().expect("results");
    assert!(number(&results[0]["baseline_ratio"]) < 0.1, "{new}");
    assert_eq!(results[0]["baseline_differs"], true);
    let ratio = number(&results[2]["tokens_per_second"]) / number(&old["results"][2]["tokens_per_second"]);
    assert!((number(&results[2]["baseline_ratio"]) / ratio - 1.0).abs() < 1e-9, "{new}");
    assert_eq!(results.last().and_then(|rate| rate.get("baseline_ratio")), None);
    assert_eq!((&new["baseline"]["compared"], &new["baseline"]["file"]), (&4.into(), &name.into()));
    let text = small(&["--thread-counts=1", "--baseline", name]);
    assert!(text.stdout.contains("of baseline") && text.stdout.contains("4 of 5 rates compared"), "{text:?}");
}

#[test]
fn wrong_options_fail_before_any_work() {
    let bench = |more: &[&str]| run(["bench", "storyteller"].iter().chain(more));
    bench(&["--batches", "1,x"]).fails(2, &["--batches", "'x'", "1,2,4"]);
    bench(&["--batches="]).fails(2, &["--batches"]);
    bench(&["--contexts", "0"]).fails(2, &["--contexts", "'0'"]);
    bench(&["--thread-counts", "100000"]).fails(2, &["--thread-counts", "1024"]);
    bench(&["--repetitions", "0"]).fails(2, &["--repetitions"]);
    bench(&["--tokens", "2", "--decode-tokens", "3"]).fails(2, &["--tokens"]);
    bench(&["--json", "--csv"]).fails(2, &["--csv"]);
    bench(&["--contexts", "4000"]).fails(1, &["512", "--contexts"]);
    bench(&["--contexts", "9", "--context", "20"]).fails(1, &["27 tokens", "20", "--contexts"]);
    bench(&["--context", "4000"]).fails(1, &["--context 4000 exceeds", "512"]);
    bench(&["--html", "/nonexistent/page.html"]).fails(1, &["/nonexistent/page.html"]);
    bench(&["--baseline", "/nonexistent/old.json"]).fails(1, &["/nonexistent/old.json"]);
    let other = scratch("bench_other").join("other.json");
    fs::write(&other, "{\"machine\": {}}").expect("the scratch directory can be written");
    bench(&["--baseline", other.to_str().expect("UTF-8")]).fails(1, &["other.json", "rumma bench --json"]);
}

#[test]
fn every_read_pattern_reads_every_byte_once() {
    let bytes: Vec<u8> = (0..67 * LINE + 30).map(|i| (i * i) as u8).collect();
    let bytes = &bytes[1..];
    let expected = bytes.as_chunks::<LINE>().0.iter().fold(0_u64, |sum, line| sum.wrapping_add(sum_of_line(line)));
    for kernels in Kernels::available() {
        for streams in STREAMS.into_iter().chain([0, 3, 100]) {
            for ahead in [0, 512, 1 << 20] {
                assert_eq!(kernels.read_sum(bytes, streams, ahead), expected, "{} {streams}", kernels.isa().name());
            }
        }
        assert_eq!(kernels.read_sum(&bytes[..LINE - 1], 1, 64), 0);
        assert_eq!(kernels.multiply_int8(6), 2 * kernels.multiply_int8(3));
        assert_eq!(kernels.multiply_f32(6), 2 * kernels.multiply_f32(3));
    }
}

#[test]
fn default_cases_that_do_not_fit_the_model_are_named() {
    let args = ["bench", "storyteller", "--batches=1", "--tokens=1", "--repetitions=1", "--thread-counts=1", "--csv"];
    let skipped = |more: &[&str]| {
        let run = run(args.iter().chain(more));
        assert_eq!(run.code, Some(0), "{run:?}");
        run.stderr.lines().find(|line| line.starts_with("Skipped: ")).map(str::to_string)
    };
    let expected = "Skipped: prefill_tokens=512 contexts=1024,4096 (a sequence has at most 512 tokens)";
    assert_eq!(skipped(&[]).as_deref(), Some(expected));
    assert_eq!(skipped(&["--contexts=8", "--prefill-tokens=8"]), None);
    assert_eq!(skipped(&["--quiet"]), None);
}
