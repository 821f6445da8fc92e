//! `rumma convert`: there and back, refusals, interrupted conversions, and quantization.

mod common;

use std::fs;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use common::{Run, Tensors, finished, rewrite, rumma, run, scratch, storyteller, storyteller_copy};
use rumma::checkpoint::{Checkpoint, CheckpointSource, RandomModel};
use rumma::kernels::layout::NIBBLE_SHIFT;
use rumma::kernels::scalar::float_at;
use rumma::weights::formats::QuantizedLayers;
use rumma::weights::read_linear;
use safetensors::{Dtype, SafeTensors};
use serde_json::Value;

fn convert(model: &Path, out: &Path, more: &[&str]) -> Run {
    run([&["convert", text(model), text(out)], more].concat())
}

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

/// The hash of the logits of an answer.
fn logits(model: &Path) -> String {
    let args = ["--prompt", "Once upon a time", "--tokens", "8", "--temperature", "0", "--json", "--quiet"];
    let found = run([&["decode", text(model)], &args[..]].concat()).json();
    found["logits_sha256"].as_str().expect("a hash").to_string()
}

/// The tensors of all files of weights in a directory.
fn tensors(directory: &Path) -> Tensors {
    let mut all = Tensors::new();
    for name in names(directory).iter().filter(|name| name.ends_with(".safetensors")) {
        let bytes = fs::read(directory.join(name)).expect("the file is there");
        for (name, tensor) in SafeTensors::deserialize(&bytes).expect("the file is sound").tensors() {
            all.insert(name, (tensor.dtype(), tensor.shape().to_vec(), tensor.data().to_vec()));
        }
    }
    all
}

/// What is in a directory, hidden files included.
fn names(directory: &Path) -> Vec<String> {
    let files = fs::read_dir(directory).expect("the directory is there");
    let mut names: Vec<String> =
        files.map(|file| file.expect("it can be listed").file_name().into_string().expect("UTF-8")).collect();
    names.sort();
    names
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).expect("the file is there")).expect("JSON")
}

/// The storyteller with dense weights. With `outliers`, every eighth input of the layers after a norm has activations that are
/// 32 times as large and weights that are 32 times as small, which changes no result.
fn dense_storyteller(name: &str, outliers: bool) -> PathBuf {
    dequantize(&storyteller(), name, |input| if outliers && input.is_multiple_of(8) { 32.0 } else { 1.0 })
}

/// A copy of a checkpoint with dense weights. Those of the inputs after a norm are divided by `factor`, and the norm multiplied.
fn dequantize(source: &Path, name: &str, factor: impl Fn(usize) -> f32) -> PathBuf {
    let directory = scratch(name);
    for name in names(source) {
        fs::copy(source.join(&name), directory.join(&name)).expect("the fixture can be copied");
    }
    let source = CheckpointSource { model: text(source).into(), ..CheckpointSource::default() };
    let checkpoint = Checkpoint::open(&source).expect("the fixture is sound");
    let mut config = json(&directory.join("config.json"));
    config.as_object_mut().expect("an object").remove("quantization_config");
    fs::write(directory.join("config.json"), config.to_string()).expect("the copy can be written");
    rewrite(&directory.join("model.safetensors"), |tensors| {
        for info in &QuantizedLayers::of(&checkpoint).found {
            let matrix = read_linear(&checkpoint, info).expect("the fixture is sound");
            let view = matrix.view();
            let after_norm = !info.name.ends_with("o_proj") && !info.name.ends_with("down_proj");
            let nibble = |row: &[u8], o: usize| {
                let word = u32::from_le_bytes(row[o / 8 * 4..][..4].try_into().expect("4 bytes"));
                (word >> NIBBLE_SHIFT[o % 8] & 15) as f32
            };
            let mut bytes = Vec::new();
            for o in 0..info.outputs {
                for i in 0..info.inputs {
                    let group = view.group(i);
                    let code = nibble(&view.qweight[i * view.row_bytes()..], o);
                    let zero = group.zeros.map_or(8.0, |zeros| nibble(zeros, o));
                    let weight = (code - zero) * float_at(group.scales, group.scale_type, o);
                    let weight = if after_norm { weight / factor(i) } else { weight };
                    bytes.extend(half::f16::from_f32(weight).to_le_bytes());
                }
            }
            for part in ["qweight", "qzeros", "scales"] {
                tensors.remove(&format!("{}.{part}", info.name));
            }
            tensors.insert(format!("{}.weight", info.name), (Dtype::F16, vec![info.outputs, info.inputs], bytes));
        }
        for (_, (_, _, bytes)) in tensors.iter_mut().filter(|(name, _)| name.contains("layernorm")) {
            for (input, element) in bytes.as_chunks_mut::<2>().0.iter_mut().enumerate() {
                *element =
                    half::f16::from_f32(half::f16::from_le_bytes(*element).to_f32() * factor(input)).to_le_bytes();
            }
        }
    });
    directory
}

