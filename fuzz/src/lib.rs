//! The fuzz targets: one function for each kind of untrusted input. A target must not panic, hang or take memory out of
//! proportion, whatever its input; the only results are a value or an `Error`.
//!
//! `xtask/tests/fuzz_seeds.rs` includes this file and runs every target on its seeds (`fuzz/seeds/TARGET/`), so that
//! `cargo test` replays them without cargo-fuzz.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use rumma::checkpoint::manifest::Manifest;
use rumma::checkpoint::{Checkpoint, CheckpointSource};
use rumma::engine::generate::generate;
use rumma::engine::{Control, Engine, EngineOptions, Request, state};
use rumma::error::Result;
use rumma::jobs::{Job, Kept, Lines, ResultLine, ResultsFile};
use rumma::model::{Arithmetic, Model, ModelOptions};
use rumma::openai::{ErrorReport, Fingerprint, Outcome};
use rumma::text::chat::ChatSources;
use rumma::text::continuation::ContinuationLine;
use rumma::text::{Conversation, Prompt, PromptEncoder, TextStream, Tokenizer};
use rumma::weights::Inventory;
use serde_json::{Map, Value, json};

/// A function that runs one input.
pub type Target = fn(&[u8]);

/// Every target with its name.
pub const TARGETS: &[(&str, Target)] = &[
    ("checkpoint_header", checkpoint_header),
    ("checkpoint_config", checkpoint_config),
    ("quantized_layers", quantized_layers),
    ("tokenizer_and_template", tokenizer_and_template),
    ("continuations", continuations),
    ("state_file", state_file),
    ("sha256sums", sha256sums),
    ("hub_listing", hub_listing),
    ("jobs", jobs),
];

/// A safetensors file, or after the letter `i` an index beside the storyteller's weights.
pub fn checkpoint_header(data: &[u8]) {
    let files = storyteller();
    let dir = Directory::new();
    dir.write("config.json", &files.config);
    match data {
        [b'i', index @ ..] => {
            dir.write("a.safetensors", &files.weights);
            dir.write("b.safetensors", EMPTY_SHARD);
            dir.write("model.safetensors.index.json", index);
        }
        header => dir.write("model.safetensors", header),
    }
    examine(&dir);
}

/// The configuration files: config.json, then, each after a NUL byte, generation_config.json and quant_config.json.
pub fn checkpoint_config(data: &[u8]) {
    let mut parts = data.split(|byte| *byte == 0);
    let dir = Directory::new();
    dir.write("model.safetensors", &storyteller().weights);
    for name in ["config.json", "generation_config.json", "quant_config.json"] {
        if let Some(part) = parts.next().filter(|part| !part.is_empty()) {
            dir.write(name, part);
        }
    }
    examine(&dir);
}

/// Edits of the storyteller's header and configuration, six bytes each: tensors lost, renamed, of another dtype or
/// shape; other numbers in config.json. What still binds is run.
pub fn quantized_layers(data: &[u8]) {
    let files = storyteller();
    let mut tensors = files.tensors.clone();
    let mut config = files.config_json.clone();
    for edit in data.chunks_exact(6).take(64) {
        apply(edit, &mut tensors, &mut config);
    }
    let dir = Directory::new();
    dir.write("config.json", config.to_string().as_bytes());
    dir.write("model.safetensors", &safetensors_file(&tensors));
    examine(&dir);
}

/// tokenizer.json, then, each after a NUL byte, a text, tokenizer_config.json, a chat template and a messages file.
pub fn tokenizer_and_template(data: &[u8]) {
    let mut parts = data.split(|byte| *byte == 0);
    let mut next = || parts.next().unwrap_or_default();
    let (json, text, config, jinja, messages) = (next(), next(), next(), next(), next());
    let path = Path::new("fuzzed");
    let config = (!config.is_empty()).then_some((path, config));
    let jinja = (!jinja.is_empty()).then_some((path, jinja));
    let tokenizer = Tokenizer::from_bytes(path, json, config).ok();
    let text = String::from_utf8_lossy(text);
    if let Some(tokenizer) = &tokenizer {
        round_trip(tokenizer, &text);
    }
    let conversation = if messages.is_empty() {
        Ok(Conversation::question(Some("Be brief."), &text))
    } else {
        Conversation::from_json(path, messages)
    };
    let chat = ChatSources { tokenizer_config: config, jinja, ..ChatSources::default() };
    let encoder = PromptEncoder { model: "fuzzed", tokenizer: tokenizer.as_ref(), chat, context: Some((512, 512)) };
    let _ = encoder.encode(&Prompt::Text(text.into_owned()));
    if let Ok(conversation) = conversation {
        let parsed = Conversation { parse_special: true, ..conversation.clone() };
        for conversation in [conversation, parsed] {
            let _ = encoder.encode(&Prompt::Chat(Box::new(conversation)));
        }
    }
}

