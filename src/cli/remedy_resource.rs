//! Remedies for models and files that are not found.

use std::path::Path;

use crate::error::Resource;

/// The command of huggingface_hub that downloads `OWNER/NAME` or `OWNER/NAME@REVISION`.
fn hub_download(name: &str) -> String {
    match name.split_once('@') {
        Some((name, revision)) => format!("hf download {name} --revision {revision}"),
        None => format!("hf download {name}"),
    }
}

/// Whether `OWNER/NAME` is more likely a path: OWNER is a directory here, or a usual name of one.
fn is_directory_name(name: &str) -> bool {
    const USUAL: [&str; 7] = ["models", "model", "checkpoints", "checkpoint", "weights", "data", "ckpt"];
    name.split_once('/').is_some_and(|(owner, _)| USUAL.contains(&owner) || Path::new(owner).is_dir())
}

/// What to do about a resource that is missing, in the subcommand `command`.
pub fn of_not_found(what: &Resource, name: &str, command: &str) -> String {
    match what {
        Resource::Model => "give a checkpoint directory, a .safetensors file, a Hugging Face id (OWNER/NAME) or `storyteller`",
        Resource::HubModel if is_directory_name(name) => {
            return format!(
                "check the path of the directory, or give a Hugging Face id (OWNER/NAME) if `{}` is one: `{}` fetches it \
                 on a host with a network",
                name,
                hub_download(name)
            );
        }
        Resource::HubModel => {
            return format!(
                "give the directory of a copy, or fetch it on a host with a network: `{}`, or in a clone of rumma \
                 `cargo xtask fetch-model {}`",
                hub_download(name),
                name.split('@').next().unwrap_or(name)
            );
        }
        Resource::Directory => "check it with `rumma selftest`",
        Resource::Revision(_) => "give one of these, or the directory of a snapshot",
        Resource::HubWeights => {
            return format!("fetch the missing files with `{}`, or give another directory", hub_download(name));
        }
        Resource::HubFile => "give the name of a file in this directory",
        Resource::Weights => "give the directory of a checkpoint in safetensors files",
        Resource::WeightsIndex => "give one of the files",
        Resource::Config => "put config.json into the checkpoint directory, or give --config FILE",
        Resource::ConfigFile => "give --config the path of a config.json",
        Resource::Tokenizer if command == "chat" => {
            "put tokenizer.json into the checkpoint directory, or give --tokenizer FILE"
        }
        Resource::Tokenizer => {
            "put tokenizer.json into the checkpoint directory, give --tokenizer FILE, or give token ids with --prompt-ids"
        }
        Resource::TokenizerFile => "give --tokenizer a tokenizer.json or a directory that contains one",
        Resource::ChatTemplate if command == "chat" => "use `rumma decode MODEL --prompt TEXT`, which needs none",
        Resource::ChatTemplate => "give raw text with --prompt",
        Resource::Checksums => {
            "give checksums with `rumma verify MODEL --manifest FILE`, or, if you trust the files, create them with `rumma verify MODEL --write`"
        }
        Resource::Files => "give the directory of a checkpoint",
    }
    .into()
}
