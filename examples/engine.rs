//! Runs several prompts together on one engine and prints each answer as it ends.
//!
//!     cargo run --release --offline --example engine -- [MODEL]
//!
//! MODEL is a checkpoint directory or `storyteller` (the default).

use std::collections::BTreeMap;
use std::error::Error;

use rumma::checkpoint::{Checkpoint, CheckpointSource};
use rumma::engine::{Control, Engine, EngineOptions, Event, PROMPT_SLOWDOWN, Request};
use rumma::model::{Model, ModelOptions};
use rumma::text::Tokenizer;

fn main() -> Result<(), Box<dyn Error>> {
    let name = std::env::args().nth(1).unwrap_or("storyteller".into());
    let checkpoint = Checkpoint::open(&CheckpointSource { model: name, ..CheckpointSource::default() })?;
    let model = Model::load(&checkpoint, &ModelOptions::default())?;
    let (path, json) = checkpoint.read("tokenizer.json")?.ok_or("the checkpoint has no tokenizer.json")?;
    let tokenizer = Tokenizer::from_bytes(&path, &json, None)?;

    // Memory for 256 blocks of 64 positions, which all sequences share. It is allocated as it is used.
    let options = EngineOptions { prompt_slowdown: Some(PROMPT_SLOWDOWN), ..EngineOptions::for_throughput(256, 8) };
    let mut engine = Engine::new(&model, options);
    let mut prompts = BTreeMap::new();
    for text in ["Once upon a time there was a fox", "Once upon a time there was a tin whistle", "The river"] {
        let request = Request {
            max_tokens: 40,
            eos: tokenizer.eos().into_iter().collect(),
            ..Request::new(tokenizer.encode_prompt(text)?)
        };
        prompts.insert(engine.submit(request)?, text);
    }

    // Each step is one forward pass over all sequences. Further requests can be submitted between steps.
    let mut on_event = |sequence: rumma::engine::SequenceId, event: Event| {
        match event {
            Event::Finished(completion) => {
                let prompt = prompts[&sequence.request];
                println!("{prompt}{}\n  {:?}", tokenizer.decode(&completion.ids), completion.finish);
            }
            Event::Failed(error) => eprintln!("request {}: {error}", sequence.request),
            _ => {}
        }
        Control::Continue
    };
    while engine.step(None, &mut on_event) {}
    println!("{:?}", engine.stats());
    Ok(())
}