/// Lines of contexts and continuations, which the storyteller's tokenizer encodes.
pub fn continuations(data: &[u8]) {
    static TOKENIZER: OnceLock<Tokenizer> = OnceLock::new();
    let tokenizer = TOKENIZER.get_or_init(|| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/storyteller/checkpoint/tokenizer.json");
        let json = fs::read(&path).expect("the fixture is there");
        Tokenizer::from_bytes(&path, &json, None).expect("the fixture is sound")
    });
    for (number, line) in (0..).zip(data.split(|byte| *byte == b'\n')) {
        let Ok(content) = ContinuationLine::parse(number, line).content else { continue };
        if let Ok(ids) = content.encode(Some(tokenizer), "storyteller") {
            assert!(!ids.context.is_empty() && ids.continuations.iter().all(|ids| !ids.is_empty()));
        }
    }
}

/// A state file, continued from if it is accepted.
pub fn state_file(data: &[u8]) {
    static MODEL: OnceLock<Model> = OnceLock::new();
    let model = MODEL.get_or_init(|| {
        let source = CheckpointSource { model: "storyteller".into(), ..CheckpointSource::default() };
        let checkpoint = Checkpoint::open(&source).expect("the built-in model opens");
        Model::load(&checkpoint, &options()).expect("the built-in model loads")
    });
    let dir = Directory::new();
    dir.write("state", data);
    let Ok(state) = state::load(&dir.0.join("state"), model) else { return };
    let request = Request { state: Some(state.cache), max_tokens: 1, ..Request::new(state.tokens) };
    let options = EngineOptions::for_request(&request, 512);
    let _ = generate(&mut Engine::new(model, options), request, None, |_, _| Control::Continue);
}

/// A SHA256SUMS file. What is accepted must read the same again after it was written.
pub fn sha256sums(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(manifest) = Manifest::parse(Path::new("SHA256SUMS"), text) {
        let rendered = manifest.render();
        let again = Manifest::parse(Path::new("SHA256SUMS"), &rendered).expect("what is written can be read");
        assert_eq!(again.render(), rendered);
    }
}

/// The hub's answer to a request for a model's files.
pub fn hub_listing(data: &[u8]) {
    let _ = xtask::fetch::hub::Listing::parse(data, "https://hub.example/api/models/a/b", "a/b", "main", None);
}

/// A file of jobs; after the letter `r` a file of results. Every line of jobs has a result, which a file of results keeps.
pub fn jobs(data: &[u8]) {
    let fingerprint = Fingerprint::of(b"fuzz");
    let dir = Directory::new();
    let path = dir.0.join("results");
    if let [b'r', results @ ..] = data {
        dir.write("results", results);
        if let Ok(mut file) = ResultsFile::open(&path, false)
            && let Ok(mut kept) = file.read(&fingerprint)
        {
            file.start(&mut kept, true).expect("the file can be written");
        }
        return;
    }
    let mut file = ResultsFile::open(&path, false).expect("a new file");
    file.start(&mut Kept::default(), true).expect("the file can be written");
    let mut lines = Lines::new(data);
    let mut ids = Vec::new();
    while let Some(line) = lines.next_line().expect("memory can be read") {
        let job = Job::parse(&line);
        let id = rumma::jobs::request_id(&fingerprint, &job, &line);
        let outcome = job.body.as_ref().map(|_| Outcome::default()).map_err(ErrorReport::of);
        file.append(&ResultLine::new(&job, &id, &fingerprint, &outcome, None).to_json()).expect("it can be written");
        ids.push(id);
    }
    drop(file);
    let mut kept = match ResultsFile::open(&path, false).and_then(|mut file| file.read(&fingerprint)) {
        Ok(kept) => kept,
        Err(error) => panic!("{error}"),
    };
    assert!(ids.iter().all(|id| kept.take(id).is_some()), "every line has a result");
}

