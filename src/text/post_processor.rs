//! The `post_processor` of tokenizer.json: the ids that it adds before and after a text.

use serde_json::Value;

/// The ids that the `post_processor` adds before and after a single text.
#[derive(Default)]
pub(super) struct PostProcessor {
    pub start: Vec<u32>,
    pub end: Vec<u32>,
}

impl PostProcessor {
    pub fn from_json(step: &Value) -> std::result::Result<PostProcessor, String> {
        let mut added = PostProcessor::default();
        match step["type"].as_str() {
            None if step.is_null() => {}
            // It changes offsets, not ids.
            Some("ByteLevel") => {}
            Some("Sequence") => {
                for inner in step["processors"].as_array().into_iter().flatten() {
                    let inner = PostProcessor::from_json(inner)?;
                    added.start.splice(0..0, inner.start);
                    added.end.extend(inner.end);
                }
            }
            Some("TemplateProcessing") => {
                let mut after = false;
                for piece in step["single"].as_array().into_iter().flatten() {
                    if piece.get("Sequence").is_some() {
                        after = true;
                        continue;
                    }
                    let name = piece["SpecialToken"]["id"].as_str().unwrap_or_default();
                    let ids: Option<Vec<u32>> = step["special_tokens"][name]["ids"]
                        .as_array()
                        .and_then(|ids| ids.iter().map(|id| u32::try_from(id.as_u64()?).ok()).collect());
                    let ids = ids.ok_or_else(|| format!("post_processor without ids for its token {name:?}"))?;
                    if after { added.end.extend(ids) } else { added.start.extend(ids) }
                }
            }
            kind => return Err(format!("post_processor {}", kind.unwrap_or("without a type"))),
        }
        Ok(added)
    }
}
