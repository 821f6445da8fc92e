//! `rumma selftest`: the logits on this machine must equal the recorded ones.

mod common;

use common::run;

#[test]
fn selftest_hashes_match_the_recorded_ones() {
    let report = run(["selftest", "--json"]).json();
    assert_eq!(report["pass"], true, "{report}");
    let results = report["results"].as_array().expect("a list");
    for arithmetic in ["int8", "int15", "f32"] {
        let hashes: Vec<_> = results.iter().filter(|result| result["arithmetic"] == arithmetic).collect();
        assert!(hashes.iter().any(|result| result["isa"] == "scalar"), "{report}");
        assert!(hashes.iter().all(|result| result["found"] == result["recorded"]), "{report}");
    }
    let text = run(["selftest"]);
    assert_eq!(text.code, Some(0));
    assert!(text.stdout.ends_with("bit-identical to the recorded ones.\n"), "{text:?}");
}