/// Opens the checkpoint, looks at all that its header says, and loads and runs it if nothing speaks against it.
fn examine(dir: &Directory) {
    let source = CheckpointSource { model: dir.0.display().to_string(), ..CheckpointSource::default() };
    let Ok(checkpoint) = Checkpoint::open(&source) else { return };
    let _ = checkpoint.tensors().map(|tensor| tensor.data.len()).sum::<usize>();
    let inventory = Inventory::of(&checkpoint, true);
    if inventory.refusal.is_none()
        && let Ok(model) = Model::load(&checkpoint, &options())
    {
        let _ = run(&model);
    }
}

fn run(model: &Model) -> Result<()> {
    let request = Request::new(vec![0, 1, 2]);
    let options = EngineOptions::for_request(&request, 2);
    generate(&mut Engine::new(model, options), request, None, |_, _| Control::Continue).map(drop)
}

fn options() -> ModelOptions {
    ModelOptions { arithmetic: Arithmetic::Int8, isa: None, threads: Some(1) }
}

/// What text comes back must be what the stream gives piece by piece.
fn round_trip(tokenizer: &Tokenizer, text: &str) {
    let Ok(ids) = tokenizer.encode(text) else { return };
    let whole = tokenizer.decode(&ids);
    let Ok(mut stream) = TextStream::new(tokenizer, &[]) else { return };
    let mut pieces: String = ids.iter().map(|id| stream.push(*id)).collect();
    pieces.push_str(&stream.flush());
    assert_eq!(pieces, whole);
}

/// A directory of its own for one input, removed at the end.
struct Directory(PathBuf);