#[test]
fn there_and_back_is_the_identity_between_all_formats() {
    let dir = scratch("convert_there_and_back");
    let original = storyteller();
    let formats = ["awq", "compressed-tensors"];
    for (there, back) in formats.into_iter().flat_map(|there| formats.map(|back| (there, back))) {
        let first = dir.join(format!("{there}_{back}_1"));
        let second = dir.join(format!("{there}_{back}_2"));
        let third = dir.join(format!("{there}_{back}_3"));
        for (from, to, format) in [(&original, &first, there), (&first, &second, back), (&second, &third, "awq")] {
            let report = convert(from, to, &["--to", format, "--json", "--quiet"]).json();
            assert_eq!((&report["format"], &report["quantized_layers"]), (&format.into(), &28.into()));
            assert_eq!(logits(to), logits(&original), "{format}");
        }
        assert_eq!(tensors(&third), tensors(&original), "by way of {there} and {back}");
    }
}

/// The checkpoints of `fixtures/formats`, which the formats' own libraries packed.
#[test]
fn every_format_converts_to_every_format_that_can_express_it() {
    let dir = scratch("convert_formats");
    let hash = |model: &Path| {
        let args = ["--prompt-ids", "5,9,2,40", "--tokens", "4", "--temperature", "0", "--json", "--quiet"];
        run([&["decode", text(model)], &args[..]].concat()).json()["logits_sha256"].clone()
    };
    let mut converted = 0;
    for name in names(Path::new("fixtures/formats")) {
        let source = Path::new("fixtures/formats").join(&name);
        if !source.is_dir() {
            continue;
        }
        let (ct, back, awq) =
            (dir.join(format!("{name}_ct")), dir.join(format!("{name}_back")), dir.join(format!("{name}_awq")));
        let to_ct = convert(&source, &ct, &["--to", "compressed-tensors", "--quiet"]);
        assert_eq!(to_ct.code, Some(0), "{name}: {to_ct:?}");
        // Converting once more changes nothing.
        assert_eq!(convert(&ct, &back, &["--to", "compressed-tensors", "--quiet"]).code, Some(0), "{name}");
        assert_eq!(tensors(&back), tensors(&ct), "{name}");
        let runs = !name.contains("head");
        assert!(!runs || hash(&ct) == hash(&source), "{name} to compressed-tensors");
        let to_awq = convert(&source, &awq, &["--quiet"]);
        let refusal = ["act-order", "mixed", "head"].into_iter().find(|kind| name.contains(kind));
        match refusal {
            Some("act-order") => to_awq.fails(1, &["act-order", "--to compressed-tensors"]),
            Some("mixed") => to_awq.fails(1, &["groups of", "one size in AutoAWQ files"]),
            Some(_) => to_awq.fails(1, &["lm_head", "a quantized output head"]),
            None => {
                assert_eq!(to_awq.code, Some(0), "{name}: {to_awq:?}");
                assert_eq!(hash(&awq), hash(&source), "{name} to awq");
                converted += 1;
            }
        }
    }
    assert!(converted > 5, "{converted}");
}

