//! The page of the browser: it loads nothing from elsewhere, and `rumma inspect --html` writes it with a model in it.
//! `tests/page/drive.py` uses it in a real browser.
#![cfg(unix)]

mod common;

use std::fs;
use std::path::Path;

use common::http::Server;
use common::{rewrite, run, scratch, storyteller_copy};
use rumma::report::page::PAGE;
use safetensors::tensor::Dtype;
use serde_json::Value;

/// Writes the page of a model and returns it.
fn page(model: &[&str], path: &Path) -> String {
    let done = run([&["inspect", "--quiet"], model, &["--html", path.to_str().expect("UTF-8")]].concat());
    assert_eq!((done.code, done.stderr.as_str()), (Some(0), ""), "{done:?}");
    fs::read_to_string(path).expect("the page was written")
}

/// The text of the element that holds the inspection.
fn data(page: &str) -> &str {
    let start = page.find("id=\"inspect-data\">").expect("the element of the data") + "id=\"inspect-data\">".len();
    let rest = &page[start..];
    &rest[..rest.find("</script>").expect("the end of the element")]
}

#[test]
fn the_page_refers_to_nothing_outside_itself() {
    for reference in ["http:", "https:", "//cdn", "src=", "url(", "@import", "import(", "<iframe", "<base", "eval("] {
        assert!(!PAGE.contains(reference), "{reference}");
    }
    assert_eq!(PAGE.matches("href=").count(), 2, "the icon, and the link to the content");
    assert!(PAGE.contains("default-src 'none'"), "a policy for the page as a file");
    assert!(PAGE.starts_with("<!DOCTYPE html>") && PAGE.ends_with("</html>\n"));
    assert_eq!(data(PAGE), "null");
}

#[test]
fn text_of_models_and_files_is_never_parsed_as_html() {
    for way in
        ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "DOMParser", "createContextualFragment"]
    {
        assert!(!PAGE.contains(way), "{way}");
    }
}

#[test]
fn the_page_of_a_model_holds_what_json_holds() {
    let path = scratch("page_data").join("model.html");
    let html = page(&["storyteller", "--json", "--stats"], &path);
    let json = run(["inspect", "storyteller", "--json", "--stats", "--quiet"]).json();
    let mut data: Value = serde_json::from_str(data(&html)).expect("JSON");
    data["memory"]["available_bytes"] = json["memory"]["available_bytes"].clone();
    assert_eq!(data, json);
    assert_eq!(html.len() - PAGE.len(), html.find("</script>").unwrap() - PAGE.find("</script>").unwrap());
}

#[test]
fn names_in_a_checkpoint_cannot_leave_the_data_of_the_page() {
    let dir = storyteller_copy("page_hostile");
    let names = ["</script><script>alert(1)</script>", "<!--<script>", "${x}`\"'\\"];
    rewrite(&dir.join("model.safetensors"), |tensors| {
        for name in names {
            tensors.insert(format!("{name}.weight"), (Dtype::F32, vec![1], vec![0; 4]));
        }
    });
    let html = page(&[dir.to_str().expect("UTF-8")], &dir.join("page.html"));
    assert_eq!(html.matches("<script").count(), PAGE.matches("<script").count());
    let data = data(&html);
    assert!(!data.contains('<'), "{data}");
    let data: Value = serde_json::from_str(data).expect("JSON");
    let kept: Vec<&str> =
        data["tensors"].as_array().expect("tensors").iter().filter_map(|t| t["name"].as_str()).collect();
    for name in names {
        assert!(kept.contains(&format!("{name}.weight").as_str()), "{name:?} is not in {kept:?}");
    }
}

#[test]
fn a_checkpoint_that_cannot_be_run_has_a_page_with_the_reason() {
    let dir = storyteller_copy("page_damaged");
    rewrite(&dir.join("model.safetensors"), |tensors| {
        tensors.remove("model.layers.0.mlp.down_proj.scales").expect("the scales");
    });
    let html = page(&[dir.to_str().expect("UTF-8")], &dir.join("page.html"));
    let data: Value = serde_json::from_str(data(&html)).expect("JSON");
    assert_eq!(data["runnable"], false);
    assert!(data["warnings"].to_string().contains("model.layers.0.mlp.down_proj"), "{}", data["warnings"]);
}

#[test]
fn only_a_page_of_a_model_is_replaced_by_one() {
    let dir = storyteller_copy("page_kind");
    let (path, other) = (dir.join("page.html"), dir.join("other.html"));
    for _ in 0..2 {
        page(&["storyteller"], &path);
    }
    // The page of the server, a report of another command, and a file of the model.
    let config = fs::read_to_string(dir.join("config.json")).expect("UTF-8");
    for (file, content) in [
        (&other, PAGE),
        (&other, "<!DOCTYPE html>\n<meta name=\"generator\" content=\"rumma bench\">"),
        (&dir.join("config.json"), config.as_str()),
    ] {
        fs::write(file, content).expect("written");
        let file = file.to_str().expect("UTF-8");
        run(["inspect", dir.to_str().expect("UTF-8"), "--html", file]).fails(1, &[file, "a page of a model"]);
        assert_eq!(fs::read_to_string(file).expect("UTF-8"), content);
    }
    run(["inspect", "storyteller", "--html", "/nonexistent/page.html"]).fails(1, &["/nonexistent/page.html"]);
}

#[test]
fn a_comparison_has_no_page() {
    run(["inspect", "storyteller", "--diff", "storyteller", "--html", "x.html"])
        .fails(2, &["--html and --diff cannot be used together"]);
}

#[test]
fn the_server_sends_the_page_without_a_key_and_its_data_with_one() {
    let key = scratch("page_server").join("key");
    fs::write(&key, "secret\n").expect("written");
    let server =
        Server::start(&["storyteller", "--api-key-file", key.to_str().expect("UTF-8"), "--temperature", "0.25"]);
    let reply = server.get("/");
    assert_eq!((reply.status, reply.header("content-type")), (200, Some("text/html; charset=utf-8")), "{}", reply.head);
    assert!(reply.body == PAGE);
    let policy = reply.header("content-security-policy").expect("a policy");
    for part in ["default-src 'none'", "connect-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"] {
        assert!(policy.contains(part), "{policy}");
    }
    assert_eq!(server.get("/inspect").status, 401);
    let mut data = server.request("GET", "/inspect", &[("Authorization", "Bearer secret")], "").json();
    assert_eq!(data["generation"]["sampling"]["temperature"], 0.25);
    let mut json = run(["inspect", "storyteller", "--json", "--quiet"]).json();
    for object in [&mut data, &mut json] {
        // What the server was told, and what is left of the machine's memory.
        object["generation"].take();
        object["memory"]["available_bytes"].take();
    }
    assert_eq!(data, json);
    assert_eq!(server.stop(), Some(143));
}