impl Directory {
    fn new() -> Directory {
        let path = std::env::temp_dir().join(format!("rumma-fuzz-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("a temporary directory can be made");
        Directory(path)
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        fs::write(self.0.join(name), bytes).expect("a temporary file can be written");
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A safetensors file without tensors.
const EMPTY_SHARD: &[u8] = b"\x02\0\0\0\0\0\0\0{}";

/// A tensor of a header: name, dtype, shape.
type Entry = (String, String, Vec<u64>);

/// The storyteller's checkpoint.
struct Storyteller {
    config: Vec<u8>,
    config_json: Value,
    weights: Vec<u8>,
    tensors: Vec<Entry>,
}

fn storyteller() -> &'static Storyteller {
    static FILES: OnceLock<Storyteller> = OnceLock::new();
    FILES.get_or_init(|| {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/storyteller/checkpoint");
        let read = |name: &str| fs::read(dir.join(name)).expect("the fixture is there");
        let (config, weights) = (read("config.json"), read("model.safetensors"));
        let length = u64::from_le_bytes(*weights.first_chunk().expect("the fixture is whole")) as usize;
        let header: Map<String, Value> = serde_json::from_slice(&weights[8..8 + length]).expect("the header is JSON");
        let entry = |(name, info): (&String, &Value)| {
            let shape = info["shape"].as_array().expect("a shape").iter().map(|n| n.as_u64().expect("a size"));
            (name.clone(), info["dtype"].as_str().expect("a dtype").to_string(), shape.collect())
        };
        let tensors = header.iter().filter(|(name, _)| *name != "__metadata__").map(entry).collect();
        Storyteller { config_json: serde_json::from_slice(&config).expect("JSON"), config, weights, tensors }
    })
}

/// Ends of tensor names that the formats use.
const SUFFIXES: &[&str] = &[
    "weight",
    "bias",
    "qweight",
    "qzeros",
    "scales",
    "g_idx",
    "weight_packed",
    "weight_scale",
    "weight_shape",
    "weight_zero_point",
    "weight_g_idx",
    "absmax",
    "quant_map",
    "weight_scale_2",
    "blocks",
    "biases",
];
const DTYPES: &[&str] = &["I32", "F16", "BF16", "F32", "U8", "I8", "I64", "F8_E4M3", "U32", "BOOL"];
const SIZES: &[u64] = &[0, 1, 2, 3, 4, 8, 12, 16, 32, 48, 64, 96, 127, 128, 129, 256, 384, 512, 1024, 4096];
/// Keys of config.json, those after the bar of `quantization_config`.
const KEYS: &[&str] = &[
    "hidden_size",
    "intermediate_size",
    "num_hidden_layers",
    "num_attention_heads",
    "num_key_value_heads",
    "vocab_size",
    "head_dim",
    "max_position_embeddings",
    "rope_theta",
    "rms_norm_eps",
    "sliding_window",
    "max_window_layers",
    "rope_scaling",
    "rope_parameters",
    "tie_word_embeddings",
    "use_sliding_window",
    "model_type",
    "architectures",
];
const QUANTIZATION_KEYS: &[&str] = &[
    "bits",
    "group_size",
    "quant_method",
    "version",
    "zero_point",
    "modules_to_not_convert",
    "format",
    "config_groups",
];
const VALUES: &[&str] = &[
    "null",
    "true",
    "false",
    "0",
    "-1",
    "1",
    "2",
    "4",
    "8",
    "64",
    "128",
    "1e300",
    "18446744073709551615",
    "0.5",
    "[]",
    "{}",
    "\"gemm\"",
    "\"gemv\"",
    "\"awq\"",
    "\"gptq\"",
    "\"compressed-tensors\"",
    "\"bitsandbytes\"",
    "\"qwen3\"",
    "\"llama\"",
    "{\"rope_type\":\"yarn\",\"factor\":4.0,\"original_max_position_embeddings\":128}",
    "[\"lm_head\"]",
];

fn pick<T: Copy>(list: &[T], byte: u8) -> T {
    list[byte as usize % list.len()]
}

/// One edit; `edit` has six bytes.
fn apply(edit: &[u8], tensors: &mut Vec<Entry>, config: &mut Value) {
    let [kind, a, b, c, d, e] = *edit else { return };
    let place = u16::from_le_bytes([a, b]) as usize;
    let count = tensors.len();
    if count == 0 && kind % 7 < 5 {
        return;
    }
    match kind % 7 {
        0 => drop(tensors.remove(place % count)),
        1 => {
            let name = &mut tensors[place % count].0;
            let stem = name.rfind('.').map_or(0, |dot| dot + 1);
            name.replace_range(stem.., pick(SUFFIXES, c));
        }
        2 => tensors[place % count].1 = pick(DTYPES, c).to_string(),
        3 => {
            let shape = &mut tensors[place % count].2;
            match shape.get_mut(c as usize % 3) {
                Some(size) => *size = pick(SIZES, d),
                None => shape.push(pick(SIZES, d)),
            }
        }
        4 => {
            let mut copy = tensors[place % count].clone();
            copy.0 = format!("{}.{}", copy.0.rsplit_once('.').map_or("", |(stem, _)| stem), pick(SUFFIXES, c));
            copy.1 = pick(DTYPES, d).to_string();
            copy.2 = vec![pick(SIZES, e), pick(SIZES, d)];
            tensors.push(copy);
        }
        5 => config[pick(KEYS, a)] = serde_json::from_str(pick(VALUES, b)).expect("JSON"),
        _ => {
            config["quantization_config"][pick(QUANTIZATION_KEYS, a)] =
                serde_json::from_str(pick(VALUES, b)).expect("JSON")
        }
    }
}

/// A safetensors file with these tensors, filled with a pattern. Tensors beyond 4 MB in all are left out.
fn safetensors_file(tensors: &[Entry]) -> Vec<u8> {
    let (mut header, mut end) = (Map::new(), 0_u64);
    for (name, dtype, shape) in tensors {
        let width = match dtype.as_str() {
            "I64" => 8,
            "I32" | "F32" | "U32" => 4,
            "F16" | "BF16" => 2,
            _ => 1,
        };
        let bytes = shape.iter().try_fold(width, |bytes: u64, n| bytes.checked_mul(*n)).unwrap_or(u64::MAX);
        if bytes > 4 << 20 || end + bytes > 4 << 20 || header.contains_key(name) {
            continue;
        }
        header.insert(name.clone(), json!({"dtype": dtype, "shape": shape, "data_offsets": [end, end + bytes]}));
        end += bytes;
    }
    let header = Value::Object(header).to_string();
    let mut file = (header.len() as u64).to_le_bytes().to_vec();
    file.extend_from_slice(header.as_bytes());
    file.extend((0..end).map(|i| (i % 61) as u8));
    file
}