#[test]
fn a_conversion_is_a_whole_checkpoint_with_the_files_of_the_source() {
    let dir = scratch("convert_files");
    let source = storyteller_copy("convert_files_source");
    for name in
        ["README.md", "LICENSE", "vocab.json", "tokenizer.model", "notes.txt", "pytorch_model.bin", "quant_config.json"]
    {
        fs::write(source.join(name), "{}").expect("the copy can be written");
    }
    let mut config = json(&source.join("config.json"));
    config["a_key_of_its_own"] = serde_json::json!({"z": [1, 2.5], "a": null});
    fs::write(source.join("config.json"), config.to_string()).expect("the copy can be written");
    let out = dir.join("out");
    fs::write(source.join("quant_config.json"), r#"{"quant_method": "awq", "bits": 4, "group_size": 128}"#)
        .expect("it can");
    let report = convert(&source, &out, &["--to", "compressed-tensors", "--json"]).json();
    assert_eq!(report["left_out"], serde_json::json!(["notes.txt", "pytorch_model.bin"]));
    let carried = ["LICENSE", "README.md", "generation_config.json", "tokenizer.json", "tokenizer.model"];
    assert_eq!(report["files"], serde_json::json!([&carried[..], &["tokenizer_config.json", "vocab.json"]].concat()));
    let expected = [
        "LICENSE",
        "README.md",
        "SHA256SUMS",
        "config.json",
        "generation_config.json",
        "model.safetensors",
        "tokenizer.json",
        "tokenizer.model",
        "tokenizer_config.json",
        "vocab.json",
    ];
    assert_eq!(names(&out), expected);
    assert_eq!(names(&dir), ["out"], "no temporary file is left");
    assert_eq!(run(["verify", text(&out)]).code, Some(0));
    let mut written = json(&out.join("config.json"));
    let section = written.as_object_mut().expect("an object").shift_remove("quantization_config").expect("a section");
    config.as_object_mut().expect("an object").shift_remove("quantization_config");
    assert_eq!(written.to_string(), config.to_string(), "all other values, in their order");
    assert_eq!(section["quant_method"], "compressed-tensors");
    let weights = &section["config_groups"]["group_0"]["weights"];
    assert_eq!(
        (&weights["num_bits"], &weights["group_size"], &weights["symmetric"]),
        (&4.into(), &128.into(), &false.into())
    );
    assert_eq!(section["ignore"], serde_json::json!(["lm_head"]));
}

#[test]
fn weights_are_split_into_shards_of_a_size_with_an_index() {
    let dir = scratch("convert_shards");
    let (whole, shards, one) = (dir.join("whole"), dir.join("shards"), dir.join("one"));
    assert_eq!(convert(&storyteller(), &whole, &[]).code, Some(0));
    let report = convert(&storyteller(), &shards, &["--shard-size", "100K", "--json"]).json();
    let found = report["shards"].as_array().expect("a list");
    let count = found.len();
    assert!(count > 3, "{report}");
    let embedding = 1024 * 128 * 2;
    for (number, shard) in (1..).zip(found) {
        assert_eq!(shard["name"], format!("model-{number:05}-of-{count:05}.safetensors"));
        let bytes = shard["bytes"].as_u64().expect("a size");
        assert_eq!(
            bytes,
            fs::metadata(shards.join(shard["name"].as_str().expect("a name"))).expect("it is there").len()
        );
        assert!(bytes < 110 << 10 || bytes > embedding && bytes < embedding + 4096, "{shard}");
    }
    let index = json(&shards.join("model.safetensors.index.json"));
    assert_eq!(index["weight_map"].as_object().map(serde_json::Map::len), Some(tensors(&whole).len()));
    assert_eq!(tensors(&shards), tensors(&whole));
    assert_eq!(logits(&shards), logits(&storyteller()));
    assert_eq!(run(["load", text(&shards), "--json"]).json()["warnings"], serde_json::json!([]));
    assert_eq!(run(["verify", text(&shards)]).code, Some(0));
    assert_eq!(convert(&shards, &one, &[]).code, Some(0));
    assert_eq!(
        fs::read(one.join("model.safetensors")).expect("one file"),
        fs::read(whole.join("model.safetensors")).expect("one")
    );
}

#[test]
fn only_an_earlier_conversion_is_replaced() {
    let dir = scratch("convert_replace");
    let out = dir.join("out");
    fs::create_dir(&out).expect("it can be made");
    assert_eq!(convert(&storyteller(), &out, &[]).code, Some(0), "an empty directory is no loss");
    convert(&storyteller(), &out, &[]).fails(1, &["out: directory is not empty", "--force"]);
    assert_eq!(convert(&storyteller(), &out, &["--force", "--shard-size", "200K"]).code, Some(0));
    assert!(names(&out).contains(&"model.safetensors.index.json".to_string()));
    assert_eq!(names(&dir), ["out"]);
    convert(&out, &out, &["--force"]).fails(1, &["is used by this run"]);

    fs::write(out.join("mine.txt"), "mine").expect("it can be written");
    convert(&storyteller(), &out, &["--force"]).fails(1, &["is not an earlier conversion", "mine.txt"]);
    let copy = storyteller_copy("convert_replace_other");
    convert(&storyteller(), &copy, &["--force"]).fails(1, &["is not an earlier conversion", "SHA256SUMS"]);
    let file = dir.join("file");
    fs::write(&file, "text").expect("it can be written");
    convert(&storyteller(), &file, &["--force"]).fails(1, &["file: exists and is not a directory"]);
    convert(&storyteller(), &dir.join("none/out"), &[]).fails(1, &["none/out", "check the path"]);
    assert_eq!(names(&dir), ["file", "out"]);
    assert_eq!(fs::read_to_string(out.join("mine.txt")).expect("it is there"), "mine");
}

#[test]
fn options_are_checked_before_anything_is_read() {
    let wrong: [(&[&str], &str); 9] = [
        (&["storyteller"], "OUT is missing"),
        (&["storyteller", "out", "more"], "unexpected argument 'more'"),
        (&["storyteller", "out", "--to", "gguf"], "--to: unknown value 'gguf' (expected awq or compressed-tensors)"),
        (&["storyteller", "out", "--shard-size", "0"], "--shard-size: invalid value '0'"),
        (&["storyteller", "out", "--quantize", "gptq"], "--quantize: unknown value 'gptq' (expected rtn or awq)"),
        (&["storyteller", "out", "--quantize", "awq"], "give --calibration-text FILE"),
        (&["storyteller", "out", "--quantize", "rtn", "--group-size", "100"], "--group-size 100"),
        (&["storyteller", "out", "--group-size", "64"], "--group-size needs --quantize"),
        (&["storyteller", "out", "--model", "storyteller"], "are the same option"),
    ];
    for (args, part) in wrong {
        run([&["convert"], args].concat()).fails(2, &[part]);
    }
    let out = scratch("convert_options").join("out");
    assert_eq!(run(["convert", "--model", "storyteller", text(&out), "--quiet"]).code, Some(0));
}

#[test]
fn what_cannot_be_read_or_written_is_refused_by_name() {
    let dir = scratch("convert_refused");
    let out = dir.join("out");
    let dense = dense_storyteller("convert_refused_dense", false);
    convert(&dense, &out, &[]).fails(1, &["has no quantized layer", "--quantize awq"]);
    convert(&storyteller(), &out, &["--quantize", "rtn"])
        .fails(1, &["model.layers.0.mlp.down_proj: is quantized already", "omit --quantize"]);

    let eight_bits = storyteller_copy("convert_refused_8bit");
    rewrite(&eight_bits.join("model.safetensors"), |tensors| {
        let (_, shape, bytes) = tensors.remove("model.layers.1.mlp.up_proj.qweight").expect("the fixture has it");
        let shape = vec![shape[0], shape[1] * 2];
        tensors
            .insert("model.layers.1.mlp.up_proj.qweight".into(), (Dtype::I32, shape, [bytes.clone(), bytes].concat()));
        let (_, shape, bytes) = tensors.remove("model.layers.1.mlp.up_proj.qzeros").expect("the fixture has it");
        let shape = vec![shape[0], shape[1] * 2];
        tensors
            .insert("model.layers.1.mlp.up_proj.qzeros".into(), (Dtype::I32, shape, [bytes.clone(), bytes].concat()));
    });
    convert(&eight_bits, &out, &[]).fails(1, &["model.layers.1.mlp.up_proj: format not supported", "8 bits"]);

    // One layer has groups of 64, by repeating its groups of 128.
    let mixed = storyteller_copy("convert_refused_mixed");
    rewrite(&mixed.join("model.safetensors"), |tensors| {
        for part in ["qzeros", "scales"] {
            let (_, shape, bytes) =
                tensors.get_mut(&format!("model.layers.2.mlp.down_proj.{part}")).expect("it is there");
            let row = bytes.len() / shape[0];
            *bytes = bytes.chunks(row).flat_map(|row| [row, row].concat()).collect();
            shape[0] *= 2;
        }
    });
    let parts = ["model.layers.2.mlp.down_proj", "cannot be written in this format", "--to compressed-tensors"];
    convert(&mixed, &out, &[]).fails(1, &parts);
    assert_eq!(convert(&mixed, &out, &["--to", "compressed-tensors"]).code, Some(0));
    let groups = &json(&out.join("config.json"))["quantization_config"]["config_groups"];
    let sizes: Vec<&Value> =
        groups.as_object().expect("groups").values().map(|group| &group["weights"]["group_size"]).collect();
    assert_eq!(sizes, [64, 128]);
    assert_eq!(groups["group_0"]["targets"], serde_json::json!(["model.layers.2.mlp.down_proj"]));
    assert_eq!(logits(&out), logits(&mixed));
}

#[test]
fn symmetric_layers_become_symmetric_and_get_their_zero_points_back() {
    let dir = scratch("convert_symmetric");
    let symmetric = storyteller_copy("convert_symmetric_source");
    rewrite(&symmetric.join("model.safetensors"), |tensors| {
        for (_, (_, _, bytes)) in tensors.iter_mut().filter(|(name, _)| name.ends_with(".qzeros")) {
            bytes.fill(0x88);
        }
    });
    let (there, back) = (dir.join("there"), dir.join("back"));
    assert_eq!(convert(&symmetric, &there, &["--to", "compressed-tensors"]).code, Some(0));
    assert!(!tensors(&there).keys().any(|name| name.ends_with("weight_zero_point")));
    let config = json(&there.join("config.json"));
    assert_eq!(config["quantization_config"]["config_groups"]["group_0"]["weights"]["symmetric"], true);
    assert_eq!(convert(&there, &back, &[]).code, Some(0));
    assert_eq!(tensors(&back), tensors(&symmetric));
}

#[test]
fn a_killed_conversion_leaves_nothing_that_looks_whole() {
    let dir = scratch("convert_killed");
    let source = dir.join("source");
    let model = RandomModel { hidden_size: Some(128), layers: Some(2), ..RandomModel::default() };
    model.write_to(&source).expect("the model can be written");
    let started = std::time::Instant::now();
    assert_eq!(convert(&source, &dir.join("whole"), &[]).code, Some(0));
    let duration = started.elapsed();
    let is_whole = |path: &Path| run(["load", text(path), "--json"]).code == Some(0);
    assert!(is_whole(&dir.join("whole")));
    const TRIES: u32 = 24;
    let mut killed = 0;
    for n in 0..TRIES {
        let out = dir.join(format!("out{n}"));
        let mut command = rumma(["convert", text(&source), text(&out)]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary runs");
        std::thread::sleep(duration * (n + 1) / TRIES);
        child.kill().expect("the process can be killed");
        let ended = child.wait().expect("it has ended").success();
        killed += u32::from(!ended);
        if out.exists() {
            assert_eq!(run(["verify", text(&out)]).code, Some(0), "what has its name is complete");
            assert!(is_whole(&out));
        }
        for name in names(&dir).into_iter().filter(|name| name.starts_with(&format!(".out{n}."))) {
            let part = dir.join(name);
            assert!(!is_whole(&part) || run(["verify", text(&part)]).code == Some(0), "{part:?} looks whole");
            fs::remove_dir_all(part).expect("it can be removed");
        }
    }
    assert!(killed > TRIES / 4, "{killed} of {TRIES} were killed before they ended");
}

fn kill(signal: &str, process: u32) {
    let kill = std::process::Command::new("kill").args([signal, &process.to_string()]).status();
    assert!(kill.is_ok_and(|status| status.success()), "the process can be sent a signal");
}

/// A random model whose conversion takes some time, alone in a directory.
fn large_source(dir: &Path) -> PathBuf {
    let source = dir.join("source");
    let model = RandomModel { hidden_size: Some(128), layers: Some(2), ..RandomModel::default() };
    model.write_to(&source).expect("the model can be written");
    source
}

/// Starts a conversion, and waits until it has begun to write.
fn started(mut command: std::process::Command, dir: &Path) -> std::process::Child {
    let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the binary runs");
    while names(dir).len() == 1 {
        std::thread::sleep(Duration::from_millis(1));
    }
    child
}

#[test]
fn a_hangup_ends_a_conversion_like_sigterm_but_not_under_nohup() {
    let dir = scratch("convert_hangup");
    let source = large_source(&dir);
    let out = dir.join("out");
    let mut child = started(rumma(["convert", text(&source), text(&out)]), &dir);
    kill("-HUP", child.id());
    let code = child.wait().expect("it has ended").code();
    // It may have ended before the signal came.
    assert!(code == Some(143) && names(&dir) == ["source"] || code == Some(0), "{code:?} {:?}", names(&dir));
    let _ = fs::remove_dir_all(&out);

    let ignoring =
        format!("trap '' HUP; exec {} convert {} {}", env!("CARGO_BIN_EXE_rumma"), text(&source), text(&out));
    let mut command = std::process::Command::new("sh");
    command.args(["-c", &ignoring]);
    let mut child = started(command, &dir);
    kill("-HUP", child.id());
    assert_eq!(child.wait().expect("it has ended").code(), Some(0));
    assert_eq!(names(&dir), ["out", "source"]);
}

#[test]
fn a_source_that_changes_is_named_and_nothing_is_left() {
    let dir = scratch("convert_changed");
    let source = large_source(&dir);
    let weights = source.join("model.safetensors");
    let out = dir.join("out");
    // Changed in place again and again while it is read.
    let mut child = started(rumma(["convert", text(&source), text(&out)]), &dir);
    let file = fs::OpenOptions::new().write(true).open(&weights).expect("it can be opened");
    let length = file.metadata().expect("it is there").len();
    let mut number = 0_u64;
    while child.try_wait().expect("it runs").is_none() {
        number += 1;
        let at = length / 2 + number * 4099 % (length / 2 - 8);
        file.write_all_at(&number.to_le_bytes(), at).expect("it can be written");
    }
    let found = finished(child.wait_with_output().expect("it has ended"));
    found.fails(1, &["model.safetensors: changed while it was in use", "nothing changes the file"]);
    assert_eq!(names(&dir), ["source"]);

    // Truncated: the error of the map, or of the check at the end.
    let child = started(rumma(["convert", text(&source), text(&out)]), &dir);
    file.set_len(length / 4).expect("it can be truncated");
    let found = finished(child.wait_with_output().expect("it has ended"));
    found.fails(1, &["model.safetensors", "in use"]);
    assert_eq!(names(&dir), ["source"]);
}

#[test]
fn a_path_that_cannot_become_the_new_directory_is_refused_before_any_work() {
    let dir = scratch("convert_paths");
    let dense = dense_storyteller("convert_paths_source", false);
    // The text does not exist: it is read only after OUT is checked.
    let work = ["--quantize", "awq", "--calibration-text", "none.txt"];
    let [link, file, pipe, full] = ["link", "file", "pipe", "full"].map(|name| dir.join(name));
    std::os::unix::fs::symlink(dir.join("gone"), &link).expect("it can be linked");
    fs::write(&file, "text").expect("it can be written");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.is_ok_and(|status| status.success()), "a pipe can be made");
    fs::create_dir_all(full.join("more")).expect("it can be made");
    convert(&dense, &link, &work).fails(1, &["link: link to a missing file; remove the link"]);
    convert(&dense, &file, &work).fails(1, &["file: exists and is not a directory; give the path of a new directory"]);
    convert(&dense, &pipe, &work).fails(1, &["pipe: exists and is not a directory"]);
    convert(&dense, &full, &work).fails(1, &["full: directory is not empty"]);
    let inside = "is inside the directory of the source; give a directory outside of it";
    convert(&dense, &dense.join("out"), &work).fails(1, &[inside]);
    convert(&dense, &dir.join("none/out"), &work).fails(1, &["none/out"]);
    convert(&dense, &dir.join("out"), &work).fails(1, &["none.txt"]);
    assert_eq!(names(&dir), ["file", "full", "link", "pipe"]);
}

#[test]
fn a_conversion_that_does_not_fit_on_the_disk_is_refused_with_both_sizes() {
    let dir = scratch("convert_space");
    let source = storyteller_copy("convert_space_source");
    let path = source.join("model.safetensors");
    let bytes = fs::read(&path).expect("it is there");
    let header = u64::from_le_bytes(bytes[..8].try_into().expect("8 bytes")) as usize;
    let mut entries: Value = serde_json::from_slice(&bytes[8..8 + header]).expect("JSON");
    // A tensor of 8 TB that takes no space, because the file has a hole.
    let (start, size) = (bytes.len() - 8 - header, 8_000_000_000_000_u64);
    entries["more"] = serde_json::json!({"dtype": "U8", "shape": [size], "data_offsets": [start, start as u64 + size]});
    let mut json = entries.to_string().into_bytes();
    json.resize(json.len().next_multiple_of(8), b' ');
    let whole = [&(json.len() as u64).to_le_bytes(), json.as_slice(), &bytes[8 + header..]].concat();
    fs::write(&path, &whole).expect("it can be written");
    let file = fs::OpenOptions::new().write(true).open(&path).expect("it can be opened");
    if file.set_len(whole.len() as u64 + size).is_err() {
        // The file system has no files of this size.
        return;
    }
    convert(&source, &dir.join("out"), &[])
        .fails(1, &["out: not enough disk space (found ", "expected 8000", "free disk"]);
    assert_eq!(names(&dir), Vec::<String>::new());
}

#[test]
fn the_directory_of_an_interrupted_conversion_is_not_read_as_a_checkpoint() {
    let dir = scratch("convert_unfinished");
    let whole = dir.join("whole");
    assert_eq!(convert(&storyteller(), &whole, &[]).code, Some(0));
    // As it is just before the last two steps.
    let part = dir.join(".whole.1-2.part");
    fs::rename(&whole, &part).expect("it can be renamed");
    fs::rename(part.join("config.json"), part.join(".config.json.part")).expect("it can be renamed");
    let told = ["is what an interrupted conversion left", "remove the directory, and convert again"];
    run(["inspect", text(&part)]).fails(1, &told);
    run(["load", text(&part)]).fails(1, &told);
    run(["decode", text(&part), "--prompt", "Once", "--tokens", "1"]).fails(1, &told);
    run(["inspect", text(&part.join("model.safetensors"))]).fails(1, &told);
}

#[test]
fn only_group_sizes_that_fit_every_layer_are_advised() {
    let dir = scratch("convert_group_sizes");
    let source = dequantize(Path::new("fixtures/families/qwen3_moe"), "convert_group_sizes_source", |_| 1.0);
    let out = dir.join("out");
    let refused = convert(&source, &out, &["--quantize", "rtn"]);
    let told = ["found groups of 128 for 96 inputs, expected groups of 32); give --group-size 32\n"];
    refused.fails(1, &told);
    convert(&source, &out, &["--quantize", "awq", "--calibration-text", "fixtures/score/stories.txt"]).fails(1, &told);
    convert(&source, &out, &["--quantize", "rtn", "--group-size", "64"]).fails(1, &["give --group-size 32\n"]);
    let mut config = json(&source.join("config.json"));
    config["moe_intermediate_size"] = 40.into();
    fs::write(source.join("config.json"), config.to_string()).expect("the copy can be written");
    let none = ["experts.0.down_proj: groups do not fit", "for 40 inputs)", "no group size divides the inputs"];
    convert(&source, &out, &["--quantize", "rtn"]).fails(1, &none);
    assert_eq!(names(&dir), Vec::<String>::new());
}

#[test]
fn weights_too_large_for_a_scale_in_f16_are_named() {
    let dir = scratch("convert_overflow");
    let dense = dense_storyteller("convert_overflow_source", false);
    let stories = "fixtures/score/stories.txt";
    let with = |value: f32| {
        rewrite(&dense.join("model.safetensors"), |tensors| {
            let weight = tensors.get_mut("model.layers.1.mlp.up_proj.weight").expect("it is there");
            let count = weight.1.iter().product::<usize>();
            *weight = (Dtype::F32, weight.1.clone(), vec![0; 4 * count]);
            weight.2[..4].copy_from_slice(&value.to_le_bytes());
        });
    };
    let ways: [&[&str]; 2] = [&["--quantize", "rtn"], &["--quantize", "awq", "--calibration-text", stories]];
    for (value, problem) in [
        (1e30, "weights too large: the scale of a group does not fit in F16 (found weights up to 1e30"),
        (-1e6, "does not fit in F16"),
        (f32::NAN, "values that are not finite"),
        (f32::NEG_INFINITY, "values that are not finite"),
    ] {
        with(value);
        for way in ways {
            convert(&dense, &dir.join("out"), way).fails(1, &["model.layers.1.mlp.up_proj.weight: ", problem]);
        }
    }
    with(9e5);
    assert_eq!(convert(&dense, &dir.join("out"), ways[0]).code, Some(0));
}

#[test]
fn awq_rounds_experts_to_nearest_and_keeps_the_router() {
    let dir = scratch("convert_experts");
    let source = dequantize(Path::new("fixtures/families/qwen3_moe"), "convert_experts_source", |_| 1.0);
    // One token for each byte of printable ASCII.
    let vocabulary: serde_json::Map<String, Value> = (b'!'..=b'~')
        .map(|byte| (char::from(byte).to_string(), byte.into()))
        .chain([("\u{120}".into(), 32.into())])
        .collect();
    let byte_level = serde_json::json!({"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true});
    let tokenizer = serde_json::json!({
        "version": "1.0", "added_tokens": [], "normalizer": null, "post_processor": null,
        "pre_tokenizer": byte_level, "decoder": byte_level,
        "model": {"type": "BPE", "vocab": vocabulary, "merges": []},
    });
    fs::write(source.join("tokenizer.json"), tokenizer.to_string()).expect("it can be written");
    let book = dir.join("book.txt");
    fs::write(&book, "The river took the small boat past the old mill, and nobody saw it again. ".repeat(9))
        .expect("it can");
    let (out, nearest) = (dir.join("out"), dir.join("rtn"));
    let awq = ["--quantize", "awq", "--group-size", "32", "--calibration-text", text(&book)];
    let report = convert(&source, &out, &[&awq[..], &["--json", "--quiet"]].concat()).json();
    // Two layers of six experts, three matrices each.
    assert_eq!(report["quantization"]["rounded_to_nearest"], 36);
    assert_eq!(report["quantized_layers"], 3 * 4 + 3 + 36);
    let told = convert(&source, &out, &[&awq[..], &["--force"]].concat());
    assert!(told.stdout.contains("36 layers of experts to the nearest codes"), "{told:?}");
    let rtn = convert(&source, &nearest, &["--quantize", "rtn", "--group-size", "32", "--json"]).json();
    assert_eq!(rtn["quantization"]["rounded_to_nearest"], rtn["quantized_layers"]);
    let (original, scaled, rounded) = (tensors(&source), tensors(&out), tensors(&nearest));
    for layer in [0, 2] {
        for name in ["mlp.gate.weight", "post_attention_layernorm.weight", "self_attn.q_norm.weight"] {
            let name = format!("model.layers.{layer}.{name}");
            assert_eq!(scaled[&name], original[&name], "{name}");
        }
    }
    let (experts, others): (Vec<_>, Vec<_>) =
        scaled.keys().filter(|name| name.ends_with(".qweight")).partition(|name| name.contains(".experts."));
    assert!(experts.iter().all(|name| scaled[*name] == rounded[*name]), "experts are rounded to nearest");
    assert!(others.iter().any(|name| scaled[*name] != rounded[*name]), "other layers are scaled");
    let args = ["--prompt-ids", "84,104,101", "--tokens", "2", "--temperature", "0"];
    assert_eq!(run([&["decode", text(&out)], &args[..]].concat()).code, Some(0));
}

#[test]
fn a_conversion_that_is_terminated_or_fails_removes_what_it_wrote() {
    let dir = scratch("convert_terminated");
    let source = large_source(&dir);
    let out = dir.join("out");
    let mut child = started(rumma(["convert", text(&source), text(&out)]), &dir);
    kill("-TERM", child.id());
    let code = child.wait().expect("it has ended").code();
    // It may have ended before the signal came.
    assert!(code == Some(143) && names(&dir) == ["source"] || code == Some(0), "{code:?} {:?}", names(&dir));
    let _ = fs::remove_dir_all(&out);

    let limited =
        format!("ulimit -f 2000; exec {} convert {} {}", env!("CARGO_BIN_EXE_rumma"), text(&source), text(&out));
    let found = finished(std::process::Command::new("sh").args(["-c", &limited]).output().expect("sh runs"));
    found.fails(1, &["out/model.safetensors: cannot write", "ulimit -f"]);
    assert_eq!(names(&dir), ["source"]);
}

#[test]
fn quantizing_to_nearest_finds_the_codes_of_a_model_that_was_quantized() {
    let dir = scratch("convert_nearest");
    let dense = dense_storyteller("convert_nearest_source", false);
    let out = dir.join("out");
    let stories = "fixtures/score/stories.txt";
    let report = convert(&dense, &out, &["--quantize", "rtn", "--evaluate-text", stories, "--json", "--quiet"]).json();
    assert_eq!((&report["quantized_layers"], &report["quantization"]["method"]), (&28.into(), &"rtn".into()));
    let perplexity = |when: &str| report["quantization"]["perplexity"][when].as_f64().expect("a number");
    // Few groups use neither the first nor the last code, so nearly all codes are found again.
    assert!((perplexity("after") / perplexity("before") - 1.0).abs() < 0.01, "{report}");
    let config = json(&out.join("config.json"));
    assert_eq!(config["quantization_config"], json(&storyteller().join("config.json"))["quantization_config"]);
    let scored =
        run(["score", text(&out), "--text-file", stories, "--arithmetic", "f32", "--stride", "512", "--json"]).json();
    let scored = scored["perplexity"].as_f64().expect("a number");
    assert!((scored / perplexity("after") - 1.0).abs() < 1e-9, "{scored} {report}");
    let smaller =
        convert(&dense, &dir.join("64"), &["--quantize", "rtn", "--group-size", "64", "--to", "compressed-tensors"]);
    assert_eq!(smaller.code, Some(0), "{smaller:?}");
}

#[test]
fn awq_scales_keep_the_accuracy_of_inputs_with_large_activations() {
    let dir = scratch("convert_awq");
    let dense = dense_storyteller("convert_awq_source", true);
    let stories = "fixtures/score/stories.txt";
    let measure = |name: &str, more: &[&str]| {
        let found = convert(&dense, &dir.join(name), &[&["--json", "--quiet"], more].concat()).json();
        let perplexity = |when: &str| found["quantization"]["perplexity"][when].as_f64().expect("a number");
        (perplexity("before"), perplexity("after"))
    };
    let (before, nearest) = measure("rtn", &["--quantize", "rtn", "--evaluate-text", stories]);
    let (same, scaled) = measure("awq", &["--quantize", "awq", "--calibration-text", stories]);
    assert_eq!(before, same);
    assert!(nearest - before > 0.05, "outliers cost rounding {before} -> {nearest}");
    assert!(scaled - before < 0.25 * (nearest - before), "{before}, rtn {nearest}, awq {scaled}");
    // The result does not depend on the number of threads.
    measure("one", &["--quantize", "awq", "--calibration-text", stories, "--threads", "1"]);
    assert_eq!(tensors(&dir.join("one")), tensors(&dir.join("awq")));
}

#[test]
fn texts_that_are_too_short_are_named_and_long_ones_are_used_in_part() {
    let dir = scratch("convert_short_text");
    let dense = dense_storyteller("convert_short_text_source", false);
    let texts = ["short.txt", "long.txt"].map(|name| dir.join(name));
    fs::write(&texts[0], "The owl").expect("it can be written");
    fs::write(&texts[1], "The owl was a clever boy. ".repeat(2000)).expect("it can be written");
    let few = |what: &str| format!("Warning: {what} of 3 tokens says little; give a text of at least 512 tokens");
    let out = dir.join("out");
    let rtn = convert(&dense, &out, &["--quantize", "rtn", "--evaluate-text", text(&texts[0])]);
    assert!(rtn.stderr.contains(&few("the perplexity")) && !rtn.stderr.contains("calibration"), "{rtn:?}");
    assert!(rtn.stdout.contains("(3 tokens)"), "{rtn:?}");
    let awq = ["--quantize", "awq", "--force", "--calibration-text"];
    let short = convert(&dense, &out, &[&awq[..], &[text(&texts[0])]].concat());
    assert!(["a calibration", "the perplexity"].iter().all(|what| short.stderr.contains(&few(what))), "{short:?}");
    let long = convert(&dense, &out, &[&awq[..], &[text(&texts[1])]].concat());
    assert!(!long.stderr.contains("Warning") && long.stdout.contains("8192 of "), "{long:?}");
    assert!(long.stdout.contains("(8192 tokens)"), "{long:?}");
}

#[test]
fn a_dense_model_that_cannot_be_quantized_is_refused() {
    let dir = scratch("convert_not_quantized");
    let out = dir.join("out");
    let dense = dense_storyteller("convert_not_quantized_source", false);
    rewrite(&dense.join("model.safetensors"), |tensors| {
        let (_, _, bytes) = tensors.get_mut("model.layers.1.mlp.up_proj.weight").expect("it is there");
        bytes[..2].copy_from_slice(&half::f16::INFINITY.to_le_bytes());
    });
    convert(&dense, &out, &["--quantize", "rtn"])
        .fails(1, &["model.layers.1.mlp.up_proj.weight: values that are not finite"]);
    rewrite(&dense.join("model.safetensors"), |tensors| drop(tensors.remove("model.layers.1.mlp.up_proj.weight")));
    convert(&dense, &out, &["--quantize", "rtn"]).fails(1, &["model.layers.1.mlp.up_proj.weight: missing tensor"]);
    assert_eq!(names(&dir), Vec::<String>::new());
}
